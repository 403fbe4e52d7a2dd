//! The items of a collector in Python, as a scan takes them.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use cspm::{
    CallOutcome, CancellationToken as Token, Collected, Data, Error, ErrorKind, GLOBAL, Gap, Outcome, Reason, Unread,
};
use pyo3::prelude::*;
use tokio::sync::mpsc::Sender;

use super::{Inner, Wanted};
use crate::error::{self, Thrown};
use crate::{data, python};

/// How many items cross at once, and how long the first of them may wait for the others.
const BATCH: usize = 256;
const WAIT: Duration = Duration::from_millis(50);
/// How many unusable items are told of one by one.
const FAULTS: u64 = 10;

impl Inner {
    /// Takes all that the generator yields, and sends it in batches.
    pub(super) fn iterate(&self, wanted: Arc<cspm::Wanted>, cancel: &Token, sender: &Sender<Vec<Collected>>) {
        let mut course =
            Course { inner: self, seen: BTreeSet::new(), unusable: 0, reason: None, detail: String::new() };
        let items = Python::try_attach(|py| {
            let items = python::collected_items(py)?.call1((self.object.bind(py), Wanted { wanted }))?;
            PyResult::Ok(items.unbind())
        });
        let mut last = Vec::new();
        match items {
            Some(Ok(items)) => loop {
                if cancel.is_cancelled() || sender.is_closed() {
                    course.reason = Some(Reason::Cancelled);
                }
                let more = course.reason.is_none();
                let batch = Python::try_attach(|py| match more {
                    true => course.batch(items.bind(py), cancel),
                    false => {
                        // It is told that nobody wants more; what it then does wrong changes nothing.
                        drop(items.call_method0(py, "close"));
                        None
                    }
                });
                match batch.flatten() {
                    Some((batch, true)) => {
                        if sender.blocking_send(batch).is_err() {
                            course.reason = Some(Reason::Cancelled);
                        }
                    }
                    Some((batch, false)) => {
                        last = batch;
                        if course.reason != Some(Reason::Cancelled) {
                            break;
                        }
                    }
                    None => break,
                }
            },
            Some(Err(exception)) => {
                Python::try_attach(|py| course.failed(py, exception, &mut last));
            }
            None => course.reason = Some(Reason::Cancelled),
        }
        course.end(&mut last);
        // The scan may be gone, and then wants none of it.
        drop(sender.blocking_send(last));
    }
}

/// How far the iteration of a collector is.
struct Course<'a> {
    inner: &'a Inner,
    /// The kinds of which something came.
    seen: BTreeSet<Arc<str>>,
    unusable: u64,
    /// Why not everything came.
    reason: Option<Reason>,
    detail: String,
}

impl Course<'_> {
    /// The next items, and whether there may be more.
    fn batch(&mut self, items: &Bound<'_, PyAny>, cancel: &Token) -> Option<(Vec<Collected>, bool)> {
        let (mut batch, began) = (Vec::new(), Instant::now());
        let mut items = items.try_iter().ok()?;
        while batch.len() < BATCH && began.elapsed() < WAIT {
            if cancel.is_cancelled() {
                return Some((batch, true));
            }
            match items.next() {
                None => return Some((batch, false)),
                Some(Ok(item)) => self.take(&item, &mut batch),
                Some(Err(exception)) => {
                    self.failed(items.py(), exception, &mut batch);
                    return Some((batch, false));
                }
            }
        }
        Some((batch, true))
    }

    fn take(&mut self, item: &Bound<'_, PyAny>, batch: &mut Vec<Collected>) {
        let is_gap = python::gap(item.py()).is_ok_and(|class| item.is_instance(class).unwrap_or(false));
        let taken = match is_gap {
            true => self.gap(item).map(Collected::Gap),
            false => self.resource(item),
        };
        match taken {
            Ok(collected) => batch.push(collected),
            Err(error) => {
                self.unusable += 1;
                if self.unusable <= FAULTS {
                    batch.push(Collected::Failed(error));
                }
                // Something is not there: nobody may take the rest of its kind for all.
                let kind = item.get_item("kind").and_then(|kind| kind.extract::<String>());
                let kinds = kind.map_or_else(|_| self.kinds(), |kind| vec![kind.into()]);
                let detail = "the collector gave a resource that is not one";
                batch.extend(kinds.into_iter().map(|kind| self.gap_of(kind, Reason::Failed, detail)));
            }
        }
    }

    fn resource(&mut self, item: &Bound<'_, PyAny>) -> cspm::Result<Collected> {
        let mut given = data::from_python(item).map_err(|exception| {
            let uid = item.get_item("uid").map_or_else(|_| String::new(), |uid| format!(" {uid}"));
            Error::new(ErrorKind::Format, format!("take the resource{uid} of {}", self.inner.name))
                .with_source(Thrown::in_a_line(exception))
        })?;
        if let (Some(object), Some(provider)) = (given.as_object_mut(), &self.inner.given)
            && object.get("provider").is_none()
        {
            object.insert("provider", Data::from(&**provider));
        }
        let resource = cspm::Resource::from_data(&given, &self.inner.kinds)
            .map_err(|e| Error::new(e.kind(), format!("take a resource of {}", self.inner.name)).with_source(e))?;
        self.seen.insert(resource.kind.clone());
        Ok(resource.into())
    }

    fn gap(&self, item: &Bound<'_, PyAny>) -> cspm::Result<Gap> {
        let read = || -> PyResult<Gap> {
            let text = |name: &str| item.getattr(name)?.extract::<String>();
            let (kind, provider) = (text("kind")?, text("provider")?);
            Ok(Gap {
                provider: if provider.is_empty() { self.inner.provider_of(&kind) } else { provider.into() },
                kind: kind.into(),
                account: text("account")?.into(),
                region: text("region")?.into(),
                unread: Arc::new(data::unread_from_python(item)?),
            })
        };
        read().map_err(|exception| {
            Error::new(ErrorKind::Format, format!("take a gap of {}", self.inner.name))
                .with_source(Thrown::in_a_line(exception))
        })
    }

    fn failed(&mut self, py: Python<'_>, exception: PyErr, batch: &mut Vec<Collected>) {
        let kind = error::kind_of(py, &exception);
        self.reason = Some(kind.into());
        self.detail = error::line(&exception);
        let error = Error::new(kind, format!("collect from {}", self.inner.name));
        batch.push(Collected::Failed(error.with_source(Thrown::in_full(py, exception))));
    }

    /// Says how it ended, and what is missing because of it.
    fn end(&mut self, batch: &mut Vec<Collected>) {
        if self.unusable > FAULTS {
            let what = format!("take {} more resources of {}", self.unusable - FAULTS, self.inner.name);
            batch.push(Collected::Failed(Error::new(ErrorKind::Format, what)));
        }
        if let Some(reason) = self.reason {
            let detail = self.detail.clone();
            batch.extend(self.kinds().into_iter().map(|kind| self.gap_of(kind, reason, &detail)));
        }
        batch.push(Collected::Call(CallOutcome {
            account: "".into(),
            region: GLOBAL.into(),
            call: self.call().into(),
            outcome: self.reason.map_or(Outcome::Done, Outcome::Unread),
            detail: self.detail.as_str().into(),
        }));
    }

    /// The kinds declared, and those of which something came.
    fn kinds(&self) -> Vec<Arc<str>> {
        let declared = self.inner.kinds.iter().map(|kind| kind.name().clone());
        declared.chain(self.seen.iter().cloned()).collect::<BTreeSet<_>>().into_iter().collect()
    }

    fn gap_of(&self, kind: Arc<str>, reason: Reason, detail: &str) -> Collected {
        let unread = Arc::new(Unread::new(reason, self.call()).with_detail(detail));
        let (provider, account, region) = (self.inner.provider_of(&kind), "".into(), GLOBAL.into());
        Collected::Gap(Gap { kind, provider, account, region, unread })
    }

    fn call(&self) -> String {
        format!("{}:collect", self.inner.name)
    }
}
