//! Rules written in JavaScript.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread::ThreadId;

use cspm::{
    Data, Evidence, Inventory, Kind, Reads, Reason, Remediation, Resource, Rule, RuleMeta, Severity, Status, Unread,
    UnreadField, Verdict,
};
use serde::Deserialize;

use crate::kinds::provider_of;
use crate::link::Link;

/// How many different faults of a rule are told of; a rule that fails, fails for every resource.
const FAULTS: usize = 10;

/// What a rule says of itself.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Described {
    id: String,
    title: String,
    kind: String,
    severity: String,
    provider: Option<String>,
    service: Option<String>,
    message: Option<String>,
    rationale: Option<String>,
    remediation: Option<Remedy>,
    references: Option<Vec<String>>,
    frameworks: Option<BTreeMap<String, Vec<String>>>,
    equivalents: Option<BTreeMap<String, Vec<String>>>,
    reads: Option<Vec<String>>,
}

/// How to mend what the rule found: a text, or more.
#[derive(Clone, Deserialize)]
#[serde(untagged)]
enum Remedy {
    Text(String),
    Full(Remediation),
}

impl From<Remedy> for Remediation {
    fn from(remedy: Remedy) -> Self {
        match remedy {
            Remedy::Text(text) => Self { text, ..Self::default() },
            Remedy::Full(remediation) => remediation,
        }
    }
}

impl Described {
    /// The rule with this number among those of JavaScript.
    pub(crate) fn rule(self, number: u32, kinds: &[Arc<Kind>]) -> cspm::Result<Called> {
        let model = kinds.iter().find(|kind| **kind.name() == *self.kind).map(|kind| &**kind);
        let known = model.map(|kind| &**kind.provider());
        let provider = self.provider.as_deref().or(known).unwrap_or_else(|| provider_of(&self.kind));
        let severity = self.severity.parse::<Severity>()?;
        let mut meta = RuleMeta::new(&self.id, &self.title, provider, &self.kind, severity);
        meta.service = self.service.as_deref().or(model.map(|kind| &**kind.service())).unwrap_or("custom").into();
        meta.message = self.message.unwrap_or_default();
        meta.rationale = self.rationale.unwrap_or_default();
        meta.remediation = self.remediation.map(Remediation::from).unwrap_or_default();
        meta.references = self.references.unwrap_or_default();
        meta.frameworks = self.frameworks.unwrap_or_default();
        meta.equivalents = self.equivalents.unwrap_or_default();
        let reads = match self.reads {
            Some(fields) => {
                let fields = fields.iter().map(|field| Arc::from(field.as_str())).collect();
                Reads { fields: BTreeMap::from([(meta.kind.clone(), fields)]), ..Reads::default() }
            }
            None => Reads::everything(&self.kind, model),
        };
        Ok(Called {
            number,
            meta: Arc::new(meta),
            reads,
            link: Weak::new(),
            home: std::thread::current().id(),
            faults: Mutex::default(),
        })
    }
}

/// A rule written in JavaScript. Each scan has its own, which knows the way to the function.
pub(crate) struct Called {
    number: u32,
    meta: Arc<RuleMeta>,
    reads: Reads,
    /// Weak, since a report keeps its rules: the event loop waits for the scan, and not for its report.
    link: Weak<Link>,
    /// The thread of JavaScript, which must never wait for itself.
    home: ThreadId,
    faults: Mutex<Vec<String>>,
}

impl Called {
    /// The same for one scan.
    pub(crate) fn linked(&self, link: &Arc<Link>) -> Self {
        Self { link: Arc::downgrade(link), ..self.alone() }
    }

    /// The same without a way to the function, to be shown and planned by.
    pub(crate) fn alone(&self) -> Self {
        let Self { number, meta, reads, home, .. } = self;
        let (meta, reads) = (meta.clone(), reads.clone());
        Self { number: *number, meta, reads, link: Weak::new(), home: *home, faults: Mutex::default() }
    }

    fn ask(&self, resource: &Resource) -> Option<String> {
        let link = self.link.upgrade().filter(|_| std::thread::current().id() != self.home)?;
        link.judge(self.number, serde_json::to_string(resource).ok()?)
    }

    /// Unknown, for a fault of the rule; the fault in full goes into the coverage.
    fn fault(&self, line: &str, full: String) -> Verdict {
        let mut faults = self.faults.lock().unwrap_or_else(PoisonError::into_inner);
        if faults.len() < FAULTS && !faults.contains(&full) {
            faults.push(full);
        }
        let detail = line.lines().next().unwrap_or_default();
        Verdict::unknown("rule", Unread::new(Reason::RuleError, "").with_detail(detail))
    }
}

/// What JavaScript answers.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
enum Answer {
    Verdict(Given),
    /// What was thrown, in a line and in full.
    Fault {
        line: String,
        full: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Given {
    status: Status,
    message: Option<String>,
    #[serde(default)]
    evidence: BTreeMap<String, Data>,
    #[serde(default)]
    unread: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    field: String,
    #[serde(flatten)]
    unread: Unread,
}

impl From<Given> for Verdict {
    fn from(given: Given) -> Self {
        let row = |row: Row| UnreadField { field: row.field.into(), unread: Arc::new(row.unread) };
        Self {
            status: given.status,
            message: given.message,
            evidence: given
                .evidence
                .into_iter()
                .map(|(field, value)| Evidence { field: field.into(), value })
                .collect(),
            unread: given.unread.into_iter().map(row).collect(),
        }
    }
}

impl Rule for Called {
    fn meta(&self) -> &Arc<RuleMeta> {
        &self.meta
    }

    fn reads(&self) -> &Reads {
        &self.reads
    }

    fn evaluate(&self, resource: &Resource, _: &Inventory) -> Verdict {
        // Nothing of it was read, so there is nothing to ask the rule about.
        if let Data::Unread(unread) = &resource.data {
            return Verdict::unknown(resource.kind.clone(), unread.clone());
        }
        match self.ask(resource).map(|answer| serde_json::from_str::<Answer>(&answer)) {
            Some(Ok(Answer::Verdict(given))) => given.into(),
            Some(Ok(Answer::Fault { line, full })) => self.fault(&line, full),
            Some(Err(e)) => self.fault("its answer is no verdict", format!("its answer is no verdict: {e}")),
            None => {
                let gone = Unread::new(Reason::Cancelled, "").with_detail("JavaScript did not answer any more");
                Verdict::unknown("rule", gone)
            }
        }
    }

    fn faults(&self) -> Vec<String> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
