//! One list, page by page.

use cspm_core::Data;

use super::Inner;
use super::answer::Failure;
use super::call::Ask;
use super::pages::{Page, Pages, Turn};
use crate::native::Native;

/// Names alone, of objects whose content is none of a scan's business.
/// <https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-partialobjectmetadata>
const NAMES_ONLY: &str = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

/// How a list ended.
pub(super) enum End {
    /// It is complete.
    Whole,
    /// The server says that it has no such type.
    Absent,
    /// It could not be made, or broke off.
    Broken(Failure),
}

/// A list that is being made.
pub(super) struct List<'a> {
    pub(super) native: &'static Native,
    path: String,
    api_version: String,
    /// How many objects are asked for at a time.
    limit: u32,
    pages: Pages,
    inner: &'a Inner,
}

/// What comes next of a list.
pub(super) enum Next {
    /// Objects, and the end if there are no more.
    Objects(Vec<Data>, Option<End>),
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
        Self { native, path, api_version, limit: inner.limits.page, pages: Pages::default(), inner }
    }

    /// The next page.
    pub(super) async fn next(&mut self, throttled: &(dyn Fn(std::time::Duration) + Send + Sync)) -> Next {
        loop {
            let token = self.pages.token();
            let more = if token.is_empty() { String::new() } else { format!("&continue={}", escaped(token)) };
            let path = format!("{}?limit={}{more}", self.path, self.limit);
            let accept = if self.native.name == "kubernetes_secret" { NAMES_ONLY } else { "application/json" };
            let ask = Ask { accept, limit: self.inner.limits.answer, ..Ask::get(&path) };
            let failure = match self.inner.ask::<Page>(ask, throttled).await {
                Ok(page) => {
                    let (new, turn) = self.pages.take(page, self.native);
                    let end = match turn {
                        Turn::More => None,
                        Turn::Whole => Some(End::Whole),
                        Turn::Broken(failure) => Some(End::Broken(failure)),
                    };
                    return Next::Objects(new.into_iter().map(|object| self.complete(object)).collect(), end);
                }
                Err(failure) => failure,
            };
            match failure.status {
                Some(404) if !self.pages.begun() => return Next::End(End::Absent),
                Some(410) => match self.pages.expired(failure) {
                    Ok(()) => {}
                    Err(failure) => return Next::End(End::Broken(failure)),
                },
                // Fewer objects are a shorter answer.
                _ if failure.too_large && self.limit > 1 => self.limit = (self.limit / 4).max(1),
                _ => return Next::End(End::Broken(failure)),
            }
        }
    }

    /// The object with what a list leaves out.
    fn complete(&self, mut object: Data) -> Data {
        if let Some(members) = object.as_object_mut() {
            members.insert("apiVersion", Data::from(self.api_version.as_str()));
            members.insert("kind", Data::from(self.native.object));
        }
        object
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
}
