//! Errors that quote what they were given.

use std::error::Error as StdError;
use std::fs;

use cspm::prelude::*;
use cspm::{Data, Error, ErrorKind, Exceptions};
use serde_json::json;

use crate::Outputs;
use crate::corpus::Secret;

/// Puts what errors say of a secret.
pub(crate) async fn all(secret: &Secret, outputs: &mut Outputs) {
    let Secret { whole, text, .. } = secret;
    let mut put = |what: &str, error: &dyn StdError| {
        let mut said = format!("{error} {error:?}");
        let mut beneath = error.source();
        while let Some(cause) = beneath {
            said.push_str(&format!(" {cause} {cause:?}"));
            beneath = cause.source();
        }
        outputs.push((what.to_owned(), said));
    };
    put("any error", &Error::new(ErrorKind::Io, text.as_str()).with_source(text.as_str()).with_help(text));
    let nested = Error::new(ErrorKind::Io, "a").with_source(Error::new(ErrorKind::Io, "b").with_source(text.as_str()));
    put("an error in an error", &nested);

    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path
    };
    let time = json!({"cspm_snapshot": 1, "collected_at": whole, "resources": []});
    let kind =
        json!({"cspm_snapshot": 1, "collected_at": "2026-01-02T03:04:05Z", "resources": [{"uid": [text], "kind": 3}]});
    let handwritten = json!({"s3_buckets": [{"name": "a", "versioning": text, "policy": whole}]});
    for given in [time, kind, handwritten] {
        let source = cspm::snapshot_from_bytes("given", given.to_string().into_bytes());
        match Scan::new()
            .collector(source)
            .rules(Rules::builtin().ids(["aws_s3_bucket_secure_transport_required"]))
            .run()
            .await
        {
            Err(error) => put("a snapshot", &error),
            Ok(report) => {
                put("a snapshot's failures", &Error::new(ErrorKind::Io, format!("{:?}", report.coverage.failures)))
            }
        }
    }
    for given in [
        json!({"uid": "a", "kind": "b", text: 1}),
        json!({"uid": text, "kind": 3}),
        json!({"uid": "a", "kind": "b", "collected_at": whole}),
    ] {
        if let Err(error) = Resource::from_data(&Data::from(given), &[]) {
            put("a resource", &error);
        }
    }
    let quoted = serde_json::to_string(whole).unwrap();
    for yaml in [
        format!("exceptions:\n  - rule: a\n    expires: {quoted}\n    owner: a\n    reason: b\n"),
        format!("exceptions: {quoted}\n"),
    ] {
        put("exceptions", &Exceptions::from_yaml(&yaml).unwrap_err());
    }
    // A word that is no severity is shown: it is a slip of the pen. A secret in a text is not.
    let quoted = serde_json::to_string(text).unwrap();
    let rule =
        format!("id: acme_rule\nkind: aws_s3_bucket\nservice: s3\nseverity: {quoted}\ntitle: a\nexpression: 'true'\n");
    let path = file("acme_rule.yaml", &rule);
    if let Err(error) = Rules::empty().path(&path).load(&cspm::kinds().unwrap()) {
        put("a rule", &error);
    }
    #[cfg(feature = "k8s")]
    kubernetes(secret, &file, &mut put).await;
    #[cfg(feature = "live")]
    {
        let plain: String = whole.chars().filter(|c| !c.is_whitespace() && !"/?#".contains(*c)).collect();
        let builder = cspm::Aws::builder().regions(["us-east-1"]).credentials("key", whole, Some(whole.clone()));
        let builder = builder.endpoint_url(format!("ftp://app:{plain}@host/")).external_id(whole.as_str());
        put("the options of AWS", &Error::new(ErrorKind::Io, format!("{builder:?}")));
        put("AWS", &builder.build().await.unwrap_err());
    }
}

/// Kubeconfigs: one that is no YAML, and exec plugins that print, in vain or not.
#[cfg(feature = "k8s")]
async fn kubernetes(
    secret: &Secret,
    file: &dyn Fn(&str, &str) -> std::path::PathBuf,
    put: &mut (dyn FnMut(&str, &dyn StdError) + Send),
) {
    let quoted = serde_json::to_string(&secret.whole).unwrap();
    let broken =
        format!("apiVersion: v1\nkind: Config\nusers: [{{name: a, user: {{token: {quoted}}}\ncurrent-context: x\n");
    let misplaced = format!("apiVersion: v1\nkind: Config\nclusters: {quoted}\ncurrent-context: x\n");
    let server = json!({"server": "https://127.0.0.1:9", "proxy-url": secret.text});
    let config = |server: &serde_json::Value, user: serde_json::Value| {
        json!({"apiVersion": "v1", "kind": "Config", "current-context": "x",
            "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}],
            "clusters": [{"name": "c", "cluster": server}], "users": [{"name": "u", "user": user}]})
        .to_string()
    };
    let plugin = |script: &str| {
        json!({"exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": "sh", "interactiveMode": "Never",
            "args": ["-c", script, "--token", secret.whole], "env": [{"name": "A", "value": secret.whole}]}})
    };
    let here = json!({"server": "https://127.0.0.1:9"});
    for (name, text) in [
        ("broken", broken),
        ("misplaced", misplaced),
        ("proxy", config(&server, json!({"token": secret.whole}))),
        ("fails", config(&here, plugin("printf '%s' \"$A\"; exit 3"))),
        ("prints", config(&here, plugin("printf '%s' \"$A\""))),
    ] {
        let path = file(&format!("{name}.kubeconfig"), &text);
        let builder = cspm::Kubernetes::builder().kubeconfig(path);
        match builder.build().await {
            Err(error) => put(&format!("a kubeconfig: {name}"), &error),
            Ok(cluster) if name == "proxy" => put("a cluster", &Error::new(ErrorKind::Io, format!("{cluster:?}"))),
            Ok(_) => {}
        }
    }
}
