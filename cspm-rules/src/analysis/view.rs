//! An inventory as an analysis asks it.

use std::sync::Arc;

use cspm_core::{Inventory, Matches, Reason, Unread};

use super::Fault;

/// An inventory, and whether what files do not have is taken to be absent where it would only change how something fares;
/// see [`Reason::NotWritten`].
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    pub(crate) inventory: &'a Inventory,
    absent: Absent<'a>,
}

/// What is taken to be absent of what is not written in the files that are judged.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Absent<'a> {
    /// All of it.
    All,
    /// All but what is not known for this reason.
    AllBut(&'a Unread),
    /// Nothing.
    Nothing,
}

impl<'a> View<'a> {
    pub(crate) fn new(inventory: &'a Inventory, absent: Absent<'a>) -> Self {
        Self { inventory, absent }
    }

    /// The inventory, judged as it is written.
    #[must_use]
    pub fn as_written(inventory: &'a Inventory) -> Self {
        Self::new(inventory, Absent::All)
    }

    /// The inventory, of which nothing is assumed.
    #[must_use]
    pub fn strict(inventory: &'a Inventory) -> Self {
        Self::new(inventory, Absent::Nothing)
    }

    /// Why there may be more of what was looked for because it would change how something fares.
    pub(crate) fn unread<'m>(self, matches: &'m Matches<'a>) -> Option<&'m Arc<Unread>> {
        match self.absent {
            Absent::Nothing => matches.unread.as_ref(),
            Absent::AllBut(unread) if matches.unread.as_deref() == Some(unread) => matches.unread.as_ref(),
            _ => matches.unread_as_written(),
        }
    }

    /// The same as a fault.
    pub(crate) fn fault(self, matches: &Matches<'a>) -> Option<Fault> {
        self.unread(matches).map(Fault::from)
    }
}

impl<'a> From<&'a Inventory> for View<'a> {
    fn from(inventory: &'a Inventory) -> Self {
        Self::strict(inventory)
    }
}

/// Why the one that has a name, within its namespace or cluster, may not be among those found. It may not be written; where
/// it is, there is no second one.
pub(crate) fn unread_by_name<'m>(matches: &'m Matches<'_>) -> Option<&'m Arc<Unread>> {
    let found = || matches.iter().next().is_some();
    matches.unread.as_ref().filter(|unread| unread.reason != Reason::NotWritten || !found())
}
