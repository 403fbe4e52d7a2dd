//! The pages of a list: what is new in each, where to go on, and what shows that a list is none or has no end.

use std::collections::HashSet;

use cspm_core::{Data, Reason};
use serde::Deserialize;

use super::answer::Failure;
use crate::native::Native;

/// How often a list may be told to go on elsewhere, or to begin again. A page that takes minutes expires; a list in which each
/// does is not made.
const RESTARTS: u32 = 16;
/// How many pages may bring nothing new, one after the other.
const BARREN: u32 = 16;
/// How many objects a list may have; clusters are made for some 150,000 pods
/// (<https://kubernetes.io/docs/setup/best-practices/cluster-large/>).
const OBJECTS: usize = 5_000_000;

/// A page. An answer without these fields is not a list.
#[derive(Deserialize)]
pub(super) struct Page {
    kind: String,
    metadata: ListMetadata,
    #[serde(deserialize_with = "items")]
    items: Vec<Data>,
}

/// An empty list is `null` from some servers behind the server.
fn items<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<Data>, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ListMetadata {
    #[serde(default)]
    r#continue: Option<String>,
    #[serde(default)]
    remaining_item_count: Option<i64>,
}

/// What came of a list so far.
#[derive(Default)]
pub(super) struct Pages {
    /// Where to go on; empty for the beginning.
    token: String,
    /// Where was gone on before.
    tokens: HashSet<String>,
    /// The objects that came, by namespace and name.
    seen: HashSet<Box<str>>,
    restarts: u32,
    /// Whether an object may come again, since the list began again or went on elsewhere.
    again: bool,
    barren: u32,
    /// How many objects came, whether or not they came before.
    objects: usize,
    begun: bool,
    /// What shows that something is missing of what came.
    missing: Option<String>,
}

/// What comes next.
#[derive(Debug)]
pub(super) enum Turn {
    /// Another page.
    More,
    /// Nothing: the list is whole.
    Whole,
    /// Nothing, and the list is not whole.
    Broken(Failure),
}

impl Pages {
    /// Where to go on; empty for the beginning.
    pub(super) fn token(&self) -> &str {
        &self.token
    }

    /// Whether a page came.
    pub(super) fn begun(&self) -> bool {
        self.begun
    }

    /// Takes a page: the objects in it that did not come before, and what comes next.
    pub(super) fn take(&mut self, page: Page, native: &Native) -> (Vec<Data>, Turn) {
        self.begun = true;
        let mut new = Vec::new();
        if !page.kind.ends_with("List") {
            return (new, broken(format!("the answer is a {}, and no list", page.kind)));
        }
        let known = self.seen.len();
        self.objects = self.objects.saturating_add(page.items.len());
        for object in page.items {
            match key(&object, native).map(|key| self.seen.insert(key.into())) {
                Err(message) => drop(self.missing.get_or_insert(message)),
                Ok(false) if self.again => {}
                // Twice in a list that went on without a break is another matter: both are looked at.
                Ok(_) => new.push(object),
            }
        }
        self.barren = if self.seen.len() == known { self.barren + 1 } else { 0 };
        self.token = page.metadata.r#continue.unwrap_or_default();
        let turn = if self.token.is_empty() {
            if page.metadata.remaining_item_count.is_some_and(|count| count > 0) {
                self.missing.get_or_insert_with(|| "the list ends before all objects came".to_owned());
            }
            self.missing.take().map_or(Turn::Whole, broken)
        } else if !self.tokens.insert(self.token.clone()) {
            broken("the server says again to go on where the list went on before".to_owned())
        } else if self.barren > BARREN {
            broken(format!("{} pages one after the other had nothing new", self.barren))
        } else if self.objects > OBJECTS {
            broken(format!("the list has more than {OBJECTS} objects"))
        } else {
            Turn::More
        };
        (new, turn)
    }

    /// The token is too old. The server gives another to go on with, or the list begins again; what came already is passed
    /// over, whatever the order.
    /// <https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks>
    pub(super) fn expired(&mut self, failure: Failure) -> Result<(), Failure> {
        self.restarts += 1;
        if self.token.is_empty() || self.restarts > RESTARTS {
            return Err(failure);
        }
        self.again = true;
        self.token = failure.token.unwrap_or_default();
        if self.token.is_empty() {
            self.tokens.clear();
        }
        Ok(())
    }
}

fn broken(message: String) -> Turn {
    Turn::Broken(Failure::new(Reason::Failed, false, message))
}

/// The namespace and name of an object, which every object in a list has.
fn key(object: &Data, native: &Native) -> Result<String, String> {
    if object.as_object().is_none() {
        return Err(format!("an item of the list is of type {}, and no object", object.type_name()));
    }
    let text = |path: &str| object.at(path).and_then(Data::as_str).filter(|text| !text.is_empty());
    let missing = |field: &str| format!("an object in the list has no {field}");
    let name = text("metadata.name").ok_or_else(|| missing("metadata.name"))?;
    match native.namespaced {
        true => Ok(format!("{}/{name}", text("metadata.namespace").ok_or_else(|| missing("metadata.namespace"))?)),
        false => Ok(name.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::native;

    fn page(text: &Value) -> Result<Page, serde_json::Error> {
        serde_json::from_value(text.clone())
    }

    fn pods(names: &[&str], token: &str) -> Page {
        let pod = |name: &&str| {
            let (namespace, name) = name.split_once('/').unwrap();
            json!({"metadata": {"name": name, "namespace": namespace}})
        };
        let items: Vec<_> = names.iter().map(pod).collect();
        page(&json!({"kind": "PodList", "metadata": {"continue": token}, "items": items})).unwrap()
    }

    fn take(pages: &mut Pages, page: Page) -> (Vec<String>, Turn) {
        let (new, turn) = pages.take(page, native::named("kubernetes_pod").unwrap());
        let text = |object: &Data, path: &str| object.at(path).and_then(Data::as_str).unwrap_or_default().to_owned();
        let named = |object: &Data| format!("{}/{}", text(object, "metadata.namespace"), text(object, "metadata.name"));
        (new.iter().map(named).collect(), turn)
    }

    fn expired(token: Option<&str>) -> Failure {
        let body = json!({"message": "too old", "metadata": {"continue": token.unwrap_or_default()}}).to_string();
        Failure::of(410, None, body.as_bytes())
    }

    fn why(turn: Turn) -> String {
        match turn {
            Turn::Broken(failure) => failure.detail.to_string(),
            turn => panic!("{turn:?}"),
        }
    }

    #[test]
    fn what_is_not_a_list_is_no_empty_list() {
        let list = json!({"kind": "PodList", "metadata": {}, "items": []});
        assert!(page(&list).is_ok());
        for field in ["kind", "metadata", "items"] {
            let mut less = list.clone();
            less.as_object_mut().unwrap().remove(field);
            assert!(page(&less).is_err(), "{less}");
        }
        for other in [json!([]), json!(null), json!({"kind": "PodList", "metadata": {}, "items": {}})] {
            assert!(page(&other).is_err(), "{other}");
        }
        let null = page(&json!({"kind": "PodList", "metadata": {}, "items": null})).unwrap();
        assert!(matches!(take(&mut Pages::default(), null), (new, Turn::Whole) if new.is_empty()));
        let status = page(&json!({"kind": "Status", "metadata": {}, "items": []})).unwrap();
        assert!(why(take(&mut Pages::default(), status).1).contains("a Status, and no list"));
    }

    /// `shop-jobs/p1` comes before `shop/priv`: a list is in the order of the bytes of its keys.
    #[test]
    fn a_list_that_begins_again_loses_nothing() {
        for token in [None, Some("elsewhere")] {
            let mut pages = Pages::default();
            let (new, turn) = take(&mut pages, pods(&["shop-jobs/p0", "shop-jobs/p1"], "1"));
            assert!(matches!(turn, Turn::More) && new.len() == 2);
            pages.expired(expired(token)).unwrap();
            assert_eq!(pages.token(), token.unwrap_or_default());
            let (new, turn) = take(&mut pages, pods(&["shop-jobs/p1", "shop/a", "shop/priv"], ""));
            assert!(matches!(turn, Turn::Whole));
            assert_eq!(new, ["shop/a", "shop/priv"]);
        }
    }

    #[test]
    fn what_is_in_a_list_twice_is_not_passed_over() {
        assert_eq!(take(&mut Pages::default(), pods(&["a/b", "a/b"], "")).0, ["a/b", "a/b"]);
    }

    #[test]
    fn what_is_no_object_with_a_name_is_missing() {
        for (item, message) in [
            (json!("x"), "of type string"),
            (json!(null), "of type null"),
            (json!({}), "no metadata.name"),
            (json!({"metadata": {"name": "", "namespace": "a"}}), "no metadata.name"),
            (json!({"metadata": {"name": 1, "namespace": "a"}}), "no metadata.name"),
            (json!({"metadata": {"name": "b"}}), "no metadata.namespace"),
        ] {
            let good = json!({"metadata": {"name": "b", "namespace": "a"}});
            let list = page(&json!({"kind": "PodList", "metadata": {}, "items": [item, good]})).unwrap();
            let (new, turn) = take(&mut Pages::default(), list);
            assert_eq!(new, ["a/b"], "what came is kept");
            assert!(why(turn).contains(message), "{message}");
        }
        let node = page(&json!({"kind": "NodeList", "metadata": {}, "items": [{"metadata": {"name": "n"}}]})).unwrap();
        assert!(matches!(
            Pages::default().take(node, native::named("kubernetes_node").unwrap()),
            (new, Turn::Whole) if new.len() == 1
        ));
    }

    #[test]
    fn a_list_that_ends_early_is_not_whole() {
        let metadata = json!({"remainingItemCount": 3});
        let list = page(&json!({"kind": "PodList", "metadata": metadata, "items": []})).unwrap();
        assert!(why(take(&mut Pages::default(), list).1).contains("before all objects came"));
    }

    #[test]
    fn lists_without_end_are_broken() {
        let mut pages = Pages::default();
        take(&mut pages, pods(&["a/b"], "1"));
        take(&mut pages, pods(&["a/c"], "2"));
        assert!(why(take(&mut pages, pods(&["a/d"], "1")).1).contains("before"), "a token that comes again");

        for names in [&[][..], &["a/b"], &["a/b", "a/b"]] {
            let mut pages = Pages::default();
            let mut turns = (0..100).map(|n| take(&mut pages, pods(names, &n.to_string())).1);
            let end = turns.find(|turn| !matches!(turn, Turn::More)).unwrap();
            assert!(why(end).contains("nothing new"), "{names:?}");
        }

        let mut pages = Pages::default();
        take(&mut pages, pods(&["a/b"], "1"));
        let ended = (0..100).find(|n| pages.expired(expired(Some(&format!("x{n}")))).is_err());
        assert_eq!(ended, Some(RESTARTS as usize));
        assert!(Pages::default().expired(expired(None)).is_err(), "nothing can be too old where nothing was asked for");
    }
}
