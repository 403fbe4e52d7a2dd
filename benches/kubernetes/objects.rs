//! The objects of a cluster, each made from its number: the same in every run, and never held all at once.
#![allow(clippy::manual_is_multiple_of, reason = "`n % 7 == 0` among JSON is read faster")]

use serde_json::{Value, json};

/// How many namespaces there are; the others are spread over them.
const NAMESPACES: usize = 200;

/// A type of objects.
pub struct Type {
    pub api_version: &'static str,
    pub kind: &'static str,
    pub plural: &'static str,
    /// How many of them a cluster has.
    pub in_cluster: usize,
    /// How many of them a folder of manifests has.
    pub in_folder: usize,
    spec: fn(usize) -> Value,
}

const fn of(
    api_version: &'static str,
    (kind, plural): (&'static str, &'static str),
    (in_cluster, in_folder): (usize, usize),
    spec: fn(usize) -> Value,
) -> Type {
    Type { api_version, kind, plural, in_cluster, in_folder, spec }
}

const RBAC: &str = "rbac.authorization.k8s.io/v1";

/// What the cluster and the folder are made of.
pub const TYPES: [Type; 21] = [
    of("v1", ("Namespace", "namespaces"), (NAMESPACES, 100), |_| json!({})),
    of("v1", ("Node", "nodes"), (500, 0), node),
    of("v1", ("Pod", "pods"), (20_000, 1_500), |n| json!({"spec": pod(n), "status": status(n)})),
    of("v1", ("Service", "services"), (1_000, 300), service),
    of(
        "v1",
        ("ServiceAccount", "serviceaccounts"),
        (1_000, 300),
        |n| json!({"automountServiceAccountToken": n % 3 == 0}),
    ),
    of(
        "v1",
        ("ConfigMap", "configmaps"),
        (1_000, 200),
        |n| json!({"data": {"config.yaml": "level: info\n".repeat(n % 50)}}),
    ),
    of("v1", ("Secret", "secrets"), (1_000, 100), |_| json!({"type": "Opaque", "data": {"password": "czNjcjN0"}})),
    of("v1", ("ResourceQuota", "resourcequotas"), (100, 50), |_| json!({"spec": {"hard": {"pods": "100"}}})),
    of("v1", ("LimitRange", "limitranges"), (100, 50), |_| json!({"spec": {"limits": [{"type": "Container"}]}})),
    of("v1", ("PersistentVolumeClaim", "persistentvolumeclaims"), (500, 100), claim),
    of("apps/v1", ("Deployment", "deployments"), (2_000, 800), workload),
    of("apps/v1", ("StatefulSet", "statefulsets"), (200, 100), workload),
    of("apps/v1", ("DaemonSet", "daemonsets"), (50, 50), workload),
    of(
        "batch/v1",
        ("CronJob", "cronjobs"),
        (200, 100),
        |n| json!({"spec": {"schedule": "0 * * * *", "jobTemplate": workload(n)}}),
    ),
    of(RBAC, ("Role", "roles"), (1_500, 300), role),
    of(RBAC, ("ClusterRole", "clusterroles"), (500, 100), role),
    of(RBAC, ("RoleBinding", "rolebindings"), (1_500, 300), |n| {
        binding(n, if n % 4 == 0 { "ClusterRole" } else { "Role" })
    }),
    of(RBAC, ("ClusterRoleBinding", "clusterrolebindings"), (500, 100), |n| binding(n, "ClusterRole")),
    of("networking.k8s.io/v1", ("NetworkPolicy", "networkpolicies"), (1_000, 300), network_policy),
    of("networking.k8s.io/v1", ("Ingress", "ingresses"), (300, 100), ingress),
    of(
        "policy/v1",
        ("PodDisruptionBudget", "poddisruptionbudgets"),
        (300, 50),
        |n| json!({"spec": {"minAvailable": 1, "selector": {"matchLabels": {"app": app(n)}}}}),
    ),
];

impl Type {
    /// The object of a number, as it is written in a manifest.
    pub fn written(&self, n: usize) -> Value {
        let mut object = (self.spec)(n);
        object["apiVersion"] = json!(self.api_version);
        object["kind"] = json!(self.kind);
        object["metadata"] =
            json!({"name": self.name(n), "labels": {"app": app(n), "team": format!("team-{}", n % 40)}});
        match self.kind {
            "Node" | "ClusterRole" | "ClusterRoleBinding" => {}
            "Namespace" if n % 2 == 0 => {
                object["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] = json!("baseline");
            }
            "Namespace" => {}
            _ => object["metadata"]["namespace"] = json!(namespace(n)),
        }
        if let Some(members) = object.as_object_mut() {
            members.remove("status");
        }
        object
    }

    /// The object of a number, as an API server lists it.
    pub fn listed(&self, n: usize) -> Value {
        let mut object = self.written(n);
        if let Some(status) = (self.spec)(n).get_mut("status") {
            object["status"] = status.take();
        }
        let metadata = &mut object["metadata"];
        metadata["uid"] = json!(format!("{n:08x}-0000-4000-8000-{n:012x}"));
        metadata["resourceVersion"] = json!(format!("{}", 100_000 + n));
        metadata["creationTimestamp"] = json!("2026-01-01T00:00:00Z");
        metadata["managedFields"] = json!([{"manager": "kube-controller-manager", "operation": "Update",
            "apiVersion": self.api_version, "time": "2026-01-01T00:00:00Z", "fieldsType": "FieldsV1",
            "fieldsV1": {"f:metadata": {"f:labels": {".": {}, "f:app": {}, "f:team": {}}}, "f:spec": {
                "f:containers": {"k:{\"name\":\"main\"}": {".": {}, "f:image": {}, "f:imagePullPolicy": {}, "f:name": {},
                    "f:ports": {".": {}}, "f:resources": {}, "f:env": {".": {}, "k:{\"name\":\"MODE\"}": {".": {}}}}},
                "f:restartPolicy": {}, "f:schedulerName": {}, "f:securityContext": {}}}}]);
        // Lists leave this out of their items.
        if let Some(members) = object.as_object_mut() {
            members.remove("kind");
            members.remove("apiVersion");
        }
        object
    }

    fn name(&self, n: usize) -> String {
        match self.kind {
            "Namespace" => namespace(n),
            "ServiceAccount" if n < NAMESPACES => "default".to_owned(),
            "ServiceAccount" => account(n),
            _ => format!("{}-{n}", self.kind.to_lowercase()),
        }
    }
}

fn namespace(n: usize) -> String {
    format!("ns-{}", n % NAMESPACES)
}

fn app(n: usize) -> String {
    format!("app-{}", n % 700)
}

/// The name of a service account that is in the namespace of the object with the same number.
fn account(n: usize) -> String {
    format!("account-{}", n % 1000)
}

fn pod(n: usize) -> Value {
    let containers: Vec<_> = (0..=n % 3).map(|i| container(n, i)).collect();
    let account = if n % 5 == 0 { "default".to_owned() } else { account(n) };
    json!({"serviceAccountName": account, "nodeName": format!("node-{}", n % 500), "hostNetwork": n % 97 == 0,
        "hostPID": n % 101 == 0, "automountServiceAccountToken": n % 4 != 0, "dnsPolicy": "ClusterFirst",
        "restartPolicy": "Always", "schedulerName": "default-scheduler", "enableServiceLinks": true,
        "securityContext": {"runAsNonRoot": n % 2 == 0, "seccompProfile": {"type": "RuntimeDefault"}, "fsGroup": 2000},
        "containers": containers, "terminationGracePeriodSeconds": 30, "priority": 0,
        "tolerations": [{"key": "node.kubernetes.io/not-ready", "operator": "Exists", "effect": "NoExecute",
            "tolerationSeconds": 300}],
        "volumes": [{"name": "config", "configMap": {"name": format!("configmap-{}", n % 1000), "defaultMode": 420}},
            {"name": "token", "projected": {"defaultMode": 420, "sources": [
                {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}}]}},
            if n % 53 == 0 { json!({"name": "host", "hostPath": {"path": "/var/run", "type": ""}}) }
            else { json!({"name": "scratch", "emptyDir": {}}) }]})
}

fn container(n: usize, i: usize) -> Value {
    let drop = if n % 2 == 0 { json!({"drop": ["ALL"]}) } else { json!({"add": ["NET_ADMIN"]}) };
    let tag = if n % 7 == 0 { ":latest".to_owned() } else { format!(":1.{}.{i}", n % 30) };
    json!({"name": if i == 0 { "main".to_owned() } else { format!("side-{i}") },
        "image": format!("registry.example.com/team-{}/{}{tag}", n % 40, app(n)), "imagePullPolicy": "IfNotPresent",
        "ports": [{"name": "http", "containerPort": 8080 + i, "protocol": "TCP"}],
        "env": [{"name": "MODE", "value": "production"}, {"name": "REPLICA", "value": n.to_string()},
            {"name": "PASSWORD", "valueFrom": {"secretKeyRef": {"name": format!("secret-{}", n % 1000), "key": "password"}}}],
        "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"memory": format!("{}Mi", 256 + n % 9)}},
        "livenessProbe": {"httpGet": {"path": "/healthz", "port": "http", "scheme": "HTTP"}, "periodSeconds": 10},
        "volumeMounts": [{"name": "config", "mountPath": "/etc/app", "readOnly": true},
            {"name": "token", "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount", "readOnly": true}],
        "securityContext": {"allowPrivilegeEscalation": n % 3 == 0, "privileged": n % 89 == 0, "capabilities": drop,
            "readOnlyRootFilesystem": n % 4 == 0, "runAsUser": 1000 + n % 5},
        "terminationMessagePath": "/dev/termination-log", "terminationMessagePolicy": "File"})
}

fn status(n: usize) -> Value {
    let condition = |of: &str| json!({"type": of, "status": "True", "lastTransitionTime": "2026-01-01T00:00:00Z"});
    let conditions = ["Initialized", "Ready", "ContainersReady", "PodScheduled"].map(condition);
    let statuses: Vec<_> = (0..=n % 3)
        .map(|i| {
            json!({"name": if i == 0 { "main".to_owned() } else { format!("side-{i}") }, "ready": true, "restartCount": 0,
            "image": format!("registry.example.com/{}", app(n)), "started": true,
            "imageID": format!("registry.example.com/{}@sha256:{:064x}", app(n), n % 700),
            "containerID": format!("containerd://{n:063x}{i}"), "state": {"running": {"startedAt": "2026-01-01T00:00:00Z"}}})
        })
        .collect();
    json!({"phase": "Running", "hostIP": format!("10.0.{}.{}", n % 500 / 250, n % 250), "qosClass": "Burstable",
        "podIP": format!("10.{}.{}.{}", 64 + n / 65536, n / 256 % 256, n % 256),
        "conditions": conditions,
        "containerStatuses": statuses, "startTime": "2026-01-01T00:00:00Z"})
}

fn workload(n: usize) -> Value {
    json!({"spec": {"replicas": n % 5, "selector": {"matchLabels": {"app": app(n)}},
        "template": {"metadata": {"labels": {"app": app(n)}}, "spec": pod(n)}}})
}

fn node(n: usize) -> Value {
    json!({"spec": {"podCIDR": format!("10.64.{}.0/24", n % 256), "providerID": format!("aws:///eu-west-1a/i-{n:017x}")},
        "status": {"nodeInfo": {"kubeletVersion": "v1.37.2", "osImage": "Linux", "architecture": "amd64"},
            "addresses": [{"type": "InternalIP", "address": format!("10.0.{}.{}", n / 250, n % 250)}]}})
}

fn service(n: usize) -> Value {
    let of = ["ClusterIP", "NodePort", "LoadBalancer", "ClusterIP"][n % 4];
    json!({"spec": {"type": of, "selector": {"app": app(n)}, "clusterIP": format!("10.96.{}.{}", n / 256, n % 256),
        "ports": [{"name": "http", "port": 80, "targetPort": "http", "protocol": "TCP"}]}})
}

fn claim(n: usize) -> Value {
    json!({"spec": {"accessModes": ["ReadWriteOnce"], "volumeName": format!("volume-{n}"), "storageClassName": "gp3",
        "resources": {"requests": {"storage": "10Gi"}}}})
}

fn role(n: usize) -> Value {
    let verbs =
        [json!(["get", "list", "watch"]), json!(["*"]), json!(["create", "update"]), json!(["get", "escalate"])];
    let resources =
        ["pods", "secrets", "configmaps", "deployments", "roles", "pods/exec", "*", "serviceaccounts/token"];
    let rules: Vec<_> = (0..=n % 6)
        .map(|i| {
            json!({"apiGroups": [if i % 2 == 0 { "" } else { "apps" }], "resources": [resources[(n + i) % 8]],
            "verbs": if n % 50 == 0 { verbs[(n / 50 + i) % 4].clone() } else { verbs[0].clone() }})
        })
        .collect();
    json!({"rules": rules})
}

fn binding(n: usize, of: &str) -> Value {
    let named = |n: usize| json!({"kind": "ServiceAccount", "name": account(n), "namespace": namespace(n)});
    let subject = match n % 10 {
        0 => json!({"kind": "Group", "apiGroup": "rbac.authorization.k8s.io", "name": "system:authenticated"}),
        1 => json!({"kind": "User", "apiGroup": "rbac.authorization.k8s.io", "name": format!("user-{n}")}),
        _ => named(n),
    };
    let number = if of == "ClusterRole" { n % 500 } else { n };
    let role = json!({"apiGroup": "rbac.authorization.k8s.io", "kind": of,
        "name": format!("{}-{number}", of.to_lowercase())});
    json!({"roleRef": role, "subjects": [subject, named(n + NAMESPACES)]})
}

fn network_policy(n: usize) -> Value {
    let selector = match n % 4 {
        0 => json!({}),
        1 => {
            json!({"matchExpressions": [{"key": "app", "operator": "In", "values": [app(n), app(n + 1), app(n + 2)]}]})
        }
        _ => json!({"matchLabels": {"app": app(n)}}),
    };
    let from = json!([{"namespaceSelector": {"matchLabels": {"team": format!("team-{}", n % 40)}}},
        {"podSelector": {"matchLabels": {"app": app(n + 7)}}}, {"ipBlock": {"cidr": "10.0.0.0/8"}}]);
    json!({"spec": {"podSelector": selector, "policyTypes": if n % 3 == 0 { json!(["Ingress", "Egress"]) } else { json!(["Ingress"]) },
        "ingress": if n % 4 == 0 { json!([]) } else { json!([{"from": from, "ports": [{"port": 8080, "protocol": "TCP"}]}]) }}})
}

fn ingress(n: usize) -> Value {
    let backend = json!({"service": {"name": format!("service-{n}"), "port": {"name": "http"}}});
    let host = format!("{}.example.com", app(n));
    let tls = if n % 2 == 0 { json!([{"hosts": [host], "secretName": format!("secret-{n}")}]) } else { json!([]) };
    json!({"spec": {"ingressClassName": "nginx", "tls": tls,
        "rules": [{"host": host, "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": backend}]}}]}})
}
