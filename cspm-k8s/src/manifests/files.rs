//! The files to read.

use std::fs::{self, File};
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
        } else if path.extension().is_some_and(known) && !path.is_dir() {
            // A link to nothing is a file too, which then cannot be opened.
            found.push(match path.metadata() {
                Ok(file) if !file.is_file() => Err((path, no_file())),
                _ => Ok(path),
            });
        }
    }
}

/// Opens a file that was given or found. What a caller gives may be a pipe, as that of `<(kustomize build)`; a device has no
/// end.
pub(super) fn open(path: &Path) -> io::Result<File> {
    let kind = path.metadata()?.file_type();
    if kind.is_file() || is_pipe(kind) { File::open(path) } else { Err(no_file()) }
}

#[cfg(unix)]
fn is_pipe(kind: fs::FileType) -> bool {
    std::os::unix::fs::FileTypeExt::is_fifo(&kind)
}

#[cfg(not(unix))]
fn is_pipe(_: fs::FileType) -> bool {
    false
}

fn no_file() -> io::Error {
    io::Error::other("it is a pipe, a socket or a device, and no file")
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::symlink;
    use std::process::Command;

    use super::*;

    #[test]
    fn pipes_devices_and_circles_are_no_files() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("a.yaml"), "a: 1").unwrap();
        assert!(Command::new("mkfifo").arg(at("b.yaml")).status().unwrap().success());
        symlink("/dev/zero", at("c.yaml")).unwrap();
        symlink(folder.path(), at("d")).unwrap();
        symlink(folder.path(), at("e.yaml")).unwrap();
        symlink(at("f.yaml"), at("f.yaml")).unwrap();
        let mut found = Vec::new();
        below(folder.path(), &mut found);
        let told = |found: &Result<PathBuf, (PathBuf, io::Error)>| {
            let path = found.as_ref().unwrap_or_else(|(path, _)| path);
            (path.file_name().unwrap().to_string_lossy().into_owned(), found.is_ok())
        };
        let told: Vec<_> = found.iter().map(told).collect();
        let expected = [("a.yaml", true), ("b.yaml", false), ("c.yaml", false), ("f.yaml", true)];
        assert_eq!(told, expected.map(|(name, file)| (name.to_owned(), file)));
        assert!(open(&at("f.yaml")).is_err(), "a link to itself cannot be opened");
        assert!(open(Path::new("/dev/zero")).is_err());
        assert!(open(&at("a.yaml")).is_ok());
    }
}
