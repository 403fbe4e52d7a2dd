//! Look-ups: resources near another, and by the value of a field.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::arn::Arn;
use super::{Index, Inventory, Part, each_value};
use crate::{Data, Fields, Gap, Reason, Resource, Scope, Unread, UnreadField};

impl Inventory {
    /// The resources of `kind` that are near `near`: in its account, and in its region where both kinds have regions.
    #[must_use]
    pub fn near<'a>(&'a self, kind: &str, near: &'a Resource) -> Matches<'a> {
        self.within(kind, near, self.region(kind, near), None)
    }

    /// The resources of `kind` in the account of `near`, in all its regions.
    #[must_use]
    pub fn all<'a>(&'a self, kind: &str, near: &'a Resource) -> Matches<'a> {
        self.within(kind, near, None, None)
    }

    /// The resources of `kind` near `near` whose `field` (a path with dots between names) has the value, or, where the path
    /// leads through lists, has it in one of their items. [`Matches::unread`] says why there may be more of them.
    #[must_use]
    pub fn find<'a>(&'a self, kind: &str, field: &str, value: &Data, near: &'a Resource) -> Matches<'a> {
        self.within(kind, near, self.region(kind, near), Some((field, value)))
    }

    /// As [`Inventory::find`], in all regions of the account.
    #[must_use]
    pub fn find_all<'a>(&'a self, kind: &str, field: &str, value: &Data, near: &'a Resource) -> Matches<'a> {
        self.within(kind, near, None, Some((field, value)))
    }

    /// The region that a look-up keeps to.
    fn region<'a>(&self, kind: &str, near: &'a Resource) -> Option<&'a Arc<str>> {
        let regional = |kind: &str| self.kinds.get(kind).is_some_and(|kind| kind.scope() == Scope::Region);
        (regional(kind) && regional(&near.kind)).then_some(&near.region)
    }

    /// Looks near `near`, and, where the value is an ARN that is not found there, where the ARN says that it is.
    fn within<'a>(
        &'a self,
        kind: &str,
        near: &Resource,
        region: Option<&Arc<str>>,
        by: Option<(&str, &Data)>,
    ) -> Matches<'a> {
        let here = self.in_place(kind, (&near.account, true), region.map(|region| &**region), by);
        let Some(arn) = by.and_then(|(_, value)| value.as_str()).and_then(Arn::of) else { return here };
        if here.iter().next().is_some() {
            return here;
        }
        match arn.owner() {
            Some(owner) if *owner != *near.account => {
                let there = self.in_place(kind, (owner, false), self.region_of(kind, arn), by);
                // Nobody said which account `near` is in: it may be this one.
                let unread = there.unread.clone().or_else(|| here.unread.clone().filter(|_| near.account.is_empty()));
                Matches { unread, ..there }
            }
            Some(owner) => match self.region_of(kind, arn).filter(|there| region.is_some_and(|here| **here != **there))
            {
                Some(there) => self.in_place(kind, (owner, true), Some(there), by),
                None => here,
            },
            // It is in another account than that of `near`, or nowhere.
            None if arn.account.is_empty() => self.anywhere(kind, near, by, here),
            None => here,
        }
    }

    /// The region that an ARN names, where resources of the kind are in regions.
    fn region_of<'b>(&self, kind: &str, arn: Arn<'b>) -> Option<&'b str> {
        let regional = self.kinds.get(kind).is_some_and(|kind| kind.scope() == Scope::Region);
        Some(arn.region).filter(|region| regional && !region.is_empty())
    }

    /// The resources in all other accounts than that of `near`, where nothing was found.
    fn anywhere<'a>(
        &'a self,
        kind: &str,
        near: &Resource,
        by: Option<(&str, &Data)>,
        here: Matches<'a>,
    ) -> Matches<'a> {
        let accounts = self.members.get(kind).into_iter().flat_map(|members| members.accounts.keys());
        let others: BTreeSet<_> = accounts.filter(|account| **account != near.account).collect();
        let mut unread = here.unread.clone();
        for account in others {
            let there = self.in_place(kind, (account, false), None, by);
            if there.iter().next().is_some() {
                return there;
            }
            unread = unread.or(there.unread);
        }
        let unknown = || self.not_given(kind, "it may be of an account that is not in the inventory");
        Matches { unread: unread.or_else(|| Some(unknown())), ..here }
    }

    fn not_given(&self, kind: &str, detail: &str) -> Arc<Unread> {
        let call = self.kinds.get(kind).map(|kind| kind.list().call()).unwrap_or_default();
        Arc::new(Unread::new(Reason::NotGiven, call).with_detail(detail))
    }

    /// The resources in an account; `known` where there is a resource of it already.
    fn in_place<'a>(
        &'a self,
        kind: &str,
        (account, known): (&str, bool),
        region: Option<&str>,
        by: Option<(&str, &Data)>,
    ) -> Matches<'a> {
        let (name, members) = self.members.get_key_value(kind).unzip();
        let name = name.or_else(|| self.kinds.get_key_value(kind).map(|(name, _)| name));
        let mut matches = Matches { inventory: self, kind: name, positions: &[], found: Vec::new(), unread: None };
        let group = |account: &str| members.and_then(|members| members.accounts.get(account));
        // A source that was not read may have been of this account.
        let of_any = group("").and_then(|group| group.gap(region));
        let Some(group) = group(account) else {
            // Known to be nothing where the kind was asked for, else not known.
            let not_given = || match (self.listed.contains(kind), known || self.known_accounts.contains(account)) {
                (true, true) => None,
                (true, false) => Some(self.not_given(kind, &format!("the account {account} is not in the inventory"))),
                (false, _) => Some(self.not_given(kind, "")),
            };
            matches.unread = of_any.map(|gap| gap.unread.clone()).or_else(not_given);
            return matches;
        };
        let gap = match group.gap(region) {
            Some(own) if !own.is_not_written() => Some(own),
            own => of_any.or(own),
        };
        matches.unread = gap.map(|gap| gap.unread.clone());
        let part = match region {
            Some(region) => group.regions.get(region),
            None => Some(&group.whole),
        };
        let Some(part) = part else { return matches };
        let Some((field, value)) = by else {
            matches.positions = &part.positions;
            return matches;
        };
        let Some(key) = index_key(value) else { return matches };
        let unread = match part.indexes.get(field) {
            Some(index) => {
                let index = index.get_or_init(|| self.make_index(part, field));
                matches.positions = index.known.get(&*key).map_or(&[], Vec::as_slice);
                index.unread.clone()
            }
            None => {
                let mut index = self.make_index(part, field);
                matches.found = index.known.remove(&*key).unwrap_or_default();
                index.unread
            }
        };
        // A resource whose field was not read may be one of those looked for.
        if unread.is_some() && gap.is_none_or(Gap::is_not_written) {
            matches.unread = unread;
        }
        matches
    }

    fn make_index(&self, part: &Part, field: &str) -> Index {
        let mut index = Index::default();
        for &position in &part.positions {
            let resource = &self.resources[position as usize];
            each_value(&resource.data, field, &mut |value| match value {
                Data::Unread(unread) => index.unread = index.unread.take().or_else(|| Some(unread.clone())),
                value => {
                    if let Some(key) = index_key(value) {
                        let positions = index.known.entry(key).or_default();
                        // A resource that has the value twice is found once.
                        if positions.last() != Some(&position) {
                            positions.push(position);
                        }
                    }
                }
            });
            if let Some(text) = resource.envelope(field).filter(|_| resource.data.get(field).is_none()) {
                index.known.entry((**text).into()).or_default().push(position);
            }
        }
        index
    }
}

/// The text under which a value is indexed; `None` for values that nothing refers by.
fn index_key(value: &Data) -> Option<Box<str>> {
    match value {
        Data::Str(text) => Some((&**text).into()),
        Data::Int(n) => Some(n.to_string().into()),
        Data::Bool(b) => Some(b.to_string().into()),
        _ => None,
    }
}

/// Resources that were looked up, and why there may be more of them.
#[derive(Clone, Debug)]
pub struct Matches<'a> {
    inventory: &'a Inventory,
    kind: Option<&'a Arc<str>>,
    positions: &'a [u32],
    found: Vec<u32>,
    /// Set where the list is not known to be complete.
    pub unread: Option<Arc<Unread>>,
}

impl Matches<'_> {
    /// [`Matches::unread`] for who judges what is written: files that do not have it are no reason. That is right for what
    /// would change how a resource fares (a limit range, a network policy), and wrong for what must be there (a secret that
    /// is named).
    #[must_use]
    pub fn unread_as_written(&self) -> Option<&Arc<Unread>> {
        self.unread.as_ref().filter(|unread| unread.reason != Reason::NotWritten)
    }
}

impl<'a> Matches<'a> {
    /// The resources found, in the order of their uids.
    pub fn iter(&self) -> impl Iterator<Item = &'a Resource> + use<'a, '_> {
        let all = self.positions.iter().chain(&self.found);
        all.map(|&position| &*self.inventory.resources[position as usize])
    }

    /// The first of the resources found; `None` where there is known to be none.
    ///
    /// # Errors
    /// Where none was found, and the list is not known to be complete.
    pub fn first(&self) -> Result<Option<&'a Resource>, UnreadField> {
        match (self.iter().next(), &self.unread) {
            (Some(found), _) => Ok(Some(found)),
            (None, Some(unread)) => Err(self.not_complete(unread)),
            (None, None) => Ok(None),
        }
    }

    /// Whether one of the resources is as `is` says.
    ///
    /// # Errors
    /// Where none is, and there may be more, or something was not read that could make one so.
    pub fn any(&self, mut is: impl FnMut(&Fields<'a>) -> Result<bool, UnreadField>) -> Result<bool, UnreadField> {
        let mut unread = None;
        for resource in self.iter() {
            match is(&resource.view().known_by(self.inventory)) {
                Ok(true) => return Ok(true),
                Ok(false) => {}
                Err(field) => unread = unread.or(Some(field)),
            }
        }
        let unread = unread.or_else(|| self.unread.as_ref().map(|unread| self.not_complete(unread)));
        unread.map_or(Ok(false), Err)
    }

    /// Whether all resources are as `is` says.
    ///
    /// # Errors
    /// Where all are, and there may be more, or something was not read that could make one not so.
    pub fn all(&self, mut is: impl FnMut(&Fields<'a>) -> Result<bool, UnreadField>) -> Result<bool, UnreadField> {
        self.any(|fields| is(fields).map(|answer| !answer)).map(|other| !other)
    }

    fn not_complete(&self, unread: &Arc<Unread>) -> UnreadField {
        let field = self.kind.cloned().unwrap_or_else(|| "resources".into());
        UnreadField { field, unread: unread.clone() }
    }
}

#[cfg(test)]
mod tests;
