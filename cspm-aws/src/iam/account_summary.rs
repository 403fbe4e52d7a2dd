//! The numbers of `GetAccountSummary`, of which `aws_account` and `aws_iam_root_user` are filled.

use std::collections::HashMap;

use aws_sdk_iam::types::SummaryKeyType as Key;
use cspm_core::Read;

use super::sources::GET_ACCOUNT_SUMMARY;
use crate::client::Site;
use crate::live::{flat, given, settled};

/// The summary of the account, for fields of `kinds`.
pub(crate) async fn read(site: &Site, kinds: &[&str]) -> Read<HashMap<Key, i32>> {
    let iam = site.iam();
    let answer = site.call(kinds, &GET_ACCOUNT_SUMMARY).read(|| iam.get_account_summary().send()).await;
    flat(settled(answer, &GET_ACCOUNT_SUMMARY).map(|answer| given(answer.summary_map, &GET_ACCOUNT_SUMMARY)))
}

/// One number of it; unread where it is not among them.
pub(crate) fn count(summary: &Read<HashMap<Key, i32>>, key: &Key) -> Read<i32> {
    match summary {
        Read::Known(counts) => given(counts.get(key).copied(), &GET_ACCOUNT_SUMMARY),
        Read::Unread(unread) => unread.clone().into(),
    }
}

/// One of them that says yes or no: 1 or 0.
pub(crate) fn says(summary: &Read<HashMap<Key, i32>>, key: &Key) -> Read<bool> {
    count(summary, key).map(|count| count > 0)
}
