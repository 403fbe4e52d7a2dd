//! `aws_iam_saml_provider`, live.

use std::future::ready;

use aws_sdk_iam::types as sdk;
use cspm_core::{Model, Resource};

use super::SamlProvider;
use crate::client::{Miss, Page, Site};
use crate::live::{filled, needed, time};

pub(in crate::iam) async fn collect(site: &Site) {
    let iam = site.iam();
    site.list(&[SamlProvider::KIND], &SamlProvider::LIST)
        .each(
            |_| iam.list_saml_providers().send(),
            |answer| Page::only(answer.saml_provider_list),
            |provider| ready(describe(site, provider)),
        )
        .await;
}

fn describe(site: &Site, provider: sdk::SamlProviderListEntry) -> Result<Resource, Miss> {
    let arn = needed(provider.arn.and_then(filled), "the ARN of a SAML provider")?;
    let name = arn.rsplit('/').next().unwrap_or(&arn).to_owned();
    let model = SamlProvider {
        arn: arn.clone(),
        create_date: time(provider.create_date, &SamlProvider::LIST),
        valid_until: time(provider.valid_until, &SamlProvider::LIST),
    };
    site.untagged(arn, name, &model)
}
