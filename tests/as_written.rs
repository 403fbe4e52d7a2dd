//! What manifests do not hold: taken to be absent where it would change a verdict, unknown where it is named.
#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

use std::fs;

use cspm::Reason;
use cspm::prelude::*;

const CART: &str = r#"
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart, namespace: shop}
spec:
  replicas: 2
  selector: {matchLabels: {app: cart}}
  template:
    metadata: {labels: {app: cart}}
    spec:
      serviceAccountName: cart
      containers:
        - {name: cart, image: "registry.example.com/cart:1.4.2", ports: [{containerPort: 5432}], envFrom: [{secretRef: {name: cart}}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, namespace: shop}
spec:
  selector: {matchLabels: {app: db}}
  serviceName: db
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: "registry.example.com/db:1.4.2"}]}
---
{apiVersion: v1, kind: Service, metadata: {name: gone, namespace: shop}, spec: {selector: {app: gone}}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: shop}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: robot, namespace: shop}}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop, namespace: shop}
spec: {rules: [{http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: front, port: {number: 80}}}}]}}]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: b, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: elsewhere}
subjects: [{kind: ServiceAccount, name: elsewhere}]
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: w}
webhooks:
  - name: w.example.com
    clientConfig: {service: {name: w, namespace: shop}}
    namespaceSelector: {matchExpressions: [{key: kubernetes.io/metadata.name, operator: NotIn, values: [kube-system]}]}
    rules: [{apiGroups: ["*"], apiVersions: ["*"], operations: ["*"], resources: ["*"]}]
    admissionReviewVersions: [v1]
    sideEffects: None
"#;

const LIMITS: &str = r"
apiVersion: v1
kind: LimitRange
metadata: {name: limits, namespace: shop}
spec: {limits: [{type: Container, default: {memory: 1Gi}}]}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: cart, namespace: shop}
spec: {maxUnavailable: 1, selector: {matchLabels: {app: cart}}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: all, namespace: shop}
spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: cart, namespace: shop}, automountServiceAccountToken: false}
---
{apiVersion: v1, kind: Secret, metadata: {name: cart, namespace: shop}}
";

async fn scan(text: &str, how: impl Fn(Manifests) -> Manifests) -> Vec<Finding> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.yaml"), text).unwrap();
    let manifests = how(Manifests::new([folder.path()]).unwrap().kubernetes_version("1.37"));
    let report = Scan::new().collector(manifests).rules(Rules::builtin()).run().await.unwrap();
    report.findings().collect()
}

fn of<'f>(findings: &'f [Finding], rule: &str, name: &str) -> &'f Finding {
    let found = findings.iter().find(|finding| *finding.rule.id == *rule && *finding.resource.name == *name);
    found.unwrap_or_else(|| panic!("no finding of {rule} for {name}"))
}

/// A rule, the resource, its status where more may change it (without options, complete, partial), and the kind that may.
const CHANGED: [(&str, &str, [Status; 3], &str); 15] = {
    use Status::{Fail, Pass, Unknown};
    [
        ("kubernetes_pod_memory_limits_set", "cart", [Fail, Fail, Unknown], "a LimitRange"),
        ("kubernetes_pod_cpu_requests_set", "db", [Fail, Fail, Unknown], "a LimitRange"),
        ("kubernetes_pod_ephemeral_storage_limits_set", "db", [Fail, Fail, Unknown], "a LimitRange"),
        ("kubernetes_pod_service_account_token_not_mounted", "cart", [Fail, Fail, Unknown], "a ServiceAccount"),
        ("kubernetes_pod_service_account_token_not_mounted", "db", [Fail, Fail, Unknown], "a ServiceAccount"),
        ("kubernetes_pod_ingress_isolated", "cart", [Fail, Fail, Unknown], "a NetworkPolicy"),
        ("kubernetes_pod_egress_isolated", "db", [Fail, Fail, Unknown], "a NetworkPolicy"),
        ("kubernetes_pod_sensitive_ports_closed_to_internet", "cart", [Fail, Fail, Unknown], "a NetworkPolicy"),
        ("kubernetes_deployment_disruption_budget_set", "cart", [Fail, Fail, Unknown], "a PodDisruptionBudget"),
        ("kubernetes_namespace_network_policy_present", "shop", [Fail, Fail, Unknown], "a NetworkPolicy"),
        ("kubernetes_namespace_default_deny_ingress", "shop", [Fail, Fail, Unknown], "a NetworkPolicy"),
        ("kubernetes_namespace_resource_quota_present", "shop", [Fail, Fail, Unknown], "a ResourceQuota"),
        ("kubernetes_namespace_limit_range_present", "shop", [Fail, Fail, Unknown], "a LimitRange"),
        ("kubernetes_ingress_class_named", "shop", [Fail, Fail, Unknown], "an IngressClass"),
        ("kubernetes_mutating_webhook_configuration_kube_system_left_alone", "w", [Pass, Pass, Unknown], "a Namespace"),
    ]
};

/// A rule and a resource that names what is not among the files.
const NAMED: [(&str, &str); 6] = [
    ("kubernetes_pod_env_secrets_present", "cart"),
    ("kubernetes_pod_service_account_present", "cart"),
    ("kubernetes_service_pods_selected", "gone"),
    ("kubernetes_ingress_backend_services_present", "shop"),
    ("kubernetes_role_binding_role_exists", "b"),
    ("kubernetes_role_binding_service_accounts_exist", "b"),
];

#[tokio::test]
async fn what_would_change_a_verdict_is_absent_unless_it_is_written() {
    let modes = [
        scan(CART, |manifests| manifests).await,
        scan(CART, Manifests::complete).await,
        scan(CART, Manifests::partial).await,
    ];
    for (rule, name, statuses, kind) in CHANGED {
        for (findings, status) in modes.iter().zip(statuses) {
            assert_eq!(of(findings, rule, name).status, status, "{rule} {name}");
        }
        let [default, complete, partial] = [0, 1, 2].map(|mode| of(&modes[mode], rule, name));
        let assumption = format!("the cluster may have {kind} that is not among the files");
        assert!(default.message.contains(&assumption), "{}", default.message);
        assert!(!complete.message.contains("Judged by"), "{}", complete.message);
        assert!(partial.unread.iter().any(|field| field.unread.reason == Reason::NotSelected), "{rule}");
    }
}

#[tokio::test]
async fn what_is_named_and_not_written_is_not_known() {
    let default = scan(CART, |manifests| manifests).await;
    let complete = scan(CART, Manifests::complete).await;
    for (rule, name) in NAMED {
        let finding = of(&default, rule, name);
        assert_eq!(finding.status, Status::Unknown, "{rule} {}", finding.message);
        assert!(finding.unread.iter().all(|field| field.unread.reason == Reason::NotWritten), "{rule}");
        assert_eq!(of(&complete, rule, name).status, Status::Fail, "{rule}");
    }
}

#[tokio::test]
async fn what_is_written_counts() {
    let findings = scan(&format!("{CART}---{LIMITS}"), |manifests| manifests).await;
    for (rule, name, assumes) in [
        ("kubernetes_pod_memory_limits_set", "cart", false),
        ("kubernetes_pod_service_account_token_not_mounted", "cart", false),
        ("kubernetes_pod_ingress_isolated", "cart", false),
        ("kubernetes_pod_egress_isolated", "db", false),
        ("kubernetes_deployment_disruption_budget_set", "cart", false),
        ("kubernetes_namespace_default_deny_ingress", "shop", false),
        ("kubernetes_namespace_limit_range_present", "shop", false),
        ("kubernetes_pod_env_secrets_present", "cart", false),
        ("kubernetes_pod_service_account_present", "cart", false),
        // Another policy may let the internet in.
        ("kubernetes_pod_sensitive_ports_closed_to_internet", "cart", true),
    ] {
        let finding = of(&findings, rule, name);
        assert_eq!(finding.status, Status::Pass, "{rule} {}", finding.message);
        assert_eq!(finding.message.contains("Judged by what is written"), assumes, "{}", finding.message);
    }
    // The limit range is of memory, and of this namespace.
    assert_eq!(of(&findings, "kubernetes_pod_cpu_limits_set", "cart").status, Status::Fail);
    let elsewhere = format!("{CART}---{}", LIMITS.replace("namespace: shop", "namespace: office"));
    let findings = scan(&elsewhere, |manifests| manifests).await;
    assert_eq!(of(&findings, "kubernetes_pod_memory_limits_set", "cart").status, Status::Fail);
    assert_eq!(of(&findings, "kubernetes_deployment_disruption_budget_set", "cart").status, Status::Fail);
}

#[tokio::test]
async fn what_could_not_be_read_is_not_taken_to_be_absent() {
    let findings = scan(&format!("{CART}---\nkind: [LimitRange\n"), |manifests| manifests).await;
    for rule in ["kubernetes_pod_memory_limits_set", "kubernetes_pod_ingress_isolated"] {
        assert_eq!(of(&findings, rule, "cart").status, Status::Unknown, "{rule}");
    }
    assert_eq!(of(&findings, "kubernetes_pod_env_secrets_present", "cart").status, Status::Unknown);
}

#[tokio::test]
async fn a_snapshot_of_manifests_gives_the_same_verdicts() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.yaml"), CART).unwrap();
    let manifests = Manifests::new([folder.path().join("a.yaml")]).unwrap().kubernetes_version("1.37");
    let report = Scan::new().collector(manifests).rules(Rules::builtin()).run().await.unwrap();
    let file = folder.path().join("snapshot.json");
    cspm::save_snapshot(report.inventory(), &file).unwrap();
    let again = Scan::new().collector(cspm::snapshot(&file)).rules(Rules::builtin()).run().await.unwrap();
    let told = |report: &Report| report.findings().map(|f| (f.id, f.status, f.message)).collect::<Vec<_>>();
    assert_eq!(told(&report), told(&again));
}
