//! The way between the thread of a job and the JavaScript that waits for it.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::Duration;

use cspm::CancellationToken;
use napi::Status;
use napi::bindgen_prelude::{FnArgs, Function};
use napi::threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode};
use tokio::sync::{Semaphore, oneshot};

use crate::error::Failure;
use crate::report::Report;

/// How often a thread that waits for a rule looks whether there is still somebody to answer: a message that a worker did not
/// come to read before it was ended is lost without a word.
const LOOK: Duration = Duration::from_millis(50);

/// What JavaScript is told of a job: `what`, the ticket of the answer that is due, whom it is for, a text, and a report.
pub(crate) type Args = FnArgs<(String, u32, u32, Option<String>, Option<Report>)>;
pub(crate) type Tell<'a> = Function<'a, Args, ()>;
type Teller = ThreadsafeFunction<Message, (), Args, Status, false>;

/// What a job has to say.
pub(crate) enum Message {
    /// It ended well. The last message.
    Done(Outcome),
    /// It did not. The last message.
    Failed(Failure),
    /// Events, one a line.
    Batch(String),
    /// A rule is to judge a resource.
    Judge { ticket: u32, rule: u32, resource: String },
    /// A collector is to give more.
    Pull { ticket: u32, collector: u32, wanted: String },
}

/// What a job came to.
pub(crate) enum Outcome {
    Nothing,
    Text(String),
    Report(Box<Report>),
}

impl From<Message> for Args {
    fn from(message: Message) -> Self {
        let (what, ticket, whom, text, report) = match message {
            Message::Done(Outcome::Nothing) => ("done", 0, 0, None, None),
            Message::Done(Outcome::Text(text)) => ("done", 0, 0, Some(text), None),
            Message::Done(Outcome::Report(report)) => ("done", 0, 0, None, Some(*report)),
            Message::Failed(Failure(error)) => ("failed", 0, 0, Some(error), None),
            Message::Batch(events) => ("batch", 0, 0, Some(events), None),
            Message::Judge { ticket, rule, resource } => ("judge", ticket, rule, Some(resource), None),
            Message::Pull { ticket, collector, wanted } => ("pull", ticket, collector, Some(wanted), None),
        };
        FnArgs { data: (what.to_owned(), ticket, whom, text, report) }
    }
}

type Answer = Box<dyn FnOnce(String) + Send>;

/// What the thread of a job and its handle share.
#[derive(Default)]
pub(crate) struct Shared {
    /// Triggered when nobody wants the job's result any more, or nobody is left to want it.
    pub(crate) stop: CancellationToken,
    /// How many batches of events JavaScript asked for.
    demand: Demand,
    answers: Mutex<HashMap<u32, Answer>>,
    tickets: AtomicU32,
}

struct Demand(Semaphore);

impl Default for Demand {
    fn default() -> Self {
        Self(Semaphore::new(0))
    }
}

impl Shared {
    pub(crate) fn answer(&self, ticket: u32, text: String) {
        let answer = self.answers.lock().unwrap_or_else(PoisonError::into_inner).remove(&ticket);
        if let Some(answer) = answer {
            answer(text);
        }
    }

    pub(crate) fn more(&self) {
        self.demand.0.add_permits(1);
    }

    fn ticket(&self, answer: impl FnOnce(String) + Send + 'static) -> u32 {
        let ticket = self.tickets.fetch_add(1, Ordering::Relaxed);
        self.answers.lock().unwrap_or_else(PoisonError::into_inner).insert(ticket, Box::new(answer));
        ticket
    }
}

/// The end of a job's thread. The event loop lives as long as it does.
pub(crate) struct Link {
    teller: Teller,
    shared: Arc<Shared>,
}

impl Link {
    pub(crate) fn new(tell: &Tell<'_>, shared: Arc<Shared>) -> napi::Result<Self> {
        let teller = tell.build_threadsafe_function::<Message>().build_callback(|context| {
            let FnArgs { data: (what, ticket, whom, text, report) } = Args::from(context.value);
            Ok(FnArgs { data: (what, ticket, whom, text, report.map(|report: Report| report.told(context.env))) })
        })?;
        Ok(Self { teller, shared })
    }

    pub(crate) fn stop(&self) -> &CancellationToken {
        &self.shared.stop
    }

    /// Tells JavaScript; whether it still listens.
    pub(crate) fn tell(&self, message: Message) -> bool {
        let listens = self.teller.call(message, ThreadsafeFunctionCallMode::NonBlocking) == Status::Ok;
        if !listens {
            self.shared.stop.cancel();
        }
        listens
    }

    /// Waits until JavaScript asks for a batch of events.
    pub(crate) async fn demand(&self) {
        // The semaphore is never closed.
        if let Ok(permit) = self.shared.demand.0.acquire().await {
            permit.forget();
        }
    }

    /// Has a collector of JavaScript asked for more; `None` where it is gone.
    pub(crate) async fn pull(&self, collector: u32, wanted: String) -> Option<String> {
        let (sender, receiver) = oneshot::channel();
        let ticket = self.shared.ticket(move |text| drop(sender.send(text)));
        self.tell(Message::Pull { ticket, collector, wanted });
        receiver.await.ok()
    }

    /// Has a rule of JavaScript asked, and waits without giving up the thread; `None` where nobody will answer.
    pub(crate) fn judge(&self, rule: u32, resource: String) -> Option<String> {
        let (sender, receiver) = mpsc::channel();
        let ticket = self.shared.ticket(move |text| drop(sender.send(text)));
        if self.stop().is_cancelled() || !self.tell(Message::Judge { ticket, rule, resource }) {
            return None;
        }
        loop {
            match receiver.recv_timeout(LOOK) {
                Ok(answer) => return Some(answer),
                Err(mpsc::RecvTimeoutError::Disconnected) => return None,
                Err(mpsc::RecvTimeoutError::Timeout) if self.stop().is_cancelled() => return None,
                Err(mpsc::RecvTimeoutError::Timeout) => {}
            }
        }
    }
}
