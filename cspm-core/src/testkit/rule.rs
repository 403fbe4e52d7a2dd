//! The contract of [`Rule`].

use std::sync::Arc;

use crate::{Data, Inventory, Reason, Resource, Rule, Status, Unread};

/// Judges resources of the rule's kind and says which clauses of its contract the rule broke.
pub fn check_rule(rule: &dyn Rule, resources: &[Resource], inventory: &Inventory) -> Vec<String> {
    let mut broken = Vec::new();
    let id = rule.meta().id.clone();
    if rule.meta().id != id || id.is_empty() {
        broken.push("meta() must always answer the same, with an id".to_owned());
    }
    let unlisted = resources.iter().map(|resource| {
        let unread = Arc::new(Unread::new(Reason::AccessDenied, "list"));
        Resource { data: Data::Unread(unread), ..resource.clone() }
    });
    for resource in resources.iter().cloned().chain(unlisted) {
        let verdict = rule.evaluate(&resource, inventory);
        if rule.judge(&resource, inventory) != verdict.status {
            broken.push(format!("{id}: judge() and evaluate() differ for {}", resource.uid));
        }
        if rule.repeatable() && rule.evaluate(&resource, inventory) != verdict {
            broken.push(format!("{id}: says it is repeatable, but answered differently for {}", resource.uid));
        }
        if (verdict.status == Status::Unknown) == verdict.unread.is_empty() {
            broken.push(format!("{id}: unknown must name what was not read, and nothing else may ({})", resource.uid));
        }
        let reads_something = !rule.reads().fields.is_empty();
        if resource.data.unread().is_some() && reads_something && verdict.status != Status::Unknown {
            broken.push(format!("{id}: gave a verdict on a resource of which nothing was read"));
        }
    }
    broken
}
