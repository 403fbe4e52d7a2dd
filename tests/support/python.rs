//! The interpreter with the packages of `tests/requirements.txt`.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The interpreter: of `CSPM_PYTHON`, or of the cache. Without one a test says so and checks nothing; in CI it fails.
pub fn interpreter() -> Option<PathBuf> {
    let named = std::env::var_os("CSPM_PYTHON").map(PathBuf::from);
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let cache = cache.or_else(|| std::env::home_dir().map(|home| home.join(".cache")));
    let python = named.or_else(|| cache.map(|cache| cache.join("cspm/venv/bin/python"))).filter(|path| path.exists());
    if python.is_none() {
        let text = "no Python with tests/requirements.txt: set CSPM_PYTHON or make ~/.cache/cspm/venv";
        assert!(std::env::var_os("CI").is_none(), "{text}");
        eprintln!("SKIPPED: {text}");
    }
    python
}

/// The root of the repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Runs a program of the repository to its end; what it printed.
pub fn run(python: &Path, script: &str, args: &[&str]) -> String {
    let mut command = Command::new(python);
    command.arg(root().join(script)).args(args).stdin(Stdio::null());
    let output = command.output().expect("Python runs");
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{script} failed:\n{out}\n{err}");
    out.into_owned()
}
