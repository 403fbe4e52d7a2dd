//! Plans: what a scan would call, found out without a call.

use cspm::Scan;
use napi_derive::napi;

use crate::error::{sync, to_json};
use crate::job::runtime;
use crate::rules::Rules;
use crate::source::{Source, collectors, specs};

/// The calls that a scan would make.
#[napi]
pub struct Plan {
    plan: cspm::Plan,
}

/// Makes the plan of a scan.
#[napi]
pub fn plan(sources: Vec<&Source>, rules: &Rules) -> napi::Result<Plan> {
    sync(|| {
        let collectors = runtime()?.block_on(collectors(specs(&sources), None))?;
        let scan = collectors.into_iter().fold(Scan::new(), Scan::collector_arc).rules(rules.unlinked());
        Ok(Plan { plan: scan.plan()? })
    })
}

impl Plan {
    pub(crate) fn of(plan: cspm::Plan) -> Self {
        Self { plan }
    }
}

#[napi]
impl Plan {
    /// The calls.
    #[napi]
    pub fn calls(&self) -> napi::Result<String> {
        sync(|| to_json(&self.plan.calls))
    }

    /// The IAM policy that allows exactly the AWS calls.
    #[napi]
    pub fn iam_policy(&self) -> napi::Result<String> {
        sync(|| to_json(&self.plan.iam_policy()))
    }

    /// The ClusterRole that allows exactly the Kubernetes calls.
    #[napi]
    pub fn cluster_role(&self) -> napi::Result<String> {
        sync(|| to_json(&self.plan.cluster_role()))
    }
}
