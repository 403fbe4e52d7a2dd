//! cspm: an embeddable scan engine for cloud security posture.
//!
//! Collect from AWS and Kubernetes, judge by rules that are data, and get findings that can be trusted: what could not be read is
//! unknown, with the call and the reason, and never a pass or a failure.
//!
//! ```
//! use cspm::prelude::*;
//!
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
//! # runtime.block_on(async {
//! let report = Scan::new()
//!     .collector(cspm::snapshot("examples/sample/inventory.json"))
//!     .rules(Rules::builtin().framework("cis_aws_7.0"))
//!     .run()
//!     .await?;
//! for finding in report.findings().filter(|finding| finding.status == Status::Fail).take(3) {
//!     let _line = format!("{} {}", finding.severity(), finding.message);
//! }
//! # Ok::<(), cspm::Error>(()) }).unwrap();
//! ```
//!
//! # Features
//! - `aws`: live collection from AWS with its SDK; `aws-ec2`, `aws-iam` and `aws-s3` choose services. The kinds, their
//!   rules and snapshots of them need no feature.
//! - `k8s`: live collection from clusters of Kubernetes. Manifests need no feature.
//! - `sql`: SQL over an inventory, by an embedded SQLite.
//! - `cli`: the command line as a module.

#[cfg(feature = "cli")]
pub mod cli;
mod kinds;
pub mod prelude;
mod snapshot;

#[cfg(feature = "live")]
pub use cspm_aws::{Aws, AwsBuilder};
pub use cspm_core::*;
pub use cspm_k8s::Manifests;
#[cfg(feature = "k8s")]
pub use cspm_k8s::{Kubernetes, KubernetesBuilder};
pub use cspm_report::{Format, JsonGraph, to_string, write};
pub use cspm_rules::{
    Control, ControlStatus, Error as RuleError, Framework, RuleSet, Rules, admission_policy, analysis, cases,
};
#[cfg(feature = "sql")]
pub use cspm_sql::{self as sql, InventorySql, Rows, Sql};
pub use kinds::kinds;
#[cfg(feature = "aws-s3")]
pub use snapshot::snapshot_from_s3;
pub use snapshot::{sample, snapshot, snapshot_from_bytes};

/// The code of the README and of the guide, which is run with the documentation's tests.
#[cfg(doctest)]
mod guide {
    #[doc = include_str!("../README.md")]
    struct Readme;
    #[doc = include_str!("../docs/src/embedding.md")]
    struct Embedding;
    #[cfg(feature = "sql")]
    #[doc = include_str!("../docs/src/sql.md")]
    struct Sql;
}
