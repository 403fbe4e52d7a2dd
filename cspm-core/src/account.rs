//! Accounts whose names people choose, told apart.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{Identity, Resource};

/// An account of a source (a cluster, say) whose name is not unique, since people chose it, and what tells it from others of
/// that name.
///
/// Two sources with one name and one id are the same account. Where the ids differ, a scan calls each by its name and its label.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Account {
    /// The provider.
    pub provider: Arc<str>,
    /// The name, as it is the account of its resources.
    pub name: Arc<str>,
    /// What no other account has: a digest.
    pub id: Arc<str>,
    /// What is put behind the name where another account has it too.
    pub label: Arc<str>,
}

impl Account {
    /// An account; `unique` is what no other has, of which a digest is kept.
    #[must_use]
    pub fn new(provider: &str, name: &str, label: &str, unique: &str) -> Self {
        let digest = Sha256::digest(unique.as_bytes());
        let id: String = digest[..8].iter().map(|byte| format!("{byte:02x}")).collect();
        Self { provider: provider.into(), name: name.into(), id: id.into(), label: label.into() }
    }
}

/// What the accounts of one source are to be called: the new name by provider and name.
pub(crate) type Names = BTreeMap<(Arc<str>, Arc<str>), Arc<str>>;

/// The accounts of each source by the names that tell them apart, and what those were called before.
pub(crate) fn told_apart(sources: impl Iterator<Item = Vec<Account>>) -> Vec<(Names, Vec<Account>)> {
    let sources: Vec<_> = sources.collect();
    let mut ids: BTreeMap<(&str, &str), BTreeMap<&str, &str>> = BTreeMap::new();
    for account in sources.iter().flatten() {
        // Of two labels of one account, either will do, but always the same.
        let labels = ids.entry((&account.provider, &account.name)).or_default();
        let label = labels.entry(&account.id).or_insert(&account.label);
        *label = (*label).min(&account.label);
    }
    let mut taken: BTreeSet<String> = ids.keys().map(|(_, name)| (*name).to_owned()).collect();
    let mut names: BTreeMap<(&str, &str, &str), Arc<str>> = BTreeMap::new();
    for ((provider, name), labels) in ids.iter().filter(|(_, labels)| labels.len() > 1) {
        for (id, label) in labels {
            let mut told = format!("{name}:{label}");
            if !taken.insert(told.clone()) {
                told = format!("{name}:{label}:{id}");
                taken.insert(told.clone());
            }
            names.insert((provider, name, id), told.into());
        }
    }
    let of = |accounts: &Vec<Account>| {
        let mut told = Names::new();
        let called = accounts.iter().map(|account| {
            let Some(name) = names.get(&(&*account.provider, &*account.name, &*account.id)) else {
                return account.clone();
            };
            told.insert((account.provider.clone(), account.name.clone()), name.clone());
            Account { name: name.clone(), ..account.clone() }
        });
        let called = called.collect();
        (told, called)
    };
    sources.iter().map(of).collect()
}

impl Identity {
    /// The same in the account that `names` calls by another name, if it is in one.
    pub(crate) fn called(self, names: &Names) -> Self {
        match names.get(&(self.provider.clone(), self.account.clone())) {
            Some(name) => Self { account: name.clone(), ..self },
            None => self,
        }
    }
}

impl Resource {
    /// A part of a uid (the name of a cluster, of an object) in which `/` is no separator.
    #[must_use]
    pub fn uid_part(text: &str) -> Cow<'_, str> {
        match text.contains(['/', '%']) {
            true => text.replace('%', "%25").replace('/', "%2F").into(),
            false => text.into(),
        }
    }

    /// The same in the account that `names` calls by another name, if it is in one.
    pub(crate) fn called(self, names: &Names) -> Self {
        let Some(name) = names.get(&(self.provider.clone(), self.account.clone())) else { return self };
        let uid = renamed(&self.uid, &self.account, name).map_or_else(|| self.uid.clone(), Arc::from);
        Self { uid, account: name.clone(), ..self }
    }
}

/// A uid `SCHEME://ACCOUNT...` with another account in it.
fn renamed(uid: &str, account: &str, name: &str) -> Option<String> {
    let (scheme, rest) = uid.split_once("://")?;
    let rest = rest.strip_prefix(&*Resource::uid_part(account))?;
    let ends = rest.is_empty() || rest.starts_with(['/', '#', '@']);
    ends.then(|| format!("{scheme}://{}{rest}", Resource::uid_part(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_of_one_name_and_several_ids_are_told_apart() {
        let of = |name: &str, label: &str| Account::new("kubernetes", name, label, label);
        let sources = [
            vec![of("kubernetes", "a1"), of("prod", "b1")],
            vec![of("kubernetes", "a2")],
            vec![of("kubernetes", "a1")],
            vec![of("kubernetes:a2", "c1")],
        ];
        let told = told_apart(sources.into_iter());
        let names: Vec<Vec<&str>> =
            told.iter().map(|(names, _)| names.values().map(|name| &**name).collect()).collect();
        assert_eq!(names[0], ["kubernetes:a1"], "another source has no cluster called prod");
        assert_eq!(names[2], ["kubernetes:a1"], "the same cluster once more");
        assert!(names[1][0].starts_with("kubernetes:a2:"), "{names:?}: the plain name is another cluster's");
        assert!(names[3].is_empty());
    }

    #[test]
    fn a_uid_follows_the_name() {
        assert_eq!(renamed("k8s://a/ns/Pod/x", "a", "a:1").as_deref(), Some("k8s://a:1/ns/Pod/x"));
        assert_eq!(renamed("k8s://a", "a", "b/c").as_deref(), Some("k8s://b%2Fc"));
        assert_eq!(renamed("k8s://a#etcd", "a", "b").as_deref(), Some("k8s://b#etcd"));
        assert_eq!(renamed("k8s://ab/ns/Pod/x", "a", "b"), None);
        assert_eq!(renamed("arn:aws:iam::1:role/x", "1", "b"), None);
    }
}
