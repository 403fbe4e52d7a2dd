//! Credentials that are kept in memory, renewed before they expire, and renewed once more when AWS says that they have.

use std::fmt;
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::future::ProvideCredentials as Provided;
use aws_credential_types::provider::{ProvideCredentials, Result, SharedCredentialsProvider};
use tokio::sync::Mutex;
use tokio::time::Instant;

/// Credentials are renewed when they are valid for less than this.
const MARGIN: Duration = Duration::from_secs(120);
/// After a renewal that failed, the next one is tried no sooner.
const REST: Duration = Duration::from_secs(15);

/// A provider that asks the one beneath only when it has to. All clients of one [`super::Aws`] share it, so that a scan
/// of many regions asks once; the SDK's own cache, one for each client, is off.
pub(crate) struct Renewing {
    beneath: SharedCredentialsProvider,
    limit: Duration,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    current: Option<Credentials>,
    renewed: Option<Instant>,
    failed: Option<Instant>,
}

impl Renewing {
    /// Keeps the credentials of `beneath`, which has `limit` to give them.
    pub(crate) fn new(beneath: SharedCredentialsProvider, limit: Duration) -> Self {
        Self { beneath, limit, state: Mutex::default() }
    }

    /// Gets other credentials: AWS refused those of a call begun at `begun` as expired. Whether there are others now.
    pub(crate) async fn renew(&self, begun: Instant) -> bool {
        let mut state = self.state.lock().await;
        if state.renewed.is_some_and(|renewed| renewed > begun) {
            return true;
        }
        if state.rests() {
            return false;
        }
        let old = state.current.take();
        match self.ask(&mut state).await {
            Ok(new) => old.is_none_or(|old| new.session_token() != old.session_token() || key(&new) != key(&old)),
            Err(_) => {
                state.current = old;
                false
            }
        }
    }

    async fn get(&self) -> Result {
        let mut state = self.state.lock().await;
        let valid = state.current.as_ref().and_then(remaining);
        match (&state.current, valid) {
            (Some(current), None) => return Ok(current.clone()),
            (Some(current), Some(left)) if left > MARGIN || (!left.is_zero() && state.rests()) => {
                return Ok(current.clone());
            }
            _ => {}
        }
        let old = state.current.clone();
        match (self.ask(&mut state).await, old) {
            (Err(_), Some(old)) if valid.is_some_and(|left| !left.is_zero()) => Ok(old),
            (answer, _) => answer,
        }
    }

    async fn ask(&self, state: &mut State) -> Result {
        let answer = tokio::time::timeout(self.limit, self.beneath.provide_credentials()).await;
        let answer = answer.unwrap_or_else(|_| Err(CredentialsError::provider_timed_out(self.limit)));
        match &answer {
            Ok(new) => *state = State { current: Some(new.clone()), renewed: Some(Instant::now()), failed: None },
            Err(_) => state.failed = Some(Instant::now()),
        }
        answer
    }
}

impl State {
    fn rests(&self) -> bool {
        self.failed.is_some_and(|failed| failed.elapsed() < REST)
    }
}

/// How long the credentials are still valid; `None` for ever.
fn remaining(credentials: &Credentials) -> Option<Duration> {
    let expiry = credentials.expiry()?;
    Some(expiry.duration_since(SystemTime::now()).unwrap_or_default())
}

fn key(credentials: &Credentials) -> &str {
    credentials.access_key_id()
}

impl ProvideCredentials for Renewing {
    fn provide_credentials<'a>(&'a self) -> Provided<'a>
    where
        Self: 'a,
    {
        Provided::new(self.get())
    }
}

impl fmt::Debug for Renewing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Renewing(..)")
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    /// Gives other credentials each time, valid for `life`; or, where `once`, fails after the first.
    #[derive(Debug)]
    struct Issuer {
        asked: Arc<AtomicU32>,
        life: Duration,
        once: bool,
    }

    impl ProvideCredentials for Issuer {
        fn provide_credentials<'a>(&'a self) -> Provided<'a>
        where
            Self: 'a,
        {
            let n = self.asked.fetch_add(1, Ordering::SeqCst);
            if self.once && n > 0 {
                return Provided::ready(Err(CredentialsError::not_loaded("gone")));
            }
            let expiry = SystemTime::now() + self.life;
            let token = Some(format!("token{n}"));
            Provided::ready(Ok(Credentials::new("key", "hunter2", token, Some(expiry), "test")))
        }
    }

    fn renewing(life: u64, once: bool) -> (Renewing, Arc<AtomicU32>) {
        let asked = Arc::new(AtomicU32::new(0));
        let issuer = Issuer { asked: asked.clone(), life: Duration::from_secs(life), once };
        (Renewing::new(SharedCredentialsProvider::new(issuer), Duration::from_secs(5)), asked)
    }

    #[tokio::test]
    async fn credentials_are_asked_for_once_while_they_last() {
        let (renewing, asked) = renewing(3600, false);
        for _ in 0..5 {
            assert_eq!(renewing.get().await.unwrap().session_token(), Some("token0"));
        }
        assert_eq!(asked.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn credentials_near_their_end_are_renewed() {
        let (renewing, _) = renewing(60, false);
        assert_eq!(renewing.get().await.unwrap().session_token(), Some("token0"));
        assert_eq!(renewing.get().await.unwrap().session_token(), Some("token1"));
    }

    #[tokio::test]
    async fn credentials_near_their_end_serve_while_no_others_come() {
        let (renewing, asked) = renewing(60, true);
        for _ in 0..5 {
            assert_eq!(renewing.get().await.unwrap().session_token(), Some("token0"));
        }
        assert_eq!(asked.load(Ordering::SeqCst), 2, "rests after the failure");
    }

    #[tokio::test(start_paused = true)]
    async fn calls_that_expired_together_renew_once() {
        let (renewing, asked) = renewing(3600, false);
        renewing.get().await.unwrap();
        tokio::time::advance(Duration::from_secs(1)).await;
        let begun = Instant::now();
        tokio::time::advance(Duration::from_secs(1)).await;
        assert!(renewing.renew(begun).await);
        assert!(renewing.renew(begun).await);
        assert_eq!(asked.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn no_renewal_where_the_provider_has_none() {
        let (renewing, _) = renewing(3600, true);
        renewing.get().await.unwrap();
        assert!(!renewing.renew(Instant::now()).await);
        assert!(!format!("{renewing:?}").contains("hunter2"));
    }
}
