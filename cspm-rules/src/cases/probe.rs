//! Variants of a case that no author writes: each field that the rule reads is `null` once, and unread once.

use std::collections::BTreeSet;
use std::sync::Arc;

use cspm_core::{Data, Kind, Reason, Rule, Status, Unread};

use super::conform::nullable;
use super::scene::Scene;
use crate::cel::{Kinds, Object, Type};
use crate::rule::CelRule;

/// Checks that no variant breaks the rule, and that none with an unread field ends in the opposite of `must`.
pub(super) fn probe(scene: &Scene, rule: &CelRule, kinds: &Kinds, must: Status) -> Result<(), String> {
    for (kind, fields) in &rule.reads().fields {
        let Some(kind) = kinds.get(kind) else { continue };
        for path in fields.iter().flat_map(|path| and_above(path)).collect::<BTreeSet<_>>() {
            let shown =
                if *kind.name() == rule.meta().kind { path.to_owned() } else { format!("{}.{path}", kind.name()) };
            if may_be_null(kind, path) {
                let verdict = replaced(scene, kind, path, &Data::Null).judge(rule);
                let fault = verdict.unread.iter().find(|field| field.unread.reason == Reason::RuleError);
                if let Some(fault) = fault {
                    return Err(format!("the rule breaks where {shown} is null: {}", fault.unread.detail));
                }
            }
            let unread = Data::from(Unread::new(Reason::AccessDenied, kind.source(path).call()));
            let verdict = replaced(scene, kind, path, &unread).judge(rule);
            if verdict.status != must && verdict.status != Status::Unknown {
                let (must, is) = (must.as_str(), verdict.status.as_str());
                return Err(format!("where {shown} is unread, this case turns from {must} to {is}"));
            }
        }
    }
    Ok(())
}

/// A path and the paths above it, without `[]` at their ends.
fn and_above(path: &str) -> impl Iterator<Item = &str> {
    let ends = path.match_indices(['.', '[']).map(|(end, _)| end).chain([path.len()]);
    ends.map(|end| &path[..end]).filter(|path| !path.is_empty() && !path.ends_with(']'))
}

fn may_be_null(kind: &Kind, path: &str) -> bool {
    let mut of = Type::Resource(kind);
    let mut may = false;
    // What a native object need not have is as good as null.
    let absent = |object: Object<'_>, name: &str| object.native && !object.requires(name);
    for step in path.split('.') {
        let (name, items) = match step.strip_suffix("[]") {
            Some(name) => (name, true),
            None => (step, false),
        };
        let object = match of {
            Type::Resource(kind) => Object::of_kind(kind),
            Type::Object(object) => object,
            _ => return false,
        };
        let Some((schema, _)) = object.field(name) else { return false };
        may = nullable(schema, object.root) || absent(object, name);
        of = Type::of(schema, object.root, object.native);
        if let (true, Type::List(items)) = (items, &of) {
            of = (**items).clone();
        }
    }
    may
}

/// The scene with `value` at `path` of every resource of a kind.
fn replaced(scene: &Scene, kind: &Arc<Kind>, path: &str, value: &Data) -> Scene {
    let mut scene = scene.clone();
    for resource in scene.resources.iter_mut().filter(|resource| resource.kind == *kind.name()) {
        resource.data = with(&resource.data, path, value);
    }
    scene
}

/// The same data with `value` at `path`, where the parts above it are there.
fn with(data: &Data, path: &str, value: &Data) -> Data {
    let (step, rest) = path.split_once('.').unwrap_or((path, ""));
    let key = step.strip_suffix("[]").unwrap_or(step);
    let Some(object) = data.as_object() else { return data.clone() };
    let entries = object.iter().map(|(name, old)| {
        let new = match (name == key, rest, old) {
            (false, ..) => old.clone(),
            (true, "", _) => value.clone(),
            (true, rest, Data::List(items)) => Data::list(items.iter().map(|item| with(item, rest, value))),
            (true, rest, old) => with(old, rest, value),
        };
        (name, new)
    });
    Data::object(entries)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_replaced_by_path() {
        let data = Data::from(json!({"a": {"b": 1, "c": 2}, "l": [{"x": 1}, {"x": 2}]}));
        assert_eq!(with(&data, "a.b", &Data::Null).to_json()["a"], json!({"b": null, "c": 2}));
        assert_eq!(with(&data, "l[].x", &Data::Null).to_json()["l"], json!([{"x": null}, {"x": null}]));
        assert_eq!(with(&data, "z.y", &Data::Null), data);
    }

    #[test]
    fn the_paths_above_are_probed_too() {
        assert_eq!(and_above("a.b[].c").collect::<Vec<_>>(), ["a", "a.b", "a.b[].c"]);
    }
}
