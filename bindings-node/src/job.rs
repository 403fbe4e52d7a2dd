//! Work on a thread of its own, with a handle in JavaScript.

use std::future::Future;
use std::sync::Arc;

use cspm::{Error, ErrorKind};
use napi_derive::napi;

use crate::error::{Failure, guarded};
use crate::link::{Link, Message, Outcome, Shared, Tell};

/// The handle of work that goes on elsewhere. When it goes, as with a worker that is terminated, the work ends.
#[napi]
pub struct Job {
    shared: Arc<Shared>,
}

#[napi]
impl Job {
    /// Gives the answer that a ticket is for.
    #[napi]
    pub fn answer(&self, ticket: u32, text: String) {
        self.shared.answer(ticket, text);
    }

    /// Asks for another batch of events.
    #[napi]
    pub fn more(&self) {
        self.shared.more();
    }

    /// Ends the work. It tells of its end as an error.
    #[napi]
    pub fn cancel(&self) {
        self.shared.stop.cancel();
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        self.shared.stop.cancel();
    }
}

/// Starts work on a thread that ends with it. Neither the event loop nor its few helpers wait for it.
pub(crate) fn start(
    tell: &Tell<'_>,
    work: impl FnOnce(&Arc<Link>) -> Result<Outcome, Failure> + Send + 'static,
) -> napi::Result<Job> {
    let shared = Arc::new(Shared::default());
    let link = Arc::new(Link::new(tell, shared.clone())?);
    let started = std::thread::Builder::new().name("cspm".to_owned()).spawn(move || {
        let message = match guarded(|| work(&link)) {
            Ok(outcome) => Message::Done(outcome),
            Err(failure) => Message::Failed(failure),
        };
        link.tell(message);
    });
    match started {
        Ok(_) => Ok(Job { shared }),
        Err(e) => Err(Failure::from(Error::new(ErrorKind::Io, "start a thread").with_source(e)).into()),
    }
}

/// Runs what waits for networks and files, until it ends or is stopped; then nothing of it is left.
pub(crate) fn run<T>(link: &Link, work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = runtime()?;
    let done = runtime.block_on(async {
        tokio::select! {
            biased;
            () = link.stop().cancelled() => Err(Error::new(ErrorKind::Cancelled, "finish").into()),
            done = work => done,
        }
    });
    // A thread that waits for a program, such as one that gives credentials, is not waited for.
    runtime.shutdown_background();
    done
}

/// A runtime on the thread that asks for it.
pub(crate) fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|e| Error::new(ErrorKind::Io, "start").with_source(e).into())
}
