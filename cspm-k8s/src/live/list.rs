//! One list, page by page.

use cspm_core::{Data, Reason};
use serde::Deserialize;

use super::Inner;
use super::answer::Failure;
use super::call::Ask;
use crate::native::Native;

/// Names alone, of objects whose content is none of a scan's business.
/// <https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-partialobjectmetadata>
const NAMES_ONLY: &str = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

/// A page. An answer without these fields is not a list.
#[derive(Deserialize)]
pub(super) struct Page {
    metadata: ListMetadata,
    #[serde(deserialize_with = "items")]
    items: Vec<Data>,
}

/// An empty list is `null` from some servers behind the server.
fn items<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<Data>, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

#[derive(Deserialize)]
struct ListMetadata {
    #[serde(default)]
    r#continue: String,
}

/// How a list ended.
pub(super) enum End {
    /// It is complete.
    Whole,
    /// The server has no such type.
    Absent,
    /// It could not be made, or broke off.
    Broken(Failure),
}

/// A list that is being made.
pub(super) struct List<'a> {
    pub(super) native: &'static Native,
    path: String,
    api_version: String,
    token: String,
    /// The namespace and name of the last object, which lists are in the order of.
    last: Option<(String, String)>,
    restarted: bool,
    inner: &'a Inner,
}

/// What comes next of a list.
pub(super) enum Next {
    /// Objects, and whether there are more.
    Objects(Vec<Data>, bool),
    /// The end.
    End(End),
}

impl<'a> List<'a> {
    /// The list of a kind in a version, in a namespace or in all.
    pub(super) fn new(inner: &'a Inner, native: &'static Native, version: &str, namespace: Option<&str>) -> Self {
        let root = match native.group {
            "" => format!("/api/{version}"),
            group => format!("/apis/{group}/{version}"),
        };
        let path = match namespace {
            Some(namespace) => format!("{root}/namespaces/{namespace}/{}", native.plural),
            None => format!("{root}/{}", native.plural),
        };
        let api_version =
            if native.group.is_empty() { version.to_owned() } else { format!("{}/{version}", native.group) };
        Self { native, path, api_version, token: String::new(), last: None, restarted: false, inner }
    }

    /// The next page.
    pub(super) async fn next(&mut self, throttled: &(dyn Fn(std::time::Duration) + Send + Sync)) -> Next {
        let limit = self.inner.limits.page;
        let more = if self.token.is_empty() { String::new() } else { format!("&continue={}", escaped(&self.token)) };
        let path = format!("{}?limit={limit}{more}", self.path);
        let accept = if self.native.name == "kubernetes_secret" { NAMES_ONLY } else { "application/json" };
        match self.inner.ask::<Page>(Ask { accept, ..Ask::get(&path) }, throttled).await {
            Ok(page) => {
                self.token = page.metadata.r#continue;
                let objects = page.items.into_iter().filter_map(|object| self.taken(object)).collect();
                Next::Objects(objects, !self.token.is_empty())
            }
            Err(failure) if failure.status == Some(404) => Next::End(End::Absent),
            // The token is too old. The server gives another to go on with, or the list begins again, and what came
            // already is passed over.
            // https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks
            Err(failure) if failure.status == Some(410) && !self.token.is_empty() && !self.restarted => {
                self.restarted = failure.token.is_none();
                self.token = failure.token.unwrap_or_default();
                Next::Objects(Vec::new(), true)
            }
            Err(failure) => Next::End(End::Broken(failure)),
        }
    }

    /// The object with what a list leaves out, unless it came before.
    fn taken(&mut self, mut object: Data) -> Option<Data> {
        let text = |path: &str| object.at(path).and_then(Data::as_str).unwrap_or_default().to_owned();
        let key = (text("metadata.namespace"), text("metadata.name"));
        if self.restarted && self.last.as_ref().is_some_and(|last| key <= *last) {
            return None;
        }
        self.last = Some(key);
        let members = object.as_object_mut()?;
        members.insert("apiVersion", Data::from(self.api_version.as_str()));
        members.insert("kind", Data::from(self.native.object));
        Some(object)
    }
}

impl End {
    /// Nobody waits for the list any more.
    pub(super) fn cancelled() -> Self {
        Self::Broken(Failure::new(Reason::Cancelled, false, ""))
    }
}

/// A text as part of a query.
fn escaped(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~');
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_escaped() {
        assert_eq!(escaped("eyJ2+/=&a-_.~"), "eyJ2%2B%2F%3D%26a-_.~");
    }

    #[test]
    fn what_is_not_a_list_is_no_empty_list() {
        for text in
            [r#"{}"#, r#"{"metadata": {}}"#, r#"{"items": []}"#, "[]", "null", r#"{"metadata": {}, "items": {}}"#]
        {
            assert!(serde_json::from_str::<Page>(text).is_err(), "{text}");
        }
        assert!(serde_json::from_str::<Page>(r#"{"metadata": {}, "items": null}"#).is_ok());
    }
}
