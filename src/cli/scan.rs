//! `cspm scan` and `cspm demo`.

use std::io::Write;
use std::sync::Arc;

use futures::StreamExt;

use super::args::{DemoArgs, OutputArgs, RuleArgs, ScanArgs};
use super::output::Output;
use super::progress::Display;
use super::{exit, sources, text};
use crate::{CancellationToken, Collector, Event, Exceptions, JsonGraph, OutputFile, Report, Result, Rules, Scan};

pub(super) async fn demo(args: DemoArgs, out: &mut dyn Write, err: &mut dyn Write) -> Result<u8> {
    let scan = Scan::new().collector(crate::sample());
    run(scan, &args.rules, &args.output, (out, err)).await.map(|(status, _)| status)
}

pub(super) async fn scan(args: ScanArgs, out: &mut dyn Write, err: &mut dyn Write) -> Result<u8> {
    let collectors = sources::collectors(&args.sources, (&args.aws, &args.kubernetes), args.max_snapshot).await?;
    connect(&collectors).await?;
    let mut scan = collectors.into_iter().fold(Scan::new(), Scan::collector_arc);
    if args.everything {
        scan = scan.collect_everything();
    }
    if let Some(path) = &args.graph {
        scan = scan.sink(JsonGraph::create(path)?);
    }
    // Begun before the scan, so that nobody waits for a snapshot that cannot be written.
    let save = args.save.as_ref().map(OutputFile::create).transpose()?;
    let (status, report) = run(scan, &args.rules, &args.output, (out, err)).await?;
    if let Some(file) = save {
        crate::save_snapshot_to(report.inventory(), file)?;
    }
    Ok(status)
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
        None => return Err(crate::Error::new(crate::ErrorKind::Cancelled, "finish the scan")),
    };
    output.write(&report, out)?;
    Ok((status(&report, args), report))
}

fn status(report: &Report, args: &OutputArgs) -> u8 {
    if report.open_failures(args.fail_on) > 0 {
        exit::FAILED
    } else if report.coverage.share() * 100.0 < args.min_coverage {
        exit::COVERAGE
    } else {
        exit::CLEAN
    }
}
