//! The calls that a scan will make, and the policy that allows exactly those.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Serialize;
use serde_json::{Value, json};

use crate::{Collector, Rule, Source, Wanted};

/// The calls that the selected rules need, derived without making any.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// The calls, in the order of provider, service and operation.
    pub calls: Vec<PlannedCall>,
}

/// A call of the plan.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct PlannedCall {
    /// The provider.
    pub provider: String,
    /// The service, as the SDK names it.
    pub service: String,
    /// The operation.
    pub operation: String,
    /// The permission that it needs; empty where it needs none.
    pub permission: String,
    /// What the number of calls grows with: `account`, `region`, or a kind.
    pub per: String,
    /// The kinds that it fills, and of each the fields; a kind without fields is listed by the call.
    pub fills: BTreeSet<Arc<str>>,
}

impl Plan {
    /// The plan of a scan of these collectors with these rules.
    #[must_use]
    pub fn of(collectors: &[Arc<dyn Collector>], rules: &[Arc<dyn Rule>]) -> Self {
        let mut calls: BTreeMap<(String, Source), BTreeSet<Arc<str>>> = BTreeMap::new();
        for collector in collectors {
            let kinds = collector.kinds();
            let wanted = Wanted::of(&kinds, rules.iter().map(|rule| rule.reads()));
            if wanted.kinds().len() == 0 {
                continue;
            }
            for source in collector.prerequisites(&wanted) {
                calls.entry((collector.provider().to_owned(), source)).or_default();
            }
            for kind in kinds.iter().filter(|kind| wanted.kind(kind.name())) {
                for source in kind.all_sources().filter(|source| wanted.source(kind.name(), source)) {
                    let fills = calls.entry((collector.provider().to_owned(), source.clone())).or_default();
                    fills.insert(kind.name().clone());
                }
            }
        }
        let calls = calls.into_iter().map(|((provider, source), fills)| PlannedCall {
            provider,
            service: source.service().to_owned(),
            operation: source.operation().to_owned(),
            permission: source.permission().to_owned(),
            per: source.per().to_owned(),
            fills,
        });
        Self { calls: calls.collect() }
    }

    /// The IAM policy document that allows exactly the AWS calls of the plan.
    ///
    /// The resource is `*`: a scan reads whatever there is, and list calls cannot be narrowed. Narrow it by hand where
    /// a part of the account is out of bounds; what is then denied is unknown, never passed.
    #[must_use]
    pub fn iam_policy(&self) -> Value {
        let of_aws = self.calls.iter().filter(|call| call.provider == "aws" && !call.permission.is_empty());
        let actions: BTreeSet<&str> = of_aws.map(|call| call.permission.as_str()).collect();
        json!({
            "Version": "2012-10-17",
            "Statement": [{"Sid": "CspmScan", "Effect": "Allow", "Action": actions, "Resource": "*"}],
        })
    }
}
