//! A dump of a cluster's ConfigMaps in one document of 100 MB.

use std::fs::File;
use std::io::{BufWriter, Write};

use cspm::{Manifests, Status};

use crate::{of_kind, scan, verdicts};

/// The most memory that this process ever had, in MiB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse().ok());
    peak.map_or(0, |kib: u64| kib / 1024)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_large_document_is_read_in_bounded_memory() {
    let folder = tempfile::tempdir().unwrap();
    let mut file = BufWriter::new(File::create(folder.path().join("dump.yaml")).unwrap());
    writeln!(file, "apiVersion: v1\nkind: List\nitems:").unwrap();
    let line = "      0123456789abcdef 0123456789abcdef 0123456789abcdef 0123456789abcdef 0123456789abcdef\n";
    for n in 0..50 {
        write!(file, "- apiVersion: v1\n  kind: ConfigMap\n  metadata: {{name: m{n}}}\n  data:\n    log: |\n").unwrap();
        file.write_all(line.repeat(2_000_000 / line.len()).as_bytes()).unwrap();
    }
    file.flush().unwrap();
    let began = std::time::Instant::now();
    let report = scan(Manifests::new([folder.path()]).unwrap()).await;
    println!("read in {:?}, peak memory {} MiB", began.elapsed(), peak());
    assert_eq!(of_kind(&report, "kubernetes_config_map").len(), 50);
    // Values of more than a ConfigMap can hold are not searched for secrets, and that is said.
    assert!(verdicts(&report, "kubernetes_config_map").contains(&Status::Unknown));
    assert!(report.coverage.failures.is_empty());
    assert!(peak() < 700, "{} MiB", peak());
}
