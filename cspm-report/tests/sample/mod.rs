//! A report with every status, every severity, and names that attack each format.
#![allow(dead_code, reason = "each test uses a part")]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use cspm_core::{
    CallOutcome, Data, Evidence, Exceptions, Failure, Gap, Identity, Inventory, LineRecorder, Origin, Outcome, Read,
    Reads, Reason, Remediation, Report, Resource, Rule, RuleMeta, Severity, Status, Unread, Verdict, evaluate, to_data,
};
use serde::Serialize;

pub(crate) const ACCOUNT: &str = "123456789012";

/// Names that are markup, formulas, ends of strings, and too long.
pub(crate) fn nasty_names() -> Vec<String> {
    let names = [
        "<script>window.pwned = 1; alert(1)</script>",
        "</script><img src=x onerror=\"window.pwned = 1\">",
        "--><!--<script>",
        "=cmd|' /C calc'!A0",
        "+1+1",
        "-2+3",
        "@SUM(1)",
        "\tcell",
        "]]>",
        "a|b`c`\n## heading\r\n- item",
        "\"double\" 'single' \\back\\",
        "ünïcödé 漢字 😀 \u{202e}left\u{2028}line\u{2029}",
        "\u{0}\u{1}\u{7f}control",
        "&amp; &lt;b&gt;",
        "{{7*7}} ${7*7} %s",
    ];
    names.into_iter().map(str::to_owned).chain(["x".repeat(10_000), "😀".repeat(5_000)]).collect()
}

/// A rule that wants a field to be true.
pub(crate) struct Wants {
    meta: Arc<RuleMeta>,
    reads: Reads,
    field: &'static str,
    /// How often a finding was made.
    pub(crate) made: Arc<AtomicUsize>,
}

impl Rule for Wants {
    fn meta(&self) -> &Arc<RuleMeta> {
        &self.meta
    }
    fn reads(&self) -> &Reads {
        &self.reads
    }
    fn evaluate(&self, resource: &Resource, _: &Inventory) -> Verdict {
        self.made.fetch_add(1, Ordering::Relaxed);
        let value = match &resource.data {
            Data::Unread(unread) => return Verdict::unknown(resource.kind.clone(), unread.clone()),
            data => data.get(self.field).cloned().unwrap_or_default(),
        };
        match &value {
            Data::Unread(unread) => Verdict::unknown(self.field, unread.clone()),
            value => {
                let status = if value.as_bool() == Some(true) { Status::Pass } else { Status::Fail };
                let evidence = [(self.field, value.clone()), ("name", Data::Str(resource.name.clone()))];
                let evidence = evidence.map(|(field, value)| Evidence { field: field.into(), value });
                Verdict { evidence: evidence.into(), ..Verdict::of(status) }
            }
        }
    }
    fn repeatable(&self) -> bool {
        true
    }
}

pub(crate) fn rule(id: &str, service: &str, kind: &str, severity: Severity, field: &'static str) -> Wants {
    let mut meta = RuleMeta::new(id, &format!("The {field} of {service} is as it should be"), "aws", kind, severity);
    meta.service = service.into();
    meta.message = "Resource {resource.name} is not as it should be.".into();
    meta.rationale = "What is open to everyone is read by everyone.".into();
    meta.remediation = Remediation {
        text: "Turn it on for the account, then for each resource.".into(),
        cli: Some("aws s3api put-public-access-block --bucket BUCKET --public-access-block-configuration BlockPublicAcls=true".into()),
        terraform: Some("resource \"aws_s3_bucket_public_access_block\" \"this\" {\n  block_public_acls = true\n}".into()),
        console: None,
    };
    meta.references = vec![
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html".into(),
        "javascript:alert(1)".into(),
    ];
    meta.equivalents = BTreeMap::from([("security_hub".into(), vec!["S3.8".into()])]);
    meta.frameworks = BTreeMap::from([("cis_aws_7.0".into(), vec!["2.1.4".into(), "2.1.5".into()])]);
    meta.aliases = vec![format!("{id}_old")];
    Wants { meta: Arc::new(meta), reads: Reads::default(), field, made: Arc::default() }
}

#[derive(Serialize)]
struct Bucket {
    blocked: Read<bool>,
    encrypted: bool,
}

pub(crate) fn bucket(name: &str, blocked: Read<bool>) -> Resource {
    Resource {
        uid: format!("arn:aws:s3:::{name}").into(),
        kind: "aws_s3_bucket".into(),
        provider: "aws".into(),
        account: ACCOUNT.into(),
        region: "eu-west-1".into(),
        name: name.into(),
        tags: Arc::new(BTreeMap::from([("team".into(), "web".into()), ("empty".into(), "".into())])),
        collected_at: "2026-05-01T10:00:00.123456789Z".parse().expect("a time"),
        origin: None,
        data: to_data(&Bucket { blocked, encrypted: true }).expect("data"),
    }
}

fn denied() -> Unread {
    Unread::new(Reason::AccessDenied, "s3:GetPublicAccessBlock").with_detail("<b>not</b> authorized | ]]> `x`")
}

fn pod() -> Resource {
    let mut pod = bucket("web", Read::Known(false));
    pod.uid = "k8s://prod/default/Pod/web".into();
    (pod.kind, pod.provider, pod.account) = ("kubernetes_pod".into(), "kubernetes".into(), "prod".into());
    pod.region = "global".into();
    let mut lines = LineRecorder::default();
    let name = lines.name("blocked");
    let (whole, blocked) = (lines.begin(None, 7), lines.begin(Some(&name), 9));
    [blocked, whole].into_iter().for_each(|value| lines.end(value));
    pod.origin = Some(Arc::new(Origin { file: "deploy/my web.yaml".into(), line: 7, lines: lines.finish() }));
    pod
}

/// Everything that can be in a report.
pub(crate) fn report() -> Report {
    let mut inventory = Inventory::builder([]);
    for name in nasty_names() {
        inventory.add(bucket(&name, Read::Known(false)));
        inventory.add(bucket(&format!("{name} good"), Read::Known(true)));
        inventory.add(bucket(&format!("{name} denied"), denied().into()));
    }
    inventory.add(bucket("website", Read::Known(false)));
    inventory.add(pod());
    inventory.add_gap(Gap {
        kind: "aws_iam_role".into(),
        provider: "aws".into(),
        account: "".into(),
        region: "global".into(),
        unread: Arc::new(Unread::new(Reason::Throttled, "iam:ListRoles")),
    });
    let mut pods = rule("kubernetes_pod_blocked", "workloads", "kubernetes_pod", Severity::Low, "blocked");
    Arc::make_mut(&mut pods.meta).provider = "kubernetes".into();
    let rules: Vec<Arc<dyn Rule>> = vec![
        Arc::new(rule("aws_s3_bucket_blocked", "s3", "aws_s3_bucket", Severity::High, "blocked")),
        Arc::new(rule("aws_s3_bucket_encrypted", "s3", "aws_s3_bucket", Severity::Medium, "encrypted")),
        Arc::new(rule("aws_s3_bucket_named", "s3", "aws_s3_bucket", Severity::Informational, "named")),
        Arc::new(rule("aws_iam_role_bounded", "iam", "aws_iam_role", Severity::Critical, "bounded")),
        Arc::new(rule("aws_vpc_used", "vpc", "aws_vpc", Severity::Low, "used")),
        Arc::new(pods),
    ];
    let exceptions = Exceptions::from_yaml(
        "exceptions:\n  - {rule: aws_s3_bucket_blocked, resource: 'arn:aws:s3:::website', owner: 'web@example.com', reason: 'Public ]]> <b>site</b>', expires: 2026-12-31}\n  - {rule: nothing, owner: me, reason: because, expires: 2026-12-31}\n  - {rule: old, owner: me, reason: because, expires: 2020-01-01}\n",
    )
    .expect("exceptions");
    let mut report = evaluate(Arc::new(inventory.build()), rules, exceptions);
    report.identities = vec![Identity {
        provider: "aws".into(),
        account: ACCOUNT.into(),
        principal: format!("arn:aws:sts::{ACCOUNT}:assumed-role/Audit/x"),
    }];
    for (region, call, outcome, detail) in [
        ("eu-west-1", "s3:GetPublicAccessBlock", Outcome::Done, ""),
        ("eu-west-1", "s3:GetPublicAccessBlock", Outcome::Unread(Reason::AccessDenied), "<b>not</b> authorized"),
        ("us-east-1", "s3:GetPublicAccessBlock", Outcome::Done, ""),
        ("global", "iam:ListRoles", Outcome::Unread(Reason::Throttled), "Rate exceeded"),
        ("ap-east-1", "ec2:DescribeVpcs", Outcome::Unread(Reason::NotOptedIn), ""),
        ("global", "s3:ListBuckets", Outcome::Done, ""),
    ] {
        let (account, region, call) = (ACCOUNT.into(), region.into(), call.into());
        report.coverage.count(&CallOutcome { account, region, call, outcome, detail: detail.into() });
    }
    report.coverage.failures.push(Failure { of: "graph".into(), error: "cannot write <b>graph</b>".into() });
    report
}

/// `n` findings of one rule, and how many findings were made since.
pub(crate) fn large(n: usize) -> (Report, Arc<AtomicUsize>) {
    let mut inventory = Inventory::builder([]);
    for number in 0..n {
        let blocked = match number % 5 {
            0 => Read::Known(false),
            1 => denied().into(),
            _ => Read::Known(true),
        };
        inventory.add(bucket(&format!("bucket-{number:06}"), blocked));
    }
    let rule = rule("aws_s3_bucket_blocked", "s3", "aws_s3_bucket", Severity::High, "blocked");
    let made = rule.made.clone();
    let report = evaluate(Arc::new(inventory.build()), vec![Arc::new(rule)], Exceptions::default());
    made.store(0, Ordering::Relaxed);
    (report, made)
}
