//! How far the scan is: a bar on a terminal, plain lines in a pipe.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

use cspm_report::plain::printable;
use indicatif::{ProgressBar, ProgressStyle};

use crate::{CallEvent, Event, Progress};

/// The least time between two lines in a pipe.
const LINE_EVERY: Duration = Duration::from_secs(5);

pub(super) struct Display {
    bar: Option<ProgressBar>,
    quiet: bool,
    told: Instant,
}

impl Display {
    pub(super) fn new(quiet: bool) -> Self {
        let bar = (!quiet && std::io::stderr().is_terminal()).then(|| {
            let style = ProgressStyle::with_template("{spinner} {wide_bar} {pos}/{len} calls  {msg}");
            ProgressBar::new(0).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        });
        Self { bar, quiet, told: Instant::now() }
    }

    pub(super) fn show(&mut self, event: &Event, err: &mut dyn Write) {
        let line = match event {
            Event::Progress(progress) => return self.progress(progress, err),
            Event::Denied(call) => format!("denied: {}", place(call)),
            Event::Failed(call) => format!("{}: {}", call.reason, place(call)),
            Event::Throttled { call, wait } => {
                format!("throttled: {}, waiting {:.1} s", place(call), wait.as_secs_f64())
            }
            _ => return,
        };
        self.line(&line, err);
    }

    fn progress(&mut self, progress: &Progress, err: &mut dyn Write) {
        let Progress { calls_done, calls_expected, resources, findings, left, .. } = progress;
        let left = left.map(|left| format!(", about {} s left", left.as_secs())).unwrap_or_default();
        let message = format!("{resources} resources, {findings} verdicts{left}");
        if let Some(bar) = &self.bar {
            bar.set_length(*calls_expected);
            bar.set_position(*calls_done);
            bar.set_message(message);
        } else if self.told.elapsed() >= LINE_EVERY {
            self.told = Instant::now();
            self.line(&format!("{calls_done} of {calls_expected} calls, {message}"), err);
        }
    }

    fn line(&self, line: &str, err: &mut dyn Write) {
        let line = printable(line);
        match &self.bar {
            Some(bar) => bar.println(line),
            None if self.quiet => {}
            // A terminal that is gone must not end the scan.
            None => drop(writeln!(err, "{line}")),
        }
    }

    pub(super) fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn place(call: &CallEvent) -> String {
    let at = if call.account.is_empty() { String::new() } else { format!(" in {} {}", call.account, call.region) };
    let detail = if call.detail.is_empty() { String::new() } else { format!(" ({})", call.detail) };
    format!("{}{at}{detail}", call.call)
}
