//! Where secrets are planted.

use serde_json::{Value, json};

use crate::corpus::Secret;

/// Objects of Kubernetes with the secret in every place that may hold one.
pub(crate) fn objects(number: usize, secret: &Secret) -> Vec<Value> {
    let Secret { whole, text, .. } = secret;
    let name = format!("planted-{number}");
    let metadata = json!({"name": name, "namespace": "shop", "annotations": {
        "acme.example/db-password": whole,
        "acme.example/note": text,
        "kubectl.kubernetes.io/last-applied-configuration": json!({"kind": "Pod", "apiVersion": "v1", "x": whole}).to_string(),
        "acme.example/last-applied": whole,
        "acme.example/json": json!({"password": whole, "list": [{"note": text}]}).to_string(),
    }, "labels": {"note": text, "token": whole}});
    let handler = json!({"httpGet": {"port": 80, "path": format!("/health?token={whole}"), "httpHeaders": [{"name": "X", "value": whole}]},
        "exec": {"command": ["probe", "--password", whole]}});
    let container = json!({
        "name": "app", "image": "app:1",
        "env": [{"name": "A", "value": whole}, {"name": "B", "value": [whole]}, {"name": "C", "value": {"d": {"e": whole}}}],
        "command": ["sh", "-c", format!("exec server --password '{whole}' --port 80"), "--token", whole],
        "args": [format!("--db-password={whole}"), "-u", format!("app:{whole}"), "-H", format!("Authorization: Bearer {whole}"), text,
            "mysql", format!("-p{whole}")],
        "livenessProbe": handler, "readinessProbe": handler, "startupProbe": handler,
        "lifecycle": {"preStop": handler, "postStart": handler},
    });
    let spec = json!({"containers": [container], "initContainers": [container], "volumes": [
        {"name": "a", "csi": {"driver": "x", "volumeAttributes": {"password": whole, "other": whole}}},
        {"name": "b", "flexVolume": {"driver": "x", "options": {"other": whole}}},
        {"name": "c", "gitRepo": {"repository": text}},
    ]});
    let status = json!({"containerStatuses": [{"name": "app", "state": {"terminated": {"message": whole}},
        "lastState": {"terminated": {"message": whole}}}], "message": text});
    let etcd = json!({"name": "etcd", "image": "etcd:1", "command": ["etcd", format!("--initial-cluster-token={whole}")],
        "env": [{"name": "ETCD_ROOT_PASSWORD", "value": whole}]});
    let api_server = json!({"name": "kube-apiserver", "image": "a:1",
        "command": ["kube-apiserver", format!("--etcd-servers=https://root:{}@etcd:2379", whole.replace([' ', '\n'], "")), "--oidc-client-secret", whole]});
    let kubelet = json!({"apiVersion": "kubelet.config.k8s.io/v1beta1", "kind": "KubeletConfiguration",
        "staticPodURL": format!("https://a.example/pods?token={whole}"), "staticPodURLHeader": {"X": [whole]}, "note": text});
    let object = |api: &str, kind: &str, more: Value| {
        let mut object = json!({"apiVersion": api, "kind": kind, "metadata": metadata});
        object.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        object
    };
    let system = |name: &str, container: &Value| {
        json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": format!("{name}-{number}"), "namespace": "kube-system",
            "labels": {"component": name}}, "spec": {"containers": [container]}})
    };
    let webhook = json!({"webhooks": [{"name": "a.b.c", "clientConfig": {"url": format!("https://hook.example/{}?token={whole}", whole.replace(['/', '?', '#'], "-"))}}]});
    vec![
        object("v1", "Pod", json!({"spec": spec, "status": status})),
        object("apps/v1", "Deployment", json!({"spec": {"template": {"metadata": metadata, "spec": spec}}})),
        object("batch/v1", "CronJob", json!({"spec": {"jobTemplate": {"spec": {"template": {"spec": spec}}}}})),
        object(
            "v1",
            "ConfigMap",
            json!({"data": {"a": whole, "b": [whole], "c": {"d": whole}, "e": text}, "binaryData": {"x": whole}}),
        ),
        object(
            "v1",
            "Secret",
            json!({"data": {"a": whole, "b": {"c": [whole]}}, "stringData": {"a": whole, "b": text}}),
        ),
        object(
            "storage.k8s.io/v1",
            "StorageClass",
            json!({"provisioner": "x", "parameters": {"a": whole, "note": text}}),
        ),
        object(
            "v1",
            "PersistentVolume",
            json!({"spec": {"csi": {"volumeAttributes": {"a": whole}}, "flexVolume": {"options": {"a": whole}},
            "mountOptions": [format!("username=app,password={}", whole.replace([',', ' ', '\n'], ""))]}}),
        ),
        object("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", webhook.clone()),
        object("admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration", webhook),
        object("v1", "Service", json!({"spec": {"externalName": text}})),
        system("etcd", &etcd),
        system("kube-apiserver", &api_server),
        kubelet,
    ]
}

/// Resources as a caller or a snapshot of others may have them.
pub(crate) fn resources(number: usize, secret: &Secret) -> Vec<Value> {
    let Secret { whole, text, .. } = secret;
    let resource = |kind: &str, data: Value| {
        json!({"uid": format!("planted:{kind}/{number}"), "kind": kind, "provider": kind.split('_').next(), "account": "1",
            "region": "eu-west-1", "name": format!("planted {number}"), "tags": {"note": text, "db-password": whole}, "data": data})
    };
    let group = json!({"group_name": "g", "description": text, "tags": {"note": text, "apiKey": whole}, "ip_permissions": [
        {"ip_ranges": [{"cidr_ip": "10.0.0.0/8", "description": text}]}]});
    let policy = json!({"Version": "2012-10-17", "Statement": [{"Sid": "a", "Effect": "Allow", "Action": ["s3:getobject"],
        "Resource": ["*"], "Condition": {"stringlike": {"aws:referer": [whole], "aws:UserAgent": whole, "aws:username": [text]}}}]});
    let mut all = vec![
        resource("aws_vpc_security_group", group),
        resource("aws_s3_bucket", json!({"name": "b", "policy_std": policy})),
        resource(
            "aws_ec2_instance",
            json!({"user_data": whole, "launch": {"UserData": whole}, "tags_src": [{"Key": "token", "Value": whole}]}),
        ),
        resource(
            "acme_function",
            json!({"environment": {"variables": {"A": whole}}, "env": [format!("A={whole}")], "password": whole,
            "note": text, "auth": {"clientSecret": whole}, "parameters": [{"name": "db_password", "value": whole}]}),
        ),
    ];
    for object in objects(number, secret) {
        let kind = match object["kind"].as_str() {
            Some("Pod") => "kubernetes_pod",
            Some("Deployment") => "kubernetes_deployment",
            Some("ConfigMap") => "kubernetes_config_map",
            Some("Secret") => "kubernetes_secret",
            Some("StorageClass") => "kubernetes_storage_class",
            _ => continue,
        };
        let mut resource = resource(kind, object.clone());
        let name = object["metadata"]["name"].as_str().unwrap_or_default().to_owned();
        resource["uid"] = format!("k8s://given/shop/{kind}/{name}").into();
        resource["tags"] = json!({});
        all.push(resource);
    }
    all
}

/// A snapshot as another program may have written it: nothing in it was withheld.
pub(crate) fn snapshot(secrets: &[Secret]) -> Value {
    let resources: Vec<Value> =
        secrets.iter().enumerate().flat_map(|(number, secret)| resources(number, secret)).collect();
    let texts: Vec<&str> = secrets.iter().map(|secret| &*secret.text).collect();
    let calls: Vec<Value> = (0..).zip(&texts).map(|(number, text)| {
        json!({"account": "1", "region": format!("r-{number}"), "call": "x:Y", "done": 0, "denied": 1, "throttled": 0, "failed": 0, "skipped": 0,
            "reasons": {"access_denied": 1}, "detail": text})
    }).collect();
    let gaps: Vec<Value> = (0..).zip(&texts).map(|(number, text)| {
        json!({"kind": "aws_s3_bucket", "provider": "aws", "account": "1", "region": format!("r-{number}"), "reason": "access_denied", "call": "x:Y", "detail": text})
    }).collect();
    let mut resources = resources;
    for (resource, text) in resources.iter_mut().zip(texts.iter().cycle()) {
        resource["data"]["never_read"] = Value::Null;
        resource["unread"] = json!([{"path": "/never_read", "reason": "failed", "call": "x:Z", "detail": text}]);
    }
    json!({"cspm_snapshot": 1, "collected_at": "2026-01-02T03:04:05Z", "kinds": [], "calls": calls, "gaps": gaps, "resources": resources})
}

/// The lists that teaching tools keep.
pub(crate) fn handwritten(secrets: &[Secret]) -> Value {
    let number = |row: (usize, &Secret)| row.0;
    let bucket = |row: (usize, &Secret)| {
        json!({"name": format!("bucket-{}", number(row)), "tags": {"note": row.1.text, "password": row.1.whole},
        "policy": {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*",
            "Condition": {"StringLike": {"aws:Referer": row.1.whole}}}]}})
    };
    let instance = |row: (usize, &Secret)| json!({"id": format!("i-{}", number(row)), "user_data": row.1.text});
    json!({"s3_buckets": secrets.iter().enumerate().map(bucket).collect::<Vec<_>>(),
        "ec2_instances": secrets.iter().enumerate().map(instance).collect::<Vec<_>>()})
}
