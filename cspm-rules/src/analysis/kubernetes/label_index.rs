//! Objects by their labels, and selectors by what they ask for: whom a selector may select, without asking all.

use std::collections::HashMap;
use std::sync::Arc;

use cspm_core::{Data, Inventory, Resource};

use super::fields::{field, list, name};
use super::selector::is_added;
use crate::analysis::read::text;
use crate::analysis::{Answer, Fault};

/// Something for each namespace of each cluster.
#[derive(Debug)]
pub(super) struct ByNamespace<T>(HashMap<Arc<str>, HashMap<Arc<str>, T>>);

impl<T> ByNamespace<T> {
    /// That of the namespace of a resource.
    pub(super) fn of(&self, near: &Resource) -> Option<&T> {
        self.0.get(&near.account)?.get(&near.region)
    }
}

impl ByNamespace<Labelled> {
    /// Resources of these kinds by the labels that each has; numbers are positions in [`Inventory::resources`].
    pub(super) fn of_labels(
        inventory: &Inventory,
        kinds: &[&str],
        labels: impl Fn(&Resource) -> Answer<&Data>,
    ) -> Self {
        let mut found: HashMap<Arc<str>, HashMap<Arc<str>, Labelled>> = HashMap::new();
        for (position, resource) in positioned(inventory).filter(|(_, resource)| kinds.contains(&&*resource.kind)) {
            let cluster = found.entry(resource.account.clone()).or_default();
            cluster.entry(resource.region.clone()).or_default().add(position, labels(resource));
        }
        Self(found)
    }
}

impl ByNamespace<Selecting> {
    /// Resources of a kind by the selector that each has; one without selects nothing.
    pub(super) fn of_selectors<'a>(
        inventory: &'a Inventory,
        kind: &str,
        selector: impl Fn(&'a Data) -> Option<Answer<&'a Data>>,
    ) -> Self {
        let mut selectors: HashMap<Arc<str>, HashMap<Arc<str>, Vec<_>>> = HashMap::new();
        for (position, resource) in positioned(inventory).filter(|(_, resource)| *resource.kind == *kind) {
            let Some(selector) = selector(&resource.data) else { continue };
            let cluster = selectors.entry(resource.account.clone()).or_default();
            cluster.entry(resource.region.clone()).or_default().push((position, selector));
        }
        let cluster = |of: HashMap<_, Vec<_>>| of.into_iter().map(|(name, all)| (name, Selecting::of(&all))).collect();
        Self(selectors.into_iter().map(|(name, of)| (name, cluster(of))).collect())
    }
}

fn positioned(inventory: &Inventory) -> impl Iterator<Item = (u32, &Resource)> {
    (0..).zip(inventory.resources().iter().map(|resource| &**resource))
}

/// Objects by their labels.
#[derive(Debug, Default)]
pub(super) struct Labelled {
    all: Vec<u32>,
    keys: HashMap<Box<str>, Values>,
    /// Those whose labels were not read.
    doubtful: Vec<u32>,
}

/// The objects that have a label.
#[derive(Debug, Default)]
struct Values {
    any: Vec<u32>,
    by_value: HashMap<Box<str>, Vec<u32>>,
    /// Those of whose label the value was not read.
    unread: Vec<u32>,
}

impl Labelled {
    /// Adds an object with its labels.
    pub(super) fn add(&mut self, position: u32, labels: Answer<&Data>) {
        self.all.push(position);
        let labels = match labels {
            Ok(Data::Null) => return,
            Ok(Data::Object(labels)) => labels,
            _ => return self.doubtful.push(position),
        };
        for (key, value) in labels.iter() {
            let values = self.keys.entry(key.into()).or_default();
            values.any.push(position);
            match of_label(value) {
                Some(value) => values.by_value.entry(value.into()).or_default().push(position),
                None => values.unread.push(position),
            }
        }
    }

    /// All objects that a selector (not null) may select, and few others.
    pub(super) fn candidates<'s>(&'s self, selector: &Data) -> impl Iterator<Item = u32> + use<'s> {
        let narrowed = asks(selector).ok().and_then(|asks| {
            let among = asks.into_iter().map(|ask| self.meeting(&ask));
            among.min_by_key(|lists| lists.iter().map(|list| list.len()).sum::<usize>())
        });
        let doubtful = if narrowed.is_some() { self.doubtful.as_slice() } else { &[] };
        let lists = narrowed.unwrap_or_else(|| vec![&self.all]);
        lists.into_iter().flatten().chain(doubtful).copied()
    }

    fn meeting(&self, ask: &Ask<'_>) -> Vec<&[u32]> {
        let Some(values) = self.keys.get(ask.key) else { return Vec::new() };
        match &ask.values {
            None => vec![&values.any],
            Some(wanted) => {
                let known = wanted.iter().filter_map(|value| values.by_value.get(*value).map(Vec::as_slice));
                known.chain([values.unread.as_slice()]).collect()
            }
        }
    }
}

/// Selectors by one of the labels that each asks for.
#[derive(Debug, Default)]
pub(super) struct Selecting {
    all: Vec<u32>,
    keys: HashMap<Box<str>, Asking>,
    /// Those that may select what has no labels, or whose labels were not read.
    rest: Vec<u32>,
}

/// The selectors that ask for a label.
#[derive(Debug, Default)]
struct Asking {
    all: Vec<u32>,
    by_value: HashMap<Box<str>, Vec<u32>>,
    any_value: Vec<u32>,
}

impl Selecting {
    /// Of these selectors, each with its position. One that is null selects everything.
    pub(super) fn of<'d>(selectors: &[(u32, Answer<&'d Data>)]) -> Self {
        let asked: Vec<(u32, Vec<Ask<'d>>)> = selectors
            .iter()
            .map(|(position, selector)| {
                // What is asked for by something that was not read or is no selector is not known.
                let asks = selector.clone().and_then(asks);
                (*position, asks.unwrap_or_default())
            })
            .collect();
        let mut counts: HashMap<(&str, Option<&str>), usize> = HashMap::new();
        for ask in asked.iter().flat_map(|(_, asks)| asks) {
            ask.each(|value| *counts.entry((ask.key, value)).or_default() += 1);
        }
        let mut found = Self::default();
        for (position, asks) in &asked {
            found.all.push(*position);
            // The label that the fewest ask for: one that all have in common tells nothing.
            let rarity = |ask: &&Ask<'d>| {
                let mut sum = 0;
                ask.each(|value| sum += counts.get(&(ask.key, value)).copied().unwrap_or(0));
                sum
            };
            match asks.iter().min_by_key(rarity) {
                Some(ask) => found.keys.entry(ask.key.into()).or_default().add(*position, ask),
                None => found.rest.push(*position),
            }
        }
        found
    }

    /// All selectors that may select what has these labels, and few others.
    pub(super) fn candidates<'s>(&'s self, labels: Answer<&Data>) -> impl Iterator<Item = u32> + use<'s> {
        let mut lists: Vec<&[u32]> = Vec::new();
        match labels {
            Ok(Data::Null) => lists.push(&self.rest),
            Ok(Data::Object(labels)) => {
                lists.push(&self.rest);
                for (key, value) in labels.iter() {
                    let Some(asking) = self.keys.get(key) else { continue };
                    match of_label(value) {
                        Some(value) => {
                            lists.push(&asking.any_value);
                            lists.extend(asking.by_value.get(value).map(Vec::as_slice));
                        }
                        None => lists.push(&asking.all),
                    }
                }
            }
            _ => lists.push(&self.all),
        }
        lists.into_iter().flatten().copied()
    }
}

impl Asking {
    fn add(&mut self, position: u32, ask: &Ask<'_>) {
        self.all.push(position);
        match &ask.values {
            None => self.any_value.push(position),
            Some(values) => {
                values.iter().for_each(|value| self.by_value.entry((*value).into()).or_default().push(position));
            }
        }
    }
}

/// A label that an object must have to be selected.
#[derive(Debug)]
struct Ask<'d> {
    key: &'d str,
    /// With one of these values; with any where there are none.
    values: Option<Vec<&'d str>>,
}

impl<'d> Ask<'d> {
    fn each(&self, mut f: impl FnMut(Option<&'d str>)) {
        match &self.values {
            None => f(None),
            Some(values) => values.iter().for_each(|value| f(Some(value))),
        }
    }
}

/// The labels that a selector asks for. It may ask for more than them: that a label is not there, or not with a value.
fn asks(selector: &Data) -> Answer<Vec<Ask<'_>>> {
    const WHAT: &str = "a label selector";
    let mut found = Vec::new();
    if let Some(Data::Object(wanted)) = field(selector, "matchLabels", WHAT)? {
        for (key, value) in wanted.iter() {
            let value = of_label(value).ok_or_else(|| Fault::not_given(key))?;
            found.push(Ask { key, values: Some(vec![value]) });
        }
    }
    for expression in list(selector, "matchExpressions", WHAT)? {
        let values = list(expression, "values", WHAT);
        // With too few or too many values it is no selector, whatever the labels are.
        let values = match (name(expression, "operator", WHAT)?, values) {
            ("In", Ok(values @ [_, ..])) => {
                let mut values = values.iter().map(|value| text(value, "a value")).collect::<Answer<Vec<_>>>()?;
                values.sort_unstable();
                values.dedup();
                Some(values)
            }
            ("Exists", Ok([]) | Err(_)) => None,
            _ => continue,
        };
        found.push(Ask { key: name(expression, "key", WHAT)?, values });
    }
    // A template does not have these labels, and its pods may.
    found.retain(|ask| !is_added(ask.key));
    Ok(found)
}

/// The value of a label that was read; one that is null is empty, as the API server decodes it.
fn of_label(value: &Data) -> Option<&str> {
    match value {
        Data::Null => Some(""),
        value => value.as_str(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn labels_that_controllers_add_leave_nobody_out() {
        let mut templates = Labelled::default();
        let labels = Data::from(json!({"app": "redis"}));
        templates.add(7, Ok(&labels));
        let first = "statefulset.kubernetes.io/pod-name";
        for selector in
            [json!({"matchLabels": {(first): "redis-0"}}), json!({"matchLabels": {"app": "redis", (first): "redis-0"}})]
        {
            assert_eq!(templates.candidates(&Data::from(selector)).collect::<Vec<_>>(), [7]);
        }
        let other = Data::from(json!({"matchLabels": {"app": "web", (first): "redis-0"}}));
        assert_eq!(templates.candidates(&other).count(), 0, "another label decides");
    }
    use crate::analysis::kubernetes::selector::selects;
    use crate::analysis::testing::data;

    fn key() -> impl Strategy<Value = &'static str> {
        prop::sample::select(vec!["a", "b", "c"])
    }

    fn value() -> impl Strategy<Value = Value> {
        prop::sample::select(vec![json!("x"), json!("y"), json!(""), json!(null), json!("unread!"), json!(1)])
    }

    fn labels() -> impl Strategy<Value = Value> {
        let labels = prop::collection::btree_map(key(), value(), 0..3).prop_map(|labels| json!(labels));
        prop_oneof![8 => labels, 1 => Just(json!(null)), 1 => Just(json!("unread!"))]
    }

    fn selector() -> impl Strategy<Value = Value> {
        let operator = prop::sample::select(vec!["In", "NotIn", "Exists", "DoesNotExist", "unread!", "Is"]);
        let expression = (key(), operator, prop::collection::vec(value(), 0..3));
        let expression = expression.prop_map(|(key, operator, values)| match operator {
            "Exists" | "DoesNotExist" => json!({"key": key, "operator": operator}),
            operator => json!({"key": key, "operator": operator, "values": values}),
        });
        let whole = (labels(), prop::collection::vec(expression, 0..3))
            .prop_map(|(labels, expressions)| json!({"matchLabels": labels, "matchExpressions": expressions}));
        prop_oneof![8 => whole, 1 => Just(json!({})), 1 => Just(json!("unread!"))]
    }

    proptest! {
        #[test]
        fn whoever_may_be_selected_is_a_candidate(
            objects in prop::collection::vec(labels(), 0..6), selectors in prop::collection::vec(selector(), 0..6)
        ) {
            let objects: Vec<Data> = objects.into_iter().map(data).collect();
            let selectors: Vec<Data> = selectors.into_iter().map(data).collect();
            let mut labelled = Labelled::default();
            (0..).zip(&objects).for_each(|(at, labels)| labelled.add(at, Ok(labels)));
            let numbered: Vec<_> = (0..).zip(selectors.iter().map(Ok)).collect();
            let selecting = Selecting::of(&numbered);
            for (m, selector) in (0..).zip(&selectors) {
                for (n, labels) in (0..).zip(&objects) {
                    if selects(selector, labels) != Ok(false) {
                        prop_assert!(labelled.candidates(selector).any(|at| at == n), "{selector:?} {labels:?}");
                        prop_assert!(selecting.candidates(Ok(labels)).any(|at| at == m), "{selector:?} {labels:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_label_that_all_have_does_not_make_all_candidates() {
        let labels: Vec<Data> = (0..100).map(|n| data(json!({"app": "shop", "part": format!("p{n}")}))).collect();
        let selectors: Vec<Data> = labels.iter().map(|l| Data::object([("matchLabels", l.clone())])).collect();
        let mut labelled = Labelled::default();
        (0..).zip(&labels).for_each(|(at, labels)| labelled.add(at, Ok(labels)));
        let numbered: Vec<_> = (0..).zip(selectors.iter().map(Ok)).collect();
        let selecting = Selecting::of(&numbered);
        assert_eq!(labelled.candidates(&selectors[7]).collect::<Vec<_>>(), [7]);
        assert_eq!(selecting.candidates(Ok(&labels[7])).collect::<Vec<_>>(), [7]);
    }
}
