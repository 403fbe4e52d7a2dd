//! Two resources under one uid: what both say.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use crate::{Data, Gap, Reason, Resource, Unread};

/// Why a field is unread that two resources with one uid have differently.
static CONFLICTING: LazyLock<Arc<Unread>> = LazyLock::new(|| {
    let detail = "two resources have this uid, and differ here";
    Arc::new(Unread::new(Reason::Conflicting, "").with_detail(detail))
});

/// What became of two resources of one kind under one uid.
#[derive(Clone, Debug)]
pub(crate) struct Merged {
    /// What both say; [`Reason::Conflicting`] where they differ.
    pub(crate) resource: Resource,
    /// Whether they differ in something that one of them knows.
    pub(crate) differs: bool,
    /// Where else it is, if the two are in different places.
    pub(crate) elsewhere: Option<Gap>,
}

/// Whether two resources say the same, whenever it was collected and wherever it is written.
pub(crate) fn is_same(a: &Resource, b: &Resource) -> bool {
    has_same_envelope(a, b) && a.data == b.data
}

fn has_same_envelope(a: &Resource, b: &Resource) -> bool {
    is_in_same_place(a, b) && a.name == b.name && a.tags == b.tags
}

fn is_in_same_place(a: &Resource, b: &Resource) -> bool {
    (&a.provider, &a.account, &a.region) == (&b.provider, &b.account, &b.region)
}

/// So many fields are named in which two resources differ.
const NAMED: usize = 3;

/// What two resources differ in, in words.
pub(crate) fn differences(a: &Resource, b: &Resource) -> String {
    let envelope = [
        ("provider", a.provider != b.provider),
        ("account", a.account != b.account),
        ("region", a.region != b.region),
        ("name", a.name != b.name),
        ("tags", a.tags != b.tags),
    ];
    let mut fields: Vec<&str> = envelope.iter().filter(|(_, differs)| *differs).map(|(name, _)| *name).collect();
    match (&a.data, &b.data) {
        (Data::Object(a), Data::Object(b)) => {
            let keys: BTreeSet<&str> = a.iter().chain(b.iter()).map(|(key, _)| key).collect();
            fields.extend(keys.into_iter().filter(|key| a.get(key) != b.get(key)));
        }
        (a, b) if a != b => fields.push("data"),
        _ => {}
    }
    let more = fields.len().saturating_sub(NAMED);
    fields.truncate(NAMED);
    let fields = fields.join(", ");
    if more > 0 { format!("{fields} and {more} more") } else { fields }
}

/// The resource of which both are told, whichever of them comes first.
pub(crate) fn merge(a: &Resource, b: &Resource) -> Merged {
    let place = |r: &Resource| (r.provider.clone(), r.account.clone(), r.region.clone(), r.name.clone());
    let (first, second) = if place(a) <= place(b) { (a, b) } else { (b, a) };
    let mut differs = false;
    let data = if has_same_envelope(a, b) {
        merged(&a.data, &b.data, &mut differs)
    } else {
        differs = true;
        Data::Unread(CONFLICTING.clone())
    };
    let elsewhere = (!is_in_same_place(a, b)).then(|| Gap {
        kind: second.kind.clone(),
        provider: second.provider.clone(),
        account: second.account.clone(),
        region: second.region.clone(),
        unread: CONFLICTING.clone(),
    });
    let line = |r: &Resource| r.origin.as_ref().map(|origin| (origin.file.clone(), origin.line));
    let resource = Resource {
        tags: common(&a.tags, &b.tags),
        collected_at: a.collected_at.max(b.collected_at),
        origin: if line(a) <= line(b) { a.origin.clone() } else { b.origin.clone() },
        data,
        ..first.clone()
    };
    Merged { resource, differs, elsewhere }
}

/// The resource of which nothing is known but that another under its uid was different.
pub(crate) fn conflicting(resource: &Resource) -> Resource {
    Resource { data: Data::Unread(CONFLICTING.clone()), ..resource.clone() }
}

/// A waiver by a tag counts where both have it.
fn common(a: &Tags, b: &Tags) -> Tags {
    if a == b {
        return a.clone();
    }
    let common = a.iter().filter(|(key, value)| b.get(*key) == Some(value));
    Arc::new(common.map(|(key, value)| (key.clone(), value.clone())).collect())
}

type Tags = Arc<BTreeMap<Arc<str>, Arc<str>>>;

fn merged(a: &Data, b: &Data, differs: &mut bool) -> Data {
    if a.is_same(b) {
        return a.clone();
    }
    match (a, b) {
        (Data::Unread(a), Data::Unread(b)) => Data::Unread(stronger(a, b).clone()),
        // What one source was not asked for says nothing against the other.
        (Data::Unread(unread), known) | (known, Data::Unread(unread)) if was_not_asked(unread) => known.clone(),
        (unread @ Data::Unread(_), _) | (_, unread @ Data::Unread(_)) => {
            *differs = true;
            unread.clone()
        }
        (Data::Object(a), Data::Object(b)) => {
            let keys: BTreeSet<&str> = a.iter().chain(b.iter()).map(|(key, _)| key).collect();
            Data::object(keys.into_iter().filter_map(|key| {
                let value = match (a.get(key), b.get(key)) {
                    (Some(a), Some(b)) => merged(a, b, differs),
                    // That it is not there is known, like a value.
                    (Some(Data::Unread(unread)), None) | (None, Some(Data::Unread(unread))) => {
                        if was_not_asked(unread) {
                            return None;
                        }
                        *differs = true;
                        Data::Unread(unread.clone())
                    }
                    _ => conflict(differs),
                };
                Some((key, value))
            }))
        }
        (Data::List(a), Data::List(b)) if a.len() == b.len() => {
            Data::list(a.iter().zip(b.iter()).map(|(a, b)| merged(a, b, differs)))
        }
        (a, b) if a == b => a.clone(),
        _ => conflict(differs),
    }
}

fn conflict(differs: &mut bool) -> Data {
    *differs = true;
    Data::Unread(CONFLICTING.clone())
}

fn was_not_asked(unread: &Unread) -> bool {
    matches!(unread.reason, Reason::Skipped | Reason::NotSelected)
}

/// The reason that stays of two, whichever comes first.
fn stronger<'a>(a: &'a Arc<Unread>, b: &'a Arc<Unread>) -> &'a Arc<Unread> {
    let rank = |unread: &'a Arc<Unread>| (was_not_asked(unread), unread);
    if rank(a) <= rank(b) { a } else { b }
}

#[cfg(test)]
mod tests;
