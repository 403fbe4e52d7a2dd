//! One object of a provider.

mod given;
mod lines;
mod row;
mod withheld;

pub(crate) use withheld::scrub_in_place;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use lines::{LineName, LineRecorder, Lines};

use crate::{Data, Model, Reason, Result, Unread, to_data};

/// The region of resources that belong to no region.
pub const GLOBAL: &str = "global";

/// One object of a provider: where it is, what it is called, and its data, with what was not read marked in place.
#[derive(Clone, Debug, PartialEq)]
pub struct Resource {
    /// Unique over all providers: the ARN; for Kubernetes `k8s://CLUSTER/NAMESPACE/KIND/NAME`.
    pub uid: Arc<str>,
    /// The name of its kind, e.g. `aws_s3_bucket`.
    pub kind: Arc<str>,
    /// The provider, e.g. `aws`.
    pub provider: Arc<str>,
    /// The account, subscription or cluster.
    pub account: Arc<str>,
    /// The region; [`GLOBAL`] where there is none.
    pub region: Arc<str>,
    /// What people call it.
    pub name: Arc<str>,
    /// Its tags or labels.
    pub tags: Arc<BTreeMap<Arc<str>, Arc<str>>>,
    /// When it was collected: the present of every rule that judges it.
    pub collected_at: Timestamp,
    /// The place in a file where it is written, if it comes from one that people write.
    pub origin: Option<Arc<Origin>>,
    /// What is known of it; [`Data::Unread`] as a whole where its list could not be made.
    pub data: Data,
}

impl Resource {
    /// A resource whose data is a typed model, in the account and region given; name and tags are set on the result.
    ///
    /// # Errors
    /// [`crate::ErrorKind::Model`] where the model has no place in JSON.
    pub fn of<M: Model>(
        uid: impl Into<Arc<str>>,
        account: impl Into<Arc<str>>,
        region: impl Into<Arc<str>>,
        model: &M,
    ) -> Result<Self> {
        let uid = uid.into();
        Ok(Self {
            name: uid.clone(),
            uid,
            kind: M::KIND.into(),
            provider: M::PROVIDER.into(),
            account: account.into(),
            region: region.into(),
            tags: Arc::default(),
            collected_at: Timestamp::now(),
            origin: None,
            data: to_data(model)?,
        })
    }

    /// The same with a name.
    #[must_use]
    pub fn named(mut self, name: impl Into<Arc<str>>) -> Self {
        self.name = name.into();
        self
    }

    /// The same with tags.
    #[must_use]
    pub fn tagged<K: Into<Arc<str>>, V: Into<Arc<str>>>(mut self, tags: impl IntoIterator<Item = (K, V)>) -> Self {
        self.tags = Arc::new(tags.into_iter().map(|(k, v)| (k.into(), v.into())).collect());
        self
    }

    /// The same as collected at a time.
    #[must_use]
    pub fn collected_at(mut self, at: Timestamp) -> Self {
        self.collected_at = at;
        self
    }

    /// The value at `path` (dots between names): of the data, or else of the fields that every resource has
    /// (`uid`, `kind`, `provider`, `account`, `region`, `name`). A part of what was not read looks absent here: rules ask
    /// [`Resource::view`].
    #[must_use]
    pub fn field(&self, path: &str) -> Option<Data> {
        if let Some(value) = self.data.at(path) {
            return Some(value.clone());
        }
        self.envelope(path).map(|text| Data::Str(text.clone()))
    }

    /// One of the fields that every resource has, except the tags.
    #[must_use]
    pub fn envelope(&self, name: &str) -> Option<&Arc<str>> {
        match name {
            "uid" => Some(&self.uid),
            "kind" => Some(&self.kind),
            "provider" => Some(&self.provider),
            "account" => Some(&self.account),
            "region" => Some(&self.region),
            "name" => Some(&self.name),
            _ => None,
        }
    }
}

/// Where a resource is written: in a manifest, say.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The file, as it was named by whoever had it read.
    pub file: Arc<str>,
    /// The line where the resource begins, from 1.
    pub line: u32,
    /// The lines of what is in it.
    #[serde(skip)]
    pub lines: Lines,
}

impl Origin {
    /// The line of a field, or of the nearest part around it that is known.
    #[must_use]
    pub fn line_of(&self, path: &str) -> u32 {
        if self.lines.is_empty() { self.line } else { self.lines.of(path) }
    }
}

/// A list that could not be made, or that broke off: what is not in the inventory because of it is not known to be
/// absent.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gap {
    /// The kind that was listed.
    pub kind: Arc<str>,
    /// The provider of the kind.
    pub provider: Arc<str>,
    /// The account of the list; empty where it is not known either.
    pub account: Arc<str>,
    /// The region of the list; [`GLOBAL`] for a list of the whole account.
    pub region: Arc<str>,
    /// The call and the reason.
    pub unread: Arc<Unread>,
}

impl Gap {
    /// Whether the caller wants it scanned: if not, its resources are not known, but nobody asks how they fare. Nor does
    /// anybody ask of what files do not have.
    #[must_use]
    pub fn is_selected(&self) -> bool {
        self.unread.reason != Reason::NotSelected && !self.is_not_written()
    }

    /// Whether it is there because files do not have the kind, or not all of it.
    pub(crate) fn is_not_written(&self) -> bool {
        self.unread.reason == Reason::NotWritten
    }

    /// The resource that stands for whatever the list would have had: rules find nothing read in it.
    #[must_use]
    pub fn stand_in(&self, collected_at: Timestamp) -> Resource {
        let account = if self.account.is_empty() { "unknown" } else { &self.account };
        Resource {
            uid: format!("unlisted://{}/{account}/{}/{}", self.provider, self.region, self.kind).into(),
            kind: self.kind.clone(),
            provider: self.provider.clone(),
            account: self.account.clone(),
            region: self.region.clone(),
            name: format!("every {} of {account} in {}", self.kind, self.region).into(),
            tags: Arc::default(),
            collected_at,
            origin: None,
            data: Data::Unread(self.unread.clone()),
        }
    }
}
