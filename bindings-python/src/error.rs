//! Errors of the facade as Python's exceptions, and exceptions as errors of the facade.

use std::error::Error as _;
use std::fmt;

use cspm::secrets::{Foreign, scrub_foreign};
use cspm::{Error, ErrorKind};
use pyo3::prelude::*;

use crate::python;

/// The exception of an error; the class follows its kind.
pub(crate) fn raised(py: Python<'_>, error: &Error) -> PyErr {
    made(py, error).unwrap_or_else(|failure| failure)
}

fn made(py: Python<'_>, error: &Error) -> PyResult<PyErr> {
    let mut causes = Vec::new();
    let (mut thrown, mut place) = (None, None);
    let mut next = error.source();
    while let Some(cause) = next {
        // Behind its scrubbed text an error of others keeps its type.
        let cause = cause.downcast_ref::<Foreign>().map_or(cause, |foreign| foreign.inner());
        causes.push(scrub_foreign(&cause.to_string()));
        thrown = thrown.or_else(|| cause.downcast_ref::<Thrown>());
        place = place.or_else(|| cause.downcast_ref::<cspm::RuleError>());
        next = cause.source();
    }
    let path = place.and_then(|rule| rule.path()).map(|path| path.display().to_string());
    let (line, column) = (place.and_then(cspm::RuleError::line), place.and_then(cspm::RuleError::column));
    let cause = (!causes.is_empty()).then(|| causes.join(": "));
    let help = error.help().or_else(|| place.and_then(cspm::RuleError::help));
    let text = error.to_string();
    let parts = (error.kind().code(), text, error.attempted(), help, cause, path, line, column);
    let exception = PyErr::from_value(python::make_error(py)?.call1(parts)?);
    if let Some(thrown) = thrown {
        exception.set_cause(py, Some(thrown.exception.clone_ref(py)));
    }
    Ok(exception)
}

/// An error of use.
pub(crate) fn config(py: Python<'_>, attempted: &str, help: &str) -> PyErr {
    raised(py, &Error::new(ErrorKind::Config, attempted).with_help(help))
}

/// What only a mistake of ours can cause.
pub(crate) fn internal(py: Python<'_>, what: &str) -> PyErr {
    let text = format!("cannot go on: {what}");
    let none = None::<&str>;
    let parts = ("internal", text, "go on", "please report it", Some(what), none, None::<u32>, None::<u32>);
    let made = python::make_error(py).and_then(|make| make.call1(parts));
    made.map_or_else(|failure| failure, PyErr::from_value)
}

/// An exception of the caller's code, as the cause of an error.
#[derive(Debug)]
pub(crate) struct Thrown {
    exception: PyErr,
    text: String,
}

impl Thrown {
    /// Says the exception in a line: `ValueError: no such host`.
    pub(crate) fn in_a_line(exception: PyErr) -> Self {
        let text = line(&exception);
        Self { exception, text }
    }

    /// Says it with its traceback.
    pub(crate) fn in_full(py: Python<'_>, exception: PyErr) -> Self {
        let text = traceback(py, &exception);
        Self { exception, text }
    }
}

impl fmt::Display for Thrown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for Thrown {}

/// The exception in a line.
pub(crate) fn line(exception: &PyErr) -> String {
    exception.to_string().lines().next().unwrap_or_default().to_owned()
}

/// The exception with its traceback; in a line where there is none to be had.
pub(crate) fn traceback(py: Python<'_>, exception: &PyErr) -> String {
    let parts = (exception.get_type(py), exception.value(py), exception.traceback(py));
    let lines = python::format_exception(py).and_then(|format| format.call1(parts));
    let lines = lines.and_then(|lines| lines.extract::<Vec<String>>());
    lines.map_or_else(|_| line(exception), |lines| lines.concat().trim_end().to_owned())
}

/// The error of a collector or rule in Python; errors of the package keep their kind.
pub(crate) fn from_exception(py: Python<'_>, attempted: String, exception: PyErr) -> Error {
    Error::new(kind_of(py, &exception), attempted).with_source(Thrown::in_a_line(exception))
}

/// The kind of what was raised: errors of the package keep theirs, all others are faults of the caller's code.
pub(crate) fn kind_of(py: Python<'_>, exception: &PyErr) -> ErrorKind {
    let own = python::cspm_error(py).is_ok_and(|class| exception.is_instance(py, class));
    let code =
        own.then(|| exception.value(py).getattr("kind").and_then(|kind| kind.extract::<String>()).ok()).flatten();
    code.as_deref().and_then(ErrorKind::from_code).unwrap_or(ErrorKind::Extension)
}
