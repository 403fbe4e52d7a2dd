//! The clients of the services.

use super::Site;

impl Site {
    /// A client of EC2 for here.
    #[cfg(feature = "ec2")]
    pub(crate) fn ec2(&self) -> aws_sdk_ec2::Client {
        aws_sdk_ec2::Client::new(self.config())
    }

    /// A client of IAM.
    #[cfg(feature = "iam")]
    pub(crate) fn iam(&self) -> aws_sdk_iam::Client {
        aws_sdk_iam::Client::new(self.config())
    }

    /// A client of S3 for here. An endpoint of the caller has no host name for each bucket.
    #[cfg(feature = "s3")]
    pub(crate) fn s3(&self) -> aws_sdk_s3::Client {
        let own = self.config().endpoint_url().is_some();
        let mut config = aws_sdk_s3::config::Builder::from(self.config()).force_path_style(own);
        if let Some(http) = self.config().http_client().filter(|_| own) {
            config = config.http_client(crate::s3::answers::renaming(http));
        }
        aws_sdk_s3::Client::from_conf(config.build())
    }

    /// A client of S3 Control for here. An endpoint of the caller has no host name for each account.
    #[cfg(feature = "s3")]
    pub(crate) fn s3control(&self) -> aws_sdk_s3control::Client {
        let mut config = aws_sdk_s3control::config::Builder::from(self.config());
        if let Some(url) = self.config().endpoint_url() {
            config = config.endpoint_resolver(own::Endpoint(url.to_owned()));
            if let Some(http) = self.config().http_client() {
                config = config.http_client(crate::s3::answers::renaming(http));
            }
        }
        aws_sdk_s3control::Client::from_conf(config.build())
    }
}

#[cfg(feature = "s3")]
mod own {
    use aws_sdk_s3control::config::endpoint::{EndpointFuture, Params, ResolveEndpoint};

    /// The caller's endpoint, as it is.
    #[derive(Debug)]
    pub(super) struct Endpoint(pub(super) String);

    impl ResolveEndpoint for Endpoint {
        fn resolve_endpoint<'a>(&'a self, _: &'a Params) -> EndpointFuture<'a> {
            EndpointFuture::ready(Ok(aws_smithy_types::endpoint::Endpoint::builder().url(self.0.clone()).build()))
        }
    }
}
