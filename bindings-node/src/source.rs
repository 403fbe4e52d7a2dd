//! Sources of resources, as options: what they connect to is made in each scan, and ends with it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use cspm::{AwsBuilder, Collector, KubernetesBuilder, Manifests, Snapshot};
use napi::bindgen_prelude::Buffer;
use napi_derive::napi;
use serde::de::DeserializeOwned;

use crate::collector::Declared;
use crate::error::{Failure, sync, unusable};
use crate::link::Link;

mod options;

/// A source of resources.
#[napi]
pub struct Source {
    origin: Origin,
}

#[derive(Clone)]
enum Origin {
    Aws(AwsBuilder),
    Kubernetes(KubernetesBuilder),
    Manifests(Manifests),
    Snapshot(Snapshot),
    /// Made in each scan: JavaScript would keep its bytes until it looks for garbage, and does not know how many they are.
    Sample,
    SnapshotOnS3 {
        url: String,
        aws: AwsBuilder,
        options: options::Snapshot,
    },
    Own(Declared),
}

#[napi]
impl Source {
    /// An AWS account.
    #[napi(factory)]
    pub fn aws(options: String) -> napi::Result<Self> {
        sync(|| Ok(Self { origin: Origin::Aws(parse::<options::Aws>("use the options of Aws", &options)?.builder()) }))
    }

    /// A cluster of Kubernetes.
    #[napi(factory)]
    pub fn kubernetes(options: String) -> napi::Result<Self> {
        sync(|| {
            let options: options::Kubernetes = parse("use the options of Kubernetes", &options)?;
            Ok(Self { origin: Origin::Kubernetes(options.builder()) })
        })
    }

    /// Manifests of Kubernetes in files.
    #[napi(factory)]
    pub fn manifests(paths: Vec<String>, options: String) -> napi::Result<Self> {
        sync(|| {
            let options: options::Manifests = parse("use the options of Manifests", &options)?;
            Ok(Self { origin: Origin::Manifests(options.manifests(paths)?) })
        })
    }

    /// An inventory in a file, or in an object of S3 that the credentials of `aws` may read.
    #[napi(factory)]
    pub fn snapshot(path: String, options: String, aws: Option<&Source>) -> napi::Result<Self> {
        sync(|| {
            let options: options::Snapshot = parse("use the options of Snapshot", &options)?;
            if !path.starts_with("s3://") {
                let snapshot = cspm::snapshot(PathBuf::from(path));
                return Ok(Self { origin: Origin::Snapshot(options.of(snapshot)) });
            }
            let aws = match aws.map(|source| &source.origin) {
                Some(Origin::Aws(builder)) => builder.clone(),
                None => cspm::Aws::builder(),
                Some(_) => return Err(unusable("read a snapshot from S3", "its option aws is no Aws").into()),
            };
            Ok(Self { origin: Origin::SnapshotOnS3 { url: path, aws, options } })
        })
    }

    /// An inventory in memory; errors call it `name`.
    #[napi(factory)]
    pub fn snapshot_of(name: String, bytes: Buffer, options: String) -> napi::Result<Self> {
        sync(|| {
            let options: options::Snapshot = parse("use the options of Snapshot", &options)?;
            let snapshot = cspm::snapshot_from_bytes(&name, bytes.to_vec());
            Ok(Self { origin: Origin::Snapshot(options.of(snapshot)) })
        })
    }

    /// The sample.
    #[napi(factory)]
    pub fn sample() -> napi::Result<Self> {
        sync(|| Ok(Self { origin: Origin::Sample }))
    }

    /// A collector of the caller's.
    #[napi(factory)]
    pub fn own(declared: String) -> napi::Result<Self> {
        sync(|| Ok(Self { origin: Origin::Own(parse("use the collector", &declared)?) }))
    }
}

/// What a source is made into when a scan begins.
#[derive(Clone)]
pub(crate) struct Spec(Origin);

impl Spec {
    /// The collector. `number` is its place among those of the scan, by which JavaScript knows its own.
    pub(crate) async fn collector(self, number: u32, link: Option<&Arc<Link>>) -> Result<Arc<dyn Collector>, Failure> {
        Ok(match self.0 {
            Origin::Aws(builder) => Arc::new(builder.build().await?),
            Origin::Kubernetes(builder) => Arc::new(builder.build().await?),
            Origin::Manifests(manifests) => Arc::new(manifests),
            Origin::Snapshot(snapshot) => Arc::new(snapshot),
            Origin::Sample => Arc::new(cspm::sample()),
            // A plan has no link, and reads nothing: the kinds are the same.
            Origin::SnapshotOnS3 { url, .. } if link.is_none() => Arc::new(cspm::snapshot(url)),
            Origin::SnapshotOnS3 { url, aws, options } => {
                let aws = aws.build().await?;
                Arc::new(options.of(cspm::snapshot_from_s3(&url, &aws).await?))
            }
            Origin::Own(declared) => Arc::new(declared.collector(number, link.cloned())?),
        })
    }
}

pub(crate) fn specs(sources: &[&Source]) -> Vec<Spec> {
    sources.iter().map(|source| Spec(source.origin.clone())).collect()
}

/// The collectors of a scan, in order.
pub(crate) async fn collectors(specs: Vec<Spec>, link: Option<&Arc<Link>>) -> Result<Vec<Arc<dyn Collector>>, Failure> {
    let mut collectors = Vec::with_capacity(specs.len());
    for (number, spec) in (0u32..).zip(specs) {
        collectors.push(spec.collector(number, link).await?);
    }
    Ok(collectors)
}

/// Options that JavaScript gave as JSON. The text of an error holds no value of theirs.
pub(crate) fn parse<T: DeserializeOwned>(attempted: &str, options: &str) -> Result<T, Failure> {
    // By way of a map, so that an error has no line and column of a text that its reader never saw.
    let options: BTreeMap<String, serde_json::Value> =
        serde_json::from_str(options).map_err(|_| unusable(attempted, "they are no object"))?;
    let options = serde_json::Value::Object(options.into_iter().filter(|(_, value)| !value.is_null()).collect());
    serde_json::from_value(options).map_err(|e| unusable(attempted, without_value(&e.to_string())).into())
}

/// An error of serde without the value that it quotes, which may be secret.
fn without_value(text: &str) -> String {
    match (text.starts_with("invalid"), text.find(", expected")) {
        (true, Some(at)) => format!("a value is of the wrong type{}", &text[at..]),
        _ => text.to_owned(),
    }
}

/// Milliseconds, as JavaScript counts.
fn milliseconds(given: f64) -> Duration {
    Duration::try_from_secs_f64(given / 1000.0).unwrap_or_default()
}
