//! The clusters of the tests themselves: what every other test here takes for granted.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test that cannot be set up fails")]

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use cspm_k8s_tests::cluster::{Cluster, Version};
use serde_json::{Value, json};

#[tokio::test]
async fn the_current_version_starts() {
    if let Some(cluster) = Cluster::start(Version::Current).await {
        check(&cluster, Version::Current).await;
    }
}

#[tokio::test]
async fn the_older_version_starts() {
    if let Some(cluster) = Cluster::start(Version::Older).await {
        check(&cluster, Version::Older).await;
    }
}

async fn check(cluster: &Cluster, version: Version) {
    says_its_version(cluster, version).await;
    rbac_gives_nothing_until_a_role_does(cluster).await;
    the_audit_log_has_each_request_once(cluster).await;
    pods_are_admitted_by_pod_security_alone(cluster).await;
    tokens_of_service_accounts_are_accepted(cluster).await;
    a_kubeconfig_is_enough_for_a_client(cluster).await;
}

async fn says_its_version(cluster: &Cluster, version: Version) {
    let (status, answer) = cluster.request(&cluster.admin(), "GET", "/version", None).await;
    assert_eq!((status, &answer["gitVersion"]), (200, &json!(version.release())));
    let release = format!("v{}.{}.", answer["major"].as_str().unwrap(), answer["minor"].as_str().unwrap());
    assert!(version.release().starts_with(&release), "{answer}");
}

async fn rbac_gives_nothing_until_a_role_does(cluster: &Cluster) {
    let (scanner, secrets) = (cluster.token("scanner"), "/api/v1/secrets");
    let (status, answer) = cluster.request(&scanner, "GET", secrets, None).await;
    assert_eq!((status, &answer["reason"]), (403, &json!("Forbidden")), "{answer}");
    assert_eq!(cluster.request("of nobody", "GET", secrets, None).await.0, 401);

    let rbac = "/apis/rbac.authorization.k8s.io/v1";
    let role = json!({"metadata": {"name": "secrets"},
        "rules": [{"apiGroups": [""], "resources": ["secrets"], "verbs": ["list"]}]});
    cluster.make("POST", &format!("{rbac}/clusterroles"), &role).await;
    let binding = json!({"metadata": {"name": "secrets"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "secrets"},
        "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "scanner"}]});
    cluster.make("POST", &format!("{rbac}/clusterrolebindings"), &binding).await;
    // The authorizer learns of roles from a watch.
    let began = Instant::now();
    while cluster.request(&scanner, "GET", secrets, None).await.0 != 200 {
        assert!(began.elapsed() < Duration::from_secs(10), "the role has no effect");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(cluster.request(&scanner, "GET", "/api/v1/pods", None).await.0, 403);
    assert_eq!(cluster.request(&cluster.token("stranger"), "GET", secrets, None).await.0, 403);
}

async fn the_audit_log_has_each_request_once(cluster: &Cluster) {
    let viewer = cluster.token("viewer");
    assert_eq!(cluster.audit_of("viewer").len(), 0);
    for n in 0..20 {
        cluster.request(&viewer, "GET", "/apis/apps/v1/namespaces/default/deployments/web/scale", None).await;
        assert_eq!(cluster.audit_of("viewer").len(), n + 1, "an answered request is in the log");
    }
    let event = cluster.audit_of("viewer").pop().unwrap();
    assert_eq!((&*event.verb, event.response_status.code, &*event.stage), ("get", 403, "ResponseComplete"));
    assert_eq!(event.request_uri, "/apis/apps/v1/namespaces/default/deployments/web/scale");
    let object = event.object_ref.unwrap();
    let named = [&*object.api_group, &object.api_version, &object.namespace];
    assert_eq!(named, ["apps", "v1", "default"]);
    assert_eq!([&*object.resource, &object.name, &object.subresource], ["deployments", "web", "scale"]);

    cluster.request(&viewer, "GET", "/version", None).await;
    assert_eq!(cluster.audit_of("viewer").pop().unwrap().object_ref, None);
}

async fn pods_are_admitted_by_pod_security_alone(cluster: &Cluster) {
    let pod = |security: Value| {
        json!({"metadata": {"name": "web"},
            "spec": {"containers": [{"name": "web", "image": "example.com/web", "securityContext": security}]}})
    };
    let nothing = pod(json!({}));
    let privileged = pod(json!({"privileged": true}));
    let hardened = pod(json!({"allowPrivilegeEscalation": false, "runAsNonRoot": true,
        "capabilities": {"drop": ["ALL"]}, "seccompProfile": {"type": "RuntimeDefault"}}));
    for (level, expected) in
        [("privileged", [201, 201, 201]), ("baseline", [201, 403, 201]), ("restricted", [403, 403, 201])]
    {
        cluster.namespace(level, &json!({"pod-security.kubernetes.io/enforce": level})).await;
        let path = format!("/api/v1/namespaces/{level}/pods?dryRun=All");
        for (pod, expected) in [&nothing, &privileged, &hardened].into_iter().zip(expected) {
            let (status, answer) = cluster.request(&cluster.admin(), "POST", &path, Some(pod)).await;
            assert_eq!(status, expected, "{level}: {pod}: {answer}");
            let by_pod_security = answer["message"].to_string().contains("violates PodSecurity");
            assert_eq!(by_pod_security, expected == 403, "{answer}");
        }
        let pods = cluster.request(&cluster.admin(), "GET", &format!("/api/v1/namespaces/{level}/pods"), None).await;
        assert_eq!(pods.1["items"], json!([]), "nothing was made");
    }
}

async fn tokens_of_service_accounts_are_accepted(cluster: &Cluster) {
    cluster.namespace("accounts", &json!({})).await;
    let path = "/api/v1/namespaces/accounts/serviceaccounts/default/token";
    let answer = cluster.make("POST", path, &json!({"spec": {}})).await;
    let token = answer["status"]["token"].as_str().unwrap();
    cluster.request(token, "GET", "/api/v1/nodes", None).await;
    let events = cluster.audit_of("system:serviceaccount:accounts:default");
    assert_eq!(events.last().map(|event| event.response_status.code), Some(403));
}

async fn a_kubeconfig_is_enough_for_a_client(cluster: &Cluster) {
    let kubeconfig = kube::config::Kubeconfig::read_from(cluster.kubeconfig("scanner")).unwrap();
    let config = kube::Config::from_custom_kubeconfig(kubeconfig, &Default::default()).await.unwrap();
    let client = kube::Client::try_from(config).unwrap();
    client.apiserver_version().await.unwrap();
    assert_eq!(cluster.audit_of("scanner").last().map(|event| &*event.request_uri), Some("/version"));
}

#[tokio::test]
async fn a_server_that_cannot_start_says_why() {
    let started = tokio::spawn(async { Cluster::start_with(Version::Current, &["--no-such-flag"]).await.is_some() });
    let error = match started.await {
        // Nothing is built, which it said.
        Ok(false) => return,
        Ok(true) => panic!("it started"),
        Err(error) => error,
    };
    let text = *error.into_panic().downcast::<String>().unwrap();
    assert!(text.contains("unknown flag: --no-such-flag"), "{text}");
}

#[tokio::test]
async fn nothing_is_left_of_a_cluster_that_is_dropped() {
    let Some(cluster) = Cluster::start(Version::Current).await else { return };
    let (address, folder) = (address(cluster.url()), folder(&cluster));
    assert!(std::net::TcpStream::connect(&address).is_ok() && folder.exists());
    drop(cluster);
    assert!(std::net::TcpStream::connect(&address).is_err() && !folder.exists());
}

/// Not a test by itself: the process that is killed below.
#[tokio::test]
async fn as_a_program() {
    if std::env::var_os(KILLED).is_none() {
        return;
    }
    let Some(cluster) = Cluster::start(Version::Current).await else { return };
    println!("\nat {} {}", cluster.url(), folder(&cluster).display());
    std::future::pending::<()>().await;
}

#[test]
fn nothing_is_left_of_a_cluster_whose_test_is_killed() {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "as_a_program", "--nocapture"]).env(KILLED, "1");
    let mut test = command.stdout(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(test.stdout.take().unwrap()).lines();
    let Some(line) = lines.map(Result::unwrap).find(|line| line.starts_with("at ")) else {
        // It said that it skipped: nothing is built.
        assert!(test.wait().unwrap().success());
        return;
    };
    let (url, folder) = line["at ".len()..].split_once(' ').unwrap();
    let address = address(url);
    assert!(std::net::TcpStream::connect(&address).is_ok() && Path::new(folder).exists());
    test.kill().unwrap();
    test.wait().unwrap();
    let began = Instant::now();
    while std::net::TcpStream::connect(&address).is_ok() || Path::new(folder).exists() {
        assert!(began.elapsed() < Duration::from_secs(10), "{line} is still there");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Set for the process that is killed.
const KILLED: &str = "CSPM_TEST_KILLED";

fn address(url: &str) -> String {
    url.trim_start_matches("https://").to_owned()
}

fn folder(cluster: &Cluster) -> PathBuf {
    cluster.kubeconfig("admin").parent().unwrap().to_owned()
}
