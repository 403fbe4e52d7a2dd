//! What the tests against an emulator of AWS share.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot be set up fails")]
#![allow(clippy::print_stderr, reason = "shows what was collected, where that is asked for")]
#![allow(dead_code, unreachable_pub, reason = "each test uses a part")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use cspm_aws::Aws;
use cspm_core::{Collected, Collector, Data, Gap, Kind, Outcome, Resource, Wanted};
use futures::StreamExt;

pub const REGION: &str = "eu-west-1";

pub fn endpoint() -> String {
    std::env::var("CSPM_TEST_AWS").expect("CSPM_TEST_AWS names the emulator's endpoint")
}

/// How clients of the test reach the emulator, with these credentials.
pub fn config(credentials: Credentials) -> SdkConfig {
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(REGION))
        .endpoint_url(endpoint())
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .build()
}

pub fn own() -> Credentials {
    Credentials::new("test", "test", None, None, "test")
}

/// What a collection gave.
pub struct Found {
    pub resources: Vec<Resource>,
    pub gaps: Vec<Gap>,
    /// The calls, and why those were not answered that were not.
    pub calls: BTreeMap<String, Option<String>>,
}

/// Collects what is wanted of the kinds of a service.
pub async fn collect(service: &str, wanted: impl FnOnce(&[Arc<Kind>]) -> Wanted) -> Found {
    collect_in(REGION, service, wanted).await
}

/// The same in another region than that of the tests.
pub async fn collect_in(region: &str, service: &str, wanted: impl FnOnce(&[Arc<Kind>]) -> Wanted) -> Found {
    let aws = Aws::builder().regions([region]).credentials("test", "test", None).endpoint_url(endpoint());
    // The emulator answers one call at a time, and several tests ask it.
    let aws = aws.connect_timeout(std::time::Duration::from_secs(60)).build().await.unwrap();
    let kinds: Vec<_> = aws.kinds().into_iter().filter(|kind| **kind.service() == *service).collect();
    let wanted = Arc::new(wanted(&kinds));
    let allowed: BTreeSet<String> = kinds
        .iter()
        .flat_map(|kind| kind.all_sources().filter(|source| wanted.source(kind.name(), source)))
        .map(|source| source.call())
        .chain(aws.prerequisites(&wanted).iter().map(|source| source.call()))
        .collect();
    let mut found = Found { resources: Vec::new(), gaps: Vec::new(), calls: BTreeMap::new() };
    let mut stream = aws.collect(wanted, Default::default());
    while let Some(collected) = stream.next().await {
        match collected {
            Collected::Resource(resource) => found.resources.push(resource),
            // Of the regions that are not scanned, which are all but one.
            Collected::Gap(gap) if !gap.is_selected() => assert_eq!(&*gap.region, "(other regions)"),
            Collected::Gap(gap) => found.gaps.push(gap),
            Collected::Call(call) => {
                let why = (call.outcome != Outcome::Done).then(|| format!("{:?} {}", call.outcome, call.detail));
                assert!(allowed.contains(&*call.call), "{} is not in the plan", call.call);
                found.calls.insert(call.call.to_string(), why);
            }
            Collected::Failed(error) => panic!("{error}"),
            _ => {}
        }
    }
    if std::env::var_os("CSPM_TEST_SHOW").is_some() {
        for resource in &found.resources {
            eprintln!("{} {} {} {:?}", resource.kind, resource.uid, resource.region, resource.data);
        }
        eprintln!("{:#?} {:#?}", found.gaps, found.calls);
    }
    found
}

impl Found {
    /// The resource of a kind by the end of its uid.
    pub fn of(&self, kind: &str, uid: &str) -> &Resource {
        let found = self.resources.iter().find(|r| &*r.kind == kind && r.uid.ends_with(uid));
        found.unwrap_or_else(|| panic!("no {kind} {uid}"))
    }

    /// The field at a path of names and indices, as JSON.
    pub fn json(&self, kind: &str, uid: &str, path: &str) -> serde_json::Value {
        let resource = self.of(kind, uid);
        let at = path.split('.').fold(&resource.data, |data, step| match step.parse::<usize>() {
            Ok(index) => &data.as_list().unwrap_or_else(|| panic!("{path} of {uid}: {data:?}"))[index],
            Err(_) => data.get(step).unwrap_or_else(|| panic!("{path} of {uid}: {data:?}")),
        });
        assert!(at.unread().is_none(), "{path} of {uid}: {at:?}");
        Data::to_json(at)
    }
}
