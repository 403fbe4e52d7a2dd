//! The HTTP client that all SDK clients of one [`super::Aws`] share.

use std::io::Read;
use std::sync::OnceLock;
use std::time::Duration;

use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_http_client::{Connector, proxy::ProxyConfig};
use aws_smithy_runtime_api::client::http::{
    HttpConnectorSettings, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use cspm_core::{Error, ErrorKind, Result};

use super::whole::Whole;

/// A client over rustls with ring, the certificates of the system and of `AWS_CA_BUNDLE`, and the proxy of the
/// environment (`HTTPS_PROXY`, `NO_PROXY`). One pool of connections serves every service and region. Whoever calls
/// limits the time of an answer: a limit here would be taken for that of the connection.
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-gen-config.html>
///
/// # Errors
/// [`ErrorKind::Config`] where the bundle cannot be used.
pub(crate) fn client(connect: Duration) -> Result<SharedHttpClient> {
    let trust = trust()?;
    // Made with the first call, because only then the SDK says how to sleep.
    let shared = OnceLock::new();
    Ok(http_client_fn(move |_, components| {
        let connector = shared.get_or_init(|| {
            let settings = HttpConnectorSettings::builder().connect_timeout(connect).build();
            let mut builder = Connector::builder().connector_settings(settings).proxy_config(ProxyConfig::from_env());
            builder.set_sleep_impl(components.sleep_impl());
            let builder = builder.tls_provider(Provider::Rustls(CryptoMode::Ring)).tls_context(trust.clone());
            SharedHttpConnector::new(Whole::new(SharedHttpConnector::new(builder.build())))
        });
        connector.clone()
    }))
}

/// The largest file of certificates that is read, in bytes: those of all public authorities are less than a megabyte.
const MAX_BUNDLE: u64 = 32 << 20;

fn trust() -> Result<TlsContext> {
    let Some(path) = std::env::var_os("AWS_CA_BUNDLE").filter(|path| !path.is_empty()) else {
        return Ok(TlsContext::default());
    };
    let unusable = |error: Box<dyn std::error::Error + Send + Sync>| {
        let what = format!("use the certificates in {}", path.display());
        Error::new(ErrorKind::Config, what).with_source(error).with_help("AWS_CA_BUNDLE names a file of certificates")
    };
    let file = cspm_core::open_input("read", &path).map_err(|error| unusable(error.into()))?;
    let mut pem = Vec::new();
    file.take(MAX_BUNDLE).read_to_end(&mut pem).map_err(|error| unusable(error.into()))?;
    let store = TrustStore::default().with_pem_certificate(pem);
    TlsContext::builder().with_trust_store(store).build().map_err(|error| unusable(error.into()))
}
