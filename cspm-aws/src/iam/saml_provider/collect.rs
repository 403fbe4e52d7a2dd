//! `aws_iam_saml_provider`, live.

use std::future::ready;

use aws_sdk_iam::types as sdk;
use cspm_core::{Model, Resource};

use super::SamlProvider;
use crate::client::{Miss, Site};
use crate::iam::convert::needed;
use crate::live::timestamp;

pub(in crate::iam) async fn collect(site: &Site) {
    let iam = site.iam();
    site.list(&[SamlProvider::KIND], &SamlProvider::LIST)
        .each(
            |_| iam.list_saml_providers().send(),
            |answer| (answer.saml_provider_list.unwrap_or_default(), None),
            |provider| ready(describe(site, provider)),
        )
        .await;
}

fn describe(site: &Site, provider: sdk::SamlProviderListEntry) -> Result<Resource, Miss> {
    let arn = needed(provider.arn, "the ARN of a SAML provider")?;
    let name = arn.rsplit('/').next().unwrap_or(&arn).to_owned();
    let model = SamlProvider {
        arn: arn.clone(),
        create_date: provider.create_date.and_then(timestamp),
        valid_until: provider.valid_until.and_then(timestamp),
    };
    site.untagged(arn, name, &model)
}
