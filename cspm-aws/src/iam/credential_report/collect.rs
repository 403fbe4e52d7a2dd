//! `aws_iam_credential_report`, live.

use aws_sdk_iam::operation::get_credential_report::GetCredentialReportOutput;
use cspm_core::{Error, Model, Read, Reason, Unread};

use super::{CredentialReport, csv};
use crate::client::{Miss, Site};
use crate::iam::sources::{GENERATE_CREDENTIAL_REPORT, GET_CREDENTIAL_REPORT};
use crate::live::timestamp;

const KINDS: &[&str] = &[CredentialReport::KIND];
/// There is no report, or it is older than four hours.
const NO_REPORT: &[&str] = &["ReportNotPresent", "ReportExpired"];

pub(in crate::iam) async fn collect(site: &Site) {
    if !site.wants(CredentialReport::KIND) {
        return;
    }
    match read(site).await {
        Ok(Read::Known(report)) => emit(site, report).await,
        Ok(Read::Unread(unread)) => site.gap(KINDS, unread).await,
        Err(_) => {}
    }
}

/// Has the report made, and reads it. Where making it is refused, one that is there still serves.
async fn read(site: &Site) -> Result<Read<GetCredentialReportOutput>, Miss> {
    let iam = site.iam();
    let made = site.call(&[], &GENERATE_CREDENTIAL_REPORT).read(|| iam.generate_credential_report().send()).await?;
    let source = GET_CREDENTIAL_REPORT;
    let call = site.call(KINDS, &source);
    let get = || iam.get_credential_report().send();
    match made {
        Read::Known(_) => call.retry_on(&["ReportInProgress", "ReportNotPresent", "ReportExpired"]).read(get).await,
        Read::Unread(refused) => Ok(match call.absent_on(NO_REPORT).read_option(get).await? {
            Read::Known(Some(report)) => Read::Known(report),
            Read::Known(None) => refused.into(),
            Read::Unread(unread) => unread.into(),
        }),
    }
}

async fn emit(site: &Site, report: GetCredentialReportOutput) {
    let generated = report.generated_time.and_then(timestamp);
    let content = report.content.map(aws_sdk_iam::primitives::Blob::into_inner).unwrap_or_default();
    let mut rows = csv::rows(&String::from_utf8_lossy(&content), generated);
    if rows.is_empty() {
        let unread = Unread::new(Reason::Failed, GET_CREDENTIAL_REPORT.call());
        return site.gap(KINDS, unread.with_detail("the report is empty")).await;
    }
    for row in rows.drain(..) {
        let resource = row.map_err(Miss::from).and_then(|row| {
            let uid = site.arn("iam", &format!("credential-report/{}", row.user_name));
            site.untagged(uid, row.user_name.as_str(), &row)
        });
        match resource {
            Ok(resource) => site.emit(resource).await,
            Err(Miss::Broken(error)) => site.gap(KINDS, not_understood(&error)).await,
            Err(Miss::Gone) => {}
        }
    }
}

fn not_understood(error: &Error) -> Unread {
    Unread::new(Reason::Failed, GET_CREDENTIAL_REPORT.call()).with_detail(error.to_string())
}
