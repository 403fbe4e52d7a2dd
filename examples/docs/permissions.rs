//! The calls of a scan with all rules, and the policy and the role that allow them.

use std::sync::Arc;

use cspm::{Collector, Plan, RuleSet};
use serde_json::{Value, json};

use crate::Result;
use crate::page::{Book, code, fence, link, table};

pub(crate) async fn write(book: &mut Book, rules: &RuleSet) -> Result<Value> {
    let plan = Plan::of(&[aws().await?, kubernetes().await?], rules.rules());
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
    let document = |document: &Value| serde_json::to_string_pretty(document).map(|text| fence("json", &text));
    let (policy, role) = (document(&plan.iam_policy())?, document(&plan.cluster_role())?);
    let text = format!(
        "# All calls and permissions\n\nWhat a scan with every built-in rule calls, and the policy and the role that allow \
         exactly that. With fewer rules they are smaller: `cspm plan aws --services s3 --iam-policy`, \
         `cspm plan k8s --services rbac --cluster-role`. What names no permission is read from the answers of other calls, \
         or from manifests.\n\n{calls}\n## The policy for AWS\n\n{policy}\n## The role for Kubernetes\n\n{role}"
    );
    let path = "reference/calls/README.md";
    book.page(0, "All calls and permissions", path, &text)?;
    let permissions: Vec<_> = plan.calls.iter().map(|call| call.permission.as_str()).collect();
    Ok(json!({"page": path, "permissions": permissions}))
}

/// AWS without an account: a plan makes no call.
#[cfg(feature = "aws")]
async fn aws() -> Result<Arc<dyn Collector>> {
    let aws = cspm::Aws::builder().credentials("no", "call", None).build().await?;
    Ok(Arc::new(aws))
}

/// A cluster that is not there.
#[cfg(feature = "k8s")]
async fn kubernetes() -> Result<Arc<dyn Collector>> {
    let kubeconfig = json!({
        "current-context": "none",
        "contexts": [{"name": "none", "context": {"cluster": "none", "user": "none"}}],
        "clusters": [{"name": "none", "cluster": {"server": "https://127.0.0.1:6443"}}],
        "users": [{"name": "none", "user": {}}],
    });
    let file = tempfile::NamedTempFile::new()?;
    std::fs::write(file.path(), kubeconfig.to_string())?;
    Ok(Arc::new(cspm::Kubernetes::builder().kubeconfig(file.path()).build().await?))
}

/// Without the SDK the calls before the first list are left out.
#[cfg(not(feature = "aws"))]
async fn aws() -> Result<Arc<dyn Collector>> {
    without("aws")
}

/// The same.
#[cfg(not(feature = "k8s"))]
async fn kubernetes() -> Result<Arc<dyn Collector>> {
    without("kubernetes")
}

#[cfg(not(all(feature = "aws", feature = "k8s")))]
fn without(provider: &str) -> Result<Arc<dyn Collector>> {
    let kinds = cspm::kinds()?.into_iter().filter(|kind| &**kind.provider() == provider);
    Ok(Arc::new(cspm::Memory::new(provider, provider).kinds(kinds)))
}
