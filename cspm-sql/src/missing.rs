//! What an answer rests on: what was not read of that which the query looked at.

use std::fmt;
use std::sync::Arc;

use cspm_core::{Inventory, Reason, Unread};

use crate::fill::Counts;
use crate::table::Table;

/// Something that the query looked at and that nobody read: the answer may be another with it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Missing {
    /// The table.
    pub table: Arc<str>,
    /// What of it.
    pub what: What,
    /// The call and the reason.
    pub unread: Arc<Unread>,
}

/// What was not read of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum What {
    /// Values of a column, or parts of them: they are `NULL`.
    Values {
        /// The column.
        column: Arc<str>,
        /// How many of its values.
        count: usize,
    },
    /// A list: rows are missing.
    List {
        /// The account of the list; empty where it is not known.
        account: Arc<str>,
        /// The region of the list.
        region: Arc<str>,
    },
    /// All rows that nobody asked for.
    Kind,
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { table, what, unread } = self;
        match what {
            What::Values { column, count: 1 } => write!(f, "{table}.{column}: 1 value was not read: {unread}"),
            What::Values { column, count } => write!(f, "{table}.{column}: {count} values were not read: {unread}"),
            What::List { account, region } if account.is_empty() => {
                write!(f, "{table}: the list of {region} could not be made: {unread}")
            }
            What::List { account, region } => {
                write!(f, "{table}: the list of {account} in {region} could not be made: {unread}")
            }
            What::Kind => write!(f, "{table}: nobody asked for it, so there may be more: {unread}"),
        }
    }
}

/// What was not read of a table: lists first, then values by column.
pub(crate) fn of(inventory: &Inventory, table: &Table, counts: Counts) -> Vec<Missing> {
    let name: Arc<str> = table.name.as_str().into();
    let missing = |what, unread| Missing { table: name.clone(), what, unread };
    let gaps = inventory.gaps().filter(|gap| gap.kind == table.kind);
    let list = |gap: &cspm_core::Gap| What::List { account: gap.account.clone(), region: gap.region.clone() };
    let mut all: Vec<Missing> = gaps.map(|gap| missing(list(gap), gap.unread.clone())).collect();
    let mut listed = inventory.listed();
    // Where nothing at all was asked for, somebody gave what there is: it says nothing of kinds that it has not.
    let given = listed.len() == 0 && inventory.of_kind(&table.kind).len() > 0;
    if all.is_empty() && !given && !listed.any(|kind| *kind == table.kind) {
        let call = inventory.kind(&table.kind).map(|kind| kind.list().call()).unwrap_or_default();
        all.push(missing(What::Kind, Arc::new(Unread::new(Reason::NotGiven, call))));
    }
    let values =
        |((column, unread), count): ((String, _), _)| missing(What::Values { column: column.into(), count }, unread);
    all.extend(counts.into_iter().map(values));
    all
}
