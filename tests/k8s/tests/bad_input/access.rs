//! Clusters that cannot be reached, or that let nobody in: told before the scan, with status 2.

use std::net::TcpListener;
use std::time::Duration;

use cspm::testkit::Fault;
use cspm::{ErrorKind, Kubernetes};
use serde_json::json;

use crate::endpoint::{Endpoint, kubeconfig, says, status, write};
use crate::program::cspm;
use crate::{refusal, text};

#[test]
fn kubeconfigs_that_cannot_be_used() {
    let folder = tempfile::tempdir().unwrap();
    let scan = ["scan", "k8s", "--kubeconfig"];
    let with = |more: &[&str]| cspm(scan.iter().chain(more).copied()).end();

    let nothing = cspm(["scan", "k8s"]).env("HOME", "/no/such/home").end();
    nothing.assert_error(&["cannot read the kubeconfig", "set KUBECONFIG"]);
    with(&["/no/such/config"]).assert_error(&["cannot read /no/such/config", "No such file", "give a kubeconfig"]);
    let path = write(folder.path(), &kubeconfig("http://127.0.0.1:9"));
    let path = text(&path);
    let unknown = with(&[path, "--context", "prod"]);
    unknown.assert_error(&["cannot use the context \"prod\" of", path, "it has shop, staging"]);
    with(&[path, "--namespaces", "Shop"]).assert_error(&["\"Shop\"", "small letters"]);
    with(&[path]).assert_error(&["cluster eu-1 at http://127.0.0.1:9", "refused", "reachable"]);

    let mut config = kubeconfig("https://127.0.0.1:9");
    config["clusters"][0]["cluster"]["certificate-authority"] = json!("/no/such/ca.pem");
    let broken = write(folder.path(), &config);
    with(&[text(&broken)]).assert_error(&["context \"shop\"", "/no/such/ca.pem", "mend the cluster"]);
    config["clusters"] = json!([]);
    let broken = write(folder.path(), &config);
    with(&[text(&broken)]).assert_error(&["context \"shop\"", "eu-1", "mend the cluster"]);
    let mut config = kubeconfig("https://127.0.0.1:9");
    for token in ["hunter2\n", "hunter2\nX-Other: 1", "hunter2 ", "hünter2"] {
        config["users"][0]["user"]["token"] = json!(token);
        let ended = with(&[text(&write(folder.path(), &config))]);
        ended.assert_error(&["context \"shop\"", "the token of its user", "line break"]);
        assert!(!format!("{ended:?}").contains("nter2"), "{ended:?}");
    }
    std::fs::write(&broken, "clusters: [").unwrap();
    with(&[text(&broken)]).assert_error(&["cannot read", text(&broken)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn credentials_that_are_not_accepted() {
    let nobody = r#"selfsubjectreviews is forbidden: User "system:anonymous" cannot create resource"#;
    for (code, message, kind, says) in [
        (401, "Unauthorized", ErrorKind::Credentials, "does not accept the credentials"),
        (403, nobody, ErrorKind::Credentials, "credentials the server knows"),
        (403, "forbidden: nothing for you", ErrorKind::AccessDenied, "--cluster-role"),
    ] {
        let endpoint = Endpoint::start(move |_| status(code, message)).await;
        let error = endpoint.cluster().build().await.unwrap();
        let error = cspm::Collector::connect(&error).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        let (kubeconfig, url) = (endpoint.kubeconfig(), endpoint.proxy.url());
        let ended = cspm(["scan", "k8s", "--kubeconfig", text(&kubeconfig)]).end();
        ended.assert_error(&["cannot connect to the cluster eu-1", &url, says]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_api_server() {
    for (code, body, why) in [
        (200, "<html>Welcome</html>", "not understood"),
        (200, r#"{"status": {"userInfo": {"user"#, "not understood"),
        (200, "", "not understood"),
        (404, "<html>Not found</html>", "404"),
        (502, "<html>Bad gateway</html>", "502"),
    ] {
        let endpoint = Endpoint::start(move |_| says(code, body)).await;
        let error = refusal(endpoint.cluster().build().await.unwrap()).await;
        for words in ["cluster eu-1", &endpoint.proxy.url(), why, "check that an API server"] {
            assert!(error.contains(words), "{code} {body}: {words:?} is not in {error}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn servers_that_say_nothing() {
    // One that takes no connection, and one that takes them and is silent.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let config = write(folder.path(), &kubeconfig(&format!("http://{}", silent.local_addr().unwrap())));
    let ended = cspm(["scan", "k8s", "--kubeconfig", text(&config)]).end();
    ended.assert_error(&["cluster eu-1", "no answer within 20 s"]);

    let endpoint = Endpoint::start(|_| Some(Fault::Hang)).await;
    let began = std::time::Instant::now();
    let cluster: Kubernetes = endpoint.cluster().timeout(Duration::from_millis(200)).build().await.unwrap();
    assert!(refusal(cluster).await.contains("no answer in time"));
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}
