//! Snapshots that know the kinds of all providers.

use std::path::Path;
use std::sync::Arc;

use crate::{Snapshot, kinds};

/// The inventory in a file, with the kinds of all providers: of the form that [`crate::save_snapshot`] writes, or the
/// hand-written lists that teaching tools keep (`{"s3_buckets": [...], ...}`).
pub fn snapshot(path: impl AsRef<Path>) -> Snapshot {
    knowing_all(Snapshot::open(path))
}

/// An inventory in memory, in either of the forms that [`snapshot`] reads; errors call it `name`.
///
/// ```
/// let given = cspm::snapshot_from_bytes("given", br#"{"s3_buckets": [{"name": "photos"}]}"#.to_vec());
/// # let _ = given;
/// ```
pub fn snapshot_from_bytes(name: &str, bytes: impl Into<Arc<[u8]>>) -> Snapshot {
    knowing_all(Snapshot::from_bytes(name, bytes))
}

/// The sample that comes with the library: a small company's AWS account, recorded by our own collectors.
#[must_use]
pub fn sample() -> Snapshot {
    snapshot_from_bytes("of the sample", &include_bytes!("../examples/sample/inventory.json")[..])
}

fn knowing_all(snapshot: Snapshot) -> Snapshot {
    // Without its kinds a snapshot is still read; the rules that need them then say so.
    snapshot.kinds(kinds().unwrap_or_default()).import(cspm_aws::handwritten::import)
}

/// The inventory in an object of S3, named `s3://bucket/key`, read with the credentials of `aws`.
///
/// # Errors
/// [`crate::ErrorKind::Config`] for another form of name, else as the provider answers.
#[cfg(feature = "aws-s3")]
pub async fn snapshot_from_s3(url: &str, aws: &crate::Aws) -> crate::Result<Snapshot> {
    let bytes = aws.read_object(url).await?;
    Ok(snapshot_from_bytes(url, bytes))
}
