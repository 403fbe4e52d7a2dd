//! One AWS account, and how it is reached.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use aws_config::SdkConfig;
use cspm_core::{Kind, Result};
use tokio::sync::OnceCell;

use super::AwsBuilder;
use super::connect::Connected;
use super::credentials::Renewing;
use super::limits::Limits;
use super::retry::Caller;

/// One AWS account, and how it is reached: credentials, regions, limits. A [`cspm_core::Collector`].
///
/// Nothing is shared between two of them but what the caller shares: two scans with different credentials run in one
/// process at once. A clone is the same account with the same pace.
///
/// ```no_run
/// # async fn example() -> cspm_core::Result<()> {
/// use cspm_aws::Aws;
///
/// let aws = Aws::builder()
///     .regions(["us-east-1", "eu-west-1"])
///     .role_arn("arn:aws:iam::123456789012:role/Audit")
///     .external_id("x1")
///     .build()
///     .await?;
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Aws(Arc<Inner>);

struct Inner {
    config: SdkConfig,
    credentials: Arc<Renewing>,
    caller: Caller,
    limits: Limits,
    regions: Vec<Arc<str>>,
    kinds: Vec<Arc<Kind>>,
    profile: Option<String>,
    connected: OnceCell<Connected>,
}

impl Aws {
    /// The options, all with defaults.
    pub fn builder() -> AwsBuilder {
        AwsBuilder::default()
    }

    pub(crate) fn new(
        config: SdkConfig,
        credentials: Arc<Renewing>,
        limits: Limits,
        regions: Vec<Arc<str>>,
        profile: Option<String>,
    ) -> Result<Self> {
        let mut names = BTreeSet::new();
        for service in crate::collector::SERVICES {
            names.extend((service.kinds)()?.iter().map(|kind| kind.name().clone()));
        }
        let kinds = crate::shared_kinds()?.into_iter().filter(|kind| names.contains(kind.name())).collect();
        let caller = Caller::new(limits.clone(), credentials.clone());
        let connected = OnceCell::new();
        Ok(Self(Arc::new(Inner { config, credentials, caller, limits, regions, kinds, profile, connected })))
    }

    /// The kinds of the services that are compiled in.
    pub(crate) fn all_kinds(&self) -> &[Arc<Kind>] {
        &self.0.kinds
    }

    pub(crate) fn kind(&self, name: &str) -> Option<&Kind> {
        self.0.kinds.iter().map(|kind| &**kind).find(|kind| **kind.name() == *name)
    }

    /// The regions that the caller asked for; none for all that are enabled.
    pub(crate) fn regions(&self) -> &[Arc<str>] {
        &self.0.regions
    }

    /// The profile that the caller named.
    pub(crate) fn profile(&self) -> Option<&str> {
        self.0.profile.as_deref()
    }

    /// The configuration of clients for the home region.
    pub(crate) fn config(&self) -> &SdkConfig {
        &self.0.config
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.0.limits
    }

    pub(crate) fn caller(&self) -> &Caller {
        &self.0.caller
    }

    pub(crate) fn credentials(&self) -> &Arc<Renewing> {
        &self.0.credentials
    }

    pub(crate) fn connected(&self) -> &OnceCell<Connected> {
        &self.0.connected
    }
}

impl fmt::Debug for Aws {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Aws")
            .field("regions", &self.0.regions)
            .field("home", &self.0.config.region())
            .field("endpoint_url", &self.0.config.endpoint_url().map(cspm_core::secrets::scrub))
            .field("limits", &self.0.limits)
            .finish_non_exhaustive()
    }
}
