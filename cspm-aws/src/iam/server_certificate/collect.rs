//! `aws_iam_server_certificate`, live.

use std::future::ready;

use aws_sdk_iam::types as sdk;
use cspm_core::{Model, Resource};

use super::ServerCertificate;
use crate::client::{Miss, Site};
use crate::live::{given, timestamp};

pub(in crate::iam) async fn collect(site: &Site) {
    let iam = site.iam();
    site.list(&[ServerCertificate::KIND], &ServerCertificate::LIST)
        .each(
            |marker: Option<String>| iam.list_server_certificates().set_marker(marker).send(),
            |page| (page.server_certificate_metadata_list, page.marker.filter(|_| page.is_truncated)),
            |certificate| ready(describe(site, certificate)),
        )
        .await;
}

fn describe(site: &Site, certificate: sdk::ServerCertificateMetadata) -> Result<Resource, Miss> {
    let model = ServerCertificate {
        name: certificate.server_certificate_name,
        arn: certificate.arn,
        server_certificate_id: certificate.server_certificate_id,
        path: certificate.path,
        expiration: given(certificate.expiration.and_then(timestamp), &ServerCertificate::LIST),
        upload_date: certificate.upload_date.and_then(timestamp),
    };
    site.untagged(model.arn.as_str(), model.name.as_str(), &model)
}
