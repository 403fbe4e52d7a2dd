//! The public names of the packages for Python and Node, as programs of theirs print them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::Names;
use crate::review::Language;

/// The names of the packages that are installed: where `scripts/wheel-venv.sh` and `scripts/npm-folder.sh` put them, unless
/// `CSPM_WHEEL_PYTHON` and `CSPM_NPM_FOLDER` say otherwise.
pub(crate) fn names() -> BTreeMap<Language, Names> {
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let cache = cache.or_else(|| std::env::home_dir().map(|home| home.join(".cache"))).unwrap_or_default();
    let place = |variable: &str, below: &str| {
        std::env::var_os(variable).map_or_else(|| cache.join("cspm").join(below), PathBuf::from)
    };
    let python = place("CSPM_WHEEL_PYTHON", "wheel-venv/bin/python");
    let folder = place("CSPM_NPM_FOLDER", "npm/folder");
    let programs = [
        (Language::Python, Command::new(&python), "names.py", python),
        (Language::Node, Command::new("node"), "names.mjs", folder.join("node_modules/cspm")),
    ];
    let mut names = BTreeMap::new();
    for (language, command, program, needed) in programs {
        if needed.exists() {
            names.insert(language, printed(command, program, &folder));
        } else {
            let text = format!("the package for {language:?} is not installed: see scripts/parity.sh");
            assert!(std::env::var_os("CI").is_none(), "{text}");
            eprintln!("SKIPPED: {text}");
        }
    }
    names
}

fn printed(mut command: Command, program: &str, folder: &Path) -> Names {
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/surface").join(program);
    let output = command.arg(&program).current_dir(folder).stdin(Stdio::null()).output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{} failed:\n{out}\n{err}", program.display());
    out.lines().map(str::to_owned).collect()
}
