//! The command line as a program of its own: with an environment that holds nothing, and a limit to its time.

use std::ffi::OsString;
use std::io::Read;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Names the arguments, one a line, to the process that is to be the program.
const ARGUMENTS: &str = "CSPM_TEST_ARGUMENTS";
/// Longer than any run may take.
const LIMIT: Duration = Duration::from_secs(100);

/// A run of the program.
pub struct Run {
    command: Command,
    arguments: Vec<String>,
}

/// How a run ended.
#[derive(Debug)]
pub struct Ended {
    pub status: i32,
    pub out: String,
    pub err: String,
    pub took: Duration,
}

/// The program with these arguments.
pub fn cspm<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Run {
    let mut command = Command::new(std::env::current_exe().unwrap());
    // The test of that name is the program.
    command.args(["--exact", "as_a_program", "--nocapture"]).env_clear();
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command.env("AWS_CONFIG_FILE", "/dev/null").env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
    let arguments = arguments.into_iter().map(str::to_owned).collect();
    Run { command, arguments }.env("AWS_EC2_METADATA_DISABLED", "true")
}

impl Run {
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// With access keys in the environment.
    pub fn with_keys(self) -> Self {
        self.env("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE").env("AWS_SECRET_ACCESS_KEY", "test")
    }

    /// Runs to the end.
    pub fn end(mut self) -> Ended {
        let begun = Instant::now();
        self.command.env(ARGUMENTS, self.arguments.join("\n")).stdin(Stdio::null());
        let mut child = self.command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (out, err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
        let (out, err) = (std::thread::spawn(|| read(out)), std::thread::spawn(|| read(err)));
        let status = loop {
            match child.try_wait().unwrap() {
                Some(status) => break status.code().unwrap_or(-1),
                None if begun.elapsed() > LIMIT => {
                    child.kill().unwrap();
                    panic!("{:?} does not end", self.arguments);
                }
                None => std::thread::sleep(Duration::from_millis(20)),
            }
        };
        let (out, err) = (out.join().unwrap(), err.join().unwrap());
        // What the test runner says of itself comes first.
        let out = out.split_once("running 1 test\n").map_or(out.clone(), |(_, out)| out.to_owned());
        Ended { status, out, err, took: begun.elapsed() }
    }
}

fn read(mut from: impl Read) -> String {
    let mut bytes = Vec::new();
    from.read_to_end(&mut bytes).unwrap();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Is the program, in a process that was started as one; else does nothing.
pub fn be() {
    let Ok(arguments) = std::env::var(ARGUMENTS) else { return };
    let arguments = std::iter::once("cspm").chain(arguments.lines()).map(OsString::from);
    let status = cspm::cli::run(arguments, &mut std::io::stdout(), &mut std::io::stderr());
    std::process::exit(status.into());
}

impl Ended {
    /// Asserts that it ended with an error of use or access, soon, which says `texts`; the rest of the output is empty.
    pub fn assert_error(&self, texts: &[&str]) {
        assert_eq!(self.status, 2, "{self:?}");
        assert!(self.took < Duration::from_secs(30), "{self:?}");
        let errors: Vec<_> = self.err.lines().filter(|line| line.starts_with("error: ")).collect();
        assert_eq!(errors.len(), 1, "one error: {self:?}");
        for text in texts {
            assert!(self.err.contains(text), "{text:?} is not said: {}", self.err);
        }
        assert!(self.err.len() < 2000, "an error that nobody reads to the end: {}", self.err);
        assert_eq!(self.out, "", "{}", self.err);
    }
}
