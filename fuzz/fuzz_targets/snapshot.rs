//! A snapshot, or a hand-written inventory, from anybody: read, judged by every rule, written, read again. It never panics,
//! and what was written says the same.
#![no_main]

use std::sync::{Arc, LazyLock};

use cspm::{Collector, Kind, Rule, Rules, Scan, Snapshot, Status};
use libfuzzer_sys::fuzz_target;
use tokio::runtime::{Builder, Runtime};

static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Builder::new_current_thread().enable_time().build().expect("a runtime"));
static KINDS: LazyLock<Vec<Arc<Kind>>> = LazyLock::new(|| cspm::kinds().expect("the kinds are sound"));
static RULES: LazyLock<Vec<Arc<dyn Rule>>> =
    LazyLock::new(|| Rules::builtin().load(&KINDS).expect("the catalog is sound").rules().to_vec());

fn snapshot(bytes: &[u8]) -> Snapshot {
    let snapshot = Snapshot::from_bytes("fuzz", bytes).max_bytes(1 << 20);
    snapshot.kinds(KINDS.iter().cloned()).import(cspm_aws::handwritten::import)
}

fuzz_target!(|bytes: &[u8]| {
    RUNTIME.block_on(async {
        if snapshot(bytes).connect().await.is_err() {
            return;
        }
        let scan = |snapshot| Scan::new().collector(snapshot).rules(RULES.clone()).run();
        let report = scan(snapshot(bytes)).await.expect("what could be read can be judged");
        let mut written = Vec::new();
        cspm::write_snapshot(report.inventory(), &mut written).expect("memory takes it");
        let again = scan(snapshot(&written)).await.expect("what was written can be read");
        let statuses =
            |report: &cspm::Report| -> Vec<Status> { report.statuses().map(|(status, ..)| status).collect() };
        assert_eq!(statuses(&report), statuses(&again));
        for (finding, other) in report.findings().zip(again.findings()) {
            assert_eq!(finding.id, other.id);
        }
    });
});
