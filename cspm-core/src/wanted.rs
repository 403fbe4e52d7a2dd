//! What a scan asks of its collectors.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::account::Names;
use crate::{Kind, Reads, Source};

/// The kinds to collect, and of each kind the calls to make. Everything else stays unread as skipped.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    calls: BTreeMap<Arc<str>, BTreeSet<String>>,
    /// What accounts are to be called, by provider and name.
    names: Names,
}

impl Wanted {
    /// What rules need that read all this.
    pub fn of<'a>(kinds: &[Arc<Kind>], reads: impl IntoIterator<Item = &'a Reads>) -> Self {
        let mut wanted = Self::default();
        for reads in reads {
            let fields = reads.fields.iter().flat_map(|(kind, fields)| {
                // A kind that is read without any field is still listed.
                std::iter::once((kind, None)).chain(fields.iter().map(move |field| (kind, Some(field))))
            });
            let lookups = reads.lookups.iter().map(|(kind, field)| (kind, Some(field)));
            let others = reads.others.iter().map(|kind| (kind, None));
            for (name, field) in fields.chain(lookups).chain(others) {
                let Some(kind) = kinds.iter().find(|kind| kind.name() == name) else { continue };
                let calls = wanted.calls.entry(name.clone()).or_default();
                calls.insert(kind.list().call());
                if let Some(field) = field {
                    calls.insert(kind.source(field).call());
                }
            }
        }
        wanted
    }

    /// Everything that the kinds have.
    #[must_use]
    pub fn everything(kinds: &[Arc<Kind>]) -> Self {
        let calls = kinds.iter().map(|kind| (kind.name().clone(), kind.all_sources().map(Source::call).collect()));
        Self { calls: calls.collect(), names: Names::new() }
    }

    /// Whether resources of the kind are wanted.
    #[must_use]
    pub fn kind(&self, name: &str) -> bool {
        self.calls.contains_key(name)
    }

    /// Whether what `source` fills in resources of the kind is wanted.
    #[must_use]
    pub fn source(&self, kind: &str, source: &Source) -> bool {
        self.calls.get(kind).is_some_and(|calls| calls.contains(&source.call()))
    }

    /// Whether a call fills something that is wanted, of any kind.
    pub(crate) fn has_call(&self, call: &str) -> bool {
        self.calls.values().any(|calls| calls.contains(call))
    }

    /// The same with other names for accounts whose names others have too.
    #[must_use]
    pub(crate) fn with_names(mut self, names: Names) -> Self {
        self.names = names;
        self
    }

    pub(crate) fn names(&self) -> &Names {
        &self.names
    }

    /// What an account is to be called in this scan: by its name, unless another source of the scan has an account of that name
    /// that is not the same.
    #[must_use]
    pub fn account_name<'a>(&'a self, provider: &str, name: &'a str) -> &'a str {
        let told = self.names.iter().find(|((of, called), _)| **of == *provider && **called == *name);
        told.map_or(name, |(_, told)| told)
    }

    /// The kinds wanted.
    pub fn kinds(&self) -> impl ExactSizeIterator<Item = &Arc<str>> {
        self.calls.keys()
    }
}
