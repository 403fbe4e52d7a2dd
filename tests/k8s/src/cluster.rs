//! A cluster: a real API server with RBAC and its etcd. There are no controllers and no nodes, so nothing runs, is scheduled,
//! aggregated into `ClusterRole`s, or deleted together with its namespace.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::audit::{self, AuditEvent};
use crate::certificates::Certificates;
use crate::client::Clients;
use crate::process::Process;
use crate::programs::Programs;
pub use crate::programs::Version;

/// Who has a token; nobody but `admin` may do anything until a role says so.
pub const USERS: [&str; 5] = ["admin", "scanner", "viewer", "partial", "stranger"];

const PATIENCE: Duration = Duration::from_secs(120);

/// A running cluster; it ends when this is dropped, or with the process.
pub struct Cluster {
    clients: Clients,
    // Fields are dropped in this order: the server goes before its store.
    server: Process,
    etcd: Process,
    ca: String,
}

impl Cluster {
    /// Starts a cluster; none where it is not built: the test is to return.
    pub async fn start(version: Version) -> Option<Self> {
        Self::start_with(version, &[]).await
    }

    /// The same with more flags for the API server, which come last and so win over the others.
    pub async fn start_with(version: Version, flags: &[&str]) -> Option<Self> {
        let programs = Programs::find(version)?;
        let certificates = Certificates::make();
        let etcd = start_etcd(&programs);

        // The port is kept for the server until it has taken it itself, which the flag for sharing ports allows.
        let port = tokio::net::TcpSocket::new_v4().unwrap();
        port.set_reuseport(true).unwrap();
        port.bind(([127, 0, 0, 1], 0).into()).unwrap();
        let address = port.local_addr().unwrap();

        let folder = Process::folder("kube-apiserver");
        let mut tokens = String::new();
        for user in USERS {
            let groups = if user == "admin" { ",\"system:masters\"" } else { "" };
            writeln!(tokens, "{},{user},{user}{groups}", token(user)).unwrap();
        }
        for (name, text) in [
            ("ca.pem", &*certificates.authority),
            ("server.pem", &certificates.server),
            ("server.key", &certificates.server_key),
            ("accounts.key", &certificates.accounts_key),
            ("accounts.pub", &certificates.accounts_public_key),
            ("tokens.csv", &tokens),
            ("audit.yaml", audit::POLICY),
        ] {
            fs::write(folder.join(name), text).unwrap();
        }
        let args = [
            format!("--etcd-servers=unix://{}", etcd.path(SOCKET).display()),
            format!("--secure-port={}", address.port()),
        ];
        let args = args.iter().map(String::as_str).chain(SETTINGS.iter().copied()).chain(flags.iter().copied());
        let server = Process::start(&folder, &programs.kube_apiserver, args);

        let clients = Clients::new(format!("https://{address}"), folder.join("ca.pem"));
        let cluster = Self { clients, server, etcd, ca: certificates.authority };
        cluster.ready().await;
        Some(cluster)
    }

    /// Where the server is, such as `https://127.0.0.1:40000`.
    pub fn url(&self) -> &str {
        self.clients.url()
    }

    /// The certificate of the authority that signed the server's.
    pub fn ca_pem(&self) -> &str {
        &self.ca
    }

    /// The token of `admin`, who may do everything.
    pub fn admin(&self) -> String {
        token("admin")
    }

    /// The token of one of the [`USERS`].
    pub fn token(&self, user: &str) -> String {
        assert!(USERS.contains(&user), "{user} has no token");
        token(user)
    }

    /// Writes a kubeconfig for one of the [`USERS`].
    pub fn kubeconfig(&self, user: &str) -> PathBuf {
        self.kubeconfig_with(user, &self.token(user))
    }

    /// Writes a kubeconfig with a token, such as of a service account.
    pub fn kubeconfig_with(&self, name: &str, token: &str) -> PathBuf {
        let path = self.server.path(&format!("{name}.kubeconfig"));
        fs::write(&path, self.clients.kubeconfig(name, token)).unwrap();
        path
    }

    /// Every request that was answered so far, also those of the server itself.
    pub fn audit(&self) -> Vec<AuditEvent> {
        audit::read(&self.server.path("audit.log"))
    }

    /// Those of one user.
    pub fn audit_of(&self, user: &str) -> Vec<AuditEvent> {
        self.audit().into_iter().filter(|event| event.user.username.as_deref() == Some(user)).collect()
    }

    /// Makes a call; the status and the body, as a text where it is not JSON.
    pub async fn request(&self, token: &str, method: &str, path: &str, body: Option<&Value>) -> (u16, Value) {
        let answer = self.clients.request(token, method, path, body).await;
        answer.unwrap_or_else(|error| panic!("{method} {path}: {error}\n{}", self.server.tail()))
    }

    /// Makes a call as `admin` that is to succeed.
    pub async fn make(&self, method: &str, path: &str, body: &Value) -> Value {
        let (status, answer) = self.request(&self.admin(), method, path, Some(body)).await;
        assert!((200..300).contains(&status), "{method} {path}: {status} {answer}");
        answer
    }

    /// Makes a namespace with labels, and in it the service account `default`, without which no pod is admitted.
    pub async fn namespace(&self, name: &str, labels: &Value) {
        let namespace = json!({"metadata": {"name": name, "labels": labels}});
        self.make("POST", "/api/v1/namespaces", &namespace).await;
        self.service_account(name, "default").await;
    }

    /// Makes a service account.
    pub async fn service_account(&self, namespace: &str, name: &str) {
        let path = format!("/api/v1/namespaces/{namespace}/serviceaccounts");
        self.make("POST", &path, &json!({"metadata": {"name": name}})).await;
    }

    /// Waits until the server is ready, and has made the objects that every cluster has.
    async fn ready(&self) {
        let began = Instant::now();
        for path in [
            "/readyz",
            "/api/v1/namespaces/default",
            "/api/v1/namespaces/kube-node-lease",
            "/api/v1/namespaces/kube-public",
            "/api/v1/namespaces/kube-system",
            "/api/v1/namespaces/default/services/kubernetes",
        ] {
            loop {
                let answer = self.clients.request(&self.admin(), "GET", path, None).await;
                if matches!(answer, Ok((200, _))) {
                    break;
                }
                let (server, etcd) = (&self.server, &self.etcd);
                if server.ended() || etcd.ended() || began.elapsed() > PATIENCE {
                    panic!("{path}: {answer:?}\nkube-apiserver:\n{}\netcd:\n{}", server.tail(), etcd.tail());
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

/// The name that etcd gives the socket of the URL `unix://etcd:0`.
const SOCKET: &str = "etcd:0";

/// What is the same for each API server; files are in its own folder.
const SETTINGS: [&str; 14] = [
    "--bind-address=127.0.0.1",
    "--permit-port-sharing",
    "--authorization-mode=RBAC",
    "--token-auth-file=tokens.csv",
    "--tls-cert-file=server.pem",
    "--tls-private-key-file=server.key",
    "--service-account-issuer=https://kubernetes.default.svc",
    "--service-account-key-file=accounts.pub",
    "--service-account-signing-key-file=accounts.key",
    "--service-cluster-ip-range=10.96.0.0/16",
    // As installers set it; without it no pod may be privileged.
    "--allow-privileged",
    "--audit-policy-file=audit.yaml",
    "--audit-log-path=audit.log",
    // In MB: the log is never cut.
    "--audit-log-maxsize=100000",
];

fn start_etcd(programs: &Programs) -> Process {
    let args = [
        "--data-dir=data",
        "--name=test",
        "--unsafe-no-fsync",
        "--log-level=warn",
        "--listen-client-urls=unix://etcd:0",
        "--advertise-client-urls=unix://etcd:0",
        "--listen-peer-urls=unix://peer:0",
        "--initial-advertise-peer-urls=unix://peer:0",
        "--initial-cluster=test=unix://peer:0",
    ];
    Process::start(&Process::folder("etcd"), &programs.etcd, args)
}

fn token(user: &str) -> String {
    format!("{user}-token")
}
