//! Where the report goes.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

use super::args::{OutputArgs, Shape};
use super::text;
use crate::{Error, ErrorKind, Report, Result};

/// The place of the report, opened before the scan so that nobody waits for a report that cannot be written.
pub(super) struct Output {
    shape: Shape,
    file: Option<Part>,
}

/// A file beside the one wanted, which takes its place when it is complete.
struct Part {
    path: PathBuf,
    part: PathBuf,
    file: Option<File>,
}

impl Output {
    pub(super) fn open(args: &OutputArgs) -> Result<Self> {
        let file = match &args.output {
            None => None,
            Some(path) => {
                let mut part = path.clone().into_os_string();
                part.push(format!(".{}.part", std::process::id()));
                let part = PathBuf::from(part);
                let file = File::create(&part).map_err(|e| unwritable(path.display(), e))?;
                Some(Part { path: path.clone(), part, file: Some(file) })
            }
        };
        Ok(Self { shape: args.format, file })
    }

    pub(super) fn write(self, report: &Report, out: &mut dyn Write) -> Result<()> {
        let Some(mut part) = self.file else { return write(report, self.shape, out) };
        let Some(file) = part.file.take() else { return Ok(()) };
        let mut file = BufWriter::new(file);
        write(report, self.shape, &mut file)?;
        file.flush().map_err(|e| unwritable(part.path.display(), e))?;
        std::fs::rename(&part.part, &part.path).map_err(|e| unwritable(part.path.display(), e))
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // After a rename there is nothing to remove; after a failure the error is told already.
        let _ = std::fs::remove_file(&self.part);
    }
}

fn write(report: &Report, shape: Shape, out: &mut dyn Write) -> Result<()> {
    match shape {
        Shape::File(format) => crate::write(report, format, out),
        Shape::Table => out.write_all(text::report(report).as_bytes()).map_err(|e| unwritable("the report", e)),
    }
}

fn unwritable(what: impl std::fmt::Display, error: std::io::Error) -> Error {
    Error::new(ErrorKind::Io, format!("write {what}")).with_source(error)
}
