//! A server that ends with the test, however that ends.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Runs the server until its own input is closed, which happens even to a test that was killed; then removes its folder. What
/// the server says of itself stays there until then, also where it has ended before.
const KEEPER: &str = r#"
exec 3<&0
"$@" </dev/null >log 2>&1 3<&- &
server=$!
(read -r _ <&3; [ -e ended ] || kill -KILL "$server") &
watcher=$!
wait "$server"
: >ended
wait "$watcher"
folder=$PWD
cd / && rm -rf "$folder"
"#;

/// A server with a folder of its own.
pub struct Process {
    keeper: Child,
    folder: PathBuf,
}

impl Process {
    /// Starts a program in a folder, which becomes its own.
    pub fn start(folder: &Path, program: &Path, args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Self {
        let mut command = Command::new("sh");
        command.arg("-c").arg(KEEPER).arg("sh").arg(program).args(args).current_dir(folder);
        // A group of its own: what interrupts or kills the test's group leaves the keeper to clean up.
        command.process_group(0).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        Self { keeper: command.spawn().expect("there is a shell"), folder: folder.to_owned() }
    }

    /// A new folder for a server; the server's keeper removes it.
    pub fn folder(name: &str) -> PathBuf {
        tempfile::Builder::new().prefix(&format!("cspm-{name}-")).tempdir().unwrap().keep()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Whether the server has ended by itself.
    pub fn ended(&self) -> bool {
        self.path("ended").exists()
    }

    /// The last lines that the server printed.
    pub fn tail(&self) -> String {
        let log = fs::read(self.path("log")).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(30)..].join("\n")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        drop(self.keeper.wait());
    }
}
