//! The entries of the prefix lists of a region: each list is read once, for all that refer to it.

use std::collections::HashMap;
use std::sync::Arc;

use aws_sdk_ec2::Client;
use cspm_core::{Model, Read, Reason, Unread};
use tokio::sync::{Mutex, OnceCell};

use super::managed_prefix_list::{Entry, ManagedPrefixList};
use super::security_group::SecurityGroup;
use super::sources::GET_MANAGED_PREFIX_LIST_ENTRIES as ENTRIES;
use crate::client::{Miss, Page, Site};
use crate::live::given;

/// The entries of a list; none where the list is gone.
type Found = Option<Read<Vec<Entry>>>;

/// The entries of the prefix lists of a region.
#[derive(Default)]
pub(super) struct PrefixLists(Mutex<HashMap<String, Arc<OnceCell<Found>>>>);

impl PrefixLists {
    /// The entries of the list `id`.
    ///
    /// # Errors
    /// [`Miss::Gone`] where there is no such list.
    pub(super) async fn entries(&self, site: &Site, ec2: &Client, id: &str) -> Result<Read<Vec<Entry>>, Miss> {
        let cell = self.0.lock().await.entry(id.to_owned()).or_default().clone();
        cell.get_or_init(|| read(site, ec2, id)).await.clone().ok_or(Miss::Gone)
    }

    /// The ranges of the list `id`; unread where there is no such list, as something does refer to it.
    pub(super) async fn cidrs(&self, site: &Site, ec2: &Client, id: &str) -> Read<Vec<String>> {
        let entries = match self.entries(site, ec2, id).await {
            Ok(Read::Known(entries)) => entries,
            Ok(Read::Unread(unread)) => return unread.into(),
            Err(_) => return Unread::new(Reason::Failed, ENTRIES.call()).with_detail("no such prefix list").into(),
        };
        let mut cidrs = Vec::with_capacity(entries.len());
        for entry in entries {
            match entry.cidr {
                Read::Known(cidr) => cidrs.push(cidr),
                Read::Unread(unread) => return unread.into(),
            }
        }
        Read::Known(cidrs)
    }
}

async fn read(site: &Site, ec2: &Client, id: &str) -> Found {
    let entries = site
        .call(&[ManagedPrefixList::KIND, SecurityGroup::KIND], &ENTRIES)
        .gone_on(&["InvalidPrefixListID.NotFound", "InvalidPrefixListId.NotFound"])
        .read_all(
            |token| {
                ec2.get_managed_prefix_list_entries().prefix_list_id(id).max_results(100).set_next_token(token).send()
            },
            |page| Page::new(page.entries, page.next_token),
        )
        .await;
    match entries {
        Ok(entries) => Some(entries.map(|entries| {
            let entry = |e: aws_sdk_ec2::types::PrefixListEntry| Entry {
                cidr: given(e.cidr, &ENTRIES),
                description: e.description,
            };
            entries.into_iter().map(entry).collect()
        })),
        Err(Miss::Gone) => None,
        Err(Miss::Broken(error)) => {
            Some(Unread::new(Reason::Failed, ENTRIES.call()).with_detail(error.to_string()).into())
        }
    }
}
