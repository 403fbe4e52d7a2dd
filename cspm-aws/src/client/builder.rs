//! The options of an [`Aws`].

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use aws_credential_types::Credentials;
use cspm_core::secrets::scrub;
use cspm_core::{Error, ErrorKind, Result};

use super::Aws;
use super::limits::Limits;
use super::setup;

/// The options of an [`Aws`]. All have defaults: the credentials of the default chain, and every enabled region.
#[derive(Clone, Default)]
#[must_use = "`build` makes an `Aws` of it"]
pub struct AwsBuilder {
    pub(super) regions: Vec<String>,
    pub(super) profile: Option<String>,
    pub(super) role: Option<String>,
    pub(super) external_id: Option<String>,
    pub(super) session_name: Option<String>,
    pub(super) credentials: Option<Credentials>,
    pub(super) endpoint: Option<String>,
    pub(super) limits: Limits,
}

impl AwsBuilder {
    /// The regions to collect in. Without any, those that are enabled for the account, which needs the permission
    /// `ec2:DescribeRegions`.
    pub fn regions(mut self, regions: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.regions = regions.into_iter().map(Into::into).collect();
        self
    }

    /// The profile of the AWS configuration files whose credentials to use, whatever the environment has.
    pub fn profile(mut self, name: impl Into<String>) -> Self {
        self.profile = Some(name.into());
        self
    }

    /// A role to assume with the credentials. It is assumed anew before its session expires.
    pub fn role_arn(mut self, arn: impl Into<String>) -> Self {
        self.role = Some(arn.into());
        self
    }

    /// The external id that the role's trust policy asks for.
    pub fn external_id(mut self, id: impl Into<String>) -> Self {
        self.external_id = Some(id.into());
        self
    }

    /// The name of the role's session, as CloudTrail shows it; `cspm` unless given.
    pub fn session_name(mut self, name: impl Into<String>) -> Self {
        self.session_name = Some(name.into());
        self
    }

    /// These credentials, with a session token where they are temporary. They are kept in memory only.
    pub fn credentials(
        mut self,
        access_key_id: impl Into<String>,
        secret_access_key: impl Into<String>,
        session_token: Option<String>,
    ) -> Self {
        self.credentials = Some(Credentials::new(access_key_id, secret_access_key, session_token, None, "caller"));
        self
    }

    /// Another endpoint for every service, such as an emulator's: `http://127.0.0.1:5000`.
    pub fn endpoint_url(mut self, url: impl Into<String>) -> Self {
        self.endpoint = Some(url.into());
        self
    }

    /// How long one attempt of a call may take; 30 seconds unless given.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.limits.attempt = timeout;
        self
    }

    /// How long a connection may take to be made, and how long [`cspm_core::Collector::connect`] may take for each of
    /// its two steps (credentials, identity); 10 seconds unless given.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.limits.connect = timeout;
        self
    }

    /// How long all attempts of a call and the pauses between them may take; 90 seconds unless given.
    pub fn call_timeout(mut self, timeout: Duration) -> Self {
        self.limits.call = timeout;
        self
    }

    /// How often a call is tried at most; 8 times unless given.
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.limits.attempts = attempts.max(1);
        self
    }

    /// How many calls may be under way at once, over all regions; 64 unless given.
    pub fn concurrency(mut self, calls: usize) -> Self {
        self.limits.in_flight = calls.max(1);
        self
    }

    /// The share of AWS's request rates to use, so that the rest is left to the account's own work; 0.5 unless given.
    /// Infinite for no limit, for endpoints that have none.
    pub fn rate_share(mut self, share: f64) -> Self {
        self.limits.share = share;
        self
    }

    /// Checks the options and reads the AWS configuration files. Nothing is called: [`cspm_core::Collector::connect`]
    /// finds out whether the credentials are good.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] for options that are unusable or do not go together, and for an unusable `AWS_CA_BUNDLE`.
    pub async fn build(self) -> Result<Aws> {
        self.check()?;
        let (config, credentials) = setup::load(&self).await?;
        let mut regions: Vec<Arc<str>> = Vec::new();
        for region in self.regions {
            if regions.iter().all(|known| **known != *region) {
                regions.push(region.into());
            }
        }
        Aws::new(config, credentials, self.limits, regions, self.profile)
    }

    fn check(&self) -> Result<()> {
        let config = |what: &str, help: &str| Err(Error::new(ErrorKind::Config, what).with_help(help));
        for region in &self.regions {
            let well_formed = region.contains('-')
                && region.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
            if !well_formed {
                return config(&format!("use the region {region:?}"), "a region is named like us-east-1");
            }
        }
        if self.profile.is_some() && self.credentials.is_some() {
            return config("use a profile and access keys together", "give one of them");
        }
        if self.role.is_none() && (self.external_id.is_some() || self.session_name.is_some()) {
            return config("use an external id or session name without a role", "give role_arn too");
        }
        if self.role.as_ref().is_some_and(|role| !role.starts_with("arn:") || !role.contains(":role/")) {
            return config("assume the role", "role_arn is like arn:aws:iam::123456789012:role/Audit");
        }
        if self.endpoint.as_ref().is_some_and(|url| !url.starts_with("http://") && !url.starts_with("https://")) {
            return config("use the endpoint", "endpoint_url starts with http:// or https://");
        }
        if self.limits.share.is_nan() || self.limits.share <= 0.0 {
            return config("use the rate share", "rate_share is more than 0");
        }
        Ok(())
    }
}

impl fmt::Debug for AwsBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AwsBuilder")
            .field("regions", &self.regions)
            .field("profile", &self.profile)
            .field("role", &self.role)
            .field("endpoint", &self.endpoint.as_deref().map(scrub))
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn error(builder: AwsBuilder) -> String {
        let error = builder.build().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        error.to_string()
    }

    #[tokio::test]
    async fn options_that_make_no_sense_are_refused() {
        assert!(error(Aws::builder().regions(["USEast1"])).await.contains("us-east-1"));
        assert!(error(Aws::builder().profile("a").credentials("k", "s", None)).await.contains("one of them"));
        assert!(error(Aws::builder().external_id("x")).await.contains("role_arn"));
        assert!(error(Aws::builder().role_arn("Audit")).await.contains("role/Audit"));
        assert!(error(Aws::builder().endpoint_url("localhost:5000")).await.contains("http://"));
        assert!(error(Aws::builder().rate_share(0.0)).await.contains("more than 0"));
    }

    #[tokio::test]
    async fn nothing_secret_is_printed() {
        let builder =
            Aws::builder().regions(["us-east-1"]).credentials("AKIAEXAMPLE", "hunter2", Some("token3".to_owned()));
        let builder = builder.endpoint_url("http://ann:swordfish@127.0.0.1:5000/?token=pike");
        let texts = [format!("{builder:?}"), format!("{:?}", builder.build().await.unwrap())];
        for text in texts {
            assert!(["hunter2", "token3", "swordfish", "pike"].iter().all(|secret| !text.contains(secret)), "{text}");
        }
    }
}
