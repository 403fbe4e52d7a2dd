//! Errors on their way to JavaScript, where `lib/errors.ts` makes classes of them.

use std::any::Any;
use std::error::Error as StdError;
use std::panic::{AssertUnwindSafe, catch_unwind};

use cspm::secrets::{Foreign, scrub_foreign};
use cspm::{Error, ErrorKind, RuleError};
use serde_json::{Value, json};

/// An error as JSON: `code`, `message`, and the rest where it is known.
#[derive(Debug)]
pub(crate) struct Failure(pub(crate) String);

impl From<&Error> for Failure {
    fn from(error: &Error) -> Self {
        Self(written(error).to_string())
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::from(&error)
    }
}

impl From<RuleError> for Failure {
    fn from(error: RuleError) -> Self {
        Self::from(Error::from(error))
    }
}

impl From<Failure> for napi::Error {
    fn from(failure: Failure) -> Self {
        Self::from_reason(failure.0)
    }
}

/// The error with all that lies beneath it.
fn written(error: &(dyn StdError + 'static)) -> Value {
    // Behind its scrubbed text an error of others keeps its type.
    let error = error.downcast_ref::<Foreign>().map_or(error, |foreign| foreign.inner());
    let mut value = json!({"message": scrub_foreign(&error.to_string())});
    if let Some(error) = error.downcast_ref::<Error>() {
        value["code"] = error.kind().code().into();
        value["attempted"] = error.attempted().into();
        value["help"] = error.help().into();
    }
    if let Some(error) = error.downcast_ref::<RuleError>() {
        value["path"] = error.path().map(|path| path.display().to_string()).into();
        value["line"] = error.line().into();
        value["column"] = error.column().into();
        value["help"] = error.help().into();
    }
    if let Some(source) = error.source() {
        value["cause"] = written(source);
    }
    value
}

/// An argument that the layer above should not have let through.
pub(crate) fn unusable(attempted: &str, why: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::Config, attempted).with_source(why.to_string())
}

/// Runs `work`, and makes an error of a panic in it: an unwinding stack must not reach the engine of JavaScript.
pub(crate) fn guarded<T>(work: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| Err(of_panic(&*panic).into()))
}

fn of_panic(panic: &(dyn Any + Send)) -> Error {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no text");
    Error::new(ErrorKind::Extension, "go on").with_source(text).with_help("this is a fault of cspm: please report it")
}

/// [`guarded`], for functions that JavaScript calls.
pub(crate) fn sync<T>(work: impl FnOnce() -> Result<T, Failure>) -> napi::Result<T> {
    guarded(work).map_err(napi::Error::from)
}

/// JSON of what is ours to write.
pub(crate) fn to_json(value: &impl serde::Serialize) -> Result<String, Failure> {
    serde_json::to_string(value)
        .map_err(|e| Error::new(ErrorKind::Format, "write JSON for JavaScript").with_source(e).into())
}
