//! What a document is: an object, a list of objects, or something else.

use cspm_core::secrets::scrub_foreign;
use cspm_core::{Data, Error, ErrorKind, Origin};

use super::yaml::{Lines, Node};
use crate::native::{self, NATIVE, Native};

/// Groups whose types moved to another, with the same fields in what rules read.
/// <https://kubernetes.io/docs/reference/using-api/deprecation-guide/#v1-16>
const MOVED: [(&str, &str, &str); 4] = [
    ("extensions/v1beta1", "DaemonSet", "apps"),
    ("extensions/v1beta1", "Deployment", "apps"),
    ("extensions/v1beta1", "NetworkPolicy", "networking.k8s.io"),
    ("extensions/v1beta1", "ReplicaSet", "apps"),
];

/// The group of Gatekeeper's constraints: each is of a type of its own, and as good a sign of it as the template of that type.
/// <https://open-policy-agent.github.io/gatekeeper/website/docs/howto#constraints>
const CONSTRAINTS: &str = "constraints.gatekeeper.sh";

/// An object of the API, as it is written.
pub(super) struct Object {
    pub(super) api_version: String,
    pub(super) kind: String,
    pub(super) data: Data,
    lines: Lines,
}

/// What a document, or an item of a list in it, is.
pub(super) enum Part {
    /// An object.
    Object(Object),
    /// No object of the API, in this line: the values of a chart, a workflow of a code host.
    Other(u32),
    /// Something that may be an object, in this line, which cannot be told to be one; the kind that it says it is of, and
    /// what is wrong.
    Unclear(u32, Option<&'static Native>, &'static str),
}

impl Object {
    /// The parts of a document: itself, or the items of the list that it is.
    pub(super) fn all(node: Node, found: &mut Vec<Part>) {
        Self::parts(node, None, found);
    }

    /// The parts of a document, or of an item of a list that has this version and kind for items without any.
    ///
    /// What kubectl takes for a list is whatever has `items`
    /// (<https://github.com/kubernetes/apimachinery>, `pkg/apis/meta/v1/unstructured/helpers.go`, `decodeToList`).
    fn parts(Node { mut data, lines }: Node, list: Option<(&str, &str)>, found: &mut Vec<Part>) {
        let text = |key: &str| data.get(key).and_then(Data::as_str).filter(|text| !text.is_empty());
        let (api_version, kind) = match (text("apiVersion"), text("kind"), list) {
            (Some(api_version), Some(kind), _) => (api_version.to_owned(), kind.to_owned()),
            (None, None, Some((api_version, kind))) if !kind.is_empty() && data.as_object().is_some() => {
                (api_version.to_owned(), kind.to_owned())
            }
            (api_version, kind, list) => {
                return found.push(Self::nameless(&data, (api_version, kind), list.is_some(), lines.line()));
            }
        };
        match data.get("items") {
            Some(Data::List(items)) => {
                let list = (api_version.as_str(), kind.strip_suffix("List").unwrap_or(&kind));
                let items = items.iter().cloned().zip(lines.items("items"));
                return items.for_each(|(data, lines)| Self::parts(Node { data, lines }, Some(list), found));
            }
            Some(Data::Null) if kind.ends_with("List") => return,
            _ => {}
        }
        if let Some(object) = data.as_object_mut().filter(|_| list.is_some()) {
            object.insert("apiVersion", Data::from(api_version.as_str()));
            object.insert("kind", Data::from(kind.as_str()));
        }
        found.push(Part::Object(Self { api_version, kind, data, lines }));
    }

    /// What has no version, no kind, or neither: no object, unless it is an item of a list of objects, or the other of the two
    /// is one of the API, as that of a chart or of a kustomization is not.
    fn nameless(data: &Data, (version, kind): (Option<&str>, Option<&str>), item: bool, line: u32) -> Part {
        let of_kind = kind.and_then(|kind| NATIVE.iter().find(|native| native.object == kind));
        let known = |version: &str| NATIVE.iter().any(|native| native.serves(version));
        let has_metadata = || data.get("metadata").is_some_and(|metadata| metadata.as_object().is_some());
        match (version, kind) {
            (None, Some(_)) if item || of_kind.is_some() => Part::Unclear(line, of_kind, "it has no apiVersion"),
            (Some(version), None) if item || known(version) && has_metadata() => {
                Part::Unclear(line, None, "it has no kind")
            }
            _ if item => Part::Unclear(line, None, "it has no apiVersion and kind"),
            _ => Part::Other(line),
        }
    }

    /// The kind that judges it; `None` where there is none, or where this version has other fields.
    pub(super) fn native(&self) -> Option<&'static Native> {
        let known = self.in_any_version()?;
        let version = self.api_version.rsplit('/').next().unwrap_or_default();
        // That there is a custom resource is what counts, in whichever version.
        (self.moved().is_some() || known.is_custom() || known.versions.contains(&version)).then_some(known)
    }

    /// The kind that judges it in a version that has the fields which rules read.
    pub(super) fn in_any_version(&self) -> Option<&'static Native> {
        let group = self.api_version.rsplit_once('/').map_or("", |(group, _)| group);
        let group = self.moved().unwrap_or(group);
        if group == CONSTRAINTS {
            return native::named("kubernetes_gatekeeper_constraint_template");
        }
        NATIVE.iter().find(|native| native.group == group && native.object == self.kind)
    }

    fn moved(&self) -> Option<&'static str> {
        let moved = MOVED.iter().find(|(from, kind, _)| self.api_version == *from && self.kind == *kind);
        moved.map(|(_, _, group)| *group)
    }

    /// What is wrong with its name and namespace, so that no server takes it.
    pub(super) fn fault(&self) -> Option<String> {
        let text = |path: &str| self.data.at(path).filter(|value| !value.is_null());
        let is_given = |path: &str| text(path).and_then(Data::as_str).is_some_and(|name| !name.is_empty());
        let fields = ["metadata.name", "metadata.generateName", "metadata.namespace"];
        if let Some(field) = fields.iter().find(|field| text(field).is_some_and(|value| value.as_str().is_none())) {
            return Some(format!("the {field} of this {} is no text: put it in quotes", self.kind));
        }
        let named = is_given("metadata.name") || is_given("metadata.generateName");
        (!named).then(|| format!("this {} has no metadata.name", self.kind))
    }

    /// Where it is written.
    pub(super) fn origin(&self, file: &str) -> Origin {
        Origin { file: file.into(), line: self.lines.line(), lines: self.lines.clone() }
    }
}

/// An error at a place in a file.
pub(super) fn fault(file: &str, (line, column): (u32, Option<u32>), message: &str) -> Error {
    let column = column.map(|column| format!(":{column}")).unwrap_or_default();
    Error::new(ErrorKind::Format, format!("read {file}:{line}{column}")).with_help(scrub_foreign(message))
}

#[cfg(test)]
mod tests {
    use super::super::yaml::documents;
    use super::*;

    /// The parts as `version kind name`, `-` for what is no object, and `?kind` for what is unclear.
    fn parts(text: &str) -> Vec<String> {
        let mut found = Vec::new();
        for document in documents(text.as_bytes()) {
            Object::all(document.unwrap().content.unwrap(), &mut found);
        }
        let name = |data: &Data| data.at("metadata.name").and_then(Data::as_str).unwrap_or_default().to_owned();
        let told = |part: Part| match part {
            Part::Object(object) => format!("{} {} {}", object.api_version, object.kind, name(&object.data)),
            Part::Other(_) => "-".to_owned(),
            Part::Unclear(_, native, _) => format!("?{}", native.map_or("", |native| native.object)),
        };
        found.into_iter().map(told).collect()
    }

    #[test]
    fn items_of_a_typed_list_are_of_its_version_and_kind() {
        let text = "apiVersion: v1\nkind: PodList\nitems: [{metadata: {name: a}}, {apiVersion: v1, kind: Secret, metadata: {name: b}}]";
        assert_eq!(parts(text), ["v1 Pod a", "v1 Secret b"]);
        let text = "{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBindingList, items: [{metadata: {name: a}}]}";
        assert_eq!(parts(text), ["rbac.authorization.k8s.io/v1 RoleBinding a"]);
        let mut found = Vec::new();
        let document = documents(text.as_bytes()).next().unwrap().unwrap();
        Object::all(document.content.unwrap(), &mut found);
        let Part::Object(object) = &found[0] else { panic!("an object") };
        assert_eq!(object.data.get("kind").and_then(Data::as_str), Some("RoleBinding"));
    }

    #[test]
    fn lists_may_be_empty_and_hold_lists() {
        for empty in ["null", "[]", ""] {
            assert!(parts(&format!("apiVersion: v1\nkind: PodList\nitems: {empty}\n")).is_empty(), "{empty}");
            assert!(parts(&format!("apiVersion: v1\nkind: List\nitems: {empty}\n")).is_empty(), "{empty}");
        }
        let inner = "{apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: Pod, metadata: {name: a}}]}";
        let typed = "{apiVersion: v1, kind: ServiceList, items: [{metadata: {name: b}}]}";
        assert_eq!(
            parts(&format!("{{apiVersion: v1, kind: List, items: [{inner}, {typed}]}}")),
            ["v1 Pod a", "v1 Service b"]
        );
    }

    #[test]
    fn items_that_cannot_be_told_are_unclear() {
        let list = |items: &str| parts(&format!("{{apiVersion: v1, kind: List, items: [{items}]}}"));
        assert_eq!(list("x, 1, null, [], {metadata: {name: a}}"), ["?"; 5]);
        assert_eq!(list("{kind: Pod, metadata: {name: a}}, {apiVersion: v1, metadata: {name: a}}"), ["?Pod", "?"]);
        assert_eq!(parts("{apiVersion: v1, kind: PodList, items: [x, {kind: Pod}]}"), ["?", "?Pod"]);
    }

    #[test]
    fn what_is_no_object_is_told_from_one_that_is_not_whole() {
        for other in [
            "a: 1",
            "[a]",
            "x",
            "apiVersion: v2\nname: chart\nversion: 1.0.0",
            "apiVersion: v1\nname: chart\nversion: 1.0.0",
            "resources: [a.yaml]\nkind: Kustomization",
            "services: {web: {image: nginx}}",
            "on: push\njobs: {build: {runs-on: x}}",
            "kind: ''\napiVersion: ''",
        ] {
            assert_eq!(parts(other), ["-"], "{other}");
        }
        assert_eq!(parts("kind: Deployment\nmetadata: {name: a}"), ["?Deployment"]);
        assert_eq!(parts("apiVersion: apps/v1\nmetadata: {name: a}\nspec: {}"), ["?"]);
    }
}
