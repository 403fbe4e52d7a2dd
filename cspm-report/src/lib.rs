//! The formats in which a report leaves cspm. Each is a function of the report: the same report gives the same bytes.
//!
//! Findings are written one by one as they are made, so that the size of a report costs no memory.
//!
//! ```
//! use std::sync::Arc;
//! use cspm_core::{Exceptions, Inventory, evaluate};
//! use cspm_report::{Format, to_string};
//!
//! let report = evaluate(Arc::new(Inventory::default()), vec![], Exceptions::default());
//! let format: Format = "sarif".parse()?;
//! assert!(to_string(&report, format)?.contains("2.1.0"));
//! # Ok::<(), cspm_core::Error>(())
//! ```

mod asff;
mod asff_types;
mod csv;
mod format;
mod graph;
mod html;
mod json;
mod junit;
mod markdown;
mod ocsf;
pub mod plain;
mod sarif;
mod standing;
mod stream;
mod text;

use std::io::{self, BufWriter, Write};

use cspm_core::{Error, ErrorKind, Report, Result};

pub use format::Format;
pub use graph::JsonGraph;

/// The version of cspm, as reports name it.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Writes a report.
///
/// # Errors
/// [`ErrorKind::Io`] where `out` does not take it.
pub fn write(report: &Report, format: Format, out: &mut dyn Write) -> Result<()> {
    let mut out = BufWriter::with_capacity(1 << 16, out);
    write_all(report, format, &mut out)
        .and_then(|()| out.flush())
        .map_err(|e| Error::new(ErrorKind::Io, format!("write the report as {format}")).with_source(e))
}

/// The report as a text.
///
/// # Errors
/// As [`write()`]; in practice none.
pub fn to_string(report: &Report, format: Format) -> Result<String> {
    let mut bytes = Vec::new();
    write(report, format, &mut bytes)?;
    String::from_utf8(bytes)
        .map_err(|e| Error::new(ErrorKind::Format, format!("write the report as {format}")).with_source(e))
}

fn write_all(report: &Report, format: Format, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Json => json::write(report, out),
        Format::Ocsf => ocsf::write(report, out),
        Format::Asff => asff::write(report, out),
        Format::Sarif => sarif::write(report, out),
        Format::Junit => junit::write(report, out),
        Format::Csv => csv::write(report, out),
        Format::Markdown => markdown::write(report, out),
        Format::Html => html::write(report, out),
    }
}
