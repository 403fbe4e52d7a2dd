//! The programs of docs/src/programs.md do what they say, in the three languages, against an account and a cluster.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr, reason = "a test that cannot be set up fails")]

use std::path::{Path, PathBuf};
use std::process::Command;

use cspm_k8s_tests::cluster::{Cluster, Version};
use cspm_k8s_tests::fill;
use tempfile::TempDir;

const PAGE: &str = "docs/src/programs.md";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

fn set(name: &str) -> Option<String> {
    let value = std::env::var(name).ok();
    if value.is_none() {
        assert!(std::env::var_os("CI").is_none(), "{name} is not set: run `make tests`");
        eprintln!("SKIPPED: {name} is not set: run `make tests`");
    }
    value
}

/// What the programs find around them: files in their folder, an account, and a cluster as the context `prod`.
struct World {
    folder: TempDir,
    variables: Vec<(&'static str, String)>,
    _cluster: Cluster,
}

impl World {
    async fn make() -> Option<Self> {
        let endpoint = set("CSPM_TEST_AWS")?;
        let cluster = Cluster::start(Version::Current).await?;
        fill::fill(&cluster).await;
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        std::fs::copy(root().join("examples/sample/inventory.json"), path("inventory.json")).unwrap();
        copy(&root().join("examples/manifests"), &path("deploy"));
        for (page, name) in
            [("exceptions.md", "exceptions.yaml"), ("writing-rules.md", "my-rules/acme_s3_bucket_logs_kept.yaml")]
        {
            std::fs::create_dir_all(path(name).parent().unwrap()).unwrap();
            std::fs::write(path(name), written_to(page, name)).unwrap();
        }
        let kubeconfig = std::fs::read_to_string(cluster.kubeconfig_with("programs", &cluster.admin())).unwrap();
        let kubeconfig: serde_json::Value = serde_saphyr::from_str(&kubeconfig).unwrap();
        std::fs::write(path("kubeconfig"), with_context(kubeconfig, "prod").to_string()).unwrap();
        let keys = "aws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = example\nregion = us-east-1\n";
        std::fs::write(path("aws"), format!("[default]\n{keys}[profile audit]\n{keys}")).unwrap();
        let variables = vec![
            ("KUBECONFIG", path("kubeconfig").display().to_string()),
            ("AWS_CONFIG_FILE", path("aws").display().to_string()),
            ("AWS_ENDPOINT_URL", endpoint),
        ];
        let world = Self { folder, variables, _cluster: cluster };
        world.store_inventory();
        Some(world)
    }

    /// Puts the inventory into the bucket of which the programs read it.
    fn store_inventory(&self) {
        let script = "import boto3; s3 = boto3.client('s3'); s3.create_bucket(Bucket='audits'); \
                      s3.upload_file('inventory.json', 'audits', 'inventory.json')";
        self.run(Command::new(std::env::var("CSPM_PYTHON").unwrap_or("python3".to_owned())).args(["-c", script]));
    }

    /// Runs a program, which must end well, and gives what it printed.
    fn run(&self, command: &mut Command) -> String {
        let ended = command.current_dir(&self.folder).envs(self.variables.clone()).output().unwrap();
        let (out, err) = (String::from_utf8_lossy(&ended.stdout), String::from_utf8_lossy(&ended.stderr));
        assert!(ended.status.success(), "{command:?}: {}\n{err}", ended.status);
        out.into_owned()
    }

    fn has(&self, name: &str) {
        assert!(self.folder.path().join(name).metadata().is_ok_and(|file| file.len() > 0), "{name} was not written");
    }
}

/// The block of a page of the guide that says that it is written to `name`.
fn written_to(page: &str, name: &str) -> String {
    let text = std::fs::read_to_string(root().join("docs/src").join(page)).unwrap();
    let (_, from) = text.split_once(&format!("file={name}\n")).unwrap();
    from.split_once("```").unwrap().0.to_owned()
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

/// The kubeconfig with its current context under a name.
fn with_context(mut kubeconfig: serde_json::Value, name: &str) -> serde_json::Value {
    kubeconfig["contexts"][0]["name"] = name.into();
    kubeconfig["current-context"] = name.into();
    kubeconfig
}

#[tokio::test]
async fn in_rust() {
    let Some(world) = World::make().await else { return };
    let source = std::fs::read_to_string(root().join("tests/k8s/examples/documented.rs")).unwrap();
    let shown = written_to("programs.md", "documented.rs");
    assert!(source.ends_with(&shown), "examples/documented.rs is not what {PAGE} shows");
    let program = std::env::current_exe().unwrap().parent().unwrap().join("../examples/documented");
    let out = world.run(&mut Command::new(program));
    assert!(out.contains("pass kubernetes_") && out.contains(r#""name":"#), "{out}");
    world.has("graph.json");
}

#[tokio::test]
async fn in_python() {
    let Some(python) = set("CSPM_WHEEL_PYTHON") else { return };
    let Some(world) = World::make().await else { return };
    let script = root().join("scripts/run-programs.py");
    let out = world.run(Command::new(python).arg(script).arg("python").arg(root().join(PAGE)));
    assert!(out.contains("aws_s3_bucket") && out.contains("no-such-file.json"), "{out}");
    world.has("out.html");
    world.has("snap.json");
}

#[tokio::test]
async fn in_javascript() {
    let Some(modules) = set("CSPM_NPM_MODULES") else { return };
    let Some(world) = World::make().await else { return };
    let script = root().join("scripts/run-programs.py");
    let out = world.run(Command::new("python3").arg(script).args(["js", &modules]).arg(root().join(PAGE)));
    assert!(out.contains("seven") && out.contains("no-such-file.json"), "{out}");
    world.has("out.html");
}
