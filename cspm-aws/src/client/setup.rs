//! From options to a configuration of the SDK.

use std::sync::Arc;
use std::time::Duration;

use aws_config::default_provider::credentials::DefaultCredentialsChain;
use aws_config::environment::EnvironmentVariableRegionProvider;
use aws_config::identity::IdentityCache;
use aws_config::meta::region::ProvideRegion;
use aws_config::profile::{ProfileFileCredentialsProvider, ProfileFileRegionProvider};
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_config::sts::AssumeRoleProvider;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use cspm_core::Result;

use super::AwsBuilder;
use super::credentials::Renewing;
use super::http;

/// How long the metadata service of an instance may take to answer; it is on the same host.
const METADATA: Duration = Duration::from_secs(1);

/// The configuration of clients for the home region, and the credentials that all of them share.
///
/// # Errors
/// [`cspm_core::ErrorKind::Config`] where the certificates of the environment cannot be used.
pub(crate) async fn load(options: &AwsBuilder) -> Result<(SdkConfig, Arc<Renewing>)> {
    let region = Region::new(home(options).await);
    let client = http::client(options.limits.connect)?;
    let own = source(options, &region, &client).await;
    // Retries and time limits are this crate's own, so that every one of them is counted and reported.
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .region(region)
        .http_client(client)
        .credentials_provider(own.clone())
        .identity_cache(IdentityCache::no_cache())
        .retry_config(RetryConfig::disabled());
    if let Some(url) = &options.endpoint {
        loader = loader.endpoint_url(url);
    }
    if let Some(name) = &options.profile {
        loader = loader.profile_name(name);
    }
    let config = loader.load().await;
    let beneath = match &options.role {
        Some(role) => SharedCredentialsProvider::new(assume(options, role, &config).await),
        None => own,
    };
    let credentials = Arc::new(Renewing::new(beneath, options.limits.connect));
    let shared: Arc<dyn ProvideCredentials> = credentials.clone();
    let config = config.to_builder().credentials_provider(SharedCredentialsProvider::new(shared)).build();
    Ok((config, credentials))
}

/// The region where identity and global services are asked: the one of the environment or profile where that is among
/// those to collect in, else the first of these.
async fn home(options: &AwsBuilder) -> String {
    let profile = ProfileFileRegionProvider::builder();
    let profile = match &options.profile {
        Some(name) => profile.profile_name(name).build(),
        None => profile.build(),
    };
    let configured = match EnvironmentVariableRegionProvider::new().region().await {
        Some(region) if options.profile.is_none() => Some(region),
        environment => profile.region().await.or(environment),
    };
    let configured = configured.map(|region| region.to_string());
    let asked_for = |region: &String| options.regions.is_empty() || options.regions.contains(region);
    let home = configured.filter(asked_for).or_else(|| options.regions.first().cloned());
    home.unwrap_or_else(|| "us-east-1".to_owned())
}

/// The credentials before any role is assumed. A profile that was named is used whatever the environment has, so that no
/// other account is scanned than the one meant.
async fn source(options: &AwsBuilder, region: &Region, client: &SharedHttpClient) -> SharedCredentialsProvider {
    let provider = ProviderConfig::without_region()
        .with_region(Some(region.clone()))
        .with_behavior_version(Some(BehaviorVersion::latest()))
        .with_http_client(client.clone());
    match (&options.credentials, &options.profile) {
        (Some(keys), _) => SharedCredentialsProvider::new(keys.clone()),
        (None, Some(name)) => {
            let profile = ProfileFileCredentialsProvider::builder().configure(&provider).profile_name(name);
            SharedCredentialsProvider::new(profile.build())
        }
        (None, None) => {
            let metadata = aws_config::imds::Client::builder()
                .configure(&provider)
                .max_attempts(2)
                .operation_attempt_timeout(METADATA)
                .build();
            let chain = DefaultCredentialsChain::builder().configure(provider).imds_client(metadata);
            SharedCredentialsProvider::new(chain.build().await)
        }
    }
}

async fn assume(options: &AwsBuilder, role: &str, config: &SdkConfig) -> AssumeRoleProvider {
    let config = config.to_builder().retry_config(RetryConfig::standard()).build();
    let name = options.session_name.as_deref().unwrap_or("cspm");
    let builder = AssumeRoleProvider::builder(role).configure(&config).session_name(name);
    match &options.external_id {
        Some(id) => builder.external_id(id).build().await,
        None => builder.build().await,
    }
}
