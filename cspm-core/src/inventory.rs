//! All resources of a scan.

mod derived;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use self::derived::Derived;
use crate::{CallCounts, CallKey, Data, GLOBAL, Gap, Kind, Reason, Resource, Scope, Unread};

/// All resources of a scan, with look-up by uid, by kind and by the value of a field. It never changes once built.
///
/// ```
/// use cspm_core::{Data, Inventory, Resource};
/// # let vpc = |id: &str| Resource { uid: id.into(), kind: "aws_vpc".into(), provider: "aws".into(),
/// #     account: "1".into(), region: "eu-west-1".into(), name: id.into(), tags: Default::default(),
/// #     collected_at: jiff::Timestamp::UNIX_EPOCH, origin: None, data: Data::object([("vpc_id", Data::from(id))]) };
///
/// let mut builder = Inventory::builder([]);
/// builder.add(vpc("vpc-2"));
/// builder.add(vpc("vpc-1"));
/// let inventory = builder.build();
/// assert_eq!(inventory.len(), 2);
/// assert!(inventory.get("vpc-1").is_some());
/// let near = inventory.get("vpc-2").unwrap();
/// let found = inventory.find("aws_vpc", "vpc_id", &Data::from("vpc-1"), near);
/// assert_eq!(&*found.iter().next().unwrap().uid, "vpc-1");
/// assert!(found.unread.is_none(), "the list is complete");
/// ```
#[derive(Debug, Default)]
pub struct Inventory {
    resources: Vec<Arc<Resource>>,
    by_uid: HashMap<Arc<str>, u32>,
    members: HashMap<Arc<str>, Members>,
    kinds: BTreeMap<Arc<str>, Arc<Kind>>,
    calls: BTreeMap<CallKey, CallCounts>,
    listed: BTreeSet<Arc<str>>,
    /// Whether some of it comes from files that need not hold everything.
    as_written: bool,
    derived: Derived,
}

/// The resources of a kind: they stand together, and are looked up within an account.
#[derive(Debug, Default)]
struct Members {
    positions: Range<usize>,
    accounts: HashMap<Arc<str>, Group>,
}

/// The resources of a kind in one account: all of them, and those of each region.
#[derive(Debug, Default)]
struct Group {
    whole: Part,
    regions: HashMap<Arc<str>, Part>,
    /// By region.
    gaps: BTreeMap<Arc<str>, Vec<Gap>>,
}

impl Group {
    /// A list that could have had more of what is looked up in a region, or in all regions: a list that could not be made
    /// before one that files do not have.
    fn gap(&self, region: Option<&Arc<str>>) -> Option<&Gap> {
        let of = |region: &str| self.gaps.get(region).and_then(first_unread);
        match region {
            _ if self.gaps.is_empty() => None,
            Some(region) => first_unread(of(GLOBAL).into_iter().chain(of(region))),
            None => first_unread(self.gaps.values().flatten()),
        }
    }
}

/// The first gap, and of those the first that is not for what files do not have.
fn first_unread<'g>(gaps: impl IntoIterator<Item = &'g Gap>) -> Option<&'g Gap> {
    let mut gaps = gaps.into_iter();
    let first = gaps.next()?;
    if first.is_not_written() { gaps.find(|gap| !gap.is_not_written()).or(Some(first)) } else { Some(first) }
}

/// Resources that are looked up together.
#[derive(Debug, Default)]
struct Part {
    positions: Vec<u32>,
    indexes: HashMap<Arc<str>, OnceLock<Index>>,
}

/// The positions of a part's resources by the value of one field.
#[derive(Debug, Default)]
struct Index {
    known: HashMap<Box<str>, Vec<u32>>,
    /// Of the first resource whose field was not read.
    unread: Option<Arc<Unread>>,
}

/// Collects resources and gaps until the inventory is built.
#[derive(Debug, Default)]
pub struct InventoryBuilder {
    resources: HashMap<Arc<str>, Arc<Resource>>,
    gaps: Vec<Gap>,
    kinds: BTreeMap<Arc<str>, Arc<Kind>>,
    indexed: Vec<(Arc<str>, Arc<str>)>,
    calls: BTreeMap<CallKey, CallCounts>,
    listed: BTreeSet<Arc<str>>,
}

impl InventoryBuilder {
    /// Adds a resource, without what is secret in it ([`Kind::withhold`]). Of two with the same uid the one collected
    /// later stays.
    pub fn add(&mut self, resource: impl Into<Arc<Resource>>) {
        let resource = resource.into();
        let kind = self.kinds.get(&resource.kind).cloned();
        self.add_withheld(Arc::new(Arc::unwrap_or_clone(resource).withheld(kind.as_deref())));
    }

    /// Adds a resource from which nothing is to be withheld any more.
    pub(crate) fn add_withheld(&mut self, resource: Arc<Resource>) {
        match self.resources.get(&resource.uid) {
            Some(old) if old.collected_at > resource.collected_at => {}
            _ => {
                self.resources.insert(resource.uid.clone(), resource);
            }
        }
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

    /// Says how the calls ended that filled it.
    pub fn calls(&mut self, calls: BTreeMap<CallKey, CallCounts>) {
        self.calls = crate::collector::scrubbed_calls(calls);
    }

    /// Announces that [`Inventory::find`] will be asked for this field of this kind.
    pub fn index(&mut self, kind: Arc<str>, field: Arc<str>) {
        self.indexed.push((kind, field));
    }

    /// The inventory.
    #[must_use]
    pub fn build(self) -> Inventory {
        let mut resources: Vec<_> = self.resources.into_values().collect();
        resources.sort_unstable_by(|a, b| (&a.kind, &a.uid).cmp(&(&b.kind, &b.uid)));
        let mut inventory =
            Inventory { kinds: self.kinds, calls: self.calls, listed: self.listed, ..Inventory::default() };
        for (position, resource) in (0u32..).zip(&resources) {
            inventory.by_uid.insert(resource.uid.clone(), position);
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
            for group in inventory.members.entry(kind).or_default().accounts.values_mut() {
                for part in group.regions.values_mut().chain([&mut group.whole]) {
                    part.indexes.entry(field.clone()).or_default();
                }
            }
        }
        inventory
    }
}

impl Inventory {
    /// Begins an inventory of resources of these kinds; resources of other kinds are taken too.
    pub fn builder(kinds: impl IntoIterator<Item = Arc<Kind>>) -> InventoryBuilder {
        let kinds = kinds.into_iter().map(|kind| (kind.name().clone(), kind)).collect();
        InventoryBuilder { kinds, ..InventoryBuilder::default() }
    }

    /// How many resources there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.resources.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.resources.is_empty()
    }

    /// The resource with this uid.
    #[must_use]
    pub fn get(&self, uid: &str) -> Option<&Resource> {
        self.by_uid.get(uid).map(|&position| &*self.resources[position as usize])
    }

    /// The resource with this uid, to keep.
    #[must_use]
    pub fn get_arc(&self, uid: &str) -> Option<&Arc<Resource>> {
        self.by_uid.get(uid).map(|&position| &self.resources[position as usize])
    }

    /// All resources, in the order of kind and uid.
    #[must_use]
    pub fn resources(&self) -> &[Arc<Resource>] {
        &self.resources
    }

    /// The resources of a kind, in the order of their uids.
    pub fn of_kind(&self, kind: &str) -> impl ExactSizeIterator<Item = &Resource> {
        let positions = self.members.get(kind).map_or(0..0, |members| members.positions.clone());
        self.resources[positions].iter().map(|resource| &**resource)
    }

    /// The kinds of which there are resources or gaps, and how many resources.
    #[must_use]
    pub fn counts(&self) -> BTreeMap<Arc<str>, usize> {
        self.members.iter().map(|(kind, members)| (kind.clone(), members.positions.len())).collect()
    }

    /// The model of a kind, where it is known.
    #[must_use]
    pub fn kind(&self, name: &str) -> Option<&Arc<Kind>> {
        self.kinds.get(name)
    }

    /// The kinds that were asked for.
    pub fn listed(&self) -> impl ExactSizeIterator<Item = &Arc<str>> {
        self.listed.iter()
    }

    /// How the calls ended that filled it.
    #[must_use]
    pub fn calls(&self) -> &BTreeMap<CallKey, CallCounts> {
        &self.calls
    }

    /// The models known.
    pub fn kinds(&self) -> impl Iterator<Item = &Arc<Kind>> {
        self.kinds.values()
    }

    /// Every list that could not be made, in the order of kind, account and region.
    pub fn gaps(&self) -> impl Iterator<Item = &Gap> {
        let groups = self.members.values().flat_map(|members| members.accounts.values());
        let mut gaps: Vec<_> = groups.flat_map(|group| group.gaps.values().flatten()).collect();
        gaps.sort();
        gaps.into_iter()
    }

    /// Whether some of it comes from files that need not hold everything: [`Matches::unread_as_written`] then differs from
    /// [`Matches::unread`].
    #[must_use]
    pub fn is_as_written(&self) -> bool {
        self.as_written
    }

    /// What `make` makes of the inventory, made once for each type: an index that rules share. `make` must not ask for the
    /// same type again.
    pub fn derived<T: Send + Sync + 'static>(&self, make: impl FnOnce(&Self) -> T) -> Arc<T> {
        self.derived.get(|| make(self))
    }

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

    fn within<'a>(
        &'a self,
        kind: &str,
        near: &Resource,
        region: Option<&Arc<str>>,
        by: Option<(&str, &Data)>,
    ) -> Matches<'a> {
        let mut matches = Matches { inventory: self, positions: &[], found: Vec::new(), unread: None };
        let group = |account: &str| self.members.get(kind).and_then(|members| members.accounts.get(account));
        // A source that was not read may have been of this account.
        let of_any = group("").and_then(|group| group.gap(region));
        let Some(group) = group(&near.account) else {
            // Known to be nothing where the kind was asked for, else not known.
            let call = || self.kinds.get(kind).map(|kind| kind.list().call()).unwrap_or_default();
            let not_given = || (!self.listed.contains(kind)).then(|| Arc::new(Unread::new(Reason::NotGiven, call())));
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

/// Calls `f` with every value at a path of names with dots between them: where a name leads to a list, with that of
/// each item, and with what was not read on the way.
pub(crate) fn each_value(data: &Data, path: &str, f: &mut dyn FnMut(&Data)) {
    let (name, rest) = path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)));
    match data {
        Data::List(items) => items.iter().for_each(|item| each_value(item, path, f)),
        Data::Unread(_) => f(data),
        _ => match (data.get(name.trim_end_matches("[]")), rest) {
            (Some(value), Some(rest)) => each_value(value, rest, f),
            (Some(Data::List(items)), None) => items.iter().for_each(f),
            (Some(value), None) => f(value),
            (None, _) => {}
        },
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
}

#[cfg(test)]
mod tests;
