//! `cspm plan`.

use std::io::Write;

use super::args::PlanArgs;
use super::{exit, scan, sources, text};
use crate::{Error, ErrorKind, Result, Scan};

pub(super) async fn plan(args: PlanArgs, out: &mut dyn Write) -> Result<u8> {
    let collectors = sources::collectors(&args.sources, &args.aws, 0).await?;
    let scan = collectors.into_iter().fold(Scan::new(), Scan::collector_arc).rules(scan::selection(&args.rules));
    let plan = scan.plan()?;
    let shown = if args.iam_policy {
        serde_json::to_string_pretty(&plan.iam_policy())
            .map_err(|e| Error::new(ErrorKind::Format, "print the policy").with_source(e))?
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
