//! The calls of a scan with all rules, and the policy that allows them.

use std::sync::Arc;

use cspm::{Collector, Plan, RuleSet};
use serde_json::{Value, json};

use crate::Result;
use crate::page::{Book, code, fence, link, table};

pub(crate) async fn write(book: &mut Book, rules: &RuleSet) -> Result<Value> {
    let plan = Plan::of(&[collector().await?], rules.rules());
    let rows = plan.calls.iter().map(|call| {
        let fills: Vec<_> = call.fills.iter().map(|kind| link("kinds", kind)).collect();
        [
            code(&format!("{}:{}", call.service, call.operation)),
            code(&call.permission),
            call.per.clone(),
            fills.join(", "),
        ]
    });
    let calls = table(["call", "permission", "once per", "fills"], rows);
    let policy = plan.iam_policy();
    let text = format!(
        "# All calls and permissions\n\nWhat a scan with every built-in rule calls, and the policy that allows exactly that. \
         With fewer rules both are smaller: `cspm plan aws --services s3 --iam-policy`.\n\n{calls}\n## The policy\n\n{}",
        fence("json", &serde_json::to_string_pretty(&policy)?)
    );
    let path = "reference/calls/README.md";
    book.page(0, "All calls and permissions", path, &text)?;
    let permissions: Vec<_> = plan.calls.iter().map(|call| call.permission.as_str()).collect();
    Ok(json!({"page": path, "permissions": permissions}))
}

/// AWS without an account: a plan makes no call.
#[cfg(feature = "aws")]
async fn collector() -> Result<Arc<dyn Collector>> {
    let aws = cspm::Aws::builder().credentials("no", "call", None).build().await?;
    Ok(Arc::new(aws))
}

/// Without the SDK the calls before the first list are left out.
#[cfg(not(feature = "aws"))]
async fn collector() -> Result<Arc<dyn Collector>> {
    Ok(Arc::new(cspm::Memory::new("aws", "aws").kinds(cspm::kinds()?)))
}
