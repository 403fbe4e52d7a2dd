//! The command line, as a module: the Cargo example, the wheel and the npm package call [`run`].

mod args;
mod export;
mod output;
mod plan;
mod progress;
#[cfg(feature = "sql")]
mod query;
mod rules;
mod scan;
mod sources;
mod text;

use std::ffi::OsString;
use std::io::Write;

use clap::Parser;
use cspm_report::plain::printable;

use args::{Cli, Command};

/// The exit statuses.
pub mod exit {
    /// Nothing failed.
    pub const CLEAN: u8 = 0;
    /// Something failed, at least of the severity of `--fail-on`.
    pub const FAILED: u8 = 1;
    /// An error of use or access: there is no result.
    pub const ERROR: u8 = 2;
    /// Too little could be read: coverage is under `--min-coverage`.
    pub const COVERAGE: u8 = 3;
    /// Nothing failed of what was read, but something was not read, and `--allow-unread` was not given.
    pub const UNREAD: u8 = 4;
}

/// Runs the command line with these arguments, the program's name first, and answers with the exit status.
///
/// ```
/// let (mut out, mut err) = (Vec::new(), Vec::new());
/// let status = cspm::cli::run(["cspm", "rules", "no_such_rule"], &mut out, &mut err);
/// assert_eq!(status, cspm::cli::exit::ERROR);
/// assert!(String::from_utf8_lossy(&err).contains("no_such_rule"));
/// ```
pub fn run<A: Into<OsString> + Clone>(
    args: impl IntoIterator<Item = A>,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> u8 {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(message) => {
            let to: &mut dyn Write = if message.use_stderr() { err } else { out };
            // Where the reader of the message is gone there is nobody left to tell.
            let _ = write!(to, "{message}");
            return if message.use_stderr() { exit::ERROR } else { exit::CLEAN };
        }
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            let _ = writeln!(err, "error: cannot start: {error}");
            return exit::ERROR;
        }
    };
    let done = runtime.block_on(async {
        match cli.command {
            Command::Demo(options) => scan::demo(options, out, err).await,
            Command::Scan(options) => scan::scan(options, out, err).await,
            Command::Plan(options) => plan::plan(options, out).await,
            Command::Rules(options) => rules::rules(options, out),
            Command::Export(options) => export::export(options, out, err),
            #[cfg(feature = "sql")]
            Command::Query(options) => query::query(options, out, err).await,
        }
    });
    done.unwrap_or_else(|error| {
        // Errors repeat what files and servers say.
        let lines: Vec<_> = error.to_string().lines().map(printable).collect();
        let _ = writeln!(err, "error: {}", lines.join("\n"));
        exit::ERROR
    })
}
