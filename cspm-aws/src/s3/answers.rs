//! Answers of stores and emulators that are not AWS's, as the SDK takes them.
//!
//! The SDK insists on the name of an answer's root element. Others name it by the operation (`GetBucketVersioning` is
//! answered with `GetBucketVersioningResponse`, where AWS has `VersioningConfiguration`); what is in it is the same.

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;

/// The roots of S3 that do not follow from the operation.
const ROOTS: &[(&str, &str)] = &[
    ("GetBucketVersioningResponse", "VersioningConfiguration"),
    ("GetBucketNotificationResponse", "NotificationConfiguration"),
    ("GetBucketNotificationConfigurationResponse", "NotificationConfiguration"),
];

/// `client` for an endpoint of the caller: roots have the name that AWS gives them.
pub(crate) fn renaming(client: SharedHttpClient) -> SharedHttpClient {
    http_client_fn(move |settings, components| {
        SharedHttpConnector::new(Renaming(client.http_connector(settings, components)))
    })
}

#[derive(Debug)]
struct Renaming(SharedHttpConnector);

impl HttpConnector for Renaming {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let answer = self.0.call(request);
        HttpConnectorFuture::new(async move {
            let mut answer = answer.await?;
            if is_xml(&answer) {
                let body = ByteStream::new(std::mem::replace(answer.body_mut(), SdkBody::taken()));
                let body = body.collect().await.map_err(|error| ConnectorError::io(error.into()))?.into_bytes();
                let renamed = std::str::from_utf8(&body).ok().and_then(rename);
                *answer.body_mut() = renamed.map_or_else(|| SdkBody::from(body), SdkBody::from);
                answer.headers_mut().remove("content-length");
            }
            Ok(answer)
        })
    }
}

fn is_xml(answer: &HttpResponse) -> bool {
    answer.status().is_success() && answer.headers().get("content-type").is_some_and(|kind| kind.contains("xml"))
}

/// The document with another root; `None` where the root is none to be renamed.
fn rename(document: &str) -> Option<String> {
    let start = document.match_indices('<').find(|(at, _)| !document[at + 1..].starts_with(['?', '!']))?.0 + 1;
    let length = document[start..].find(|c: char| !c.is_ascii_alphanumeric())?;
    let (root, rest) = document[start..].split_at(length);
    let name = match ROOTS.iter().find(|(theirs, _)| *theirs == root) {
        Some((_, name)) => (*name).to_owned(),
        None => format!("{}Result", root.strip_suffix("Response")?),
    };
    let end = format!("</{root}>");
    let rest = match rest.rfind(&end) {
        Some(at) => format!("{}</{name}>{}", &rest[..at], &rest[at + end.len()..]),
        None => rest.to_owned(),
    };
    Some(format!("{}{name}{rest}", &document[..start]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roots_are_renamed_and_nothing_else() {
        let theirs = "<?xml version=\"1.0\"?>\n<GetBucketVersioningResponse xmlns=\"x\"><A>GetBucketVersioningResponse</A>\
            </GetBucketVersioningResponse>\n";
        let ours = "<?xml version=\"1.0\"?>\n<VersioningConfiguration xmlns=\"x\"><A>GetBucketVersioningResponse</A>\
            </VersioningConfiguration>\n";
        assert_eq!(rename(theirs).as_deref(), Some(ours));
        assert_eq!(rename("<ListAccessPointsResponse a='b'/>").as_deref(), Some("<ListAccessPointsResult a='b'/>"));
        for document in
            ["<VersioningConfiguration/>", "<ListBucketResult></ListBucketResult>", "", "<", "text", "<?xml?>"]
        {
            assert_eq!(rename(document), None, "{document}");
        }
    }
}
