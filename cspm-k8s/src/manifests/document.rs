//! What a document is: an object, a list of objects, or something else.

use cspm_core::secrets::scrub_foreign;
use cspm_core::{Data, Error, ErrorKind, Origin};

use super::yaml::{Lines, Node};
use crate::native::{NATIVE, Native};

/// Groups whose types moved to another, with the same fields in what rules read.
/// <https://kubernetes.io/docs/reference/using-api/deprecation-guide/#v1-16>
const MOVED: [(&str, &str, &str); 4] = [
    ("extensions/v1beta1", "DaemonSet", "apps"),
    ("extensions/v1beta1", "Deployment", "apps"),
    ("extensions/v1beta1", "NetworkPolicy", "networking.k8s.io"),
    ("extensions/v1beta1", "ReplicaSet", "apps"),
];

/// An object of the API, as it is written.
pub(super) struct Object {
    pub(super) api_version: String,
    pub(super) kind: String,
    pub(super) data: Data,
    lines: Lines,
}

impl Object {
    /// The objects in a document; the line of each part that is none.
    pub(super) fn all(Node { data, lines }: Node, found: &mut Vec<Result<Self, u32>>) {
        let text = |key: &str| data.get(key).and_then(Data::as_str).map(str::to_owned);
        let (Some(api_version), Some(kind)) = (text("apiVersion"), text("kind")) else {
            return found.push(Err(lines.line()));
        };
        let Some(items) = data.get("items").and_then(Data::as_list).filter(|_| kind.ends_with("List")) else {
            return found.push(Ok(Self { api_version, kind, data, lines }));
        };
        for (data, lines) in items.iter().cloned().zip(lines.items("items")) {
            Self::all(Node { data, lines }, found);
        }
    }

    /// The kind that judges it; `None` where there is none, or where this version has other fields.
    pub(super) fn native(&self) -> Option<&'static Native> {
        let (group, version) = self.api_version.rsplit_once('/').unwrap_or(("", &self.api_version));
        let moved = MOVED.iter().find(|(from, kind, _)| self.api_version == *from && self.kind == *kind);
        let group = moved.map_or(group, |(_, _, group)| group);
        let known = NATIVE.iter().find(|native| native.group == group && native.object == self.kind)?;
        (moved.is_some() || known.versions.contains(&version)).then_some(known)
    }

    /// Whether it has a name, without which no server takes it.
    pub(super) fn is_named(&self) -> bool {
        let given = |path: &str| self.data.at(path).and_then(Data::as_str).is_some_and(|name| !name.is_empty());
        given("metadata.name") || given("metadata.generateName")
    }

    /// Where it is written.
    pub(super) fn origin(&self, file: &str) -> Origin {
        Origin { file: file.into(), line: self.lines.line(), fields: self.lines.fields() }
    }
}

/// An error at a place in a file.
pub(super) fn fault(file: &str, (line, column): (u32, Option<u32>), message: &str) -> Error {
    let column = column.map(|column| format!(":{column}")).unwrap_or_default();
    Error::new(ErrorKind::Format, format!("read {file}:{line}{column}")).with_help(scrub_foreign(message))
}
