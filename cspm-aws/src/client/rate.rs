//! How fast each service may be called.

/// A token bucket: how many calls may be made at once, and how many more each second.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Rate {
    /// Calls that may be made at once.
    pub(crate) burst: f64,
    /// Calls a second after that.
    pub(crate) refill: f64,
}

impl Rate {
    const fn new(burst: f64, refill: f64) -> Self {
        Self { burst, refill }
    }

    /// The rate of `service`, for one account and region.
    ///
    /// - EC2: non-mutating calls have 100 tokens and 20 more a second, for each action.
    ///   <https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html>
    /// - STS: 600 requests a second for an account and region.
    ///   <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>
    /// - IAM throttles by token buckets whose sizes AWS does not publish; reads share them with the account's own
    ///   deployments, so they are called at the rate of EC2's.
    ///   <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_general.html>
    /// - S3 and S3 Control publish rates for objects (5,500 reads a second and prefix), none for the configuration of
    ///   buckets, which is answered more slowly.
    ///   <https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance.html>
    pub(crate) fn of(service: &str) -> Self {
        match service {
            "ec2" | "iam" => Self::new(100.0, 20.0),
            "sts" => Self::new(600.0, 600.0),
            "s3" => Self::new(200.0, 100.0),
            // Many control planes document ten a second.
            _ => Self::new(20.0, 10.0),
        }
    }
}
