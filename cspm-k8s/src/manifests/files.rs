//! The files to read.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// What stands for the standard input.
pub(super) const STDIN: &str = "-";
/// What files with manifests end in.
const ENDINGS: [&str; 3] = ["yaml", "yml", "json"];

/// The files at a path in the order of their names: itself, or those below it. Hidden ones are passed over, and folders
/// that are links, which could lead in a circle. What cannot be looked into is an error of its own.
pub(super) fn below(path: &Path, found: &mut Vec<Result<PathBuf, (PathBuf, io::Error)>>) {
    if path.as_os_str() == STDIN || !path.is_dir() {
        found.push(Ok(path.to_owned()));
        return;
    }
    let entries = fs::read_dir(path).and_then(Iterator::collect::<io::Result<Vec<_>>>);
    let mut paths: Vec<_> = match entries {
        Ok(entries) => entries.into_iter().map(|entry| entry.path()).collect(),
        Err(error) => return found.push(Err((path.to_owned(), error))),
    };
    paths.sort();
    for path in paths {
        let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        let known = |ending: &std::ffi::OsStr| ENDINGS.iter().any(|known| ending.eq_ignore_ascii_case(known));
        if hidden {
            continue;
        }
        if path.is_dir() && !path.is_symlink() {
            below(&path, found);
        } else if path.extension().is_some_and(known) && path.metadata().map_or(true, |found| found.is_file()) {
            // A link to nothing is a file too, which then cannot be opened.
            found.push(Ok(path));
        }
    }
}
