//! The credential report, live: made and read once, for all users and the root user.

use aws_sdk_iam::operation::get_credential_report::GetCredentialReportOutput;
use aws_sdk_iam::primitives::Blob;
use cspm_core::{Model, Read, Reason, Unread};
use tokio::sync::OnceCell;

use super::CredentialReport;
use super::csv::{self, Rows};
use crate::client::{Miss, Site};
use crate::iam::root_user::RootUser;
use crate::iam::sources::{GENERATE_CREDENTIAL_REPORT, GET_CREDENTIAL_REPORT};
use crate::iam::user::User;
use crate::live::{settled, time};

/// There is no report, or it is older than four hours.
const NO_REPORT: &[&str] = &["ReportNotPresent", "ReportExpired"];
/// What the report calls the root user.
pub(super) const ROOT: &str = "<root_account>";

/// The report, which is made when somebody first asks for a row.
#[derive(Debug, Default)]
pub(in crate::iam) struct Report(OnceCell<Read<Rows>>);

impl Report {
    /// The row of a user.
    pub(in crate::iam) async fn of_user(&self, site: &Site, name: &str) -> Read<CredentialReport> {
        self.row(site, User::KIND, name).await
    }

    /// The row of the root user.
    pub(in crate::iam) async fn of_root(&self, site: &Site) -> Read<CredentialReport> {
        self.row(site, RootUser::KIND, ROOT).await
    }

    async fn row(&self, site: &Site, kind: &str, name: &str) -> Read<CredentialReport> {
        if !site.wants_source(kind, &GET_CREDENTIAL_REPORT) {
            return Unread::skipped().into();
        }
        match self.0.get_or_init(|| rows(site)).await {
            Read::Known(rows) => rows.of(name),
            Read::Unread(unread) => unread.clone().into(),
        }
    }
}

async fn rows(site: &Site) -> Read<Rows> {
    let report = match settled(read(site).await, &GET_CREDENTIAL_REPORT) {
        Read::Known(report) => report,
        Read::Unread(unread) => return unread.into(),
    };
    let generated = time(report.generated_time, &GET_CREDENTIAL_REPORT);
    let content = report.content.map(Blob::into_inner);
    let rows = match content.as_deref().map(std::str::from_utf8) {
        None | Some(Ok("")) => Err("the report is empty".to_owned()),
        Some(Ok(text)) => csv::rows(text, generated).map_err(|error| error.to_string()),
        Some(Err(_)) => Err("the report is no text".to_owned()),
    };
    rows.map_err(|why| Unread::new(Reason::Failed, GET_CREDENTIAL_REPORT.call()).with_detail(why)).into()
}

/// Has the report made, and reads it. Where making it is refused, one that is there still serves.
async fn read(site: &Site) -> Result<Read<GetCredentialReportOutput>, Miss> {
    let iam = site.iam();
    let made = site.call(&[], &GENERATE_CREDENTIAL_REPORT).read(|| iam.generate_credential_report().send()).await?;
    let source = GET_CREDENTIAL_REPORT;
    let call = site.call(&[], &source);
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
