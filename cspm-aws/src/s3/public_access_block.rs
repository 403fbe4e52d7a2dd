//! The public access block of a bucket, an access point or an account.

use cspm_core::Read;
use schemars::JsonSchema;
use serde::Serialize;

/// The four settings that block public access.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html>
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PublicAccessBlock {
    /// New public ACLs are refused.
    pub block_public_acls: Read<bool>,
    /// New public policies are refused.
    pub block_public_policy: Read<bool>,
    /// Public ACLs have no effect.
    pub ignore_public_acls: Read<bool>,
    /// A public policy gives access only to AWS services and to the account itself.
    pub restrict_public_buckets: Read<bool>,
}

impl PublicAccessBlock {
    /// What holds where nothing is set.
    #[must_use]
    pub fn none() -> Self {
        Self {
            block_public_acls: Read::Known(false),
            block_public_policy: Read::Known(false),
            ignore_public_acls: Read::Known(false),
            restrict_public_buckets: Read::Known(false),
        }
    }
}

#[cfg(feature = "s3")]
mod live {
    use aws_sdk_s3::types::PublicAccessBlockConfiguration as OfBucket;
    use aws_sdk_s3control::types::PublicAccessBlockConfiguration as OfControl;
    use cspm_core::{Read, Source, Unread};

    use super::PublicAccessBlock;
    use crate::live::given;

    impl PublicAccessBlock {
        /// As S3 Control has it. A setting that the answer lacks is not read: S3 always gives all four.
        pub(crate) fn control(block: &OfControl, source: &Source) -> Self {
            Self {
                block_public_acls: given(block.block_public_acls, source),
                block_public_policy: given(block.block_public_policy, source),
                ignore_public_acls: given(block.ignore_public_acls, source),
                restrict_public_buckets: given(block.restrict_public_buckets, source),
            }
        }

        /// As S3 has it, likewise.
        pub(crate) fn bucket(block: &OfBucket, source: &Source) -> Self {
            Self {
                block_public_acls: given(block.block_public_acls, source),
                block_public_policy: given(block.block_public_policy, source),
                ignore_public_acls: given(block.ignore_public_acls, source),
                restrict_public_buckets: given(block.restrict_public_buckets, source),
            }
        }

        /// What was read; all four unread where the call did not succeed.
        pub(crate) fn or_unread(block: Read<Self>) -> Self {
            match block {
                Read::Known(block) => block,
                Read::Unread(unread) => Self::unread(&unread),
            }
        }

        fn unread(unread: &Unread) -> Self {
            let unread = || unread.clone().into();
            Self {
                block_public_acls: unread(),
                block_public_policy: unread(),
                ignore_public_acls: unread(),
                restrict_public_buckets: unread(),
            }
        }
    }
}
