//! A file that is there whole or not at all.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::{Error, ErrorKind, Result};

/// A file being written beside the one wanted, which takes its place when it is complete: who reads the one wanted never
/// sees a part of it, and an older one stays where the new one fails. What is no plain file (`/dev/null`, a pipe) is
/// written as it is.
///
/// ```
/// use std::io::Write;
/// use cspm_core::OutputFile;
///
/// # let folder = tempfile::tempdir().unwrap();
/// let path = folder.path().join("report.txt");
/// let mut file = OutputFile::create(&path)?;
/// file.write_all(b"all of it").unwrap();
/// assert!(!path.exists());
/// file.commit()?;
/// assert_eq!(std::fs::read(&path).unwrap(), b"all of it");
/// # Ok::<(), cspm_core::Error>(())
/// ```
#[derive(Debug)]
pub struct OutputFile {
    path: PathBuf,
    part: Option<PathBuf>,
    out: BufWriter<File>,
}

impl OutputFile {
    /// Begins a file.
    ///
    /// # Errors
    /// [`ErrorKind::Io`] where nothing can be written there.
    pub fn create(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref().to_owned();
        let plain = std::fs::metadata(&path).map_or(true, |known| known.is_file());
        let part = plain.then(|| {
            let mut part = path.clone().into_os_string();
            part.push(format!(".{}.part", std::process::id()));
            PathBuf::from(part)
        });
        let opened = match &part {
            Some(part) => File::create(part),
            None => File::options().write(true).open(&path),
        };
        let file = opened.map_err(|e| unwritable(&path, e))?;
        Ok(Self { path, part, out: BufWriter::new(file) })
    }

    /// The file wanted.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Puts the file in its place.
    ///
    /// # Errors
    /// [`ErrorKind::Io`] where not all of it could be written.
    pub fn commit(mut self) -> Result<()> {
        self.out.flush().map_err(|e| unwritable(&self.path, e))?;
        if let Some(part) = &self.part {
            std::fs::rename(part, &self.path).map_err(|e| unwritable(&self.path, e))?;
        }
        self.part = None;
        Ok(())
    }
}

impl Write for OutputFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

impl Drop for OutputFile {
    fn drop(&mut self) {
        if let Some(part) = &self.part {
            // Only a file that failed leaves a part behind, and its error is told already.
            let _ = std::fs::remove_file(part);
        }
    }
}

fn unwritable(path: &Path, error: io::Error) -> Error {
    Error::new(ErrorKind::Io, format!("write {}", path.display())).with_source(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_not_completed_leaves_the_old_one_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report");
        std::fs::write(&path, "old").unwrap();
        let mut file = OutputFile::create(&path).unwrap();
        file.write_all(b"new").unwrap();
        drop(file);
        assert_eq!(std::fs::read(&path).unwrap(), b"old");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn a_device_stays_a_device() {
        use std::os::unix::fs::FileTypeExt;
        let mut file = OutputFile::create("/dev/null").unwrap();
        file.write_all(b"x").unwrap();
        file.commit().unwrap();
        assert!(std::fs::metadata("/dev/null").unwrap().file_type().is_char_device());
    }

    #[test]
    fn where_nothing_can_be_written_nothing_begins() {
        let folder = tempfile::tempdir().unwrap();
        for path in [folder.path().to_owned(), folder.path().join("no/such/place")] {
            assert_eq!(OutputFile::create(path).unwrap_err().kind(), ErrorKind::Io);
        }
    }
}
