//! `cspm export`.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::Arc;

use serde_json::json;

use super::args::{Export, ExportArgs, VapArgs};
use super::{exit, scan};
use crate::admission_policy::{self, AdmissionPolicies, ExportOptions};
use crate::{Error, ErrorKind, Kind, OutputFile, Result, RuleSet};

pub(super) fn export(args: ExportArgs, out: &mut dyn Write, err: &mut dyn Write) -> Result<u8> {
    match args.what {
        Export::Vap(args) => vap(&args, out, err),
    }
}

fn vap(args: &VapArgs, out: &mut dyn Write, err: &mut dyn Write) -> Result<u8> {
    let file = args.output.as_ref().map(OutputFile::create).transpose()?;
    // The rules of other providers are not even candidates.
    let kinds: Vec<Arc<Kind>> =
        crate::kinds()?.into_iter().filter(|kind| &**kind.provider() == cspm_k8s::PROVIDER).collect();
    let rules = scan::selection(&args.rules).load(&kinds)?;
    let mut options = ExportOptions::default().action(args.validation_actions);
    options.kubernetes_version.clone_from(&args.kubernetes_version);
    let policies = admission_policy::export(&rules, &kinds, &options);
    match file {
        None => write(&policies, out)?,
        Some(mut file) => {
            write(&policies, &mut file)?;
            file.commit()?;
        }
    }
    // Where the reader of the message is gone there is nobody left to tell.
    let _ = err.write_all(left_out(&policies).as_bytes());
    Ok(if args.rules.ids.iter().all(|id| is_exported(id, &rules, &policies)) { exit::CLEAN } else { exit::ERROR })
}

/// JSON is YAML too: `kubectl apply` takes the list as it is.
fn write(policies: &AdmissionPolicies, out: &mut dyn Write) -> Result<()> {
    let failed = |e| Error::new(ErrorKind::Io, "write the policies").with_source(e);
    let items: Vec<_> = policies.exported.iter().flat_map(|policy| [&policy.policy, &policy.binding]).collect();
    let list = json!({"apiVersion": "v1", "kind": "List", "items": items});
    writeln!(out, "{list:#}").map_err(failed)
}

fn is_exported(id: &str, rules: &RuleSet, policies: &AdmissionPolicies) -> bool {
    let rule = rules.get(id).map(|rule| &rule.meta().id);
    rule.is_some_and(|id| policies.exported.iter().any(|policy| policy.rule == *id))
}

/// How many rules are policies, and of the others why they are not.
fn left_out(policies: &AdmissionPolicies) -> String {
    let mut reasons: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (rule, obstacle) in &policies.left_out {
        reasons.entry(obstacle.to_string()).or_default().push(rule);
    }
    let mut text =
        format!("{} rules exported, {} cannot be policies\n", policies.exported.len(), policies.left_out.len());
    for (reason, rules) in reasons {
        text += &format!("{} {reason}\n  {}\n", rules.len(), rules.join("\n  "));
    }
    text
}
