//! A page for each rule.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use cspm::{Kind, Rule, RuleSet};
use serde_json::{Value, json};

use crate::Result;
use crate::page::{Book, code, codes, fence, link, table};

pub(crate) fn write(book: &mut Book, rules: &RuleSet, kinds: &[Arc<Kind>], catalog: &Path) -> Result<Value> {
    let mut files = BTreeMap::new();
    texts(catalog, &mut files)?;
    let row = |rule: &Arc<dyn Rule>| {
        let meta = rule.meta();
        let name = format!("[{}]({}.md)", meta.title, meta.id);
        [meta.severity.to_string(), meta.service.to_string(), name, code(&meta.id)]
    };
    let all = table(["severity", "service", "rule", "id"], rules.rules().iter().map(row));
    let text = format!("# All rules\n\nThere are {} rules.\n\n{all}", rules.len());
    book.page(0, "All rules", "reference/rules/README.md", &text)?;
    let mut index = serde_json::Map::new();
    for rule in rules.rules() {
        let meta = rule.meta();
        let file = files.get(&*meta.id).ok_or_else(|| format!("the file of {} is not there", meta.id))?;
        let path = format!("reference/rules/{}.md", meta.id);
        book.page(1, &meta.title, &path, &page(&**rule, kinds, file)?)?;
        let reads = reads(&**rule, kinds);
        // What needs none of its own is read from the answers of other calls, or from manifests.
        let permissions: Vec<_> = reads
            .iter()
            .map(|[.., permission]| permission.as_str())
            .filter(|permission| !permission.is_empty())
            .collect();
        let about = json!({
            "title": meta.title, "severity": meta.severity, "kind": meta.kind, "service": meta.service,
            "frameworks": meta.frameworks, "equivalents": meta.equivalents, "page": path,
            "permissions": permissions,
        });
        index.insert(meta.id.to_string(), about);
    }
    Ok(Value::Object(index))
}

fn page(rule: &dyn Rule, kinds: &[Arc<Kind>], file: &str) -> Result<String> {
    let meta = rule.meta();
    let mut text = format!("# {}\n\n", meta.title);
    if let Some(why) = &meta.deprecated {
        writeln!(text, "**Deprecated.** {why}\n")?;
    }
    let (severity, kind) = (meta.severity, link("kinds", &meta.kind));
    writeln!(text, "`{}` · severity **{severity}** · judges {kind} · service `{}`\n", meta.id, meta.service)?;
    if !meta.aliases.is_empty() {
        writeln!(text, "Formerly {}.\n", codes(&meta.aliases))?;
    }
    writeln!(text, "{}\n", meta.rationale.trim())?;
    if let Some(expression) = &meta.expression {
        writeln!(text, "## Expression\n\nTrue where the resource is fine.\n\n{}", fence("cel", &broken(expression)))?;
    }
    writeln!(text, "A failure says: {}\n", code(meta.message.trim()))?;
    let rows = reads(rule, kinds)
        .into_iter()
        .map(|[kind, field, call, permission]| [link("kinds", &kind), code(&field), code(&call), code(&permission)]);
    writeln!(text, "## What it reads\n\n{}", table(["kind", "field", "call", "permission"], rows))?;
    text.push_str(&remediation(rule)?);
    if !meta.frameworks.is_empty() {
        let row = |(id, controls): (&String, &Vec<String>)| [link("frameworks", id), controls.join(", ")];
        writeln!(text, "## Frameworks\n\n{}", table(["framework", "controls"], meta.frameworks.iter().map(row)))?;
    }
    if !meta.equivalents.is_empty() {
        let row = |(tool, names): (&String, &Vec<String>)| [tool.clone(), codes(names)];
        writeln!(text, "## In other tools\n\n{}", table(["tool", "name"], meta.equivalents.iter().map(row)))?;
    }
    if let Some((_, cases)) = file.split_once("\ntests:\n") {
        let how = "Each is the data of a resource; `$with` gives what is around it. They are run by the tests.";
        writeln!(text, "## Cases\n\n{how}\n\n{}", fence("yaml", cases))?;
    }
    if !meta.references.is_empty() {
        writeln!(text, "## References\n")?;
        meta.references.iter().try_for_each(|reference| writeln!(text, "- <{reference}>"))?;
    }
    Ok(text)
}

fn remediation(rule: &dyn Rule) -> Result<String> {
    let remediation = &rule.meta().remediation;
    let mut text = format!("## Remediation\n\n{}\n\n", remediation.text.trim());
    if let Some(console) = &remediation.console {
        writeln!(text, "In the console: {}\n", console.trim())?;
    }
    for (language, how) in [("sh", &remediation.cli), ("hcl", &remediation.terraform)] {
        if let Some(how) = how {
            writeln!(text, "{}", fence(language, how))?;
        }
    }
    Ok(text)
}

/// Kind, field, call and permission of everything that the rule reads.
fn reads(rule: &dyn Rule, kinds: &[Arc<Kind>]) -> Vec<[String; 4]> {
    let reads = rule.reads();
    let mut rows = Vec::new();
    for (name, fields) in &reads.fields {
        let Some(kind) = kinds.iter().find(|kind| kind.name() == name) else { continue };
        if fields.is_empty() {
            let list = kind.list();
            rows.push([name.to_string(), String::new(), list.call(), list.permission().to_owned()]);
        }
        for field in fields {
            let source = kind.source(field);
            rows.push([name.to_string(), field.to_string(), source.call(), source.permission().to_owned()]);
        }
    }
    rows
}

/// A long expression on several lines, which CEL takes for blanks.
fn broken(expression: &str) -> String {
    let expression = expression.split_whitespace().collect::<Vec<_>>().join(" ");
    if expression.len() < 100 { expression } else { expression.replace(" && ", "\n&& ").replace(" || ", "\n  || ") }
}

/// The text of each rule file, by id.
fn texts(folder: &Path, texts_by_id: &mut BTreeMap<String, String>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            texts(&path, texts_by_id)?;
        } else if let Some(id) = path.file_stem().and_then(|stem| stem.to_str()) {
            texts_by_id.insert(id.to_owned(), fs::read_to_string(&path)?);
        }
    }
    Ok(())
}
