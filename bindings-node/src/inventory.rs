//! All resources of a scan.

use std::sync::Arc;

use cspm::{Gap, OutputFile};
use napi_derive::napi;
use serde::Serialize;

use crate::error::{sync, to_json};
use crate::job::{self, Job};
use crate::link::{Outcome, Tell};
use crate::sql;

/// All resources of a scan.
#[napi]
pub struct Inventory {
    inventory: Arc<cspm::Inventory>,
}

impl Inventory {
    pub(crate) fn of(inventory: Arc<cspm::Inventory>) -> Self {
        Self { inventory }
    }
}

/// A gap, as JavaScript gives them too.
#[derive(Serialize)]
struct GapRow<'a> {
    kind: &'a str,
    provider: &'a str,
    account: &'a str,
    region: &'a str,
    reason: &'static str,
    call: &'a str,
    detail: &'a str,
}

impl<'a> From<&'a Gap> for GapRow<'a> {
    fn from(gap: &'a Gap) -> Self {
        Self {
            kind: &gap.kind,
            provider: &gap.provider,
            account: &gap.account,
            region: &gap.region,
            reason: gap.unread.reason.as_str(),
            call: &gap.unread.call,
            detail: &gap.unread.detail,
        }
    }
}

#[napi]
impl Inventory {
    /// How many resources there are, of a kind or in all.
    #[napi]
    pub fn count(&self, kind: Option<String>) -> u32 {
        let count = match kind {
            Some(kind) => self.inventory.of_kind(&kind).len(),
            None => self.inventory.len(),
        };
        u32::try_from(count).unwrap_or(u32::MAX)
    }

    /// The resource with this uid.
    #[napi]
    pub fn get(&self, uid: String) -> napi::Result<Option<String>> {
        sync(|| self.inventory.get(&uid).map(to_json).transpose())
    }

    /// The resources from one position to another, of a kind or of all, one a line.
    #[napi]
    pub fn resources(&self, kind: Option<String>, start: u32, end: u32) -> napi::Result<String> {
        sync(|| {
            let (skip, take) = (start as usize, end.saturating_sub(start) as usize);
            let rows: Result<Vec<_>, _> = match kind {
                Some(kind) => self.inventory.of_kind(&kind).skip(skip).take(take).map(to_json).collect(),
                None => self.inventory.resources().iter().skip(skip).take(take).map(to_json).collect(),
            };
            Ok(rows?.join("\n"))
        })
    }

    /// How many resources there are of each kind of which there are resources or gaps.
    #[napi]
    pub fn counts(&self) -> napi::Result<String> {
        sync(|| to_json(&self.inventory.counts()))
    }

    /// Every list that could not be made.
    #[napi]
    pub fn gaps(&self) -> napi::Result<String> {
        sync(|| to_json(&self.inventory.gaps().map(GapRow::from).collect::<Vec<_>>()))
    }

    /// Writes a snapshot to a file that is there whole or not at all.
    #[napi]
    pub fn save(&self, path: String, tell: Tell<'_>) -> napi::Result<Job> {
        let inventory = self.inventory.clone();
        job::start(&tell, move |_| {
            cspm::save_snapshot_to(&inventory, OutputFile::create(path)?)?;
            Ok(Outcome::Nothing)
        })
    }

    /// The answer to a `select` statement.
    #[napi]
    pub fn sql(&self, query: String, options: String) -> napi::Result<String> {
        sync(|| sql::answer(&self.inventory, &query, &options))
    }

    /// The same on a thread of its own.
    #[napi]
    pub fn sql_async(&self, query: String, options: String, tell: Tell<'_>) -> napi::Result<Job> {
        let inventory = self.inventory.clone();
        job::start(&tell, move |_| sql::answer(&inventory, &query, &options).map(Outcome::Text))
    }
}
