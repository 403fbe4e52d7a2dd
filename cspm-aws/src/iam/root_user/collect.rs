//! `aws_iam_root_user`, live.

use aws_sdk_iam::types::SummaryKeyType as Key;
use cspm_core::{Model, Read};

use super::RootUser;
use crate::client::Site;
use crate::iam::account_summary::{read, says};
use crate::iam::credential_report::collect::Report;

const KINDS: &[&str] = &[RootUser::KIND];

pub(in crate::iam) async fn collect(site: &Site, report: &Report) {
    if !site.wants(RootUser::KIND) {
        return;
    }
    let (summary, credential_report) = futures::join!(read(site, KINDS), report.of_root(site));
    let root = RootUser {
        arn: site.arn("iam", "root"),
        partition: site.partition().to_owned(),
        account_mfa_enabled: says(&summary, &Key::AccountMfaEnabled),
        account_access_keys_present: says(&summary, &Key::AccountAccessKeysPresent),
        account_signing_certificates_present: says(&summary, &Key::AccountSigningCertificatesPresent),
        // Older partitions do not say.
        account_password_present: match &summary {
            Read::Known(counts) => Read::Known(counts.get(&Key::AccountPasswordPresent).map(|count| *count > 0)),
            Read::Unread(unread) => unread.clone().into(),
        },
        credential_report,
    };
    let resource = site.untagged(root.arn.as_str(), "root user", &root);
    site.emit_or_gap(KINDS, &RootUser::LIST, resource).await;
}
