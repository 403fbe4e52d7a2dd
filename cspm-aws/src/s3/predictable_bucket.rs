//! `aws_s3_predictable_bucket`.

#[cfg(feature = "s3")]
pub(super) mod collect;

use cspm_core::{Model, Read, Scope, Source};
use schemars::JsonSchema;
use serde::Serialize;

use super::sources;

/// A bucket name that an AWS service will use in this account and region, and that anyone can work out from the
/// account's number: whoever makes the bucket first receives what the service writes. One resource for each such name,
/// whether or not the bucket exists.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PredictableBucket {
    /// The name of the bucket.
    pub name: String,
    /// What uses the name, e.g. `glue`.
    pub used_by: String,
    /// The bucket belongs to this account.
    pub owned: bool,
    /// The bucket exists, in this account or another.
    #[schemars(extend("x-source" = sources::HEAD_BUCKET))]
    pub exists: Read<bool>,
}

impl Model for PredictableBucket {
    const KIND: &'static str = "aws_s3_predictable_bucket";
    const PROVIDER: &'static str = "aws";
    const SERVICE: &'static str = "s3";
    const SCOPE: Scope = Scope::Region;
    const LIST: Source = sources::LIST_BUCKETS;
}

/// The names that AWS services use in `account` and `region`, with what uses them.
///
/// Only names that follow from account and region alone: a name with a random part cannot be taken in advance.
#[must_use]
pub fn predictable_names(account: &str, region: &str) -> Vec<(String, &'static str)> {
    vec![
        (format!("aws-athena-query-results-{account}-{region}"), "athena"),
        (format!("aws-emr-studio-{account}-{region}"), "emr"),
        (format!("aws-glue-assets-{account}-{region}"), "glue"),
        (format!("aws-logs-{account}-{region}"), "emr"),
        (format!("cdk-hnb659fds-assets-{account}-{region}"), "cdk"),
        (format!("elasticbeanstalk-{region}-{account}"), "elasticbeanstalk"),
        (format!("sagemaker-{region}-{account}"), "sagemaker"),
    ]
}
