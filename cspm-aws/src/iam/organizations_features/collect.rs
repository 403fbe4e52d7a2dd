//! `aws_iam_organizations_features`, live.

use std::future::ready;

use aws_sdk_iam::operation::list_organizations_features::ListOrganizationsFeaturesOutput;
use aws_sdk_iam::types::FeatureType;
use cspm_core::{Model, Read, Resource};

use super::OrganizationsFeatures;
use crate::client::{Miss, Page, Site};
use crate::live::{items, or_none};

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
            |answer| Page::only(Some(vec![answer])),
            |answer| ready(describe(site, answer)),
        )
        .await;
}

fn describe(site: &Site, answer: Option<ListOrganizationsFeaturesOutput>) -> Result<Resource, Miss> {
    let model = match answer {
        None => OrganizationsFeatures { organization_id: None, enabled_features: Read::Known(Vec::new()) },
        Some(answer) => OrganizationsFeatures {
            organization_id: answer.organization_id,
            enabled_features: features(answer.enabled_features),
        },
    };
    let name = format!("root users managed by {}", site.account());
    site.untagged(site.own("iam-organizations-features"), name, &model)
}

/// The names of the features. One that this version does not know is a feature all the same.
fn features(features: Option<Vec<FeatureType>>) -> Read<Vec<String>> {
    items(features, &OrganizationsFeatures::LIST, |feature| feature.as_str().to_owned())
}
