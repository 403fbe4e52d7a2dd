//! Our evaluator against the interpreter of the `cel` crate: random expressions over random data, in what both know.

use std::sync::Arc;

use cspm_core::{Data, Inventory, Reads, Reason, Scope, Unread};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::tests::resource;
use super::{Kinds, Program, parse};

/// Conditions: over `resource.b` and `c` (bool), `i` and `j` (int), `s` and `t` (string), `l` (list of int), `m` (list of
/// objects with `i` and `s`), `d` (anything).
fn condition() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("true".to_owned()),
        Just("false".to_owned()),
        Just("resource.b".to_owned()),
        Just("resource.c".to_owned()),
        (number(), prop::sample::select(vec!["==", "!=", "<", "<=", ">", ">="]), number())
            .prop_map(|(a, op, b)| format!("({a} {op} {b})")),
        (text(), prop::sample::select(vec!["==", "!=", "<", ">="]), text())
            .prop_map(|(a, op, b)| format!("({a} {op} {b})")),
        (text(), prop::sample::select(vec!["startsWith", "endsWith", "contains"]), text())
            .prop_map(|(a, f, b)| format!("{a}.{f}({b})")),
        number().prop_map(|n| format!("({n} in resource.l)")),
        (number(), number()).prop_map(|(a, b)| format!("({a} in [{b}, 1, 2])")),
        number().prop_map(|n| format!("(resource.d == {n})")),
        number().prop_map(|n| format!("(resource.d < {n})")),
        text().prop_map(|t| format!("(resource.d == {t})")),
        Just("resource.d".to_owned()),
        Just("(resource.d != null)".to_owned()),
        Just("(resource.l == [1, 2])".to_owned()),
        Just("(resource.l + [1] == [0, 1])".to_owned()),
        Just("(resource.d == resource.l)".to_owned()),
        Just("(resource.d == {'i': 1})".to_owned()),
    ];
    leaf.prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} && {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} || {b})")),
            inner.clone().prop_map(|a| format!("!{a}")),
            (inner.clone(), inner.clone(), inner.clone()).prop_map(|(a, b, c)| format!("({a} ? {b} : {c})")),
            (inner.clone(), prop::sample::select(vec!["all", "exists", "exists_one"]), number(), 0..1_000_000u32)
                .prop_map(|(a, f, n, v)| format!("resource.l.{f}(v{v}, v{v} < {n} || {a})")),
            (inner.clone(), prop::sample::select(vec!["all", "exists", "exists_one"]), text(), 0..1_000_000u32)
                .prop_map(|(a, f, t, v)| format!("resource.m.{f}(v{v}, v{v}.s == {t} && {a})")),
            (inner.clone(), number(), 0..1_000_000u32)
                .prop_map(|(a, n, v)| format!("(resource.l.filter(v{v}, v{v} > {n} || {a}).size() > 1)")),
            (inner, number(), 0..1_000_000u32)
                .prop_map(|(a, n, v)| format!("(resource.m.map(v{v}, v{v}.i + ({a} ? 1 : 0)) == [{n}, 1])")),
        ]
    })
}

fn number() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        (-3..4i64).prop_map(|n| n.to_string()),
        Just("resource.i".to_owned()),
        Just("resource.j".to_owned()),
        Just("size(resource.l)".to_owned()),
        Just("size(resource.s)".to_owned()),
        Just("resource.l[0]".to_owned()),
        Just("resource.m[0].i".to_owned()),
        Just(i64::MAX.to_string()),
    ];
    leaf.prop_recursive(2, 6, 2, |inner| {
        (inner.clone(), prop::sample::select(vec!["+", "-", "*", "/", "%"]), inner)
            .prop_map(|(a, op, b)| format!("({a} {op} {b})"))
    })
}

fn text() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        "[abé]{0,3}".prop_map(|t| format!("'{t}'")),
        Just("resource.s".to_owned()),
        Just("resource.t".to_owned()),
        Just("resource.m[0].s".to_owned()),
    ];
    leaf.prop_recursive(1, 3, 2, |inner| (inner.clone(), inner).prop_map(|(a, b)| format!("({a} + {b})")))
}

fn data() -> impl Strategy<Value = Value> {
    let anything = prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(|b| json!(b)),
        (-3..4i64).prop_map(|n| json!(n)),
        "[abé]{0,3}".prop_map(|t| json!(t)),
        prop::collection::vec(-3..4i64, 0..3).prop_map(|l| json!(l)),
        Just(json!({"i": 1})),
    ];
    let item = ((-3..4i64), "[abé]{0,2}").prop_map(|(i, s)| json!({"i": i, "s": s}));
    let many = (prop::collection::vec(-3..4i64, 0..4), prop::collection::vec(item, 0..3), anything);
    (any::<bool>(), any::<bool>(), -3..4i64, -3..4i64, "[abé]{0,3}", "[abé]{0,3}", many).prop_map(
        |(b, c, i, j, s, t, (l, m, d))| json!({"b": b, "c": c, "i": i, "j": j, "s": s, "t": t, "l": l, "m": m, "d": d}),
    )
}

/// What the interpreter says: true, false, or an error.
fn theirs(source: &str, data: &Value) -> Option<bool> {
    // Their parser needs more stack in debug builds than a test has.
    std::thread::scope(|scope| {
        let run = std::thread::Builder::new().stack_size(32 << 20).spawn_scoped(scope, || interpreted(source, data));
        run.expect("a thread").join().expect("the interpreter does not panic")
    })
}

fn interpreted(source: &str, data: &Value) -> Option<bool> {
    let program = cel::Program::compile(source).expect("the expression is one");
    let mut context = cel::Context::default();
    context.add_variable_from_value("resource", value(data));
    match program.execute(&context) {
        Ok(cel::Value::Bool(b)) => Some(b),
        _ => None,
    }
}

/// JSON has one type of numbers; the interpreter must not take these for unsigned ones.
fn value(data: &Value) -> cel::Value {
    match data {
        Value::Number(n) => cel::Value::Int(n.as_i64().unwrap_or_default()),
        Value::Array(items) => items.iter().map(value).collect::<Vec<_>>().into(),
        Value::Object(entries) => {
            entries.iter().map(|(k, v)| (k.clone(), value(v))).collect::<std::collections::HashMap<_, _>>().into()
        }
        Value::String(text) => text.as_str().into(),
        Value::Bool(b) => (*b).into(),
        Value::Null => cel::Value::Null,
    }
}

fn ours(source: &str, data: Data) -> Option<bool> {
    let schema = json!({"type": "object", "properties": {
        "b": {"type": "boolean"}, "c": {"type": "boolean"}, "i": {"type": "integer"}, "j": {"type": "integer"},
        "s": {"type": "string"}, "t": {"type": "string"}, "l": {"type": "array", "items": {"type": "integer"}},
        "m": {"type": "array", "items": {"type": "object", "properties": {"i": {"type": "integer"}, "s": {"type": "string"}}}},
        "d": {}}});
    let list = cspm_core::Source::new("x", "List", "x:List", cspm_core::Per::Account);
    let kind = cspm_core::Kind::from_schema("x", "x", "x", Scope::Account, list, schema).expect("the kind is sound");
    let kinds = Kinds::from([(kind.name().clone(), Arc::new(kind))]);
    let program =
        match parse(source).and_then(|node| Program::compile(node, &kinds["x"], &kinds, &mut Reads::default())) {
            Ok(program) => program,
            Err(fault) => panic!("{source}: {} at {}", fault.message, fault.at),
        };
    let (resource, inventory) = (resource("x", "x", data), Inventory::default());
    let status = program.judge(&resource, &inventory);
    assert_eq!(program.explain(&resource, &inventory).0, status, "{source}: both ways must agree");
    match status {
        cspm_core::Status::Pass => Some(true),
        cspm_core::Status::Fail => Some(false),
        cspm_core::Status::Unknown => None,
    }
}

/// The same data with the fields of `which` unread; of lists only what is behind the first item.
fn partly_read(data: &Value, which: &[prop::sample::Index]) -> Data {
    let unread = || Data::from(Unread::new(Reason::Throttled, "x:List"));
    let mut fields: Vec<_> =
        data.as_object().into_iter().flatten().map(|(k, v)| (k.as_str(), Data::from(v.clone()))).collect();
    for index in which {
        let (_, field) = &mut fields[index.index(9)];
        *field = match field.as_list() {
            Some([first, ..]) => Data::list([first.clone(), unread()]),
            _ => unread(),
        };
    }
    Data::object(fields)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn both_say_the_same(source in condition(), data in data()) {
        prop_assert_eq!(ours(&source, Data::from(data.clone())), theirs(&source, &data), "{}\n{}", source, data);
    }

    #[test]
    fn what_was_not_read_never_decides(
        source in condition(),
        data in data(),
        which in prop::collection::vec(any::<prop::sample::Index>(), 1..4),
    ) {
        let whole = ours(&source, Data::from(data.clone()));
        if let (Some(answer), Some(whole)) = (ours(&source, partly_read(&data, &which)), whole) {
            prop_assert_eq!(answer, whole, "{}\n{}", source, data);
        }
    }
}
