//! The audit log of an API server: <https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/>.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

/// Every request, when it was answered.
pub const POLICY: &str = "\
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived, ResponseStarted]
rules: [{level: Metadata}]
";

/// A request that was answered.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AuditEvent {
    pub stage: String,
    pub verb: String,
    /// The path and the query.
    #[serde(rename = "requestURI")]
    pub request_uri: String,
    pub user: User,
    #[serde(default)]
    pub user_agent: String,
    /// None where the request was of no resource, such as `/version`.
    pub object_ref: Option<ObjectRef>,
    pub response_status: ResponseStatus,
    /// What admission and the authorizer note.
    #[serde(default)]
    pub annotations: BTreeMap<String, String>,
}

/// Who asked.
#[derive(Clone, Debug, Deserialize)]
pub struct User {
    /// None where nobody could be told from the request.
    pub username: Option<String>,
    #[serde(default)]
    pub groups: Vec<String>,
}

/// What was asked for; what does not apply is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ObjectRef {
    pub api_group: String,
    pub api_version: String,
    pub resource: String,
    pub subresource: String,
    pub namespace: String,
    pub name: String,
}

/// What was answered.
#[derive(Clone, Debug, Deserialize)]
pub struct ResponseStatus {
    pub code: u16,
}

/// The events of a log so far. The server writes an event before it ends the answer: that of an answer one has is here.
pub fn read(path: &Path) -> Vec<AuditEvent> {
    let log = std::fs::read_to_string(path).unwrap();
    // The server may be writing a line just now.
    let whole = log.rfind('\n').map_or("", |end| &log[..end]);
    whole.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect()
}
