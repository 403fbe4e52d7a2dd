//! A file that is read.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::output_file::is_stream;
use crate::{Error, ErrorKind, Result};

/// Opens a file to be read; `what` begins what errors say was attempted, as `read` or `open the snapshot`. A pipe that
/// somebody has left in a folder has nobody who writes to it, and a device may have no end: what is no plain file is refused,
/// but for the streams that the program was given (`/dev/stdin`).
///
/// # Errors
/// [`ErrorKind::Io`] where it cannot be read, or is a folder, a pipe or a device.
pub fn open_input(what: &str, path: impl AsRef<Path>) -> Result<File> {
    let path = path.as_ref();
    let failed = |e| Error::new(ErrorKind::Io, format!("{what} {}", path.display())).with_source(e);
    // It is looked at before it is opened, since opening a pipe waits for somebody to write to it.
    let known = path.metadata().map_err(failed)?;
    if !known.is_file() && !is_stream(path) {
        let is = if known.is_dir() { "a folder" } else { "a pipe, a socket or a device" };
        let error = Error::new(ErrorKind::Io, format!("{what} {}", path.display()));
        return Err(error.with_help(format!("it is {is}, and a file is due")));
    }
    File::open(path).map_err(failed)
}

/// The text in a file of at most `max_bytes` bytes; `what` is as for [`open_input`].
///
/// # Errors
/// As [`open_input`]; [`ErrorKind::Limit`] where it is larger, [`ErrorKind::Format`] where it is no UTF-8.
pub fn read_input(what: &str, path: impl AsRef<Path>, max_bytes: u64) -> Result<String> {
    let path = path.as_ref();
    let attempted = || format!("{what} {}", path.display());
    let mut bytes = Vec::new();
    let read = open_input(what, path)?.take(max_bytes.saturating_add(1)).read_to_end(&mut bytes);
    read.map_err(|e| Error::new(ErrorKind::Io, attempted()).with_source(e))?;
    if bytes.len() as u64 > max_bytes {
        let help = format!("it is larger than {max_bytes} bytes, which no such file needs");
        return Err(Error::new(ErrorKind::Limit, attempted()).with_help(help));
    }
    String::from_utf8(bytes).map_err(|e| Error::new(ErrorKind::Format, attempted()).with_source(e.utf8_error()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_up_to_its_limit() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, "text").unwrap();
        assert_eq!(read_input("read", &path, 4).unwrap(), "text");
        assert_eq!(read_input("read", &path, 3).unwrap_err().kind(), ErrorKind::Limit);
        std::fs::write(&path, b"\xff").unwrap();
        assert_eq!(read_input("read", &path, 4).unwrap_err().kind(), ErrorKind::Format);
        assert_eq!(read_input("read", folder.path(), 4).unwrap_err().kind(), ErrorKind::Io);
        assert_eq!(read_input("read", folder.path().join("none"), 4).unwrap_err().kind(), ErrorKind::Io);
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_or_a_device_is_refused_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        for path in [pipe.as_path(), Path::new("/dev/zero"), Path::new("/dev/null")] {
            let error = read_input("read", path, 1 << 20).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Io);
            assert!(error.to_string().contains("a pipe, a socket or a device"), "{error}");
        }
    }
}
