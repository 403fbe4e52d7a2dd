//! Which resources have arrived: a second one of a uid and kind is known again.

use std::collections::hash_map::{Entry, RandomState};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{BuildHasher, Hash, Hasher};
use std::sync::Arc;

use crate::inventory::{Added, merge};
use crate::{Data, InventoryBuilder, Resource};

/// So many uids are named of those in which two sources differ.
const NAMED: usize = 5;

/// A uid and a kind: what tells resources apart.
pub(super) type Key = (Arc<str>, Arc<str>);

/// What has arrived.
#[derive(Default)]
pub(super) struct Arrivals {
    first: HashMap<Key, First>,
    /// Those whose first verdicts do not hold any more.
    pub(super) withdrawn: BTreeMap<Key, Withdrawn>,
    /// The uids in which two sources differ.
    differing: BTreeMap<(usize, usize), BTreeSet<Arc<str>>>,
    keyed: RandomState,
}

/// Of a resource, what is kept to know it again.
struct First {
    source: usize,
    account: Arc<str>,
    /// Of its content, where that is not in the inventory.
    digest: u64,
}

/// A resource that came again with another content.
pub(super) struct Withdrawn {
    /// The account to which the first verdicts were counted.
    pub(super) account: Arc<str>,
    /// What is to be judged instead; `None` where that is in the inventory.
    pub(super) instead: Option<Arc<Resource>>,
}

/// What a resource is to a scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arrival {
    /// New.
    New,
    /// One that had come before, with the same content.
    Again,
    /// One that had come before, with another content.
    Differing,
}

impl Arrivals {
    /// Notes a resource of the source with this number, and adds it to the inventory, if it is to be there.
    pub(super) fn note(
        &mut self,
        source: usize,
        resource: &Arc<Resource>,
        inventory: Option<&mut InventoryBuilder>,
    ) -> Arrival {
        let key = (resource.uid.clone(), resource.kind.clone());
        let digest = if inventory.is_some() { 0 } else { self.digest(resource) };
        let added = inventory.map(|inventory| inventory.take(resource.clone()));
        let first = match self.first.entry(key.clone()) {
            Entry::Vacant(slot) => {
                slot.insert(First { source, account: resource.account.clone(), digest });
                return Arrival::New;
            }
            Entry::Occupied(slot) => slot.into_mut(),
        };
        let (changed, differs) = match &added {
            Some(Added::New | Added::Same) => (false, false),
            Some(Added::Changed { differs, .. }) => (true, *differs),
            None => (digest != first.digest, digest != first.digest),
        };
        if changed {
            let instead = added.is_none().then(|| {
                let account = first.account.clone().min(resource.account.clone());
                Arc::new(Resource { account, ..merge::conflicting(resource) })
            });
            self.withdrawn.entry(key).or_insert_with(|| Withdrawn { account: first.account.clone(), instead });
        }
        if differs {
            let pair = (first.source.min(source), first.source.max(source));
            self.differing.entry(pair).or_default().insert(resource.uid.clone());
        }
        if differs { Arrival::Differing } else { Arrival::Again }
    }

    /// What sources differ in, in words: their numbers, and the uids.
    pub(super) fn differences(&self) -> impl Iterator<Item = ((usize, usize), String)> {
        self.differing.iter().map(|(pair, uids)| {
            let named: Vec<&str> = uids.iter().take(NAMED).map(|uid| &**uid).collect();
            let more = match uids.len() - named.len() {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            let named = format!("{}{more}", named.join(", "));
            (*pair, format!("two different resources have one uid, and what they differ in is unknown: {named}"))
        })
    }

    fn digest(&self, resource: &Resource) -> u64 {
        let mut hasher = self.keyed.build_hasher();
        let Resource { provider, account, region, name, tags, data, .. } = resource;
        (provider, account, region, name, tags).hash(&mut hasher);
        feed(data, &mut hasher);
        hasher.finish()
    }
}

fn feed(data: &Data, hasher: &mut impl Hasher) {
    std::mem::discriminant(data).hash(hasher);
    match data {
        Data::Null => {}
        Data::Bool(b) => b.hash(hasher),
        Data::Int(n) => n.hash(hasher),
        Data::Float(n) => n.to_bits().hash(hasher),
        Data::Str(text) => text.hash(hasher),
        Data::List(items) => {
            items.len().hash(hasher);
            items.iter().for_each(|item| feed(item, hasher));
        }
        Data::Object(object) => {
            object.len().hash(hasher);
            for (key, value) in object.iter() {
                key.hash(hasher);
                feed(value, hasher);
            }
        }
        Data::Unread(unread) => unread.hash(hasher),
    }
}
