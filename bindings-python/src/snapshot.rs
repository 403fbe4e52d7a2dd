//! Snapshots, and the sample.

use std::path::PathBuf;

use cspm::AwsBuilder;
use pyo3::prelude::*;

use crate::aws::{Aws, given};

/// An inventory in a file, as a source of resources. It needs no call.
///
/// The file is a path, or `s3://bucket/key`, which is read with the credentials of `aws` (without it, those of the default
/// chain). It is read when a scan begins, and refused where it has more than `max_bytes`, decompressed, or more than
/// `max_values`, of which a list or dict counts as three; one GiB and 60 million unless given.
#[pyclass(frozen, module = "cspm")]
pub(crate) struct Snapshot {
    pub(crate) origin: Origin,
    pub(crate) limits: Limits,
}

/// What the caller set of the limits of a snapshot.
#[derive(Clone, Copy, Default)]
pub(crate) struct Limits {
    max_bytes: Option<u64>,
    max_values: Option<u64>,
}

impl Limits {
    /// The snapshot with these limits.
    pub(crate) fn of(self, snapshot: cspm::Snapshot) -> cspm::Snapshot {
        let snapshot = given(snapshot, self.max_bytes, cspm::Snapshot::max_bytes);
        given(snapshot, self.max_values, cspm::Snapshot::max_values)
    }
}

/// Where a snapshot is.
#[derive(Clone)]
pub(crate) enum Origin {
    S3(String, Option<AwsBuilder>),
    Here(cspm::Snapshot, String),
}

#[pymethods]
impl Snapshot {
    #[new]
    #[pyo3(signature = (path, *, aws=None, max_bytes=None, max_values=None))]
    fn new(path: PathBuf, aws: Option<&Bound<'_, Aws>>, max_bytes: Option<u64>, max_values: Option<u64>) -> Self {
        let limits = Limits { max_bytes, max_values };
        let name = path.display().to_string();
        let origin = if name.starts_with("s3://") {
            Origin::S3(name, aws.map(|aws| aws.get().builder.clone()))
        } else {
            Origin::Here(limits.of(cspm::snapshot(&path)), name)
        };
        Self { origin, limits }
    }

    /// A snapshot in memory, in any form that a file may have; errors call it `name`.
    #[staticmethod]
    #[pyo3(signature = (data, *, name="in memory", max_bytes=None, max_values=None))]
    fn from_bytes(data: Vec<u8>, name: &str, max_bytes: Option<u64>, max_values: Option<u64>) -> Self {
        let limits = Limits { max_bytes, max_values };
        let snapshot = cspm::snapshot_from_bytes(name, data);
        let origin = Origin::Here(limits.of(snapshot), name.to_owned());
        Self { origin, limits }
    }

    fn __repr__(&self) -> String {
        let (Origin::S3(name, _) | Origin::Here(_, name)) = &self.origin;
        format!("Snapshot({:?})", cspm::secrets::scrub(name))
    }
}

/// The sample that comes with the library: a small company's AWS account, recorded by our own collectors.
#[pyfunction]
pub(crate) fn sample() -> Snapshot {
    Snapshot { origin: Origin::Here(cspm::sample(), "of the sample".to_owned()), limits: Limits::default() }
}
