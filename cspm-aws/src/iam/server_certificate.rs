//! `aws_iam_server_certificate`.

#[cfg(feature = "iam")]
pub(super) mod collect;

use cspm_core::{Model, Read, Scope, Source};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::sources;

/// A TLS certificate that is stored in IAM.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ServerCertificate {
    /// The name.
    pub name: String,
    /// The ARN.
    pub arn: String,
    /// The id, `ASCA…`.
    pub server_certificate_id: Read<String>,
    /// The path, `/` or `/some/path/`.
    pub path: Read<String>,
    /// When it ends.
    pub expiration: Read<Timestamp>,
    /// When it was stored.
    pub upload_date: Read<Option<Timestamp>>,
}

impl Model for ServerCertificate {
    const KIND: &'static str = "aws_iam_server_certificate";
    const PROVIDER: &'static str = "aws";
    const SERVICE: &'static str = "iam";
    const SCOPE: Scope = Scope::Account;
    const LIST: Source = sources::LIST_SERVER_CERTIFICATES;
}
