//! One call: attempts, time limits, waits.

use std::time::Duration;

use cspm_core::Reason;
use http::header::{ACCEPT, CONTENT_TYPE, RETRY_AFTER};
use http::{Method, Request};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use kube::client::Body;
use serde::de::DeserializeOwned;
use tokio::time::{sleep, timeout};

use super::answer::Failure;
use super::{Inner, login};

/// The wait before the second attempt; it doubles with each.
const FIRST: Duration = Duration::from_millis(200);
/// The longest wait that a server can ask for.
const LONGEST: Duration = Duration::from_secs(30);

/// The largest answer that is no list, in bytes.
const ANSWER: usize = 16 << 20;
/// The largest answer that says what went wrong, in bytes.
const ERROR: usize = 1 << 20;

/// What is asked.
#[derive(Clone, Copy)]
pub(super) struct Ask<'a> {
    pub(super) path: &'a str,
    pub(super) accept: &'a str,
    /// What is sent, as JSON.
    pub(super) body: Option<&'a str>,
    /// How many bytes the answer may have.
    pub(super) limit: usize,
}

impl<'a> Ask<'a> {
    pub(super) fn get(path: &'a str) -> Self {
        Self { path, accept: "application/json", body: None, limit: ANSWER }
    }
}

impl Inner {
    /// Asks, again and again where that may help. `throttled` is told when the server asks to slow down.
    pub(super) async fn ask<T: DeserializeOwned + Send + 'static>(
        &self,
        ask: Ask<'_>,
        throttled: &(dyn Fn(Duration) + Send + Sync),
    ) -> Result<T, Failure> {
        let mut backoff = FIRST;
        let mut attempt = 1;
        loop {
            let failure = match timeout(self.limits.attempt, self.attempt(ask)).await {
                Ok(Ok(answer)) => return Ok(answer),
                Ok(Err(failure)) => failure,
                // A server that was silent for so long twice is not asked a third time.
                Err(_) => Failure::new(Reason::TimedOut, attempt < 2, "no answer in time"),
            };
            if !failure.again || attempt >= self.limits.attempts {
                return Err(failure);
            }
            let wait = failure.wait.unwrap_or(backoff).min(LONGEST);
            if failure.reason == Reason::Throttled {
                throttled(wait);
            }
            sleep(wait).await;
            backoff *= 2;
            attempt += 1;
        }
    }

    async fn attempt<T: DeserializeOwned + Send + 'static>(&self, ask: Ask<'_>) -> Result<T, Failure> {
        let method = if ask.body.is_some() { Method::POST } else { Method::GET };
        let request = Request::builder().method(method).uri(ask.path).header(ACCEPT, ask.accept);
        let request = request.header(CONTENT_TYPE, "application/json");
        let body = ask.body.unwrap_or_default().as_bytes().to_vec();
        let request = request.body(Body::from(body)).map_err(|e| Failure::new(Reason::Failed, false, e.to_string()))?;
        let client = self.client.get().await.map_err(|error| unprepared(&error))?;
        let response = client.send(request).await.map_err(|error| sent(&error))?;
        let (parts, body) = response.into_parts();
        let limit = if parts.status.is_success() { ask.limit } else { ERROR };
        let whole = match Limited::new(body, limit).collect().await {
            Ok(whole) => whole.to_bytes(),
            // What it means stands in its status.
            Err(error) if error.is::<LengthLimitError>() && !parts.status.is_success() => Default::default(),
            Err(error) if error.is::<LengthLimitError>() => return Err(Failure::too_large(limit)),
            // An answer that breaks off is none: what is missing of it would be taken for absent.
            Err(error) => return Err(Failure::new(Reason::Failed, true, format!("the answer broke off: {error}"))),
        };
        if !parts.status.is_success() {
            let wait = parts.headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
            return Err(Failure::of(parts.status.as_u16(), wait.map(Duration::from_secs), &whole));
        }
        // A page of large objects takes a while to read, and the events of others must not wait for it.
        let parsed = tokio::task::spawn_blocking(move || serde_json::from_slice(&whole)).await;
        match parsed {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => Err(Failure::new(Reason::Failed, true, format!("the answer is not understood: {error}"))),
            Err(error) => Err(Failure::new(Reason::Failed, false, error.to_string())),
        }
    }
}

/// What it means that there are no credentials to send a request with.
fn unprepared(error: &cspm_core::Error) -> Failure {
    let reason = match error.kind() {
        cspm_core::ErrorKind::Credentials => Reason::CredentialsExpired,
        _ => Reason::Failed,
    };
    Failure::new(reason, false, error.to_string())
}

/// What it means that a request could not be sent.
fn sent(error: &kube::Error) -> Failure {
    let text = login::of_client(error);
    match error {
        kube::Error::Auth(_) => Failure::new(Reason::CredentialsExpired, false, text),
        _ => Failure::new(Reason::TimedOut, true, text),
    }
}
