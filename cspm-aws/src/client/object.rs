//! One object of S3, for a snapshot that is kept there.

use aws_config::Region;
use aws_sdk_s3::operation::get_object::{GetObjectError, GetObjectOutput};
use aws_sdk_s3::primitives::ByteStream;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use cspm_core::{Error, ErrorKind, Result};

use super::Aws;
use super::failure::{Class, Failure};

/// The largest object that is read, in bytes.
const MAX_BYTES: usize = 1 << 30;

impl Aws {
    /// Reads the object named `s3://bucket/key`, which needs `s3:GetObject` on it. A bucket in another region than the
    /// client's is asked there.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] where the name is of another form, [`ErrorKind::Credentials`], [`ErrorKind::AccessDenied`],
    /// [`ErrorKind::Unreachable`], [`ErrorKind::Io`] where there is no such object, or [`ErrorKind::Limit`] where it is larger than one GiB.
    pub async fn read_object(&self, url: &str) -> Result<Vec<u8>> {
        let name = url.strip_prefix("s3://").and_then(|rest| rest.split_once('/'));
        let Some((bucket, key)) = name.filter(|(bucket, key)| !bucket.is_empty() && !key.is_empty()) else {
            return Err(Error::new(ErrorKind::Config, format!("read {url}")).with_help("name it s3://bucket/key"));
        };
        self.identify().await?;
        let output = match self.get_object(bucket, key, None).await {
            Err(error) => match elsewhere(&error) {
                Some(region) => self.get_object(bucket, key, Some(region)).await,
                None => Err(error),
            },
            output => output,
        };
        let output = output.map_err(|error| explain(url, &Failure::of(&error)))?;
        if output.content_length().is_some_and(|length| usize::try_from(length).is_ok_and(|length| length > MAX_BYTES))
        {
            return Err(too_large(url));
        }
        bounded(url, output.body, MAX_BYTES).await
    }

    async fn get_object(
        &self,
        bucket: &str,
        key: &str,
        region: Option<String>,
    ) -> Result<GetObjectOutput, SdkError<GetObjectError, HttpResponse>> {
        let own_endpoint = self.config().endpoint_url().is_some();
        let mut config = aws_sdk_s3::config::Builder::from(self.config()).force_path_style(own_endpoint);
        if let Some(region) = region {
            config = config.region(Region::new(region));
        }
        aws_sdk_s3::Client::from_conf(config.build()).get_object().bucket(bucket).key(key).send().await
    }
}

/// A body of `most` bytes at most: an answer in chunks does not say beforehand how long it is.
async fn bounded(url: &str, mut body: ByteStream, most: usize) -> Result<Vec<u8>> {
    let broken = |error| Error::new(ErrorKind::Io, format!("read {url} to its end")).with_source(error);
    let mut whole = Vec::new();
    while let Some(chunk) = body.try_next().await.map_err(broken)? {
        if whole.len() + chunk.len() > most {
            return Err(too_large(url));
        }
        whole.extend_from_slice(&chunk);
    }
    Ok(whole)
}

fn too_large(url: &str) -> Error {
    let error = Error::new(ErrorKind::Limit, format!("read {url}")).with_source("it is larger than one GiB");
    error.with_help("download it, and give the file with a larger max_bytes")
}

/// The region that S3 sends a client of another region to.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/Redirects.html>
fn elsewhere(error: &SdkError<GetObjectError, HttpResponse>) -> Option<String> {
    error.raw_response()?.headers().get("x-amz-bucket-region").map(str::to_owned)
}

fn explain(url: &str, failure: &Failure) -> Error {
    let (kind, help) = match failure.class {
        Class::Denied => (ErrorKind::AccessDenied, "the credentials need s3:GetObject on it"),
        Class::Expired | Class::Rejected | Class::NoCredentials => {
            (ErrorKind::Credentials, "check the AWS credentials")
        }
        Class::TimedOut | Class::Unreachable => (ErrorKind::Unreachable, "check the network and the endpoint URL"),
        _ => (ErrorKind::Io, "check the name of the bucket and the key"),
    };
    Error::new(kind, format!("read {url}")).with_source(failure.detail.clone()).with_help(help)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_object_without_a_length_is_bounded_too() {
        let body = || ByteStream::from_static(b"0123456789");
        assert_eq!(bounded("s3://b/k", body(), 10).await.unwrap(), b"0123456789");
        let error = bounded("s3://b/k", body(), 9).await.unwrap_err();
        assert!(error.to_string().contains("read s3://b/k") && error.kind() == ErrorKind::Limit, "{error}");
    }
}
