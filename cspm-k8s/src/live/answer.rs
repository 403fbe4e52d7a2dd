//! What an API server answers, and what it means where it is no answer.

use std::sync::Arc;
use std::time::Duration;

use cspm_core::secrets::scrub_foreign;
use cspm_core::{Reason, Unread};
use serde::Deserialize;

/// What a server says is cut to so many characters.
const SAID: usize = 300;

/// Why a call was not answered.
#[derive(Clone, Debug)]
pub(super) struct Failure {
    pub(super) reason: Reason,
    /// The status of HTTP, if there was one.
    pub(super) status: Option<u16>,
    pub(super) detail: Arc<str>,
    /// Whether it may go better soon.
    pub(super) again: bool,
    /// How long the server wants to be left alone.
    pub(super) wait: Option<Duration>,
    /// Where to go on with a list whose token expired.
    pub(super) token: Option<String>,
    /// Whether the answer was longer than it may be.
    pub(super) too_large: bool,
}

/// <https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/>
#[derive(Default, Deserialize)]
#[serde(default)]
struct Status {
    message: String,
    metadata: Metadata,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Metadata {
    r#continue: String,
}

impl Failure {
    pub(super) fn new(reason: Reason, again: bool, detail: impl AsRef<str>) -> Self {
        // Scrubbed before it is cut: of a secret that is cut in two nobody knows the shape.
        let detail: String = scrub_foreign(detail.as_ref()).chars().take(SAID).collect();
        Self { reason, status: None, detail: detail.into(), again, wait: None, token: None, too_large: false }
    }

    /// The meaning of a status that is not 2xx.
    /// <https://github.com/kubernetes/community/blob/main/contributors/devel/sig-architecture/api-conventions.md#http-status-codes>
    pub(super) fn of(status: u16, wait: Option<Duration>, body: &[u8]) -> Self {
        let said: Status = serde_json::from_slice(body).unwrap_or_default();
        let (reason, again) = match status {
            401 => (Reason::CredentialsExpired, false),
            403 => (Reason::AccessDenied, false),
            408 | 504 => (Reason::TimedOut, true),
            429 => (Reason::Throttled, true),
            500 | 502 | 503 => (Reason::Failed, true),
            _ => (Reason::Failed, false),
        };
        let detail = if said.message.is_empty() { format!("status {status}") } else { said.message };
        let token = Some(said.metadata.r#continue).filter(|token| !token.is_empty());
        Self { status: Some(status), wait, token, ..Self::new(reason, again, detail) }
    }

    /// The answer is longer than so many bytes.
    pub(super) fn too_large(limit: usize) -> Self {
        let detail = format!("the answer has more than {limit} bytes");
        Self { too_large: true, ..Self::new(Reason::Failed, false, detail) }
    }

    pub(super) fn unread(&self, call: String) -> Unread {
        Unread::new(self.reason, call).with_detail(self.detail.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_says_why() {
        let body = br#"{"kind":"Status","message":"pods is forbidden","metadata":{}}"#;
        let failure = Failure::of(403, None, body);
        assert_eq!(
            (failure.reason, &*failure.detail, failure.again),
            (Reason::AccessDenied, "pods is forbidden", false)
        );
        let expired = Failure::of(410, None, br#"{"message":"too old","metadata":{"continue":"abc"}}"#);
        assert_eq!((expired.token.as_deref(), expired.again), (Some("abc"), false));
        let garbage = Failure::of(503, Some(Duration::from_secs(1)), b"<html>");
        assert_eq!((&*garbage.detail, garbage.again), ("status 503", true));
    }
}
