//! The items of a collector in JavaScript, as a scan takes them.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use cspm::{CallOutcome, Collected, Data, Error, ErrorKind, GLOBAL, Gap, Outcome, Reason, Resource, Result, Unread};

use crate::kinds::provider_of;

use super::{Answer, Bad, Caller, GapRow, Item, Thrown, kind_of};

/// How many unusable items are told of one by one.
const FAULTS: u64 = 10;
const NOT_ONE: &str = "the collector gave a resource that is not one";

/// How far a collector is.
pub(super) struct Course<'a> {
    caller: &'a Caller,
    pub(super) ready: VecDeque<Collected>,
    pub(super) done: bool,
    /// The kinds of which something came.
    seen: BTreeSet<Arc<str>>,
    unusable: u64,
}

impl<'a> Course<'a> {
    pub(super) fn of(caller: &'a Caller) -> Self {
        Self { caller, ready: VecDeque::new(), done: false, seen: BTreeSet::new(), unusable: 0 }
    }

    /// Takes an answer of JavaScript.
    pub(super) fn take(&mut self, answer: &str) {
        let answer = serde_json::from_str::<Answer>(answer).unwrap_or_else(|e| {
            let text = e.to_string();
            Answer { items: Vec::new(), done: true, error: Some(Thrown { line: text.clone(), full: text }), code: None }
        });
        for item in answer.items {
            match item {
                Item::Resource(given) => {
                    let kind = given.get("kind").and_then(Data::as_str).map(Arc::from);
                    match self.resource(given) {
                        Ok(resource) => self.ready.push_back(resource.into()),
                        Err(error) => self.not_one(error, kind),
                    }
                }
                Item::Gap(row) => {
                    let gap = self.gap(row);
                    self.ready.push_back(Collected::Gap(gap));
                }
                Item::Bad(Bad { uid, kind, why }) => {
                    let uid = uid.map(|uid| format!(" {uid}")).unwrap_or_default();
                    let attempted = format!("take the resource{uid} of {}", self.caller.name);
                    self.not_one(Error::new(ErrorKind::Format, attempted).with_source(why), kind.map(Arc::from));
                }
            }
        }
        if answer.done || answer.error.is_some() {
            self.end(answer.error, answer.code.as_deref());
        }
    }

    fn resource(&mut self, mut given: Data) -> Result<Resource> {
        if let (Some(provider), Some(object)) = (self.caller.given.as_deref(), given.as_object_mut())
            && object.get("provider").is_none()
        {
            object.insert("provider", Data::from(provider));
        }
        let resource = Resource::from_data(&given, &self.caller.kinds)
            .map_err(|e| Error::new(e.kind(), format!("take a resource of {}", self.caller.name)).with_source(e))?;
        self.seen.insert(resource.kind.clone());
        Ok(resource)
    }

    fn gap(&self, row: GapRow) -> Gap {
        Gap {
            provider: row.provider.map_or_else(|| self.provider(&row.kind), Arc::from),
            kind: row.kind.into(),
            account: row.account.unwrap_or_default().into(),
            region: row.region.unwrap_or_else(|| GLOBAL.to_owned()).into(),
            unread: Arc::new(row.unread),
        }
    }

    /// Something is not there: nobody may take the rest of its kind for all.
    fn not_one(&mut self, error: Error, kind: Option<Arc<str>>) {
        self.unusable += 1;
        if self.unusable <= FAULTS {
            self.ready.push_back(Collected::Failed(error));
        }
        let kinds = kind.map_or_else(|| self.kinds(), |kind| vec![kind]);
        self.missing(kinds, Reason::Failed, NOT_ONE);
    }

    /// Says how it ended, and what is missing because of it.
    fn end(&mut self, error: Option<Thrown>, code: Option<&str>) {
        self.done = true;
        let name = &self.caller.name;
        if self.unusable > FAULTS {
            let what = format!("take {} more resources of {name}", self.unusable - FAULTS);
            self.ready.push_back(Collected::Failed(Error::new(ErrorKind::Format, what)));
        }
        let mut outcome = Outcome::Done;
        let mut detail = String::new();
        if let Some(Thrown { line, full }) = error {
            let kind = kind_of(code);
            let failed = Error::new(kind, format!("collect from {name}")).with_source(full);
            self.ready.push_back(Collected::Failed(failed));
            self.missing(self.kinds(), kind.into(), &line);
            outcome = Outcome::Unread(kind.into());
            detail = line;
        }
        self.ready.push_back(Collected::Call(CallOutcome {
            account: "".into(),
            region: GLOBAL.into(),
            call: self.call().into(),
            outcome,
            detail: detail.into(),
        }));
    }

    /// The kinds declared, and those of which something came.
    fn kinds(&self) -> Vec<Arc<str>> {
        let declared = self.caller.kinds.iter().map(|kind| kind.name().clone());
        declared.chain(self.seen.iter().cloned()).collect::<BTreeSet<_>>().into_iter().collect()
    }

    fn missing(&mut self, kinds: Vec<Arc<str>>, reason: Reason, detail: &str) {
        let unread = Arc::new(Unread::new(reason, self.call()).with_detail(detail));
        for kind in kinds {
            let (provider, account, region) = (self.provider(&kind), "".into(), GLOBAL.into());
            self.ready.push_back(Collected::Gap(Gap { kind, provider, account, region, unread: unread.clone() }));
        }
    }

    /// The provider of a kind.
    fn provider(&self, kind: &str) -> Arc<str> {
        let declared = self.caller.kinds.iter().find(|known| **known.name() == *kind).map(|known| &**known.provider());
        self.caller.given.as_deref().or(declared).unwrap_or_else(|| provider_of(kind)).into()
    }

    fn call(&self) -> String {
        format!("{}:collect", self.caller.name)
    }
}
