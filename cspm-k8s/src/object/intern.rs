//! What comes again and again, held once: pods of one template differ in a few texts only.

use std::collections::HashSet;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use cspm_core::{Data, Shapes};

/// Longer texts are seldom the same.
const LONGEST: usize = 256;
/// So many texts are remembered at most, so that names that never come again do not fill the memory.
const MOST_TEXTS: usize = 1 << 17;
/// So many lists and objects are remembered at most; then all are forgotten, and what comes after is shared anew: objects of
/// one owner come close together.
const MOST_PARTS: usize = 1 << 15;

/// What was seen so far.
#[derive(Debug, Default)]
pub(crate) struct Interner {
    shapes: Shapes,
    texts: HashSet<Arc<str>>,
    parts: HashSet<Part>,
}

/// A list or an object whose own parts are held once.
#[derive(Debug)]
struct Part(Data);

impl Interner {
    /// The text, held once.
    pub(crate) fn one(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.texts.get(text) {
            return known.clone();
        }
        let text: Arc<str> = text.into();
        if text.len() <= LONGEST && self.texts.len() < MOST_TEXTS {
            self.texts.insert(text.clone());
        }
        text
    }

    /// Has every text, list and object in `data` held once, and the keys of objects.
    pub(crate) fn intern(&mut self, data: &mut Data) {
        self.shapes.share(data);
        self.hold(data);
    }

    fn hold(&mut self, data: &mut Data) {
        match data {
            Data::Str(text) => return *text = self.one(text),
            Data::List(_) => data.as_list_mut().into_iter().flatten().for_each(|item| self.hold(item)),
            Data::Object(_) => {
                let object = data.as_object_mut().into_iter();
                object.flat_map(|object| object.iter_mut()).for_each(|(_, value)| self.hold(value));
            }
            _ => return,
        }
        self.share(data);
    }

    fn share(&mut self, data: &mut Data) {
        let part = Part(data.clone());
        if let Some(Part(known)) = self.parts.get(&part) {
            *data = known.clone();
            return;
        }
        if self.parts.len() >= MOST_PARTS {
            self.parts.clear();
        }
        self.parts.insert(part);
    }
}

impl Part {
    fn children(&self) -> &[Data] {
        match &self.0 {
            Data::List(items) => items,
            Data::Object(object) => object.values(),
            _ => &[],
        }
    }

    fn keys(&self) -> &[Arc<str>] {
        self.0.as_object().map(|object| object.keys()).unwrap_or_default()
    }
}

/// What is inside was held once before, so that the same is in the same place: no text is compared.
impl PartialEq for Part {
    fn eq(&self, other: &Self) -> bool {
        let (ours, theirs) = (self.children(), other.children());
        std::mem::discriminant(&self.0) == std::mem::discriminant(&other.0)
            && ours.len() == theirs.len()
            && self.keys() == other.keys()
            && ours.iter().zip(theirs).all(|(a, b)| a.is_same(b))
    }
}

impl Eq for Part {}

impl Hash for Part {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.keys().len().hash(state);
        for child in self.children() {
            match child {
                Data::Str(text) => Arc::as_ptr(text).cast::<u8>().hash(state),
                Data::List(items) => Arc::as_ptr(items).cast::<u8>().hash(state),
                Data::Object(object) => Arc::as_ptr(object).hash(state),
                Data::Bool(value) => value.hash(state),
                Data::Int(value) => value.hash(state),
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_equal_is_held_once() {
        let pod =
            |name: &str| Data::from(json!({"name": name, "spec": {"containers": [{"image": "web"}, 1, 2.5, null]}}));
        let (mut a, mut b) = (pod("a"), pod("b"));
        let mut interner = Interner::default();
        interner.intern(&mut a);
        interner.intern(&mut b);
        assert_eq!((&a, &b), (&pod("a"), &pod("b")), "nothing is changed");
        let container = |pod: &Data| pod.at("spec.containers").and_then(Data::as_list).map(|list| list[0].clone());
        assert!(container(&a).zip(container(&b)).is_some_and(|(a, b)| a.is_same(&b)));
        let mut changed = a.clone();
        *changed.at_mut("spec.containers").unwrap() = Data::Null;
        assert_eq!(a, pod("a"), "what is shared is copied when it is changed");
    }

    #[test]
    fn an_empty_list_is_no_empty_object() {
        let mut interner = Interner::default();
        let mut both = [Data::from(json!([])), Data::from(json!({}))];
        both.iter_mut().for_each(|data| interner.intern(data));
        assert_eq!(both, [Data::from(json!([])), Data::from(json!({}))]);
    }
}
