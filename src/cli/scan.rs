//! `cspm scan` and `cspm demo`.

use std::io::Write;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::StreamExt;

use super::args::{DemoArgs, OutputArgs, RuleArgs, ScanArgs};
use super::output::Output;
use super::progress::Display;
use super::{exit, sources, text};
use crate::{
    CancellationToken, Collector, Error, ErrorKind, Event, Exceptions, JsonGraph, OutputFile, Report, Result, Rules,
    Scan,
};

pub(super) async fn demo(args: DemoArgs, out: &mut dyn Write, err: &mut dyn Write) -> Result<u8> {
    let scan = Scan::new().collector(crate::sample());
    let scan = match args.output.timeout {
        Some(seconds) => scan.timeout(Duration::from_secs(seconds)),
        None => scan,
    };
    run(scan, &args.rules, &args.output, (out, err)).await.map(|(status, _)| status)
}

pub(super) async fn scan(args: ScanArgs, out: &mut dyn Write, err: &mut dyn Write) -> Result<u8> {
    let began = Instant::now();
    let limit = args.output.timeout.map(Duration::from_secs);
    let connecting = async {
        let collectors =
            sources::collectors(&args.sources, (&args.aws, &args.kubernetes), Some(args.max_snapshot)).await?;
        connect(&collectors).await?;
        Ok(collectors)
    };
    let collectors = match limit {
        Some(limit) => tokio::time::timeout(limit, connecting).await.unwrap_or_else(|_| Err(late(&args, limit)))?,
        None => connecting.await?,
    };
    let mut scan = collectors.into_iter().fold(Scan::new(), Scan::collector_arc);
    if args.everything {
        scan = scan.collect_everything();
    }
    if let Some(path) = &args.graph {
        scan = scan.sink(JsonGraph::create(path)?);
    }
    // Begun before the scan, so that nobody waits for a snapshot that cannot be written.
    let save = args.save.as_ref().map(OutputFile::create).transpose()?;
    if let Some(limit) = limit {
        scan = scan.timeout(limit.saturating_sub(began.elapsed()));
    }
    let (status, report) = run(scan, &args.rules, &args.output, (out, err)).await?;
    if let Some(file) = save {
        crate::save_snapshot_to(report.inventory(), file)?;
    }
    Ok(status)
}

/// The error of sources that could not be connected in time.
fn late(args: &ScanArgs, limit: Duration) -> Error {
    let help = format!("they did not answer within the time limit of {} s", limit.as_secs());
    Error::new(ErrorKind::Unreachable, format!("connect {}", args.sources.join(" "))).with_help(help)
}

/// A library scan goes on without a source that cannot connect; somebody at a terminal wants to mend it first.
async fn connect(collectors: &[Arc<dyn Collector>]) -> Result<()> {
    for collector in collectors {
        collector.connect().await?;
    }
    Ok(())
}

pub(super) fn selection(args: &RuleArgs) -> Rules {
    let mut rules = Rules::builtin()
        .frameworks(&args.frameworks)
        .ids(&args.ids)
        .severities(args.severities.iter().copied())
        .services(&args.services);
    for path in &args.paths {
        rules = rules.path(path);
    }
    rules
}

async fn run(
    scan: Scan,
    rules: &RuleArgs,
    args: &OutputArgs,
    (out, err): (&mut dyn Write, &mut dyn Write),
) -> Result<(u8, Arc<Report>)> {
    let output = Output::open(args)?;
    let exceptions = match &args.exceptions {
        Some(path) => Exceptions::from_file(path)?,
        None => Exceptions::default(),
    };
    let cancel = CancellationToken::new();
    let scan = scan.rules(selection(rules)).exceptions(exceptions).cancel_with(cancel.clone()).progress_only();
    let on_interrupt = cancel.clone();
    let interrupt = tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            on_interrupt.cancel();
        }
    });
    let mut display = Display::new(args.quiet);
    let mut events = std::pin::pin!(scan.stream());
    let mut report = None;
    while let Some(event) = events.next().await {
        display.show(&event, err);
        match event {
            Event::Done(done) => report = Some(Ok(done)),
            Event::Aborted(error) => report = Some(Err(error)),
            _ => {}
        }
    }
    display.finish();
    interrupt.abort();
    let report = match report {
        Some(Ok(report)) => report,
        Some(Err(error)) => return Err(text::shared(&error)),
        None => return Err(Error::new(ErrorKind::Cancelled, "finish the scan")),
    };
    output.write(&report, out)?;
    for line in text::not_read(&report.coverage) {
        // Whoever closed the stream wants to know nothing.
        let _ = writeln!(err, "{line}");
    }
    Ok((status(&report, args), report))
}

fn status(report: &Report, args: &OutputArgs) -> u8 {
    if report.open_failures(args.fail_on) > 0 {
        exit::FAILED
    } else if report.coverage.least_share() * 100.0 < args.min_coverage {
        exit::COVERAGE
    } else if !report.coverage.is_complete() && !args.allow_unread {
        exit::UNREAD
    } else {
        exit::CLEAN
    }
}
