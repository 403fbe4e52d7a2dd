//! Rules as policies of Kubernetes: what a scan finds, the API server can refuse to let in.
//!
//! Both are CEL. A rule whose expression needs nothing but the object becomes a `ValidatingAdmissionPolicy` with its
//! binding; what its expression says is translated, so that the two agree. Kubernetes 1.30 or later takes them.

mod chain;
mod functions;
mod object;
mod obstacle;
mod target;
#[cfg(test)]
mod tests;
mod writer;

use std::sync::Arc;

use cspm_core::{Kind, Rule, RuleMeta};
use serde_json::Value;

use crate::RuleSet;
use crate::cel::{message_parts, parse};
pub use obstacle::Obstacle;
use target::Target;
use writer::Writer;

/// What the API server does with an object that a rule fails.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ValidationAction {
    /// Refuses it.
    #[default]
    Deny,
    /// Lets it in, and warns who sent it.
    Warn,
    /// Lets it in, and notes it in the audit log.
    Audit,
}

/// How rules are exported.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct ExportOptions {
    /// What becomes of an object that a rule fails.
    pub action: ValidationAction,
    /// The version of the cluster, such as `1.37`: rules that ask for it are exported as they judge that one. Without it
    /// they are left out.
    pub kubernetes_version: Option<String>,
}

impl ExportOptions {
    /// With this action.
    #[must_use]
    pub fn action(mut self, action: ValidationAction) -> Self {
        self.action = action;
        self
    }

    /// For clusters of this version.
    #[must_use]
    pub fn kubernetes_version(mut self, version: impl Into<String>) -> Self {
        self.kubernetes_version = Some(version.into());
        self
    }
}

/// A rule as objects of Kubernetes.
#[derive(Clone, Debug)]
pub struct AdmissionPolicy {
    /// The rule's id.
    pub rule: Arc<str>,
    /// The `ValidatingAdmissionPolicy`.
    pub policy: Value,
    /// The `ValidatingAdmissionPolicyBinding` that puts it into force for the whole cluster.
    pub binding: Value,
}

/// The rules that can be policies, and those that cannot.
#[derive(Clone, Debug, Default)]
pub struct AdmissionPolicies {
    /// In the order of the rules' ids.
    pub exported: Vec<AdmissionPolicy>,
    /// The ids of the other rules, and what is in the way.
    pub left_out: Vec<(Arc<str>, Obstacle)>,
}

/// The rules as policies, where they can be.
///
/// ```
/// use cspm_rules::{RuleSet, admission_policy::{ExportOptions, export}};
///
/// let policies = export(&RuleSet::default(), &[], &ExportOptions::default());
/// assert!(policies.exported.is_empty());
/// ```
#[must_use]
pub fn export(rules: &RuleSet, kinds: &[Arc<Kind>], options: &ExportOptions) -> AdmissionPolicies {
    let mut policies = AdmissionPolicies::default();
    for rule in rules.rules() {
        match export_rule(&**rule, kinds, options) {
            Ok(policy) => policies.exported.push(policy),
            Err(obstacle) => policies.left_out.push((rule.meta().id.clone(), obstacle)),
        }
    }
    policies
}

/// One rule as a policy.
///
/// # Errors
/// The [`Obstacle`] where it cannot be one.
pub fn export_rule(
    rule: &dyn Rule,
    kinds: &[Arc<Kind>],
    options: &ExportOptions,
) -> std::result::Result<AdmissionPolicy, Obstacle> {
    let meta = rule.meta();
    let judged: Vec<&Kind> = meta.kinds().iter().filter_map(|name| find(kinds, name)).collect();
    let kind = find(kinds, &meta.kind).ok_or(Obstacle::NotAnObject)?;
    let targets = judged.into_iter().map(|of| Target::of(of, kind)).collect::<Result<Vec<_>, _>>()?;
    let expression = meta.expression.as_deref().ok_or(Obstacle::NoExpression)?;
    let node = parse(expression).map_err(|_| Obstacle::NoExpression)?;
    let writer = Writer { kind, templates: targets.len() > 1, version: options.kubernetes_version.as_deref() };
    let expression = writer.expression(&node)?;
    let message = message(meta, &writer);
    let policy = object::policy(meta, &targets, expression, message);
    Ok(AdmissionPolicy { rule: meta.id.clone(), policy, binding: object::binding(meta, options.action) })
}

/// The rule's message as an expression; none where it shows what an object does not have.
fn message(meta: &RuleMeta, writer: &Writer<'_>) -> Option<String> {
    let parts = message_parts(&meta.message).ok()?;
    writer.message(&parts).ok()
}

fn find<'k>(kinds: &'k [Arc<Kind>], name: &str) -> Option<&'k Kind> {
    kinds.iter().find(|kind| **kind.name() == *name).map(|kind| &**kind)
}
