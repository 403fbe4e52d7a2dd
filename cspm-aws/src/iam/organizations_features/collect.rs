//! `aws_iam_organizations_features`, live.

use std::future::ready;

use cspm_core::{Model, Resource};

use super::OrganizationsFeatures;
use crate::client::{Miss, Site};
use crate::live::or_none;

/// The account has nothing to manage: it is in no organization, or not the one that manages it.
const NOT_CONCERNED: &[&str] =
    &["AccountNotManagementOrDelegatedAdministratorException", "OrganizationNotFoundException"];
/// The account manages an organization, in which no feature can be enabled yet.
const NOT_ENABLED: &[&str] = &["ServiceAccessNotEnabledException", "OrganizationNotInAllFeaturesModeException"];

pub(in crate::iam) async fn collect(site: &Site) {
    let iam = &site.iam();
    site.list(&[OrganizationsFeatures::KIND], &OrganizationsFeatures::LIST)
        .absent_on(NOT_CONCERNED)
        .each(
            |_| async move { or_none(iam.list_organizations_features().send().await, NOT_ENABLED) },
            |answer| (vec![answer], None),
            |answer| {
                let (id, features) =
                    answer.map(|answer| (answer.organization_id, answer.enabled_features)).unwrap_or_default();
                let features = features.unwrap_or_default().iter().map(|feature| feature.as_str().to_owned()).collect();
                ready(describe(site, OrganizationsFeatures { organization_id: id, enabled_features: features }))
            },
        )
        .await;
}

fn describe(site: &Site, model: OrganizationsFeatures) -> Result<Resource, Miss> {
    let name = format!("root users managed by {}", site.account());
    site.untagged(site.arn("iam", "organizations-features"), name, &model)
}
