//! An inventory while it is filled.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::Inventory;
use super::merge::{differences, is_same, merge};
use crate::{Account, CallCounts, CallKey, Error, ErrorKind, Gap, Kind, Reason, Resource, Result, Shapes};

/// Collects resources and gaps until the inventory is built.
///
/// Resources are told apart by uid and kind. One that comes again with the same content is one resource; where the content
/// differs, what both say stays, and what they differ in is unread as [`crate::Reason::Conflicting`]: it is nowhere taken from
/// whoever came last.
#[derive(Debug, Default)]
pub struct InventoryBuilder {
    shapes: Shapes,
    resources: HashMap<Arc<str>, Arc<Resource>>,
    /// Resources whose uid one of another kind has too, by uid and kind.
    others: BTreeMap<(Arc<str>, Arc<str>), Arc<Resource>>,
    gaps: Vec<Gap>,
    kinds: BTreeMap<Arc<str>, Arc<Kind>>,
    indexed: BTreeSet<(Arc<str>, Arc<str>)>,
    calls: BTreeMap<CallKey, CallCounts>,
    listed: BTreeSet<Arc<str>>,
    accounts: BTreeSet<Account>,
    repeated: u64,
}

/// What became of a resource that was added.
#[derive(Debug)]
pub(crate) enum Added {
    /// There was none of its uid and kind.
    New,
    /// There was one with the same content.
    Same,
    /// There was one, and what is known of the two is other than what was known of it alone.
    Changed {
        /// Whether they differ; if not, one of them completes the other, or was collected later.
        differs: bool,
        /// Where else it is, if the two are in different places.
        elsewhere: Option<Gap>,
    },
}

impl InventoryBuilder {
    /// For resources of these kinds; others are taken too.
    pub(super) fn of(kinds: BTreeMap<Arc<str>, Arc<Kind>>) -> Self {
        let references = kinds.values().flat_map(|kind| kind.references());
        // A graph asks for these.
        let indexed = references.map(|(_, reference)| (reference.kind.clone(), reference.field.clone())).collect();
        Self { kinds, indexed, ..Self::default() }
    }

    /// Adds a resource, without what is secret in it ([`Kind::withhold`]).
    pub fn add(&mut self, resource: impl Into<Arc<Resource>>) {
        let resource = self.withheld(resource.into());
        self.take(resource);
    }

    /// The resource without what is secret in it.
    fn withheld(&mut self, resource: Arc<Resource>) -> Arc<Resource> {
        let kind = self.kinds.get(&resource.kind);
        let mut resource = Arc::unwrap_or_clone(resource).withheld(kind.map(|kind| &**kind));
        self.shapes.share(&mut resource.data);
        Arc::new(resource)
    }

    /// The names of objects that are held once for all resources.
    pub(crate) fn shapes(&mut self) -> &mut Shapes {
        &mut self.shapes
    }

    /// Adds a resource that a caller gives, who can mend what is wrong with it.
    ///
    /// # Errors
    /// [`ErrorKind::Format`] where another resource of its uid and kind is there, with another content.
    pub fn insert(&mut self, resource: impl Into<Arc<Resource>>) -> Result<()> {
        let resource = self.withheld(resource.into());
        if let Some(other) = self.same_name(&resource)
            && !is_same(other, &resource)
        {
            let error = Error::new(ErrorKind::Format, format!("take the resource {} twice", resource.uid));
            let help = format!(
                "the {} {} of {} ({}) and the {} {} of {} ({}) have one uid and differ in {}: give each its own uid, or one \
                 of them",
                other.kind,
                other.name,
                place(&other.account),
                other.region,
                resource.kind,
                resource.name,
                place(&resource.account),
                resource.region,
                differences(other, &resource),
            );
            return Err(error.with_help(help));
        }
        self.take(resource);
        Ok(())
    }

    /// Adds a resource from which nothing is to be withheld any more, and says what was there.
    pub(crate) fn take(&mut self, resource: Arc<Resource>) -> Added {
        let added = self.merge_in(resource);
        if let Added::Changed { elsewhere: Some(gap), .. } = &added {
            self.gaps.push(gap.clone());
        }
        added
    }

    fn merge_in(&mut self, resource: Arc<Resource>) -> Added {
        let slot = match self.resources.entry(resource.uid.clone()) {
            Entry::Vacant(slot) => {
                slot.insert(resource);
                return Added::New;
            }
            Entry::Occupied(slot) if slot.get().kind == resource.kind => slot.into_mut(),
            Entry::Occupied(_) => match self.others.entry((resource.uid.clone(), resource.kind.clone())) {
                std::collections::btree_map::Entry::Vacant(slot) => {
                    slot.insert(resource);
                    return Added::New;
                }
                std::collections::btree_map::Entry::Occupied(slot) => slot.into_mut(),
            },
        };
        if is_same(slot, &resource) && resource.collected_at <= slot.collected_at {
            self.repeated += 1;
            return Added::Same;
        }
        let merged = merge(slot, &resource);
        self.repeated += u64::from(!merged.differs);
        *slot = Arc::new(merged.resource);
        Added::Changed { differs: merged.differs, elsewhere: merged.elsewhere }
    }

    /// The resource of this uid and kind.
    pub(crate) fn same_name(&self, resource: &Resource) -> Option<&Arc<Resource>> {
        let first = self.resources.get(&resource.uid)?;
        if first.kind == resource.kind {
            return Some(first);
        }
        self.others.get(&(resource.uid.clone(), resource.kind.clone()))
    }

    /// Adds a list that could not be made.
    pub fn add_gap(&mut self, gap: Gap) {
        self.gaps.push(gap.scrubbed());
    }

    /// Says that the resources of a kind were asked for: where there are none, there are none. What was not asked for is not
    /// known to be absent.
    pub fn listed(&mut self, kind: Arc<str>) {
        self.listed.insert(kind);
    }

    /// Whether the resources of a kind were asked for.
    pub(crate) fn is_listed(&self, kind: &str) -> bool {
        self.listed.contains(kind)
    }

    /// Says what tells an account from others of its name.
    pub fn account(&mut self, account: Account) {
        self.accounts.insert(account);
    }

    /// Says how the calls ended that filled it.
    pub fn calls(&mut self, calls: BTreeMap<CallKey, CallCounts>) {
        self.calls = crate::collector::scrubbed_calls(calls);
    }

    /// Announces that [`Inventory::find`] will be asked for this field of this kind.
    pub fn index(&mut self, kind: Arc<str>, field: Arc<str>) {
        self.indexed.insert((kind, field));
    }

    /// The inventory.
    #[must_use]
    pub fn build(self) -> Inventory {
        let mut resources: Vec<_> = self.resources.into_values().chain(self.others.into_values()).collect();
        resources.sort_unstable_by(|a, b| (&a.kind, &a.uid).cmp(&(&b.kind, &b.uid)));
        let mut inventory = Inventory {
            kinds: self.kinds,
            calls: self.calls,
            listed: self.listed,
            accounts: self.accounts,
            repeated: self.repeated,
            ..Inventory::default()
        };
        for (position, resource) in (0u32..).zip(&resources) {
            inventory.by_uid.entry(resource.uid.clone()).or_insert(position);
            let members = inventory.members.entry(resource.kind.clone()).or_default();
            if members.positions.is_empty() {
                members.positions.start = position as usize;
            }
            members.positions.end = position as usize + 1;
            let group = members.accounts.entry(resource.account.clone()).or_default();
            group.whole.positions.push(position);
            group.regions.entry(resource.region.clone()).or_default().positions.push(position);
        }
        inventory.resources = resources;
        let mut gaps = self.gaps;
        gaps.sort();
        gaps.dedup();
        for gap in gaps {
            inventory.as_written |= gap.unread.reason == Reason::NotWritten;
            let members = inventory.members.entry(gap.kind.clone()).or_default();
            let group = members.accounts.entry(gap.account.clone()).or_default();
            group.gaps.entry(gap.region.clone()).or_default().push(gap);
        }
        for (kind, field) in self.indexed {
            let Some(members) = inventory.members.get_mut(&kind) else { continue };
            for group in members.accounts.values_mut() {
                for part in group.regions.values_mut().chain([&mut group.whole]) {
                    part.indexes.entry(field.clone()).or_default();
                }
            }
        }
        let of_members = inventory.members.values().flat_map(|members| members.accounts.keys());
        let of_calls = inventory.calls.keys().map(|key| &key.account);
        inventory.known_accounts = of_members.chain(of_calls).cloned().collect();
        inventory
    }
}

fn place(account: &str) -> &str {
    if account.is_empty() { "no account" } else { account }
}

#[cfg(test)]
mod tests;
