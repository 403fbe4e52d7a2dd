//! A large cluster and a large folder of manifests: `cargo bench -p cspm-k8s-tests --bench kubernetes`.
//!
//! The catalog judges a cluster with 20,000 pods, and a folder with 5,000 files. The cluster is an endpoint that answers as
//! an API server does. It and each scan are processes of their own, so that the peak of memory is that of one scan. The
//! figures are wall time; the endpoint makes its objects meanwhile, on the same processors.

#![allow(clippy::print_stdout, missing_docs, unreachable_pub, reason = "a program for people to read")]

#[path = "kubernetes/folder.rs"]
mod folder;
#[path = "kubernetes/objects.rs"]
mod objects;
#[path = "kubernetes/server.rs"]
mod server;

use std::error::Error;
use std::hint::black_box;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use cspm::prelude::*;
use cspm::{Collected, Exceptions, Identity, Kind, Source, Wanted, evaluate};

/// Tells a process what it is.
const ROLE: &str = "CSPM_BENCH_ROLE";
/// Where what it scans is.
const PLACE: &str = "CSPM_BENCH_PLACE";

fn main() -> Result<(), Box<dyn Error>> {
    let place = std::env::var(PLACE).unwrap_or_default();
    match std::env::var(ROLE).as_deref() {
        Ok("server") => Ok(server::run()?),
        Ok("cluster") => scan(async |kubeconfig| Kubernetes::builder().kubeconfig(kubeconfig).build().await, &place),
        Ok("manifests") => scan(async |folder| Ok(Manifests::new([folder])?.kubernetes_version("1.37")), &place),
        _ => all(),
    }
}

fn all() -> Result<(), Box<dyn Error>> {
    let place = tempfile::tempdir()?;
    let mut server = child("server", place.path())?.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let outcome = cluster(&mut server, &place.path().join("kubeconfig"));
    server.kill()?;
    server.wait()?;
    outcome?;

    let manifests = place.path().join("manifests");
    std::fs::create_dir(&manifests)?;
    println!("\na folder of {} files:", folder::write(&manifests)?);
    child("manifests", &manifests)?.status()?;
    Ok(())
}

fn cluster(server: &mut Child, kubeconfig: &Path) -> Result<(), Box<dyn Error>> {
    let mut port = String::new();
    BufReader::new(server.stdout.take().ok_or("no output")?).read_line(&mut port)?;
    let text = serde_json::json!({"apiVersion": "v1", "kind": "Config", "current-context": "bench",
        "clusters": [{"name": "bench", "cluster": {"server": format!("http://127.0.0.1:{}", port.trim())}}],
        "users": [{"name": "bench", "user": {}}],
        "contexts": [{"name": "bench", "context": {"cluster": "bench", "user": "bench"}}]});
    std::fs::write(kubeconfig, text.to_string())?;
    println!("a cluster of {} objects:", objects::TYPES.iter().map(|of| of.in_cluster).sum::<usize>());
    child("cluster", kubeconfig)?.status()?;
    Ok(())
}

/// This program again, as something else.
fn child(role: &str, place: &Path) -> Result<Command, Box<dyn Error>> {
    let mut command = Command::new(std::env::current_exe()?);
    command.env(ROLE, role).env(PLACE, place);
    Ok(command)
}

fn scan<C: Collector + 'static>(
    collector: impl AsyncFnOnce(String) -> Result<C, cspm::Error>,
    place: &str,
) -> Result<(), Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let (began, arrived) = (Instant::now(), Arc::new(Mutex::new(None)));
        let collector = Timed { inner: collector(place.to_owned()).await?, arrived: arrived.clone() };
        let report = Scan::new().collector(collector).rules(Rules::builtin()).run().await?;
        let (took, peak) = (began.elapsed(), peak_mib());
        let arrived = arrived.lock().unwrap_or_else(PoisonError::into_inner).ok_or("nothing was collected")?;
        let collected = arrived.0 - began;
        println!("  {} resources, {} rules, {} verdicts", report.summary.resources, report.summary.rules, report.len());
        println!(
            "  {} passed, {} failed, {} unknown, {} calls or files not read",
            report.summary.pass,
            report.summary.fail,
            report.summary.unknown,
            report.coverage.failures.len()
        );
        println!(
            "  report after {:.3} s; the last object was there after {:.3} s",
            took.as_secs_f64(),
            collected.as_secs_f64()
        );
        println!("  from the last object to the report {:.3} s", (took - collected).as_secs_f64());
        println!("  peak memory {} MiB until the last object, {peak} MiB until the report", arrived.1);
        again(&report);
        Ok(())
    })
}

/// Judges the same once more, when everything is there already.
fn again(report: &Report) {
    let began = Instant::now();
    let inventory = report.inventory().clone();
    let same = evaluate(inventory.clone(), report.rules().to_vec(), Exceptions::default());
    let took = began.elapsed();
    println!(
        "  {} verdicts over the whole inventory again: {:.3} s; the slowest rules:",
        same.len(),
        took.as_secs_f64()
    );
    let mut times: Vec<_> = report
        .rules()
        .iter()
        .map(|rule| {
            let began = Instant::now();
            let judged =
                inventory.of_kind(&rule.meta().kind).map(|resource| black_box(rule.judge(resource, &inventory)));
            let verdicts: u64 = judged.map(|_| 1).sum();
            (began.elapsed(), verdicts, &rule.meta().id)
        })
        .collect();
    times.sort_by_key(|(took, ..)| std::cmp::Reverse(*took));
    for (took, verdicts, id) in times.iter().take(8) {
        println!("    {:.3} s  {verdicts} of {id}", took.as_secs_f64());
    }
}

/// A collector, and when it came to its end, with the peak of memory until then.
struct Timed<C> {
    inner: C,
    arrived: Arc<Mutex<Option<(Instant, u64)>>>,
}

#[async_trait]
impl<C: Collector> Collector for Timed<C> {
    fn name(&self) -> String {
        self.inner.name()
    }

    fn provider(&self) -> &str {
        self.inner.provider()
    }

    fn kinds(&self) -> Vec<Arc<Kind>> {
        self.inner.kinds()
    }

    fn prerequisites(&self, wanted: &Wanted) -> Vec<Source> {
        self.inner.prerequisites(wanted)
    }

    async fn connect(&self) -> Result<Vec<Identity>, cspm::Error> {
        self.inner.connect().await
    }

    fn lists(&self, wanted: &Wanted) -> Vec<Arc<str>> {
        self.inner.lists(wanted)
    }

    fn collect(&self, wanted: Arc<Wanted>, cancel: CancellationToken) -> BoxStream<'_, Collected> {
        let end = futures::stream::once(async {
            *self.arrived.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), peak_mib()));
        });
        let end = end.filter_map(|()| std::future::ready(None));
        self.inner.collect(wanted, cancel).chain(end).boxed()
    }
}

fn peak_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse().ok());
    peak.map_or(0, |kib: u64| kib / 1024)
}
