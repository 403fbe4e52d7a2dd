//! The sources named on the command line.

use std::sync::Arc;

use super::args::{AwsArgs, KubernetesArgs};
use crate::{Collector, Error, ErrorKind, Manifests, Result};

/// The collectors that the words name; snapshots of at most so many MiB, which are not fetched where none is given.
pub(super) async fn collectors(
    words: &[String],
    (aws, kubernetes): (&AwsArgs, &KubernetesArgs),
    max_snapshot: Option<u64>,
) -> Result<Vec<Arc<dyn Collector>>> {
    let mut collectors: Vec<Arc<dyn Collector>> = Vec::new();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "aws" => collectors.push(live_aws(aws).await?),
            "k8s" | "kubernetes" => collectors.push(live_kubernetes(kubernetes).await?),
            "manifests" => {
                let path = words.next().ok_or_else(|| {
                    Error::new(ErrorKind::Config, "scan manifests")
                        .with_help("name a file or folder, or - for the standard input: manifests PATH")
                })?;
                collectors.push(manifests(path, kubernetes.cluster_name.as_deref(), kubernetes)?);
            }
            named if named.starts_with("manifests:") => {
                let given = named["manifests:".len()..].split_once('=');
                let (name, path) =
                    given.filter(|(name, path)| !name.is_empty() && !path.is_empty()).ok_or_else(|| {
                        Error::new(ErrorKind::Config, format!("scan {named:?}"))
                            .with_help("give the cluster's name and a file or folder: manifests:NAME=PATH")
                    })?;
                collectors.push(manifests(path, Some(name), kubernetes)?);
            }
            "snapshot" => {
                let file = words.next().ok_or_else(|| {
                    Error::new(ErrorKind::Config, "scan a snapshot").with_help("name its file: snapshot FILE")
                })?;
                collectors.push(snapshot(file, aws, max_snapshot).await?);
            }
            other => {
                return Err(Error::new(ErrorKind::Config, format!("scan {other:?}"))
                    .with_help("the sources are: aws, k8s, manifests PATH, manifests:NAME=PATH, snapshot FILE"));
            }
        }
    }
    Ok(collectors)
}

async fn snapshot(name: &str, aws: &AwsArgs, max_mib: Option<u64>) -> Result<Arc<dyn Collector>> {
    let Some(max_bytes) = max_mib.map(|mib| mib.saturating_mul(1 << 20)) else {
        return Ok(Arc::new(crate::snapshot(name)));
    };
    if name.starts_with("s3://") {
        return from_s3(name, aws, max_bytes).await;
    }
    Ok(Arc::new(crate::snapshot(name).max_bytes(max_bytes)))
}

#[cfg(feature = "aws-s3")]
async fn from_s3(url: &str, aws: &AwsArgs, max_bytes: u64) -> Result<Arc<dyn Collector>> {
    let aws = session(aws).await?;
    Ok(Arc::new(crate::snapshot_from_s3(url, &aws).await?.max_bytes(max_bytes)))
}

#[cfg(not(feature = "aws-s3"))]
async fn from_s3(url: &str, _: &AwsArgs, _: u64) -> Result<Arc<dyn Collector>> {
    Err(without(&format!("read {url}"), "aws"))
}

#[cfg(feature = "live")]
async fn live_aws(args: &AwsArgs) -> Result<Arc<dyn Collector>> {
    Ok(Arc::new(session(args).await?))
}

#[cfg(not(feature = "live"))]
async fn live_aws(_: &AwsArgs) -> Result<Arc<dyn Collector>> {
    Err(without("scan aws", "aws"))
}

#[cfg(not(all(feature = "aws-s3", feature = "k8s")))]
fn without(attempted: &str, feature: &str) -> Error {
    let help = format!("this program was built without it: build with `--features {feature}`");
    Error::new(ErrorKind::Config, attempted).with_help(help)
}

fn manifests(path: &str, cluster: Option<&str>, args: &KubernetesArgs) -> Result<Arc<dyn Collector>> {
    let mut manifests = Manifests::new([path])?;
    if let Some(version) = &args.kubernetes_version {
        manifests = manifests.kubernetes_version(version);
    }
    if let Some(name) = cluster {
        manifests = manifests.cluster_name(name);
    }
    if args.complete {
        manifests = manifests.complete();
    }
    if args.partial {
        manifests = manifests.partial();
    }
    Ok(Arc::new(manifests))
}

#[cfg(not(feature = "k8s"))]
async fn live_kubernetes(_: &KubernetesArgs) -> Result<Arc<dyn Collector>> {
    Err(without("scan k8s", "k8s"))
}

#[cfg(feature = "k8s")]
async fn live_kubernetes(args: &KubernetesArgs) -> Result<Arc<dyn Collector>> {
    let mut cluster = crate::Kubernetes::builder().namespaces(&args.namespaces);
    if let Some(path) = &args.kubeconfig {
        cluster = cluster.kubeconfig(path);
    }
    if let Some(context) = &args.context {
        cluster = cluster.context(context);
    }
    if let Some(name) = &args.cluster_name {
        cluster = cluster.cluster_name(name);
    }
    Ok(Arc::new(cluster.build().await?))
}

#[cfg(feature = "live")]
async fn session(args: &AwsArgs) -> Result<crate::Aws> {
    let AwsArgs { regions, profile, role_arn, external_id, endpoint_url } = args;
    let mut aws = crate::Aws::builder();
    if !regions.is_empty() {
        aws = aws.regions(regions);
    }
    if let Some(profile) = profile {
        aws = aws.profile(profile);
    }
    if let Some(role_arn) = role_arn {
        aws = aws.role_arn(role_arn);
    }
    if let Some(external_id) = external_id {
        aws = aws.external_id(external_id);
    }
    if let Some(endpoint_url) = endpoint_url {
        aws = aws.endpoint_url(endpoint_url);
    }
    aws.build().await
}
