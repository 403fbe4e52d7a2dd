//! What a rule is to the engine.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::fields::Recorder;
use crate::{Data, Fields, Inventory, Kind, Resource, Severity, Unread};

/// What is said of a rule, apart from how it judges.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RuleMeta {
    /// Never changes; a rename leaves an alias.
    pub id: Arc<str>,
    /// The state that the rule wants, in a few words.
    pub title: String,
    /// The kind of resource that it judges.
    pub kind: Arc<str>,
    /// Further kinds that it judges, since they hold one of [`RuleMeta::kind`] in themselves: workloads a pod template.
    pub embedded_in: Vec<Arc<str>>,
    /// The service, e.g. `s3`.
    pub service: Arc<str>,
    /// The provider, e.g. `aws`.
    pub provider: Arc<str>,
    /// How bad a failure is.
    pub severity: Severity,
    /// What a failure says; `{resource.name}` and other fields are filled in.
    pub message: String,
    /// Why it matters.
    pub rationale: String,
    /// How to mend it.
    pub remediation: Remediation,
    /// Where to read more.
    pub references: Vec<String>,
    /// The names of the same check in other tools: `prowler`, `security_hub`, `aws_config`.
    pub equivalents: BTreeMap<String, Vec<String>>,
    /// The controls that the rule answers, by framework.
    pub frameworks: BTreeMap<String, Vec<String>>,
    /// The CEL expression, where the rule is one.
    pub expression: Option<String>,
    /// Former ids.
    pub aliases: Vec<String>,
    /// Why the rule should no longer be used, where that is so.
    pub deprecated: Option<String>,
}

impl RuleMeta {
    /// A rule with a title and nothing else said of it.
    #[must_use]
    pub fn new(id: &str, title: &str, provider: &str, kind: &str, severity: Severity) -> Self {
        Self {
            id: id.into(),
            title: title.into(),
            kind: kind.into(),
            embedded_in: Vec::new(),
            service: "custom".into(),
            provider: provider.into(),
            severity,
            message: String::new(),
            rationale: String::new(),
            remediation: Remediation::default(),
            references: Vec::new(),
            equivalents: BTreeMap::new(),
            frameworks: BTreeMap::new(),
            expression: None,
            aliases: Vec::new(),
            deprecated: None,
        }
    }

    /// Every kind that the rule judges.
    #[must_use]
    pub fn kinds(&self) -> Vec<Arc<str>> {
        std::iter::once(&self.kind).chain(&self.embedded_in).cloned().collect()
    }
}

/// How to mend what a rule found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Remediation {
    /// In words.
    pub text: String,
    /// With the provider's command line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cli: Option<String>,
    /// With Terraform.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terraform: Option<String>,
    /// In the provider's web console.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub console: Option<String>,
}

/// What a rule reads: the plan of a scan is made from this alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reads {
    /// The fields (paths with dots), by kind; the rule's own kind and those that it looks up.
    pub fields: BTreeMap<Arc<str>, BTreeSet<Arc<str>>>,
    /// The kinds and fields by whose value other resources are looked up.
    pub lookups: BTreeSet<(Arc<str>, Arc<str>)>,
    /// The kinds of other resources that are looked at, whether by the value of a field or all of them.
    pub others: BTreeSet<Arc<str>>,
}

impl Reads {
    /// Everything that resources of the kind have: what a rule reads that cannot say what it reads.
    #[must_use]
    pub fn everything(kind: &str, model: Option<&Kind>) -> Self {
        let top = model.and_then(|model| model.schema()["properties"].as_object()).into_iter().flat_map(|p| p.keys());
        let sources = model.into_iter().flat_map(Kind::source_paths);
        let fields = top.map(String::as_str).chain(sources).map(Arc::from).collect();
        Self { fields: BTreeMap::from([(kind.into(), fields)]), ..Self::default() }
    }

    /// Whether a rule that judges these kinds needs the resource alone, and so can judge it as it arrives.
    #[must_use]
    pub fn only(&self, kinds: &[Arc<str>]) -> bool {
        self.lookups.is_empty() && self.others.is_empty() && self.fields.keys().all(|read| kinds.contains(read))
    }
}

/// What a rule says of a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// The resource is as the rule wants it.
    Pass,
    /// It is not.
    Fail,
    /// Something that the answer depends on was not read.
    Unknown,
}

impl Status {
    /// The name as it is written: `pass`, `fail`, `unknown`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Unknown => "unknown",
        }
    }
}

/// A field that was read for a verdict, and its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// The path of the field.
    pub field: Arc<str>,
    /// The value; long ones are cut.
    pub value: Data,
}

/// A field that a verdict depends on and that was not read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnreadField {
    /// The path of the field, or the kind whose list is not complete.
    pub field: Arc<str>,
    /// The call and the reason.
    pub unread: Arc<Unread>,
}

impl std::fmt::Display for UnreadField {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} was not read: {}", self.field, self.unread)
    }
}

impl std::error::Error for UnreadField {}

/// A rule's answer, with what it rests on.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// Pass, fail or unknown.
    pub status: Status,
    /// The fields read, in the order of their paths.
    pub evidence: Vec<Evidence>,
    /// The fields that were needed and not read; not empty where the status is unknown.
    pub unread: Vec<UnreadField>,
    /// A text of the rule's own, instead of its [`RuleMeta::message`].
    pub message: Option<String>,
}

impl Verdict {
    /// A verdict that names no fields.
    #[must_use]
    pub fn of(status: Status) -> Self {
        Self { status, evidence: Vec::new(), unread: Vec::new(), message: None }
    }

    /// What `judge` says of the fields of a resource: `true` passes, `false` fails, and a [`Status`] or a verdict is taken as it
    /// is. A field that was not read, given on with `?`, makes it unknown; the fields that were read become its evidence.
    ///
    /// This is how rules in Rust should judge: see [`Fields`].
    pub fn by<A: Into<Self>>(
        resource: &Resource,
        inventory: &Inventory,
        judge: impl FnOnce(&Fields<'_>) -> Result<A, UnreadField>,
    ) -> Self {
        let read = Recorder::default();
        let verdict: Self = match judge(&resource.view().known_by(inventory).noting(&read)) {
            Ok(answer) => answer.into(),
            Err(unread) => unread.into(),
        };
        if verdict.evidence.is_empty() { Self { evidence: read.evidence(), ..verdict } } else { verdict }
    }

    /// Unknown, because `field` was not read.
    #[must_use]
    pub fn unknown(field: impl Into<Arc<str>>, unread: impl Into<Arc<Unread>>) -> Self {
        let unread = vec![UnreadField { field: field.into(), unread: unread.into() }];
        Self { unread, ..Self::of(Status::Unknown) }
    }
}

impl From<bool> for Verdict {
    /// `true` is a pass.
    fn from(pass: bool) -> Self {
        Self::of(if pass { Status::Pass } else { Status::Fail })
    }
}

impl From<Status> for Verdict {
    fn from(status: Status) -> Self {
        Self::of(status)
    }
}

impl From<UnreadField> for Verdict {
    /// Unknown.
    fn from(field: UnreadField) -> Self {
        Self { unread: vec![field], ..Self::of(Status::Unknown) }
    }
}

/// A judge of resources of one kind.
pub trait Rule: Send + Sync {
    /// What is said of the rule.
    ///
    /// # Behavior
    /// - Always answers the same.
    /// - The id is unique among the rules of a scan.
    fn meta(&self) -> &Arc<RuleMeta>;

    /// What the rule reads.
    ///
    /// # Behavior
    /// - Names every field that a verdict can depend on; one that is not named may be unread in a scan.
    /// - A rule that names its own kind alone is evaluated as each resource arrives.
    fn reads(&self) -> &Reads;

    /// Judges a resource of one of the rule's kinds.
    ///
    /// # Behavior
    /// - Passes or fails only on what was read; else unknown, naming what was not: [`Verdict::by`] sees to it.
    /// - Where the resource's data as a whole is [`Data::Unread`], its list could not be made.
    /// - Takes the present to be [`Resource::collected_at`].
    /// - Never panics; a fault of the rule is unknown with [`crate::Reason::RuleError`].
    fn evaluate(&self, resource: &Resource, inventory: &Inventory) -> Verdict;

    /// The status alone, where that is cheaper than the whole verdict.
    ///
    /// # Behavior
    /// - Always the status of [`Rule::evaluate`].
    fn judge(&self, resource: &Resource, inventory: &Inventory) -> Status {
        self.evaluate(resource, inventory).status
    }

    /// Whether `evaluate` is a pure function of its arguments.
    ///
    /// # Behavior
    /// - Where it is, a report keeps the status only and evaluates again when somebody looks at the finding.
    fn repeatable(&self) -> bool {
        false
    }

    /// What went wrong in the rule itself so far, such as the traceback of an error in it. It goes into the coverage of the
    /// scan, where the verdicts that it made unknown have a line of it.
    ///
    /// # Behavior
    /// - Asked once, when all verdicts of a scan are given.
    fn faults(&self) -> Vec<String> {
        Vec::new()
    }
}
