//! What the bindings cost: `cargo bench --bench bindings [-- RESOURCES]`.
//!
//! One snapshot of 100,000 resources is scanned by Rust, Python and Node in turn, each time by a process of its own, which
//! times the scan alone; then every finding is touched. After that each language scans the sample a thousand times over.
//! `CSPM_WHEEL_PYTHON` is a Python that has the wheel, `CSPM_NPM_MODULES` a folder that has the npm package:
//! `make bench` sets both.

#![allow(clippy::print_stdout, reason = "a program for people to read")]

mod support;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use cspm::prelude::*;
use cspm::{Error, ErrorKind};
use support::{copies, peak_mib, sample};

const ROUNDS: usize = 5;
const REPEATS: usize = 1000;

/// What a program of one language measured.
#[derive(serde::Serialize, serde::Deserialize)]
struct Measured {
    /// Seconds of the scan.
    scan: f64,
    /// Seconds to touch every finding: its id, status, and the uid of its resource.
    touch: f64,
    findings: usize,
    /// MiB.
    peak: u64,
}

/// MiB before and after many scans.
#[derive(serde::Serialize, serde::Deserialize)]
struct Grown {
    before: f64,
    after: f64,
}

fn main() -> Result<(), Error> {
    let arguments: Vec<_> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["scan", snapshot] => print(&measure(Path::new(snapshot))?),
        ["repeat", times] => print(&repeat(times.parse().map_err(|e| failed("read the number", e))?)?),
        _ => compare(arguments.first().and_then(|text| text.parse().ok()).unwrap_or(100_000))?,
    }
    Ok(())
}

fn compare(resources: usize) -> Result<(), Error> {
    let folder = tempfile::tempdir().map_err(|e| failed("make a folder", e))?;
    let snapshot = folder.path().join("inventory.json");
    let inventory = copies(&*sample()?, resources, &[]);
    cspm::save_snapshot(&inventory, &snapshot)?;
    let size = snapshot.metadata().map_or(0, |file| file.len() >> 20);
    println!("{} resources, {size} MiB of JSON; {ROUNDS} rounds, the quickest counts", inventory.len());
    drop(inventory);

    let languages = languages()?;
    let mut best: Vec<Option<Measured>> = languages.iter().map(|_| None).collect();
    for _ in 0..ROUNDS {
        for ((_, program), best) in languages.iter().zip(&mut best) {
            let this: Measured = ask(program, &["scan".as_ref(), snapshot.as_os_str()])?;
            if best.as_ref().is_none_or(|best| this.scan < best.scan) {
                *best = Some(this);
            }
        }
    }
    let rust = best[0].as_ref().map_or(f64::NAN, |rust| rust.scan);
    for ((name, _), measured) in languages.iter().zip(&best) {
        let Some(Measured { scan, touch, findings, peak }) = measured else { continue };
        println!(
            "{name:7} scan {scan:.3} s = {:.2}x of Rust; {findings} findings touched at {:.2} us each; peak {peak} MiB",
            scan / rust,
            touch * 1e6 / *findings as f64
        );
    }
    for (name, program) in &languages {
        let began = Instant::now();
        let Grown { before, after } = ask(program, &["repeat".as_ref(), REPEATS.to_string().as_ref()])?;
        let each = began.elapsed().as_secs_f64() * 1000.0 / REPEATS as f64;
        println!(
            "{name:7} {REPEATS} scans of the sample at {each:.1} ms: {before:.1} MiB after a tenth, {after:.1} MiB at the end"
        );
    }
    Ok(())
}

/// The programs, by language.
fn languages() -> Result<Vec<(&'static str, Vec<PathBuf>)>, Error> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/bindings");
    let this = std::env::current_exe().map_err(|e| failed("find this program", e))?;
    let set = |name: &str| {
        std::env::var_os(name).map(PathBuf::from).ok_or_else(|| {
            Error::new(ErrorKind::Config, "find the bindings").with_help(format!("set {name}, as `make bench` does"))
        })
    };
    // Node looks for packages beside the program.
    let modules = set("CSPM_NPM_MODULES")?;
    let script = modules.join("bench-scan.mjs");
    std::fs::copy(root.join("scan.mjs"), &script).map_err(|e| failed("copy the program of Node", e))?;
    Ok(vec![
        ("Rust", vec![this]),
        ("Python", vec![set("CSPM_WHEEL_PYTHON")?, root.join("scan.py")]),
        ("Node", vec!["node".into(), script]),
    ])
}

fn ask<T: serde::de::DeserializeOwned>(program: &[PathBuf], arguments: &[&std::ffi::OsStr]) -> Result<T, Error> {
    let output = Command::new(&program[0]).args(&program[1..]).args(arguments).output();
    let output = output.map_err(|e| failed("run a program", e))?;
    serde_json::from_slice(&output.stdout)
        .map_err(|e| failed("read what a program says", format!("{e}: {}", String::from_utf8_lossy(&output.stderr))))
}

fn failed(attempted: &str, why: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::new(ErrorKind::Extension, attempted).with_source(why)
}

fn print(value: &impl serde::Serialize) {
    println!("{}", serde_json::to_string(value).unwrap_or_default());
}

fn runtime() -> Result<tokio::runtime::Runtime, Error> {
    // As the bindings have it.
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.map_err(|e| failed("start", e))
}

fn measure(snapshot: &Path) -> Result<Measured, Error> {
    let began = Instant::now();
    let report = runtime()?.block_on(Scan::new().collector(cspm::snapshot(snapshot)).rules(Rules::builtin()).run())?;
    let scan = began.elapsed().as_secs_f64();
    let began = Instant::now();
    let text: usize = report
        .findings()
        .map(|f| f.id.len() + f.status.as_str().len() + f.resource.uid.len())
        .fold(0, usize::wrapping_add);
    let touch = began.elapsed().as_secs_f64();
    std::hint::black_box(text);
    Ok(Measured { scan, touch, findings: report.len(), peak: peak_mib() })
}

fn repeat(times: usize) -> Result<Grown, Error> {
    let mut before = 0.0;
    for n in 0..times {
        if n == times / 10 {
            before = resident_mib();
        }
        let report = runtime()?.block_on(Scan::new().collector(cspm::sample()).rules(Rules::builtin()).run())?;
        std::hint::black_box(report.len());
    }
    Ok(Grown { before, after: resident_mib() })
}

fn resident_mib() -> f64 {
    let pages = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let resident: f64 = pages.split(' ').nth(1).and_then(|n| n.parse().ok()).unwrap_or_default();
    resident * 4096.0 / f64::from(1 << 20)
}
