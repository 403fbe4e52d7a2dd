//! One account and region during a scan: what the collectors of kinds are given.

use std::sync::Arc;

use aws_config::{Region, SdkConfig};
use cspm_core::{Error, GLOBAL, Model, Reason, Resource, Source, Unread};

use super::Scan;
use super::call::Call;
use super::list::List;

/// One account and region during a scan. Every call goes through it, and everything is reported to it.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    pub(crate) scan: Arc<Scan>,
    region: Arc<str>,
    config: Arc<SdkConfig>,
    /// Whether the region is known to be enabled for the account.
    pub(crate) enabled: bool,
}

impl Site {
    /// The site of what belongs to no region.
    pub(crate) fn global(scan: Arc<Scan>) -> Self {
        let config = Arc::new(configure(scan.aws.config(), &scan.home));
        Self { scan, region: GLOBAL.into(), config, enabled: true }
    }

    /// The same scan in a region.
    pub(crate) fn at(&self, region: impl Into<Arc<str>>) -> Self {
        let region = region.into();
        if region == self.region {
            return self.clone();
        }
        let config = Arc::new(configure(self.scan.aws.config(), &region));
        Self { scan: self.scan.clone(), region, config, enabled: false }
    }

    /// The same, where the region is known to be enabled for the account.
    pub(crate) fn enabled(mut self) -> Self {
        self.enabled = true;
        self
    }

    /// The account.
    pub(crate) fn account(&self) -> &Arc<str> {
        &self.scan.account
    }

    /// The region, or [`GLOBAL`].
    pub(crate) fn region(&self) -> &Arc<str> {
        &self.region
    }

    /// The partition: `aws`, `aws-cn`, `aws-us-gov`, …
    pub(crate) fn partition(&self) -> &str {
        &self.scan.partition
    }

    /// The ARN of something here that belongs to `owner`, which is another account where it is shared with this one.
    pub(crate) fn arn_of(&self, owner: Option<&str>, service: &str, what: &str) -> String {
        let region = if *self.region == *GLOBAL { "" } else { &*self.region };
        format!("arn:{}:{service}:{region}:{}:{what}", self.partition(), owner.unwrap_or(self.account()))
    }

    /// The uid of something of this account and region that has no ARN.
    pub(crate) fn own(&self, what: &str) -> String {
        format!("aws://{}/{}/{what}", self.account(), self.region)
    }

    /// The ARN of something of this account and region.
    pub(crate) fn arn(&self, service: &str, what: &str) -> String {
        self.arn_of(None, service, what)
    }

    /// The configuration of a client for here.
    pub(crate) fn config(&self) -> &SdkConfig {
        &self.config
    }

    /// Whether the kind is wanted.
    pub(crate) fn wants(&self, kind: &str) -> bool {
        self.scan.wanted.kind(kind)
    }

    /// Whether the fields are wanted that `source` fills in the kind.
    pub(crate) fn wants_source(&self, kind: &str, source: &Source) -> bool {
        self.scan.wanted.source(kind, source)
    }

    /// A call that fills fields of `kinds`; it is made if one of them wants that, or if there are none: then it is one
    /// of the prerequisites.
    pub(crate) fn call<'a>(&'a self, kinds: &'a [&'a str], source: &'a Source) -> Call<'a> {
        Call::new(self, kinds, source)
    }

    /// A list that brings resources of `kinds`; it is made if one of them is wanted.
    pub(crate) fn list<'a>(&'a self, kinds: &'a [&'a str], source: &'a Source) -> List<'a> {
        List::new(self, kinds, source)
    }

    /// A resource of here.
    pub(crate) fn resource<M, K, V>(
        &self,
        uid: impl Into<Arc<str>>,
        name: impl Into<Arc<str>>,
        tags: impl IntoIterator<Item = (K, V)>,
        model: &M,
    ) -> Result<Resource, Miss>
    where
        M: Model,
        K: Into<Arc<str>>,
        V: Into<Arc<str>>,
    {
        let uid = unique(uid.into(), self.account());
        let resource = Resource::of(uid, self.account().clone(), self.region.clone(), model)?;
        Ok(resource.named(name).tagged(tags))
    }

    /// A resource of here that has no tags.
    pub(crate) fn untagged<M: Model>(
        &self,
        uid: impl Into<Arc<str>>,
        name: impl Into<Arc<str>>,
        model: &M,
    ) -> Result<Resource, Miss> {
        self.resource(uid, name, std::iter::empty::<(Arc<str>, Arc<str>)>(), model)
    }

    /// Reports a resource that no list's handler answers with.
    pub(crate) async fn emit(&self, resource: Resource) {
        self.scan.report(resource).await;
    }

    /// Reports the resource that is the only one of its kind here; a gap where it could not be made.
    pub(crate) async fn emit_or_gap(&self, kinds: &[&str], source: &Source, resource: Result<Resource, Miss>) {
        match resource {
            Ok(resource) => self.emit(resource).await,
            Err(Miss::Gone) => {}
            Err(Miss::Broken(error)) => {
                let unread = Unread::new(Reason::Failed, source.call()).with_detail(error.to_string());
                self.gap(kinds, unread).await;
            }
        }
    }

    /// Reports that the wanted ones of `kinds` could not be listed here, or not all of them.
    pub(crate) async fn gap(&self, kinds: &[&str], unread: Unread) {
        self.scan.gap(&self.region, kinds, unread).await;
    }
}

/// The uid of a resource with this ARN. What another account owns (policies and prefix lists of AWS, subnets that are shared)
/// has the same ARN in every account that sees it, but a state of its own in each: there the account is said too.
fn unique(arn: Arc<str>, account: &str) -> Arc<str> {
    let owner = arn.strip_prefix("arn:").and_then(|rest| rest.split(':').nth(3));
    match owner {
        Some(owner) if !owner.is_empty() && owner != account => format!("aws://{account}/{arn}").into(),
        _ => arn,
    }
}

fn configure(config: &SdkConfig, region: &str) -> SdkConfig {
    config.to_builder().region(Region::new(region.to_owned())).build()
}

/// Why there is no resource for an item of a list.
#[derive(Debug)]
pub(crate) enum Miss {
    /// It vanished between the list and a call for its details.
    Gone,
    /// It could not be made into a resource.
    Broken(Error),
}

impl From<Error> for Miss {
    fn from(error: Error) -> Self {
        Self::Broken(error)
    }
}

/// The resources that an item of a list gave.
#[derive(Debug, Default)]
pub(crate) struct Found(pub(crate) Vec<Resource>);

impl From<Resource> for Found {
    fn from(resource: Resource) -> Self {
        Self(vec![resource])
    }
}

impl From<Option<Resource>> for Found {
    fn from(resource: Option<Resource>) -> Self {
        Self(resource.into_iter().collect())
    }
}

impl From<Vec<Resource>> for Found {
    fn from(resources: Vec<Resource>) -> Self {
        Self(resources)
    }
}

impl From<()> for Found {
    fn from((): ()) -> Self {
        Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_own_is_told_apart_by_account() {
        let policy: Arc<str> = "arn:aws:iam::aws:policy/ReadOnlyAccess".into();
        assert_eq!(&*unique(policy, "123456789012"), "aws://123456789012/arn:aws:iam::aws:policy/ReadOnlyAccess");
        let shared: Arc<str> = "arn:aws-cn:ec2:cn-north-1:210987654321:subnet/subnet-1".into();
        assert_eq!(&*unique(shared.clone(), "210987654321"), &*shared);
        assert!(unique(shared, "123456789012").starts_with("aws://123456789012/arn:aws-cn:"));
        let account: Arc<str> = "AWS::::Account:123456789012".into();
        assert_eq!(unique(account.clone(), "210987654321"), account, "no ARN");
        let bucket: Arc<str> = "arn:aws:s3:::meadow-logs".into();
        assert_eq!(unique(bucket.clone(), "123456789012"), unique(bucket, "210987654321"));
    }
}
