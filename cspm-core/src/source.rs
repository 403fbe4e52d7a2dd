//! Where a field comes from: the API call, and the permission that the call needs.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

/// One API call of a provider, stated beside the fields that it fills.
///
/// Everything about access is derived from sources: the call plan, the least-privilege policy, the coverage.
///
/// ```
/// use cspm_core::{Per, Source};
///
/// const GET_POLICY: Source =
///     Source::new("s3", "GetBucketPolicy", "s3:GetBucketPolicy", Per::Resource("aws_s3_bucket"));
/// assert_eq!(GET_POLICY.to_string(), "s3:GetBucketPolicy");
/// assert_eq!(GET_POLICY.per(), "aws_s3_bucket");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Source {
    service: Cow<'static, str>,
    operation: Cow<'static, str>,
    permission: Cow<'static, str>,
    per: Cow<'static, str>,
}

/// How often a call is made: the unit that the number of calls grows with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Per {
    /// Once for an account.
    Account,
    /// Once for a region of an account.
    Region,
    /// Once for each resource of the kind named.
    Resource(&'static str),
}

impl Source {
    /// A call of `service` (as the SDK names it), the permission it needs (as the policy language names it), and how
    /// often it is made.
    #[must_use]
    pub const fn new(service: &'static str, operation: &'static str, permission: &'static str, per: Per) -> Self {
        let per = match per {
            Per::Account => "account",
            Per::Region => "region",
            Per::Resource(kind) => kind,
        };
        Self {
            service: Cow::Borrowed(service),
            operation: Cow::Borrowed(operation),
            permission: Cow::Borrowed(permission),
            per: Cow::Borrowed(per),
        }
    }

    /// A call whose names are known only when the program runs; otherwise as [`Source::new`].
    #[must_use]
    pub fn named(service: &str, operation: String, permission: String, per: Per) -> Self {
        let service = Cow::Owned(service.to_owned());
        let (operation, permission) = (Cow::Owned(operation), Cow::Owned(permission));
        Self { service, operation, permission, ..Self::new("", "", "", per) }
    }

    /// The service, e.g. `s3`.
    #[must_use]
    pub fn service(&self) -> &str {
        &self.service
    }

    /// The operation, e.g. `GetBucketPolicy`.
    #[must_use]
    pub fn operation(&self) -> &str {
        &self.operation
    }

    /// The permission, e.g. `s3:GetBucketPolicy`; empty where the call needs none.
    #[must_use]
    pub fn permission(&self) -> &str {
        &self.permission
    }

    /// What the number of calls grows with: `account`, `region`, or a kind.
    #[must_use]
    pub fn per(&self) -> &str {
        &self.per
    }

    /// The name under which coverage and findings speak of the call: `service:Operation`.
    #[must_use]
    pub fn call(&self) -> String {
        format!("{}:{}", self.service, self.operation)
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.service, self.operation)
    }
}
