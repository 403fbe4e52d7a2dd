//! The answers of moto, recorded the first time and then played.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use cspm::testkit::Request;

use super::call::Call;
use super::http::{self, Answer};
use super::stand_ins;

/// What tells requests apart: who asks, and when, does not.
type Key = (String, String, String, Vec<u8>);

/// The answers of a server of moto.
pub struct Tape {
    moto: SocketAddr,
    answers: Mutex<HashMap<Key, Arc<Answer>>>,
}

impl Tape {
    pub fn new(moto: SocketAddr) -> Self {
        Self { moto, answers: Mutex::default() }
    }

    /// The answer to a request: moto's, from the tape if it was asked for before.
    pub fn play(&self, call: &Call, request: &Request) -> Arc<Answer> {
        let key = (call.region.clone(), request.method.clone(), request.target.clone(), request.body.clone());
        if let Some(answer) = self.answers.lock().unwrap().get(&key) {
            return answer.clone();
        }
        let ask = |action: &str| {
            let body = format!("Action={action}&Version=2016-11-15").into_bytes();
            let mut headers = request.headers.clone();
            headers.retain(|(name, _)| name != "content-length");
            headers.push(("content-length".to_owned(), body.len().to_string()));
            self.live(&Request { headers, body, ..request.clone() }).text()
        };
        let answer = stand_ins::answer(call, ask).unwrap_or_else(|| stand_ins::trimmed(call, self.live(request)));
        self.answers.lock().unwrap().entry(key).or_insert_with(|| Arc::new(answer)).clone()
    }

    /// Where moto is.
    pub fn moto(&self) -> SocketAddr {
        self.moto
    }

    /// The answer of moto now.
    pub fn live(&self, request: &Request) -> Answer {
        tokio::task::block_in_place(|| http::send(self.moto, request)).expect("moto answers")
    }

    /// What was recorded so far, by call, for a look at it.
    pub fn len(&self) -> usize {
        self.answers.lock().unwrap().len()
    }
}
