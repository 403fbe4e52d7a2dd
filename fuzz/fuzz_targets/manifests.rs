//! A manifest from anybody: read and judged by every rule of Kubernetes, twice with the same result.
#![no_main]

use std::path::PathBuf;
use std::sync::{Arc, LazyLock};

use cspm::{Manifests, Rule, Rules, Scan, Status};
use libfuzzer_sys::fuzz_target;
use tokio::runtime::{Builder, Runtime};

static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Builder::new_current_thread().enable_time().build().expect("a runtime"));
static RULES: LazyLock<Vec<Arc<dyn Rule>>> = LazyLock::new(|| {
    let rules = Rules::builtin().load(&cspm::kinds().expect("the kinds are sound")).expect("the catalog is sound");
    rules.rules().iter().filter(|rule| &*rule.meta().provider == "kubernetes").cloned().collect()
});
static FILE: LazyLock<PathBuf> =
    LazyLock::new(|| std::env::temp_dir().join(format!("cspm-fuzz-manifest-{}.yaml", std::process::id())));

fuzz_target!(|bytes: &[u8]| {
    std::fs::write(&*FILE, bytes).expect("the folder for temporary files can be written");
    let scan = |complete: bool| {
        let mut manifests = Manifests::new([&*FILE]).expect("a file is usable").kubernetes_version("1.37");
        if complete {
            manifests = manifests.complete();
        }
        // A file in which nothing is can be an error.
        RUNTIME.block_on(Scan::new().collector(manifests).rules(RULES.clone()).run()).ok()
    };
    for complete in [false, true] {
        let (Some(one), Some(two)) = (scan(complete), scan(complete)) else { continue };
        let statuses = |report: &cspm::Report| -> Vec<Status> { report.statuses().map(|(s, ..)| s).collect() };
        assert_eq!(statuses(&one), statuses(&two));
        assert_eq!(one.findings().count(), statuses(&one).len());
    }
});
