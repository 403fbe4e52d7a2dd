//! A page for each kind.

use std::fmt::Write;
use std::sync::Arc;

use cspm::{Kind, RuleSet, Scope};
use serde_json::{Value, json};

use crate::Result;
use crate::page::{Book, code, link, table};

pub(crate) fn write(book: &mut Book, kinds: &[Arc<Kind>], rules: &RuleSet) -> Result<Value> {
    let row = |kind: &Arc<Kind>| {
        let about = describe(kind.schema());
        [format!("[`{0}`]({0}.md)", kind.name()), kind.service().to_string(), first_sentence(&about)]
    };
    let all = table(["kind", "service", "what it is"], kinds.iter().map(row));
    let text = format!(
        "# All kinds\n\nKinds are named as Steampipe names its tables, and fields as it names their columns, where it has \
         them. Objects of Kubernetes have the fields of its API.\n\n{all}"
    );
    book.page(0, "All kinds", "reference/kinds/README.md", &text)?;
    let mut index = serde_json::Map::new();
    for kind in kinds {
        let path = format!("reference/kinds/{}.md", kind.name());
        book.page(1, kind.name(), &path, &page(kind, kinds, rules)?)?;
        let mut fields = Vec::new();
        walk(kind.schema(), "", &mut |path, _| fields.push(path.to_owned()));
        let permissions: Vec<_> = kind.all_sources().map(|source| source.permission()).collect();
        let about = json!({
            "service": kind.service(), "scope": kind.scope(), "page": path, "fields": fields, "permissions": permissions,
        });
        index.insert(kind.name().to_string(), about);
    }
    Ok(Value::Object(index))
}

fn page(kind: &Kind, kinds: &[Arc<Kind>], rules: &RuleSet) -> Result<String> {
    let reach = match kind.scope() {
        Scope::Account => "one list for an account",
        Scope::Region => "a list for each region",
    };
    let (list, permission) = (kind.list().call(), kind.list().permission());
    let mut text = format!("# {}\n\n{}\n\n", kind.name(), describe(kind.schema()));
    writeln!(text, "Provider `{}`, service `{}`, {reach}.\n", kind.provider(), kind.service())?;
    writeln!(
        text,
        "## Fields\n\nA field that names no call comes with the list: `{list}`, permission `{permission}`.\n"
    )?;
    let mut rows = Vec::new();
    walk(kind.schema(), "", &mut |path, schema| {
        let source = kind.source(path);
        let call = if source == kind.list() { String::new() } else { source.call() };
        let permission = if call.is_empty() { "" } else { source.permission() };
        rows.push([code(path), type_of(schema), describe(schema), code(&call), code(permission)]);
    });
    writeln!(text, "{}", table(["field", "type", "meaning", "call", "permission"], rows))?;
    if !kind.references().is_empty() {
        let rows = kind.references().iter().map(|(path, reference)| {
            let relation =
                serde_json::to_value(reference.relation).map(|name| name.as_str().unwrap_or_default().to_owned());
            let known = kinds.iter().any(|kind| *kind.name() == reference.kind);
            let other = if known {
                link("kinds", &reference.kind)
            } else {
                format!("{} (not collected)", code(&reference.kind))
            };
            [code(path), relation.unwrap_or_default(), other, code(&reference.field)]
        });
        writeln!(text, "## Links to other resources\n\n{}", table(["field", "relation", "kind", "its field"], rows))?;
    }
    let judging = rules.rules().iter().filter(|rule| rule.reads().fields.contains_key(kind.name()));
    let rows: Vec<_> = judging
        .map(|rule| {
            let own = if rule.meta().kind == *kind.name() { "judges it" } else { "looks it up" };
            [link("rules", &rule.meta().id), own.to_owned(), rule.meta().title.clone()]
        })
        .collect();
    if !rows.is_empty() {
        writeln!(text, "## Rules that read it\n\n{}", table(["rule", "", "title"], rows))?;
    }
    Ok(text)
}

/// Calls `f` with the path and the schema of each field.
fn walk(schema: &Value, above: &str, f: &mut dyn FnMut(&str, &Value)) {
    for (name, field) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
        let path = if above.is_empty() { name.clone() } else { format!("{above}.{name}") };
        f(&path, field);
        walk(field, &path, f);
    }
    if let Some(items) = schema.get("items") {
        walk(items, &format!("{above}[]"), f);
    }
    schema.get("anyOf").and_then(Value::as_array).into_iter().flatten().for_each(|variant| walk(variant, above, f));
}

/// The type of a field in the words of rules.
fn type_of(schema: &Value) -> String {
    if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        return values.iter().map(|value| code(&value.to_string())).collect::<Vec<_>>().join(" or ");
    }
    if let Some(variants) = schema.get("anyOf").and_then(Value::as_array) {
        return variants.iter().map(type_of).collect::<Vec<_>>().join(" or ");
    }
    let one = |name: &str| match (name, schema.get("format").and_then(Value::as_str)) {
        ("string", Some("date-time")) => "timestamp".to_owned(),
        ("integer", _) => "int".to_owned(),
        ("number", _) => "double".to_owned(),
        ("boolean", _) => "bool".to_owned(),
        ("array", _) => format!("list of {}", schema.get("items").map_or_else(|| "anything".to_owned(), type_of)),
        ("object", _) => match schema.get("additionalProperties") {
            Some(of @ Value::Object(_)) => format!("map to {}", type_of(of)),
            _ => "object".to_owned(),
        },
        (other, _) => other.to_owned(),
    };
    match schema.get("type") {
        Some(Value::String(name)) => one(name),
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).map(one).collect::<Vec<_>>().join(" or "),
        _ => "any".to_owned(),
    }
}

/// What the model says of a part of itself.
fn describe(schema: &Value) -> String {
    let text = schema.get("description").and_then(Value::as_str).unwrap_or_default();
    // Links of the API's documentation lead nowhere here.
    text.replace("[`", "`").replace("`]", "`")
}

fn first_sentence(text: &str) -> String {
    let line = text.split("\n\n").next().unwrap_or_default().replace('\n', " ");
    line.split_once(". ").map_or_else(|| line.clone(), |(first, _)| format!("{first}."))
}
