//! `aws_iam_server_certificate`, live.

use std::future::ready;

use aws_sdk_iam::types as sdk;
use cspm_core::{Model, Resource};

use super::ServerCertificate;
use crate::client::{Miss, Page, Site};
use crate::live::{filled, given, needed, present, time};

pub(in crate::iam) async fn collect(site: &Site) {
    let iam = site.iam();
    site.list(&[ServerCertificate::KIND], &ServerCertificate::LIST)
        .each(
            |marker: Option<String>| iam.list_server_certificates().set_marker(marker).send(),
            |page| Page::marked(Some(page.server_certificate_metadata_list), page.is_truncated, page.marker),
            |certificate| ready(describe(site, certificate)),
        )
        .await;
}

fn describe(site: &Site, certificate: sdk::ServerCertificateMetadata) -> Result<Resource, Miss> {
    let source = &ServerCertificate::LIST;
    let arn = needed(filled(certificate.arn), "the ARN of a server certificate")?;
    let name = needed(filled(certificate.server_certificate_name), "the name of a server certificate")?;
    let model = ServerCertificate {
        name,
        arn,
        server_certificate_id: given(filled(certificate.server_certificate_id), source),
        path: given(filled(certificate.path), source),
        expiration: present(time(certificate.expiration, source), source),
        upload_date: time(certificate.upload_date, source),
    };
    site.untagged(model.arn.as_str(), model.name.as_str(), &model)
}
