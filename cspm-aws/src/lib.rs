//! AWS for cspm: the kinds, and the collectors that fill them.
//!
//! The model of every kind compiles without an SDK; the features `ec2`, `iam` and `s3` add the live collectors.
//! Kinds and fields are named as Steampipe names its tables and columns.

pub mod account;
#[cfg(feature = "live")]
mod client;
#[cfg(feature = "live")]
mod collector;
pub mod ec2;
pub mod handwritten;
pub mod iam;
#[cfg(feature = "live")]
mod live;
pub mod partition;
pub mod policy;
pub mod s3;
mod withhold;

#[cfg(feature = "live")]
pub use client::{Aws, AwsBuilder};

use std::sync::{Arc, OnceLock};

use cspm_core::{Kind, Result};

/// Every kind of AWS that this crate models, whether or not its collector is compiled in.
///
/// # Errors
/// [`cspm_core::ErrorKind::Model`] where a model contradicts itself, which the tests of this crate rule out.
pub fn kinds() -> Result<Vec<Kind>> {
    let kinds = [account::kinds()?, ec2::kinds()?, s3::kinds()?, iam::kinds()?].concat();
    Ok(kinds.into_iter().map(|kind| kind.withholding(withhold::withhold)).collect())
}

/// The same, made once for a process: they are the same in every scan, and their schemas take megabytes.
///
/// # Errors
/// As [`kinds`].
pub fn shared_kinds() -> Result<Vec<Arc<Kind>>> {
    static KINDS: OnceLock<Vec<Arc<Kind>>> = OnceLock::new();
    if let Some(kinds) = KINDS.get() {
        return Ok(kinds.clone());
    }
    let kinds: Vec<_> = kinds()?.into_iter().map(Arc::new).collect();
    Ok(KINDS.get_or_init(|| kinds).clone())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    #[test]
    fn every_kind_has_its_own_name() {
        let kinds = super::kinds().unwrap();
        let names: BTreeSet<_> = kinds.iter().map(|k| k.name().clone()).collect();
        assert_eq!(names.len(), kinds.len());
        assert!(names.iter().all(|name| name.starts_with("aws_")));
    }

    #[test]
    fn every_part_has_its_schema_in_place() {
        for kind in super::kinds().unwrap() {
            assert!(!kind.schema().to_string().contains("$ref"), "{}: a part that is not checked", kind.name());
        }
    }

    #[test]
    fn every_field_is_described() {
        for kind in super::kinds().unwrap() {
            let properties = kind.schema()["properties"].as_object().unwrap();
            for (field, schema) in properties {
                assert!(schema.get("description").is_some(), "{}.{field} has no description", kind.name());
            }
        }
    }
}
