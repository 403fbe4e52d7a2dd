//! Answers are taken only whole. The SDK reads XML that ends early as if the rest were not there: a list would be short, a
//! setting absent, and nobody would be told. Over most connections an answer that breaks off is noticed by its length; one
//! that a proxy has cut, or that ends with the connection, is not. Nor are they taken where they are too long to be one.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;

use super::needed::lacking;

/// The longest answer that is read. A thousand items of the largest kinds have some MiB.
const MAX_BYTES: usize = 64 << 20;
/// The most that is read at once, by all calls of an account.
const MAX_BYTES_AT_ONCE: usize = 512 << 20;

/// How the SDK marks the request for an object of S3, whose content is anybody's.
const OBJECT: &str = "x-id=GetObject";

/// A connector that answers with an error instead of a part of an answer.
#[derive(Debug)]
pub(super) struct Whole {
    inner: SharedHttpConnector,
    /// How much of answers is being read, in bytes.
    reading: Arc<AtomicUsize>,
}

impl Whole {
    pub(super) fn new(inner: SharedHttpConnector) -> Self {
        Self { inner, reading: Arc::default() }
    }
}

impl HttpConnector for Whole {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let unchecked = request.method() == "HEAD" || request.uri().contains(OBJECT);
        let answer = self.inner.call(request);
        if unchecked {
            return answer;
        }
        let reading = self.reading.clone();
        HttpConnectorFuture::new(async move { check(answer.await?, Held { of: reading, bytes: 0 }).await })
    }
}

async fn check(mut answer: HttpResponse, held: Held) -> Result<HttpResponse, ConnectorError> {
    let body = read(answer.take_body(), held).await?;
    let success = answer.status().is_success();
    if !is_whole(&body, success) {
        return Err(ConnectorError::other("the answer breaks off".into(), None));
    }
    if let Some(what) = success.then(|| std::str::from_utf8(&body).ok().and_then(lacking)).flatten() {
        return Err(ConnectorError::other(Unusable(format!("the answer lacks {what}")).into(), None));
    }
    *answer.body_mut() = SdkBody::from(body);
    Ok(answer)
}

/// The body of an answer, which ends sooner or later.
async fn read(body: SdkBody, mut held: Held) -> Result<Vec<u8>, ConnectorError> {
    let mut whole = Vec::new();
    let mut body = ByteStream::new(body);
    while let Some(chunk) = body.try_next().await.map_err(|error| ConnectorError::io(error.into()))? {
        if whole.len() + chunk.len() > MAX_BYTES {
            let what = format!("the answer has more than {} MiB", MAX_BYTES >> 20);
            return Err(ConnectorError::other(Unusable(what).into(), None));
        }
        if !held.add(chunk.len()) {
            return Err(ConnectorError::other("too many long answers come at once".into(), None));
        }
        whole.extend_from_slice(&chunk);
    }
    Ok(whole)
}

/// What an answer has of the bytes that are being read.
struct Held {
    of: Arc<AtomicUsize>,
    bytes: usize,
}

impl Held {
    /// Whether there is room for `bytes` more.
    fn add(&mut self, bytes: usize) -> bool {
        self.bytes += bytes;
        self.of.fetch_add(bytes, Ordering::Relaxed) + bytes <= MAX_BYTES_AT_ONCE
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.of.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

/// Why an answer is of no use, and why asking again will not help.
#[derive(Debug)]
pub(super) struct Unusable(String);

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl StdError for Unusable {}

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

    #[tokio::test]
    async fn a_body_without_end_is_cut_off() {
        let endless = || SdkBody::from(vec![b' '; MAX_BYTES + 1]);
        let reading = Arc::new(AtomicUsize::new(0));
        let held = || Held { of: reading.clone(), bytes: 0 };
        let error = read(endless(), held()).await.unwrap_err();
        assert!(format!("{error:?}").contains("more than 64 MiB"));
        assert_eq!(read(SdkBody::from("<R/>"), held()).await.unwrap(), b"<R/>");
        assert_eq!(reading.load(Ordering::Relaxed), 0, "what was read is given back");
        reading.store(MAX_BYTES_AT_ONCE, Ordering::Relaxed);
        assert!(read(SdkBody::from("<R/>"), held()).await.is_err(), "too much at once");
    }

    #[tokio::test]
    async fn an_answer_that_lacks_a_list_is_no_answer() {
        let answer = |body: &'static str| HttpResponse::new(200.try_into().unwrap(), SdkBody::from(body));
        let lacks = "<R><ListUsersResult><IsTruncated>false</IsTruncated></ListUsersResult></R>";
        let held = || Held { of: Arc::default(), bytes: 0 };
        assert!(format!("{:?}", check(answer(lacks), held()).await.unwrap_err()).contains("lacks Users"));
        let whole = "<R><ListUsersResult><Users/><IsTruncated>false</IsTruncated></ListUsersResult></R>";
        assert!(check(answer(whole), held()).await.is_ok());
    }

    #[test]
    fn nothing_is_no_answer_but_may_be_an_error() {
        assert!(!is_whole(b" \n", true));
        assert!(is_whole(b"", false));
        assert!(is_whole(b"{\"Version\"", true), "the parser of JSON says what is wrong");
    }
}
