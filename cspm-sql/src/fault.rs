//! What SQLite says, with what the reader can do about it.

use cspm_core::{Error, ErrorKind};
use rusqlite::ErrorCode;

use crate::guard::Guard;
use crate::read::TooMany;
use crate::suggest::did_you_mean;
use crate::table::Tables;
use crate::watch::{Stop, Watch};

const ATTEMPTED: &str = "run the query";

/// Everything that says why a query failed.
pub(crate) struct Fault<'a> {
    pub(crate) query: &'a str,
    pub(crate) tables: &'a Tables,
    pub(crate) guard: &'a Guard,
    pub(crate) watch: &'a Watch,
}

impl Fault<'_> {
    pub(crate) fn of(&self, error: rusqlite::Error) -> Error {
        if let Some(stop) = self.watch.stopped() {
            return stopped(stop);
        }
        if let Some(denied) = self.guard.notes().denied.take() {
            let help = "a query is one select statement";
            return Error::new(ErrorKind::Config, ATTEMPTED).with_source(denied).with_help(help);
        }
        match error.sqlite_error_code() {
            Some(ErrorCode::OutOfMemory | ErrorCode::DiskFull) => return stopped(Stop::Memory),
            Some(ErrorCode::TooBig) => {
                let help = "select parts of it, or fewer columns, or allow more memory";
                return limit("a value is larger than the query's share of the memory").with_help(help);
            }
            _ => {}
        }
        let (text, help) = match error {
            rusqlite::Error::MultipleStatement => ("there are several statements".to_owned(), None),
            rusqlite::Error::Empty => ("it is empty".to_owned(), None),
            rusqlite::Error::SqlInputError { msg, .. } => (msg.clone(), self.help(&msg)),
            rusqlite::Error::SqliteFailure(_, Some(message)) => (message.clone(), self.help(&message)),
            other => (other.to_string(), None),
        };
        let help = help.unwrap_or_else(|| "a query is one select statement in the SQL of SQLite".to_owned());
        Error::new(ErrorKind::Config, ATTEMPTED).with_source(text).with_help(help)
    }

    fn help(&self, message: &str) -> Option<String> {
        if let Some(name) = message.strip_prefix("no such table: ") {
            let known = self.tables.all().iter().map(|table| &*table.name);
            let otherwise = "the tables are the kinds of the inventory, e.g. aws_s3_bucket";
            return did_you_mean(name, known).or_else(|| Some(otherwise.to_owned()));
        }
        let name = message.strip_prefix("no such column: ")?;
        let name = name.rsplit_once('.').map_or(name, |(_, name)| name);
        let query = self.query.to_lowercase();
        let used = self.tables.all().iter().filter(|table| query.contains(&table.name.to_lowercase()));
        did_you_mean(name, used.flat_map(|table| &table.columns).map(|column| &*column.name))
    }
}

pub(crate) fn stopped(stop: Stop) -> Error {
    match stop {
        Stop::Time => limit("it takes longer than the time limit").with_help("ask for less, or allow more time"),
        Stop::Memory => limit("it takes more memory than the limit").with_help("ask for less, or allow more memory"),
    }
}

pub(crate) fn too_many(what: &TooMany) -> Error {
    match what {
        TooMany::Rows => limit("it gives more rows than the limit").with_help("add a limit clause, or allow more rows"),
        TooMany::Bytes => {
            limit("its answer takes more memory than the limit").with_help("select fewer rows or columns")
        }
    }
}

fn limit(text: &str) -> Error {
    Error::new(ErrorKind::Limit, ATTEMPTED).with_source(text)
}
