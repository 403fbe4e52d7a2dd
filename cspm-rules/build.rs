//! Embeds the rule catalog and the frameworks: every YAML file below `catalog` and `compliance`, in the order of paths.
//! The cases of rules are left out: a scan does not need them, and they are more than half of the text.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

fn main() -> io::Result<()> {
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let mut source = String::new();
    for (folder, name) in [("catalog", "CATALOG"), ("compliance", "COMPLIANCE")] {
        println!("cargo::rerun-if-changed={folder}");
        let mut files = Vec::new();
        walk(&root.join(folder), &mut files)?;
        files.sort();
        source.push_str(&format!("pub(crate) const {name}: &[(&str, &str)] = &[\n"));
        for file in files {
            let relative = file.strip_prefix(&root).unwrap_or(&file).to_string_lossy().replace('\\', "/");
            let text = without_tests(&fs::read_to_string(&file)?);
            source.push_str(&format!("    ({relative:?}, {text:?}),\n"));
        }
        source.push_str("];\n");
    }
    let out = PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(out.join("embedded.rs"), source)
}

/// The text without the lines of the top-level key `tests`.
fn without_tests(text: &str) -> String {
    let mut inside = false;
    let kept = text.lines().filter(|line| {
        let top = !line.starts_with([' ', '#']) && !line.trim().is_empty();
        inside = if top { line.starts_with("tests:") } else { inside };
        !inside
    });
    kept.flat_map(|line| [line, "\n"]).collect()
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if !folder.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            walk(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "yaml") {
            files.push(path);
        }
    }
    Ok(())
}
