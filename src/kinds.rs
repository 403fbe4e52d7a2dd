//! The kinds of all providers.

use std::sync::Arc;

use crate::{Kind, Result};

/// The kinds of every provider, in the order of their names; their live collectors may be compiled in or not.
///
/// ```
/// let kinds = cspm::kinds()?;
/// assert!(kinds.iter().any(|kind| &**kind.name() == "aws_s3_bucket"));
/// # Ok::<(), cspm::Error>(())
/// ```
///
/// # Errors
/// [`crate::ErrorKind::Model`] where a model contradicts itself, which the tests of its crate rule out.
pub fn kinds() -> Result<Vec<Arc<Kind>>> {
    let mut kinds = [cspm_aws::shared_kinds()?, cspm_k8s::shared_kinds()?].concat();
    kinds.sort_by(|a, b| a.name().cmp(b.name()));
    Ok(kinds)
}
