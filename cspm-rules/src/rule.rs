//! A rule as the engine sees it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use cspm_core::{Inventory, Reads, Reason, Resource, Rule, RuleMeta, Status, Unread, Verdict};

use crate::cel::{Fault, Kinds, Message, Parsed, Program, Rebase};
use crate::meter;

/// A rule whose judgement is a CEL expression.
#[derive(Debug)]
pub(crate) struct CelRule {
    meta: Arc<RuleMeta>,
    compiled: Arc<Compiled>,
    /// How many verdicts would have taken too long, in this scan.
    spent: AtomicU64,
}

#[derive(Debug)]
struct Compiled {
    reads: Reads,
    /// For the rule's own kind, and then for each that holds one of it.
    forms: Vec<Form>,
}

/// The rule as it judges resources of one kind.
#[derive(Debug)]
struct Form {
    kind: Arc<str>,
    program: Program,
    message: Message,
}

/// Which part of a rule is at fault.
#[derive(Debug)]
pub(crate) enum RuleFault {
    Expression(Fault),
    Message(Fault),
}

impl CelRule {
    /// The same without secrets in its texts, which every report repeats.
    pub(crate) fn scrubbed(mut self) -> Self {
        if let Some(meta) = self.meta.scrubbed() {
            self.meta = Arc::new(meta);
        }
        self
    }

    /// Checks and compiles the expression of `meta`, which was parsed before, and its message.
    pub(crate) fn compile(meta: RuleMeta, parsed: Parsed, kinds: &Kinds) -> Result<Self, RuleFault> {
        let node = parsed.map_err(RuleFault::Expression)?;
        let mut reads = Reads::default();
        let known = meta.kinds().into_iter().filter_map(|name| kinds.get(&name));
        let inner = kinds.get(&meta.kind);
        let mut forms = Vec::new();
        for kind in known {
            let rebase = inner.and_then(|inner| Rebase::of(inner, kind));
            let node = match rebase {
                Some(rebase) => rebase.apply(node.clone()),
                None => node.clone(),
            };
            let program = Program::compile(node, kind, kinds, &mut reads).map_err(RuleFault::Expression)?;
            let message =
                Message::compile(&meta.message, rebase, kind, kinds, &mut reads).map_err(RuleFault::Message)?;
            forms.push(Form { kind: kind.name().clone(), program, message });
        }
        let compiled = Arc::new(Compiled { reads, forms });
        Ok(Self { meta: Arc::new(meta), compiled, spent: AtomicU64::new(0) })
    }

    /// The same rule with nothing counted yet, and with further controls that it answers.
    pub(crate) fn of_a_scan(&self, controls: Option<&BTreeMap<String, Vec<String>>>) -> Self {
        let meta = match controls {
            None => self.meta.clone(),
            Some(controls) => {
                let mut meta = (*self.meta).clone();
                meta.frameworks.extend(controls.clone());
                Arc::new(meta)
            }
        };
        Self { meta, compiled: self.compiled.clone(), spent: AtomicU64::new(0) }
    }

    fn form(&self, resource: &Resource) -> Option<&Form> {
        self.compiled.forms.iter().find(|form| form.kind == resource.kind)
    }
}

/// So many kinds of what is not written are named in a message.
const NAMED: usize = 2;

/// A sentence of what a verdict on files takes for granted: what is not written, each once.
fn assumption(assumed: &[Arc<Unread>]) -> Option<String> {
    let details: Vec<&str> = assumed.iter().map(|unread| &*unread.detail).filter(|detail| !detail.is_empty()).collect();
    let (named, more) = details.split_at(details.len().min(NAMED));
    let more = match more.len() {
        0 => String::new(),
        1 => "; and so for one more kind".to_owned(),
        n => format!("; and so for {n} more kinds"),
    };
    (!assumed.is_empty()).then(|| match named {
        [] => "Judged by what is written.".to_owned(),
        named => format!("Judged by what is written: {}{more}.", named.join("; ")),
    })
}

impl Rule for CelRule {
    fn meta(&self) -> &Arc<RuleMeta> {
        &self.meta
    }

    fn reads(&self) -> &Reads {
        &self.compiled.reads
    }

    fn evaluate(&self, resource: &Resource, inventory: &Inventory) -> Verdict {
        let Some(form) = self.form(resource) else {
            let detail = format!("the rule is not about {}", resource.kind);
            return Verdict::unknown("kind", Unread::new(Reason::RuleError, "").with_detail(detail));
        };
        let (status, trace) = form.program.explain(resource, inventory);
        let items = trace.items();
        let (evidence, problems) = trace.finish();
        let unread = if status == Status::Unknown { problems } else { Vec::new() };
        let message = (status == Status::Fail).then(|| form.message.render(resource, inventory));
        let message = message.map(|message| match &items {
            Some(items) => format!("{}: {items}.", message.trim_end_matches('.')),
            None => message,
        });
        let mut verdict = Verdict { status, evidence, unread, message };
        let lookups = self.compiled.reads.lookups.iter().map(|(kind, _)| kind).chain(&self.compiled.reads.others);
        if status != Status::Unknown
            && let Some(assumption) = assumption(&form.program.assumed(resource, inventory, lookups))
        {
            verdict.message = Some(format!("{} {assumption}", verdict.sentence(&self.meta, resource)));
        }
        verdict
    }

    fn judge(&self, resource: &Resource, inventory: &Inventory) -> Status {
        let Some(form) = self.form(resource) else { return Status::Unknown };
        form.program.decide(resource, inventory).unwrap_or_else(|| {
            self.spent.fetch_add(1, Ordering::Relaxed);
            Status::Unknown
        })
    }

    fn faults(&self) -> Vec<String> {
        match self.spent.swap(0, Ordering::Relaxed) {
            0 => Vec::new(),
            1 => vec![format!("1 verdict is unknown: {}", meter::message())],
            n => vec![format!("{n} verdicts are unknown: {}", meter::message())],
        }
    }

    fn repeatable(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use cspm_core::{Data, Kind, Per, Scope, Source};
    use jiff::Timestamp;
    use serde_json::json;

    use super::*;
    use crate::Rules;

    const RULE: &str = "\
id: acme_slow
title: t
kind: acme_server
service: s
severity: low
expression: resource.a.all(x, resource.a.all(y, resource.a.all(z, true)))
message: m
rationale: r
remediation: {text: t}
references: []
tests: {pass: [{a: []}], fail: [{a: []}], unknown: [{a: []}]}
";

    #[test]
    fn verdicts_that_take_too_long_are_unknown_and_told_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("acme_slow.yaml");
        std::fs::write(&path, RULE).unwrap();
        let list = Source::new("s", "List", "s:List", Per::Region);
        let schema = json!({"type": "object", "properties": {"a": {"type": "array", "items": {"type": "integer"}}}});
        let kind = Kind::from_schema("acme_server", "acme", "s", Scope::Region, list, schema).unwrap();
        let rules = Rules::empty().path(path).load(&[Arc::new(kind)]).unwrap();
        let rule = rules.get("acme_slow").unwrap();
        let server = |count: i64| Resource {
            uid: "1".into(),
            kind: "acme_server".into(),
            provider: "acme".into(),
            account: "".into(),
            region: "".into(),
            name: "".into(),
            tags: Arc::default(),
            collected_at: Timestamp::UNIX_EPOCH,
            origin: None,
            data: Data::object([("a", Data::list((0..count).map(Data::Int)))]),
        };
        let nothing = Inventory::default();
        assert_eq!(rule.judge(&server(10), &nothing), Status::Pass);
        assert_eq!(rule.faults(), [""; 0]);
        assert_eq!(rule.judge(&server(1000), &nothing), Status::Unknown);
        let verdict = rule.evaluate(&server(1000), &nothing);
        assert_eq!((verdict.status, verdict.unread[0].unread.reason), (Status::Unknown, Reason::RuleError));
        let faults = rule.faults();
        assert!(
            faults.len() == 1 && faults[0].starts_with("1 verdict is unknown: the verdict took more"),
            "{faults:?}"
        );
        assert_eq!(rule.faults(), [""; 0], "another scan begins anew");
    }
}
