//! Answers are taken only whole. The SDK reads XML that ends early as if the rest were not there: a list would be short, a
//! setting absent, and nobody would be told. Over most connections an answer that breaks off is noticed by its length; one
//! that a proxy has cut, or that ends with the connection, is not.

use std::error::Error as StdError;

use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;

/// How the SDK marks the request for an object of S3, whose content is anybody's.
const OBJECT: &str = "x-id=GetObject";

/// A connector that answers with an error instead of a part of an answer.
#[derive(Debug)]
pub(super) struct Whole(pub(super) SharedHttpConnector);

impl HttpConnector for Whole {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let unchecked = request.method() == "HEAD" || request.uri().contains(OBJECT);
        let answer = self.0.call(request);
        if unchecked {
            return answer;
        }
        HttpConnectorFuture::new(async move { check(answer.await?).await })
    }
}

async fn check(mut answer: HttpResponse) -> Result<HttpResponse, ConnectorError> {
    let broken = |error: Box<dyn StdError + Send + Sync>| ConnectorError::other(error, None);
    let body = ByteStream::new(answer.take_body()).collect().await.map_err(|error| broken(error.into()))?.into_bytes();
    if !is_whole(&body, answer.status().is_success()) {
        return Err(broken("the answer breaks off".into()));
    }
    *answer.body_mut() = SdkBody::from(body);
    Ok(answer)
}

/// Whether XML ends with the end of its root, whose name nothing in it has, and an answer that says yes says something.
/// Of JSON the parser knows.
fn is_whole(body: &[u8], success: bool) -> bool {
    let body = body.trim_ascii();
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    if !body.starts_with(b"<") {
        return !body.is_empty() || !success;
    }
    let text = String::from_utf8_lossy(body);
    let Some(root) = root(&text) else { return false };
    let name = root.split(|c: char| c.is_whitespace() || c == '/').next().unwrap_or_default();
    let end = text.strip_suffix('>').map(str::trim_end).and_then(|text| text.strip_suffix(name));
    end.is_some_and(|text| text.ends_with("</")) || (root.ends_with('/') && text.ends_with(&format!("<{root}>")))
}

/// What is in the angle brackets of the first element.
fn root(text: &str) -> Option<&str> {
    text.split('<').skip(1).find(|tag| !tag.starts_with(['?', '!']))?.split_once('>').map(|(root, _)| root)
}

#[cfg(test)]
mod tests {
    use super::*;

    const XML: &str = "<?xml version=\"1.0\"?>\n<!-- a -->\n<R xmlns=\"http://x/\"><Rs><r>1</r></Rs><E/></R >\n";

    #[test]
    fn only_whole_xml_is_whole() {
        assert!(is_whole(XML.as_bytes(), true));
        let last = XML.trim_end().len();
        for at in 1..last {
            assert!(!is_whole(&XML.as_bytes()[..at], true), "{}", &XML[..at]);
        }
        for whole in ["<R/>", "<R a=\"b\"/>", "<?xml version=\"1.0\"?><R></R>", "\u{feff}<R></R>"] {
            assert!(is_whole(whole.as_bytes(), true), "{whole}");
        }
    }

    #[test]
    fn nothing_is_no_answer_but_may_be_an_error() {
        assert!(!is_whole(b" \n", true));
        assert!(is_whole(b"", false));
        assert!(is_whole(b"{\"Version\"", true), "the parser of JSON says what is wrong");
    }
}
