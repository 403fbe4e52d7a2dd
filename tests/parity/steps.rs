//! The steps of a scenario, taken.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use cspm::prelude::*;
use cspm::{Data, Reason, Result, RuleSource, kinds, try_evaluate};
use serde_json::{Value, json};

use crate::host::{self, Cmdb};
use crate::outcome::Outcome;
use crate::scenario::{Scenario, Step};

pub(crate) fn run(scenario: &Scenario) -> Outcome {
    let mut outcome = Outcome::default();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    if let Err(error) = runtime.block_on(take(scenario, &mut outcome)) {
        outcome.error(&error);
    }
    outcome
}

async fn take(scenario: &Scenario, outcome: &mut Outcome) -> Result<()> {
    // One report serves all steps that look at one.
    let mut report = None;
    for step in &scenario.steps {
        match step {
            Step::Rules => value(outcome, "rules", rules_as_json(scenario)?),
            Step::RuleIds => value(outcome, "rule_ids", rule_ids(scenario)?),
            Step::Plan => value(outcome, "plan", plan_as_json(&scan(scenario)?.plan()?)),
            Step::Events => value(outcome, "events", events(scan(scenario)?).await?),
            _ => {
                if report.is_none() {
                    report = Some(judged(scenario).await?);
                }
                look(*step, report.as_ref().unwrap(), scenario, outcome).await?;
            }
        }
    }
    Ok(())
}

async fn look(step: Step, report: &Report, scenario: &Scenario, outcome: &mut Outcome) -> Result<()> {
    match step {
        Step::Findings => {
            outcome.texts.insert("findings.jsonl".to_owned(), lines(report, scenario.undated));
        }
        Step::Summary => value(outcome, "summary", json!(report.summary)),
        Step::Coverage => value(outcome, "coverage", json!(report.coverage)),
        Step::Scores => value(outcome, "scores", json!(report.scores)),
        Step::OpenFailures => {
            let by_severity = Severity::ALL.map(|s| (s.as_str(), report.open_failures(s)));
            value(outcome, "open_failures", json!(BTreeMap::from(by_severity)));
        }
        Step::Faults => value(outcome, "faults", faults(report)),
        Step::Inventory => value(outcome, "inventory", inventory_as_json(report.inventory())),
        Step::Formats => {
            for name in &scenario.formats {
                let text = cspm::to_string(report, name.parse()?)?;
                outcome.texts.insert(format!("report.{name}"), text.into_bytes());
            }
        }
        Step::Sql => value(outcome, "rows", sql(report, &scenario.queries)?),
        Step::Save => save(report, scenario, outcome).await?,
        Step::Rules | Step::RuleIds | Step::Plan | Step::Events => unreachable!("needs no report"),
    }
    Ok(())
}

fn value(outcome: &mut Outcome, name: &str, value: Value) {
    outcome.values.insert(name.to_owned(), value);
}

fn lines(report: &Report, undated: bool) -> Vec<u8> {
    let mut lines = Vec::new();
    for finding in report.findings() {
        let mut line = serde_json::to_string(&finding).unwrap();
        if undated {
            let now = serde_json::to_string(&finding.resource.collected_at).unwrap();
            line = line.replace(&format!("\"collected_at\":{now}"), "\"collected_at\":\"\"");
        }
        lines.extend(line.bytes().chain([b'\n']));
    }
    lines
}

fn selection(scenario: &Scenario) -> Result<Rules> {
    let given = &scenario.rules;
    let mut rules = if given.builtin == Some(false) { Rules::empty() } else { Rules::builtin() };
    rules = rules.ids(&given.ids).frameworks(&given.frameworks).services(&given.services);
    for severity in &given.severities {
        rules = rules.severities([severity.parse()?]);
    }
    for path in &given.paths {
        rules = rules.path(path);
    }
    for name in &given.host {
        rules = rules.extra(host::rule(name)?);
    }
    Ok(rules)
}

fn exceptions(scenario: &Scenario) -> Result<Exceptions> {
    scenario.rules.exceptions.as_ref().map_or_else(|| Ok(Exceptions::default()), Exceptions::from_file)
}

fn scan(scenario: &Scenario) -> Result<Scan> {
    let input = &scenario.input;
    let mut scan = Scan::new();
    let in_memory = match &input.text {
        Some(text) => Some(Snapshot::from_bytes(&input.name, text.as_bytes()).kinds(kinds()?)),
        None => None,
    };
    if let Some(snapshot) = in_memory.or_else(|| input.snapshot.as_ref().map(cspm::snapshot)) {
        scan = scan.collector(match input.max_bytes {
            Some(max_bytes) => snapshot.max_bytes(max_bytes),
            None => snapshot,
        });
    }
    if let Some(paths) = &input.manifests {
        let mut manifests = Manifests::new(paths)?;
        if let Some(version) = &input.kubernetes_version {
            manifests = manifests.kubernetes_version(version);
        }
        if let Some(name) = &input.cluster_name {
            manifests = manifests.cluster_name(name);
        }
        scan = scan.collector(manifests);
    }
    if input.collector {
        scan = scan.collector(Cmdb(resources(scenario)));
    }
    if scenario.options.drop_inventory {
        scan = scan.drop_inventory();
    }
    if scenario.options.collect_everything {
        scan = scan.collect_everything();
    }
    Ok(scan.rules(selection(scenario)?).exceptions(exceptions(scenario)?))
}

async fn judged(scenario: &Scenario) -> Result<Report> {
    if scenario.input.resources.is_none() || scenario.input.collector {
        return scan(scenario)?.run().await;
    }
    let kinds = kinds()?;
    let mut inventory = Inventory::builder(kinds.clone());
    for given in resources(scenario) {
        inventory.insert(Resource::from_data(&given, &kinds)?)?;
    }
    try_evaluate(Arc::new(inventory.build()), selection(scenario)?, exceptions(scenario)?)
}

fn resources(scenario: &Scenario) -> Vec<Data> {
    scenario.input.resources.iter().flatten().cloned().map(|given| Data::from(untagged(given))).collect()
}

/// `{"$int": "9007199254740993"}` is that number, which not every language's JSON can hold.
fn untagged(value: Value) -> Value {
    match value {
        Value::Object(object) if object.contains_key("$int") => {
            object["$int"].as_str().and_then(|digits| digits.parse::<i64>().ok()).unwrap().into()
        }
        Value::Object(object) => object.into_iter().map(|(name, value)| (name, untagged(value))).collect(),
        Value::Array(items) => items.into_iter().map(untagged).collect(),
        other => other,
    }
}

fn inventory_as_json(inventory: &Inventory) -> Value {
    let mut by_kind = BTreeMap::<_, Vec<_>>::new();
    for resource in inventory.resources() {
        by_kind.entry(&resource.kind).or_default().push(resource);
    }
    let gaps = inventory.gaps().map(|gap| {
        json!({
            "kind": gap.kind, "provider": gap.provider, "account": gap.account, "region": gap.region,
            "reason": gap.unread.reason, "call": gap.unread.call, "detail": gap.unread.detail,
        })
    });
    json!({"kinds": by_kind.keys().collect::<Vec<_>>(), "resources": by_kind, "gaps": gaps.collect::<Vec<_>>(), "counts": inventory.counts()})
}

fn faults(report: &Report) -> Value {
    let of_rules =
        report.findings().filter(|finding| finding.unread.iter().any(|u| u.unread.reason == Reason::RuleError));
    let verdicts: Vec<_> =
        of_rules.map(|f| json!({"rule_id": f.rule.id, "uid": f.resource.uid, "status": f.status})).collect();
    let failures: BTreeSet<_> = report.coverage.failures.iter().map(|failure| &failure.of).collect();
    json!({"verdicts": verdicts, "failures": failures})
}

fn rules_as_json(scenario: &Scenario) -> Result<Value> {
    let rules = selection(scenario)?.rules(&kinds()?)?;
    let said = rules.iter().map(|rule| {
        let meta = rule.meta();
        json!({
            "id": meta.id, "title": meta.title, "severity": meta.severity, "kind": meta.kind, "service": meta.service,
            "provider": meta.provider, "frameworks": meta.frameworks, "equivalents": meta.equivalents,
            "expression": meta.expression,
        })
    });
    Ok(said.collect())
}

fn rule_ids(scenario: &Scenario) -> Result<Value> {
    let rules = selection(scenario)?.rules(&kinds()?)?;
    Ok(rules.iter().map(|rule| Value::from(&*rule.meta().id)).collect())
}

fn plan_as_json(plan: &Plan) -> Value {
    json!({"calls": plan.calls, "iam_policy": plan.iam_policy(), "cluster_role": plan.cluster_role()})
}

async fn events(scan: Scan) -> Result<Value> {
    let mut counts = BTreeMap::<_, u64>::new();
    let mut events = std::pin::pin!(scan.stream());
    while let Some(event) = events.next().await {
        if !matches!(event, Event::Progress(_)) {
            *counts.entry(event.name()).or_default() += 1;
        }
    }
    Ok(json!(counts))
}

/// The snapshot must be the same bytes in all languages too; those of a compressed one are the compressor's.
async fn save(report: &Report, scenario: &Scenario, outcome: &mut Outcome) -> Result<()> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(&scenario.save_as);
    cspm::save_snapshot(report.inventory(), &path)?;
    let again = scan_saved(&path, scenario).await?;
    outcome.texts.insert("again.jsonl".to_owned(), lines(&again, scenario.undated));
    if path.extension().is_some_and(|extension| extension == "json") {
        outcome.texts.insert(scenario.save_as.clone(), std::fs::read(&path).unwrap());
    }
    Ok(())
}

async fn scan_saved(path: &Path, scenario: &Scenario) -> Result<Report> {
    let scan = Scan::new().collector(cspm::snapshot(path));
    scan.rules(selection(scenario)?).exceptions(exceptions(scenario)?).run().await
}

#[cfg(feature = "sql")]
fn sql(report: &Report, queries: &[String]) -> Result<Value> {
    use cspm::InventorySql;

    let answers = queries.iter().map(|query| {
        let rows = report.inventory().sql(query)?;
        let unread: Vec<_> = rows.unread().iter().map(missing_as_json).collect();
        Ok(json!({"columns": rows.columns(), "rows": rows.to_json(), "unread": unread}))
    });
    answers.collect()
}

#[cfg(feature = "sql")]
fn missing_as_json(missing: &cspm::sql::Missing) -> Value {
    use cspm::sql::What;

    let unread = &missing.unread;
    let mut row = match &missing.what {
        What::Values { column, count } => json!({"what": "values", "column": column, "count": count}),
        What::List { account, region } => json!({"what": "list", "account": account, "region": region}),
        _ => json!({"what": "kind"}),
    };
    row["table"] = missing.table.as_ref().into();
    row["reason"] = json!(unread.reason);
    row["call"] = unread.call.as_ref().into();
    row["detail"] = unread.detail.as_ref().into();
    row
}

#[cfg(not(feature = "sql"))]
fn sql(_: &Report, _: &[String]) -> Result<Value> {
    unreachable!("scenarios with queries are left out")
}
