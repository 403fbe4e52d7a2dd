//! The kinds of all providers.

use std::sync::{Arc, OnceLock};

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
    // They are the same in every scan, and their schemas take megabytes.
    static KINDS: OnceLock<Vec<Arc<Kind>>> = OnceLock::new();
    if let Some(kinds) = KINDS.get() {
        return Ok(kinds.clone());
    }
    let mut kinds: Vec<_> = cspm_aws::kinds()?.into_iter().chain(cspm_k8s::kinds()?).map(Arc::new).collect();
    kinds.sort_by(|a, b| a.name().cmp(b.name()));
    Ok(KINDS.get_or_init(|| kinds).clone())
}
