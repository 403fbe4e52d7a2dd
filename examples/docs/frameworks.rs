//! A page for each framework: which controls are answered, and by what.

use std::collections::BTreeMap;

use cspm::{Control, ControlStatus, Framework, RuleSet};
use serde_json::{Value, json};

use crate::Result;
use crate::page::{Book, link, table};

const STATUSES: [(ControlStatus, &str, &str); 4] = [
    (ControlStatus::Automated, "automated", "answered by rules"),
    (ControlStatus::Partial, "partial", "answered in a part: it can fail, but never pass as a whole"),
    (ControlStatus::Manual, "manual", "no API can answer it; people must"),
    (ControlStatus::NotCovered, "not covered", "an API could answer it, and no rule does yet"),
];

pub(crate) fn write(book: &mut Book, rules: &RuleSet) -> Result<Value> {
    let row = |framework: &Framework| {
        let [automated, partial, manual, not_covered] = counts(framework);
        let name = format!("[{}]({}.md)", framework.title, framework.id);
        [name, automated.to_string(), partial.to_string(), manual.to_string(), not_covered.to_string()]
    };
    let head = ["framework", STATUSES[0].1, STATUSES[1].1, STATUSES[2].1, STATUSES[3].1];
    let all = table(head, rules.frameworks().iter().map(|framework| row(framework)));
    book.page(0, "All frameworks", "reference/frameworks/README.md", &format!("# All frameworks\n\n{all}"))?;
    let mut index = serde_json::Map::new();
    for framework in rules.frameworks() {
        let path = format!("reference/frameworks/{}.md", framework.id);
        book.page(1, &framework.title, &path, &page(framework))?;
        let counts: BTreeMap<_, _> = STATUSES.iter().map(|(_, name, _)| *name).zip(counts(framework)).collect();
        index.insert(framework.id.to_string(), json!({"version": framework.version, "page": path, "controls": counts}));
    }
    Ok(Value::Object(index))
}

fn counts(framework: &Framework) -> [usize; 4] {
    STATUSES.map(|(status, ..)| framework.controls.iter().filter(|control| control.status == status).count())
}

fn page(framework: &Framework) -> String {
    let rows = STATUSES.iter().zip(counts(framework));
    let rows = rows.map(|((_, name, what), n)| [(*name).to_owned(), n.to_string(), (*what).to_owned()]);
    let summary = table(["coverage", "controls", "what it means"], rows);
    let row = |control: &Control| {
        let status = STATUSES.iter().find(|(status, ..)| *status == control.status).map_or("", |(_, name, _)| name);
        let rules = control.rules.iter().map(|id| link("rules", id)).collect::<Vec<_>>().join(", ");
        let level = control.level.map(|level| level.to_string()).unwrap_or_default();
        let note = control.note.clone().unwrap_or_default();
        [control.id.clone(), level, control.title.clone(), status.to_owned(), rules, note]
    };
    let head = ["control", "level", "what it demands, in our words", "coverage", "rules", "note"];
    let controls = table(head, framework.controls.iter().map(row));
    format!(
        "# {}\n\n`{}`, version {}, published at <{}>. The numbers are the publisher's; the words are ours.\n\n{summary}\n{controls}",
        framework.title, framework.id, framework.version, framework.source
    )
}
