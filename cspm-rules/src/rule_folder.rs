//! The files with rules in a folder.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::{Error, ErrorKind, Result};

/// The largest rule or framework file that is read, in bytes.
pub(crate) const MAX_BYTES: u64 = 4 << 20;
/// How many files with rules a folder may have.
const MAX_FILES: usize = 20_000;

/// The YAML files at a path, in order: itself, or those in the folder and the folders in it. What begins with a dot is passed
/// over, as what Kubernetes keeps beside the files of a mounted ConfigMap.
pub(crate) fn rule_files(path: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    if !path.is_dir() {
        found.push(path.to_owned());
        return Ok(());
    }
    below(path, &mut Vec::new(), found)
}

fn below(folder: &Path, around: &mut Vec<PathBuf>, found: &mut Vec<PathBuf>) -> Result<()> {
    let real = folder.canonicalize().map_err(|e| read_error(folder, e))?;
    if around.contains(&real) {
        let message = format!("this link leads back to {}, which it is in", real.display());
        return Err(Error::new(ErrorKind::Io, message).in_file(folder));
    }
    around.push(real);
    let entries = fs::read_dir(folder).and_then(Iterator::collect::<std::io::Result<Vec<_>>>);
    let mut paths: Vec<_> = entries.map_err(|e| read_error(folder, e))?.into_iter().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if hidden {
            continue;
        }
        if path.is_dir() {
            below(&path, around, found)?;
        } else if path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml") {
            found.push(path);
        }
        if found.len() > MAX_FILES {
            let message = format!("there are more than {MAX_FILES} files in it: name the folders with rules");
            return Err(Error::new(ErrorKind::Io, message).in_file(folder));
        }
    }
    around.pop();
    Ok(())
}

/// The text of a file with rules.
pub(crate) fn read(path: &Path) -> Result<String> {
    cspm_core::read_input("read", path, MAX_BYTES).map_err(|error| {
        let found = Error::new(ErrorKind::Io, "this cannot be read")
            .in_file(path)
            .with_help_if(error.help().map(str::to_owned));
        match std::error::Error::source(&error) {
            Some(cause) => found.with_source(cause.to_string()),
            None => found,
        }
    })
}

fn read_error(path: &Path, error: std::io::Error) -> Error {
    Error::new(ErrorKind::Io, "this cannot be read").in_file(path).with_source(error)
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;
    use std::process::Command;

    use super::*;
    use crate::Rules;

    fn error(folder: &Path) -> String {
        Rules::empty().path(folder).load(&[]).unwrap_err().to_string()
    }

    #[test]
    fn a_folder_in_itself_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("rules")).unwrap();
        symlink(folder.path(), folder.path().join("rules/all")).unwrap();
        assert!(error(folder.path()).contains("leads back to"), "{}", error(folder.path()));
    }

    #[test]
    fn a_link_to_another_folder_is_followed() {
        let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::write(other.path().join("acme.yaml"), "id: acme").unwrap();
        symlink(other.path(), folder.path().join("others")).unwrap();
        symlink(other.path(), folder.path().join("..data")).unwrap();
        let mut found = Vec::new();
        rule_files(folder.path(), &mut found).unwrap();
        assert_eq!(found, [folder.path().join("others/acme.yaml")]);
    }

    #[test]
    fn what_is_no_file_is_an_error_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("acme.yaml");
        assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
        assert!(
            error(folder.path()).contains("acme.yaml: this cannot be read (it is a pipe"),
            "{}",
            error(folder.path())
        );
        assert!(error(&path).contains("a pipe"));
        fs::remove_file(&path).unwrap();
        symlink("/dev/zero", &path).unwrap();
        assert!(error(folder.path()).contains("a device"));
        fs::remove_file(&path).unwrap();
        fs::File::create(&path).unwrap().set_len(MAX_BYTES + 1).unwrap();
        assert!(error(folder.path()).contains("larger than"));
    }
}
