//! All resources of a scan.

mod arn;
mod builder;
mod derived;
mod find;
pub(crate) mod merge;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use self::derived::Derived;
pub(crate) use builder::Added;
pub use builder::InventoryBuilder;
pub use find::Matches;

use crate::{Account, CallCounts, CallKey, Data, GLOBAL, Gap, Kind, Resource, Unread};

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
    accounts: BTreeSet<Account>,
    /// The accounts of which there is a resource, a gap or a call.
    known_accounts: HashSet<Arc<str>>,
    repeated: u64,
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
    fn gap(&self, region: Option<&str>) -> Option<&Gap> {
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

impl Inventory {
    /// Begins an inventory of resources of these kinds; resources of other kinds are taken too.
    pub fn builder(kinds: impl IntoIterator<Item = Arc<Kind>>) -> InventoryBuilder {
        InventoryBuilder::of(kinds.into_iter().map(|kind| (kind.name().clone(), kind)).collect())
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

    /// The resource with this uid; where it has several of several kinds, that of the first kind.
    #[must_use]
    pub fn get(&self, uid: &str) -> Option<&Resource> {
        self.by_uid.get(uid).map(|&position| &*self.resources[position as usize])
    }

    /// The resource with this uid, of this kind.
    pub(crate) fn get_of_kind(&self, uid: &str, kind: &str) -> Option<&Arc<Resource>> {
        let positions = self.members.get(kind).map(|members| members.positions.clone())?;
        let members = &self.resources[positions];
        members.binary_search_by(|resource| (*resource.uid).cmp(uid)).ok().map(|at| &members[at])
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

    /// What tells its accounts from others of their names, where their sources know.
    pub fn accounts(&self) -> impl ExactSizeIterator<Item = &Account> {
        self.accounts.iter()
    }

    /// How many resources came again with the same content: each is one.
    #[must_use]
    pub fn repeated(&self) -> u64 {
        self.repeated
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

#[cfg(test)]
mod tests;
