//! The endpoint that a scan talks to: the tape, with the faults of a test.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use cspm::testkit::{Fault, Proxy, Request};

use super::call::Call;
use super::http::Answer;
use super::tape::Tape;

/// An endpoint; it closes when it is dropped.
pub struct Endpoint {
    proxy: Proxy,
    seen: Arc<Mutex<BTreeMap<String, u64>>>,
}

impl Endpoint {
    /// An endpoint that plays the tape, except where `fault` says otherwise.
    pub async fn start(tape: Arc<Tape>, fault: impl Fn(&Call, &Request) -> Fault + Send + Sync + 'static) -> Self {
        let moto = tape.moto();
        let seen: Arc<Mutex<BTreeMap<String, u64>>> = Arc::default();
        let count = seen.clone();
        let decide = move |request: &Request| {
            let call = Call::of(request);
            *count.lock().unwrap().entry(call.name()).or_default() += 1;
            match fault(&call, request) {
                Fault::None => Answer::clone(&tape.play(&call, request)).into(),
                fault => fault,
            }
        };
        Self { proxy: Proxy::start(moto, decide).await.unwrap(), seen }
    }

    /// An endpoint without faults.
    pub async fn sound(tape: Arc<Tape>) -> Self {
        Self::start(tape, |_, _| Fault::None).await
    }

    pub fn url(&self) -> String {
        self.proxy.url()
    }

    /// The calls that were seen, and how often.
    pub fn seen(&self) -> BTreeMap<String, u64> {
        self.seen.lock().unwrap().clone()
    }

    /// How often a call was seen.
    pub fn count(&self, call: &str) -> u64 {
        self.seen.lock().unwrap().get(call).copied().unwrap_or_default()
    }
}
