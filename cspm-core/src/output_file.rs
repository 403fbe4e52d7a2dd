//! A file that is there whole or not at all.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::{Error, ErrorKind, Result};

/// A file being written beside the one wanted, which takes its place when it is complete: who reads the one wanted never
/// sees a part of it, and an older one stays where the new one fails.
///
/// Only the owner can read it: what a scan finds is nobody else's business. It is written under a random name that nobody
/// had before, and where the name wanted is a symbolic link, the link is replaced and not followed. What is no plain file
/// (`/dev/null`, a named pipe) is written as it is, and so are the streams of the program itself (`/dev/stdout`).
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
    out: BufWriter<Target>,
}

/// Where the bytes go until the file is complete.
#[derive(Debug)]
enum Target {
    /// A file beside the one wanted, which is deleted unless it takes its place.
    Part(NamedTempFile),
    /// A device, a pipe or a stream of the program.
    AsItIs(File),
}

impl OutputFile {
    /// Begins a file.
    ///
    /// # Errors
    /// [`ErrorKind::Io`] where nothing can be written there.
    pub fn create(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref().to_owned();
        let target = match is_written_as_it_is(&path) {
            // Behind what is there already, where the stream goes to a file.
            true => File::options().append(true).open(&path).map(Target::AsItIs),
            false => beside(&path).map(Target::Part),
        };
        let target = target.map_err(|e| unwritable(&path, e))?;
        Ok(Self { path, out: BufWriter::new(target) })
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
    pub fn commit(self) -> Result<()> {
        let Self { path, out } = self;
        match out.into_inner().map_err(|e| unwritable(&path, e.into_error()))? {
            Target::Part(part) => part.persist(&path).map(drop).map_err(|e| unwritable(&path, e.error)),
            Target::AsItIs(_) => Ok(()),
        }
    }
}

/// Whether no file takes the place of what is there: a device or a pipe, which is no link, and what stands for a stream that
/// the program was given.
fn is_written_as_it_is(path: &Path) -> bool {
    let no_plain_file = |known: std::fs::Metadata| !known.is_file() && !known.is_symlink();
    is_stream(path) || path.symlink_metadata().is_ok_and(no_plain_file)
}

/// Whether the path is one of those under which the system shows a program's own streams: `/dev/stdout`, `/dev/fd/3`.
pub(crate) fn is_stream(path: &Path) -> bool {
    cfg!(unix)
        && path.to_str().is_some_and(|path| {
            let number = path.strip_prefix("/dev/fd/").or_else(|| path.strip_prefix("/proc/self/fd/"));
            matches!(path, "/dev/stdin" | "/dev/stdout" | "/dev/stderr")
                || number.is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
        })
}

/// A new file in the folder of the one wanted, which only the owner can read.
fn beside(path: &Path) -> io::Result<NamedTempFile> {
    let name = path.file_name().ok_or_else(|| io::Error::from(io::ErrorKind::InvalidFilename))?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut prefix = std::ffi::OsString::from(".");
    prefix.push(name);
    prefix.push(".");
    tempfile::Builder::new().prefix(&prefix).suffix(".part").tempfile_in(folder)
}

impl Write for Target {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Part(file) => file.write(bytes),
            Self::AsItIs(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Part(file) => file.flush(),
            Self::AsItIs(file) => file.flush(),
        }
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

    #[cfg(unix)]
    #[test]
    fn only_the_owner_reads_it_also_where_all_could_read_the_old_one() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report");
        std::fs::write(&path, "old").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        let file = OutputFile::create(&path).unwrap();
        for entry in std::fs::read_dir(folder.path()).unwrap().map(Result::unwrap).filter(|e| e.path() != path) {
            assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o777, 0o600, "while it is written");
        }
        file.commit().unwrap();
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_replaced_and_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let (path, other) = (folder.path().join("report"), folder.path().join("other"));
        std::fs::write(&other, "precious").unwrap();
        for target in [other.as_path(), Path::new("/dev/null"), Path::new("nothing")] {
            std::os::unix::fs::symlink(target, &path).unwrap();
            let mut file = OutputFile::create(&path).unwrap();
            file.write_all(b"new").unwrap();
            file.commit().unwrap();
            assert!(path.symlink_metadata().unwrap().is_file(), "{}", target.display());
            assert_eq!(std::fs::read(&path).unwrap(), b"new");
            std::fs::remove_file(&path).unwrap();
        }
        assert_eq!(std::fs::read(&other).unwrap(), b"precious");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_with_the_name_that_others_would_guess_is_not_written_through() {
        let folder = tempfile::tempdir().unwrap();
        let (path, other) = (folder.path().join("report"), folder.path().join("other"));
        std::fs::write(&other, "precious").unwrap();
        let guess = folder.path().join(format!("report.{}.part", std::process::id()));
        std::os::unix::fs::symlink(&other, guess).unwrap();
        let mut file = OutputFile::create(&path).unwrap();
        file.write_all(b"new").unwrap();
        file.commit().unwrap();
        assert_eq!(std::fs::read(&other).unwrap(), b"precious");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_stream_of_the_program_is_written_as_it_is() {
        use std::os::fd::AsRawFd;
        let mut kept = tempfile::tempfile().unwrap();
        kept.write_all(b"before ").unwrap();
        for folder in ["/dev/fd", "/proc/self/fd"] {
            let mut file = OutputFile::create(format!("{folder}/{}", kept.as_raw_fd())).unwrap();
            file.write_all(b"all of it ").unwrap();
            file.commit().unwrap();
        }
        assert_eq!(
            io::read_to_string(File::open(format!("/dev/fd/{}", kept.as_raw_fd())).unwrap()).unwrap(),
            "before all of it all of it "
        );
        for path in ["/dev/fd/", "/dev/fd/../null", "/dev/fdx/1", "dev/stdout", "/tmp/stdout"] {
            assert!(!is_stream(Path::new(path)), "{path}");
        }
    }

    #[test]
    fn a_name_alone_is_a_file_in_the_folder_where_the_program_runs() {
        let name = format!("cspm-output-file-test-{}", std::process::id());
        OutputFile::create(&name).unwrap().commit().unwrap();
        std::fs::remove_file(&name).unwrap();
        assert_eq!(OutputFile::create("..").unwrap_err().kind(), ErrorKind::Io);
    }
}
