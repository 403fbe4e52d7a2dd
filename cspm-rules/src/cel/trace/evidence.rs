//! What verdicts show: the very fields that they rest on, with the items of lists that decide.

use std::sync::Arc;

use cspm_core::{Data, Inventory, Kind, Per, Reads, Scope, Source, Status};
use serde_json::{Value, json};

use crate::cel::tests::resource;
use crate::cel::{Kinds, Program, parse};

const LIST: Source = Source::new("acme", "ListPods", "acme:ListPods", Per::Region);

/// A pod whose objects say what fields they have.
fn kinds() -> Kinds {
    let context = json!({"type": "object", "properties": {"privileged": {"type": "boolean"},
        "add": {"type": "array", "items": {"type": "string"}}}});
    let mounts = json!({"type": "array", "items": {"type": "object", "properties": {"path": {"type": "string"}}}});
    let container = json!({"type": "object", "properties": {"name": {"type": "string"}, "image": {"type": "string"},
        "securityContext": context, "mounts": mounts}});
    let containers = json!({"type": "array", "items": container});
    let labels = json!({"type": "object", "additionalProperties": {"type": "string"}});
    let spec = json!({"type": "object", "properties": {"containers": containers, "initContainers": containers,
        "ephemeralContainers": containers, "hostNetwork": {"type": "boolean"}, "labels": labels}});
    let pod = json!({"type": "object", "properties": {"spec": spec}});
    let kind = Kind::from_schema("acme_pod", "acme", "pods", Scope::Region, LIST, pod).unwrap().native();
    [(kind.name().clone(), Arc::new(kind))].into_iter().collect()
}

/// The status with field and value of what it rests on, and the items that decide it.
fn rests_on(source: &str, spec: Value) -> (Status, Vec<String>, String) {
    let (kinds, mut reads) = (kinds(), Reads::default());
    let program = match parse(source).and_then(|node| Program::compile(node, &kinds["acme_pod"], &kinds, &mut reads)) {
        Ok(program) => program,
        Err(fault) => panic!("{source}: {} at {}", fault.message, fault.at),
    };
    let pod = resource("acme_pod", "p", Data::from(json!({ "spec": spec })));
    let (status, trace) = program.explain(&pod, &Inventory::default());
    assert_eq!(program.judge(&pod, &Inventory::default()), status, "{source}");
    let items = trace.items().unwrap_or_default();
    let (evidence, _) = trace.finish();
    let shown = evidence.iter().map(|read| format!("{} {}", read.field, read.value.to_json()));
    (status, shown.collect(), items)
}

const NOT_PRIVILEGED: &str = "containers(resource.spec).all(c, !c.?securityContext.?privileged.orValue(false))";

fn container(name: &str, privileged: bool) -> Value {
    json!({"name": name, "securityContext": {"privileged": privileged}})
}

#[test]
fn the_item_that_decides_is_named() {
    let spec = json!({"containers": [container("app", false), container("sidecar", true)]});
    assert_eq!(
        rests_on(NOT_PRIVILEGED, spec),
        (
            Status::Fail,
            vec!["spec.containers[1].securityContext.privileged true".to_owned()],
            "sidecar (spec.containers[1])".to_owned()
        )
    );
}

#[test]
fn all_items_that_decide_are_named() {
    let spec =
        json!({"containers": [container("a", true), container("b", false)], "initContainers": [container("c", true)]});
    let (status, shown, items) = rests_on(NOT_PRIVILEGED, spec);
    let fields =
        ["spec.containers[0]", "spec.initContainers[0]"].map(|c| format!("{c}.securityContext.privileged true"));
    assert_eq!((status, shown), (Status::Fail, fields.to_vec()));
    assert_eq!(items, "a (spec.containers[0]), c (spec.initContainers[0])");
    let many: Vec<_> = (0..30).map(|n| container(&format!("c{n}"), true)).collect();
    let (status, shown, _) = rests_on(NOT_PRIVILEGED, json!({ "containers": many }));
    assert_eq!((status, shown.len()), (Status::Fail, super::MAX_ITEMS));
    assert!(shown[2].starts_with("spec.containers[2]."), "{shown:?}");
}

#[test]
fn what_does_not_decide_is_left_out() {
    let privileged = || json!({"hostNetwork": false, "containers": [container("a", false), container("b", true)]});
    let field = vec!["spec.containers[1].securityContext.privileged true".to_owned()];
    let both = format!("!resource.spec.hostNetwork && {NOT_PRIVILEGED}");
    assert_eq!(rests_on(&both, privileged()).1, field);
    let first = format!("resource.spec.containers.exists(c, c.name == 'a') && {NOT_PRIVILEGED}");
    let (_, shown, items) = rests_on(&first, privileged());
    assert_eq!((shown, items.as_str()), (field.clone(), "b (spec.containers[1])"));
    let either = format!("resource.spec.hostNetwork || {NOT_PRIVILEGED}");
    assert_eq!(rests_on(&either, privileged()).1, [field[0].as_str(), "spec.hostNetwork false"]);
}

#[test]
fn a_pass_shows_what_was_looked_at() {
    let spec = json!({"containers": [container("a", false), {"name": "b"}]});
    let (status, shown, items) = rests_on(NOT_PRIVILEGED, spec);
    let field = |number| format!("spec.containers[{number}].securityContext.privileged");
    assert_eq!((status, shown), (Status::Pass, vec![format!("{} false", field(0)), format!("{} null", field(1))]));
    assert_eq!(items, "");
    let (_, shown, _) = rests_on(NOT_PRIVILEGED, json!({"containers": []}));
    assert_eq!(shown, ["spec.containers []", "spec.ephemeralContainers null", "spec.initContainers null"]);
    let many: Vec<_> = (0..30).map(|n| container(&format!("c{n}"), false)).collect();
    let (_, shown, _) = rests_on(NOT_PRIVILEGED, json!({ "containers": many }));
    assert_eq!(shown.len(), 3, "the list, where there are many");
    assert!(shown[0].starts_with("spec.containers ["));
}

#[test]
fn lists_within_lists_are_told_apart() {
    let source = "resource.spec.containers.all(c, c.?securityContext.?add.orValue([]).all(a, a != 'SYS_ADMIN'))";
    // Both have the same list, which is held once.
    let add = json!({"add": ["CHOWN", "SYS_ADMIN"]});
    let spec = json!({"containers": [{"name": "a", "securityContext": {"add": ["CHOWN"]}},
        {"name": "b", "securityContext": add}, {"name": "c", "securityContext": add}]});
    let (_, shown, items) = rests_on(source, spec);
    let fields = [1, 2].map(|number| format!("spec.containers[{number}].securityContext.add[1] \"SYS_ADMIN\""));
    assert_eq!(shown, fields);
    assert_eq!(items, "b (spec.containers[1]), c (spec.containers[2])");
    let shared = Data::from(json!([{"path": "/a"}, {"path": "/b"}]));
    let (kinds, mut reads) = (kinds(), Reads::default());
    let node = parse("resource.spec.containers.all(c, c.mounts.all(m, m.path != '/b'))").unwrap();
    let program = Program::compile(node, &kinds["acme_pod"], &kinds, &mut reads).unwrap();
    let container = |name: &str| Data::object([("name", Data::from(name)), ("mounts", shared.clone())]);
    let spec = Data::object([("containers", Data::list([container("a"), container("b")]))]);
    let pod = resource("acme_pod", "p", Data::object([("spec", spec)]));
    let (evidence, _) = program.explain(&pod, &Inventory::default()).1.finish();
    let fields: Vec<_> = evidence.iter().map(|read| read.field.to_string()).collect();
    assert_eq!(fields, ["spec.containers[0].mounts[1].path", "spec.containers[1].mounts[1].path"]);
}

#[test]
fn items_by_index_and_key_are_read_alone() {
    let spec = || json!({"containers": [{"name": "a", "image": "x"}], "labels": {"app": "web", "b": "c"}});
    assert_eq!(rests_on("resource.spec.containers[0].image == 'y'", spec()).1, ["spec.containers[0].image \"x\""]);
    assert_eq!(rests_on("resource.spec.labels['app'] == 'y'", spec()).1, ["spec.labels.app \"web\""]);
    let keys = "resource.spec.labels.all(key, resource.spec.labels[key] != 'c')";
    assert_eq!(rests_on(keys, spec()).1, ["spec.labels.b \"c\""]);
    let filtered = "resource.spec.containers.filter(c, c.image != 'z').all(c, c.name != 'a')";
    assert_eq!(rests_on(filtered, spec()).1, ["spec.containers[0].image \"x\"", "spec.containers[0].name \"a\""]);
}
