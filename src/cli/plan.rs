//! `cspm plan`.

use std::io::Write;

use super::args::PlanArgs;
use super::{exit, scan, sources, text};
use crate::{Error, ErrorKind, Result, Scan};

pub(super) async fn plan(args: PlanArgs, out: &mut dyn Write) -> Result<u8> {
    let collectors = sources::collectors(&args.sources, (&args.aws, &args.kubernetes), None).await?;
    let scan = collectors.into_iter().fold(Scan::new(), Scan::collector_arc).rules(scan::selection(&args.rules));
    let plan = scan.plan()?;
    let document = match (args.iam_policy, args.cluster_role) {
        (true, _) => Some(plan.iam_policy()),
        (_, true) => Some(plan.cluster_role()),
        _ => None,
    };
    let shown = if let Some(document) = document {
        // JSON is YAML too: `kubectl apply` takes the role as it is.
        serde_json::to_string_pretty(&document)
            .map_err(|e| Error::new(ErrorKind::Format, "print the permissions").with_source(e))?
    } else {
        let mut rows = text::table(["call", "permission", "once per", "fills"]);
        for call in &plan.calls {
            let fills: Vec<&str> = call.fills.iter().map(|kind| &**kind).collect();
            let name = format!("{}:{}", call.service, call.operation);
            rows.add_row([name.as_str(), &call.permission, &call.per, &fills.join(", ")]);
        }
        format!("{rows}\n{} calls", plan.calls.len())
    };
    writeln!(out, "{shown}").map_err(|e| Error::new(ErrorKind::Io, "write the plan").with_source(e))?;
    Ok(exit::CLEAN)
}
