//! A kubeconfig from anybody: it leads to a cluster, or is an error. Nothing is asked of a server, and no program is run.
#![no_main]

use std::path::PathBuf;
use std::sync::LazyLock;

use cspm::Kubernetes;
use libfuzzer_sys::fuzz_target;
use tokio::runtime::{Builder, Runtime};

static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime"));
static FILE: LazyLock<PathBuf> =
    LazyLock::new(|| std::env::temp_dir().join(format!("cspm-fuzz-kubeconfig-{}.yaml", std::process::id())));

/// What could name a program to be run. An escape could spell it.
const PROGRAMS: [&[u8]; 5] = [b"exec", b"command", b"cmd", b"auth-provider", b"\\"];

fuzz_target!(|bytes: &[u8]| {
    let names = |program: &&[u8]| bytes.windows(program.len()).any(|part| part.eq_ignore_ascii_case(program));
    if PROGRAMS.iter().any(|program| names(program)) {
        return;
    }
    std::fs::write(&*FILE, bytes).expect("the folder for temporary files can be written");
    RUNTIME.block_on(async {
        if let Err(error) = Kubernetes::builder().kubeconfig(&*FILE).build().await {
            assert!(!error.to_string().is_empty());
        }
    });
});
