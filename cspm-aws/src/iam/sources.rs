//! The calls that fill the kinds of IAM, each with its permission.
//!
//! One paged call, `GetAccountAuthorizationDetails`, gives users, groups, roles and policies with all documents.
//! A call that lists a kind is a constant of its model; the others are borrowed by the calls, and so are statics.
//!
//! Permissions: <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html>.

use cspm_core::{Per, Source};

const USER: Per = Per::Resource("aws_iam_user");
const ACCESS_KEY: Per = Per::Resource("aws_iam_access_key");

pub(crate) const GET_ACCOUNT_AUTHORIZATION_DETAILS: Source =
    Source::new("iam", "GetAccountAuthorizationDetails", "iam:GetAccountAuthorizationDetails", Per::Account);
pub(crate) static LIST_USERS: Source = Source::new("iam", "ListUsers", "iam:ListUsers", Per::Account);
pub(crate) static GET_LOGIN_PROFILE: Source = Source::new("iam", "GetLoginProfile", "iam:GetLoginProfile", USER);
pub(crate) static LIST_MFA_DEVICES: Source = Source::new("iam", "ListMFADevices", "iam:ListMFADevices", USER);
pub(crate) const LIST_ACCESS_KEYS: Source = Source::new("iam", "ListAccessKeys", "iam:ListAccessKeys", USER);
pub(crate) static GET_ACCESS_KEY_LAST_USED: Source =
    Source::new("iam", "GetAccessKeyLastUsed", "iam:GetAccessKeyLastUsed", ACCESS_KEY);
pub(crate) const GET_ACCOUNT_SUMMARY: Source =
    Source::new("iam", "GetAccountSummary", "iam:GetAccountSummary", Per::Account);
pub(crate) const GET_ACCOUNT_PASSWORD_POLICY: Source =
    Source::new("iam", "GetAccountPasswordPolicy", "iam:GetAccountPasswordPolicy", Per::Account);
#[cfg(feature = "iam")]
pub(crate) static GENERATE_CREDENTIAL_REPORT: Source =
    Source::new("iam", "GenerateCredentialReport", "iam:GenerateCredentialReport", Per::Account);
pub(crate) const GET_CREDENTIAL_REPORT: Source =
    Source::new("iam", "GetCredentialReport", "iam:GetCredentialReport", Per::Account);
pub(crate) const LIST_VIRTUAL_MFA_DEVICES: Source =
    Source::new("iam", "ListVirtualMFADevices", "iam:ListVirtualMFADevices", Per::Account);
pub(crate) const LIST_SERVER_CERTIFICATES: Source =
    Source::new("iam", "ListServerCertificates", "iam:ListServerCertificates", Per::Account);
pub(crate) const LIST_SAML_PROVIDERS: Source =
    Source::new("iam", "ListSAMLProviders", "iam:ListSAMLProviders", Per::Account);
pub(crate) const LIST_ORGANIZATIONS_FEATURES: Source =
    Source::new("iam", "ListOrganizationsFeatures", "iam:ListOrganizationsFeatures", Per::Account);
