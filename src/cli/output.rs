//! Where the report goes.

use std::io::Write;

use super::args::{OutputArgs, Shape};
use super::text;
use crate::{Error, ErrorKind, OutputFile, Report, Result};

/// The place of the report, opened before the scan so that nobody waits for a report that cannot be written.
pub(super) struct Output {
    shape: Shape,
    file: Option<OutputFile>,
}

impl Output {
    pub(super) fn open(args: &OutputArgs) -> Result<Self> {
        let file = args.output.as_ref().map(OutputFile::create).transpose()?;
        Ok(Self { shape: args.format, file })
    }

    pub(super) fn write(self, report: &Report, out: &mut dyn Write) -> Result<()> {
        match self.file {
            None => write(report, self.shape, out),
            Some(mut file) => {
                write(report, self.shape, &mut file)?;
                file.commit()
            }
        }
    }
}

fn write(report: &Report, shape: Shape, out: &mut dyn Write) -> Result<()> {
    match shape {
        Shape::File(format) => crate::write(report, format, out),
        Shape::Table => {
            let failed = |e| Error::new(ErrorKind::Io, "write the report").with_source(e);
            out.write_all(text::report(report).as_bytes()).map_err(failed)
        }
    }
}
