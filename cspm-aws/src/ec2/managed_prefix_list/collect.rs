//! Managed prefix lists, live.

use aws_sdk_ec2::Client;
use aws_sdk_ec2::types as sdk;
use cspm_core::{Model, Resource};

use super::ManagedPrefixList;
use crate::client::{Miss, Page, Site};
use crate::ec2::convert::{id, tags};
use crate::ec2::prefix_lists::PrefixLists;
use crate::live::word;

pub(in crate::ec2) async fn collect(site: &Site, lists: &PrefixLists) {
    let ec2 = site.ec2();
    site.list(&[ManagedPrefixList::KIND], &ManagedPrefixList::LIST)
        .each(
            |token| ec2.describe_managed_prefix_lists().max_results(100).set_next_token(token).send(),
            |page| Page::new(page.prefix_lists, page.next_token),
            |list| describe(site, &ec2, lists, list),
        )
        .await;
}

async fn describe(
    site: &Site,
    ec2: &Client,
    lists: &PrefixLists,
    list: sdk::ManagedPrefixList,
) -> Result<Resource, Miss> {
    let (tags, arn) = (tags(list.tags), list.prefix_list_arn);
    let id = id(list.prefix_list_id, ManagedPrefixList::KIND)?;
    let list = ManagedPrefixList {
        entries: lists.entries(site, ec2, &id).await?,
        id,
        name: list.prefix_list_name,
        state: word(list.state, &ManagedPrefixList::LIST),
        address_family: list.address_family,
        max_entries: list.max_entries,
        version: list.version,
        owner_id: list.owner_id,
    };
    let what = format!("prefix-list/{}", list.id);
    let uid = arn.unwrap_or_else(|| site.arn_of(list.owner_id.as_deref(), "ec2", &what));
    site.resource(uid, list.name.clone().unwrap_or_else(|| list.id.clone()), tags, &list)
}
