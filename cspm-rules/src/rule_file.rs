//! Rule files: one rule as YAML.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use cspm_core::{Data, Kind, Remediation, RuleMeta, Severity, Status};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_saphyr::{Location, Spanned};

use crate::cel::{Fault, Kinds, Parsed};
use crate::error::{Error, ErrorKind, Position, Result};
use crate::position;
use crate::rule::CelRule;
use crate::suggest::did_you_mean;

/// A rule as it is written; `T` are its tests, which a scan does not need and the built-in rules are embedded without.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, bound = "T: Default + Deserialize<'de>")]
pub(crate) struct RuleFile<T> {
    pub(crate) id: Spanned<String>,
    pub(crate) title: String,
    pub(crate) kind: Spanned<String>,
    /// Whether it judges the pod templates of workloads as well: every kind that holds one of `kind` in itself.
    pub(crate) templates: Option<Spanned<bool>>,
    pub(crate) service: String,
    pub(crate) severity: Severity,
    pub(crate) expression: Spanned<String>,
    pub(crate) message: Spanned<String>,
    pub(crate) rationale: String,
    pub(crate) remediation: Remediation,
    pub(crate) references: Vec<String>,
    #[serde(default)]
    pub(crate) equivalents: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    pub(crate) aliases: Vec<String>,
    #[serde(default)]
    pub(crate) deprecated: Option<String>,
    #[serde(default)]
    pub(crate) tests: T,
}

/// The cases of a rule: data of resources, by how they must end.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Tests {
    pub(crate) pass: Vec<Spanned<Data>>,
    pub(crate) fail: Vec<Spanned<Data>>,
    pub(crate) unknown: Vec<Spanned<Data>>,
}

impl Tests {
    /// The statuses that no case must end as.
    pub(crate) fn missing(&self) -> impl Iterator<Item = Status> {
        let cases = [(Status::Pass, &self.pass), (Status::Fail, &self.fail), (Status::Unknown, &self.unknown)];
        cases.into_iter().filter(|(_, cases)| cases.is_empty()).map(|(status, _)| status)
    }
}

impl RuleFile<Tests> {
    /// What is wrong where a status has no case.
    pub(crate) fn without_case(&self, file: File<'_>, status: Status) -> Error {
        let message = format!("the rule has no case that must end as {}", status.as_str());
        file.error(ErrorKind::Rule, &self.id, message)
    }
}

/// A file's path and text, for errors.
#[derive(Clone, Copy, Debug)]
pub(crate) struct File<'a> {
    pub(crate) path: &'a Path,
    pub(crate) text: &'a str,
}

impl<'a> File<'a> {
    /// The YAML in the file.
    pub(crate) fn parse<T: DeserializeOwned>(self) -> Result<T> {
        serde_saphyr::from_str(self.text).map_err(|error| {
            let location = error.location();
            let error = error.without_snippet();
            // The message ends in the place, which is given by itself.
            let message = error.to_string();
            let message = message.split(" at line ").next().unwrap_or(&message);
            let error = Error::new(ErrorKind::Format, message).in_file(self.path);
            match location {
                Some(location) => error.at_position(place(location)),
                None => error,
            }
        })
    }

    /// An error at a value of the file.
    pub(crate) fn error<T>(self, kind: ErrorKind, at: &Spanned<T>, message: impl Into<String>) -> Error {
        Error::new(kind, message).in_file(self.path).at_position(place(at.defined))
    }

    /// An error in an expression of the file.
    fn fault(self, at: &Spanned<String>, fault: Fault) -> Error {
        let start = at.defined.span().byte_offset().map_or(0, |offset| usize::try_from(offset).unwrap_or(0));
        let position = position::in_file(self.text, start, &at.value, fault.at as usize);
        let error = Error::new(ErrorKind::Expression, fault.message).in_file(self.path).at_position(position);
        error.with_help_if(fault.help)
    }
}

fn place(location: Location) -> Position {
    let number = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
    Position { line: number(location.line()), column: number(location.column()) }
}

impl<T> RuleFile<T> {
    /// The kind of the rule.
    ///
    /// # Errors
    /// [`ErrorKind::Rule`] where there is no such kind.
    pub(crate) fn kind<'k>(&self, file: File<'_>, kinds: &'k Kinds) -> Result<&'k Arc<Kind>> {
        kinds.get(self.kind.value.as_str()).ok_or_else(|| {
            let help = did_you_mean(&self.kind.value, kinds.keys().map(|kind| &**kind));
            file.error(ErrorKind::Rule, &self.kind, format!("there is no kind `{}`", self.kind.value))
                .with_help_if(help)
        })
    }

    /// Checks that the id is well formed and the file's name.
    pub(crate) fn check_id(&self, file: File<'_>) -> Result<()> {
        let id = self.id.value.as_str();
        let letters = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if id.is_empty() || !id.chars().all(letters) {
            let message = format!("the id {id:?} may have lower-case letters, digits and `_` only");
            return Err(file.error(ErrorKind::Rule, &self.id, message));
        }
        match file.path.file_stem() {
            Some(stem) if stem == id => Ok(()),
            _ => Err(file.error(ErrorKind::Rule, &self.id, format!("the rule `{id}` must be in the file {id}.yaml"))),
        }
    }

    /// The rule, checked and compiled, with its parsed expression and the controls that it answers by framework.
    pub(crate) fn compile(
        &self,
        file: File<'_>,
        parsed: Parsed,
        kinds: &Kinds,
        frameworks: BTreeMap<String, Vec<String>>,
    ) -> Result<CelRule> {
        self.check_id(file)?;
        let kind = self.kind(file, kinds)?;
        let mut embedded_in = Vec::new();
        if let Some(templates) = self.templates.as_ref().filter(|templates| templates.value) {
            let embedding = kinds.values().filter(|outer| outer.embedded(kind.name()).is_some());
            embedded_in.extend(embedding.map(|outer| outer.name().clone()));
            if embedded_in.is_empty() {
                let message = format!("no other kind holds a {} as its template", kind.name());
                return Err(file.error(ErrorKind::Rule, templates, message));
            }
        }
        let meta = RuleMeta {
            id: self.id.value.as_str().into(),
            title: self.title.clone(),
            kind: kind.name().clone(),
            embedded_in,
            service: self.service.as_str().into(),
            provider: kind.provider().clone(),
            severity: self.severity,
            message: self.message.value.clone(),
            rationale: self.rationale.clone(),
            remediation: self.remediation.clone(),
            references: self.references.clone(),
            equivalents: self.equivalents.clone(),
            frameworks,
            expression: Some(self.expression.value.clone()),
            aliases: self.aliases.clone(),
            deprecated: self.deprecated.clone(),
        };
        CelRule::compile(meta, parsed, kinds).map_err(|fault| match fault {
            crate::rule::RuleFault::Expression(fault) => file.fault(&self.expression, fault),
            crate::rule::RuleFault::Message(fault) => file.fault(&self.message, fault),
        })
    }
}
