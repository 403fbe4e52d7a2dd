//! AWS Identity and Access Management: users, groups, roles, policies, and the settings of the account.

pub mod access_key;
#[cfg(feature = "iam")]
pub(crate) mod account_summary;
#[cfg(feature = "iam")]
mod authorization_details;
#[cfg(feature = "iam")]
mod convert;
pub mod credential_report;
pub mod group;
pub mod inline_policy;
pub mod organizations_features;
pub mod policy;
pub mod role;
pub mod root_user;
pub mod saml_provider;
pub mod server_certificate;
pub(crate) mod sources;
pub mod user;
pub mod virtual_mfa_device;

use cspm_core::{Kind, Result};

/// The kinds of this service.
pub(crate) fn kinds() -> Result<Vec<Kind>> {
    Ok(vec![
        Kind::of::<user::User>()?,
        Kind::of::<access_key::AccessKey>()?,
        Kind::of::<group::Group>()?,
        Kind::of::<role::Role>()?,
        Kind::of::<policy::ManagedPolicy>()?,
        Kind::of::<root_user::RootUser>()?,
        Kind::of::<virtual_mfa_device::VirtualMfaDevice>()?,
        Kind::of::<server_certificate::ServerCertificate>()?,
        Kind::of::<saml_provider::SamlProvider>()?,
        Kind::of::<organizations_features::OrganizationsFeatures>()?,
    ])
}

/// The calls that no field names: a report must be made before it can be read, and keys are listed by user.
#[cfg(feature = "iam")]
pub(crate) fn prerequisites(wanted: &cspm_core::Wanted) -> Vec<cspm_core::Source> {
    let mut calls = Vec::new();
    let report = |kind| wanted.source(kind, &sources::GET_CREDENTIAL_REPORT);
    if report("aws_iam_user") || report("aws_iam_root_user") {
        calls.push(sources::GENERATE_CREDENTIAL_REPORT.clone());
    }
    if wanted.kind("aws_iam_access_key") {
        calls.push(sources::GET_ACCOUNT_AUTHORIZATION_DETAILS);
    }
    calls
}

/// Collects the wanted kinds of this service; `site` is the global one.
#[cfg(feature = "iam")]
pub(crate) async fn collect(site: &crate::client::Site) {
    let report = &credential_report::collect::Report::default();
    futures::join!(
        authorization_details::collect(site, report),
        root_user::collect::collect(site, report),
        virtual_mfa_device::collect::collect(site),
        server_certificate::collect::collect(site),
        saml_provider::collect::collect(site),
        organizations_features::collect::collect(site),
    );
}
