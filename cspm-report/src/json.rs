//! JSON: everything that the report has.

use std::io::{self, Write};

use cspm_core::Report;

use crate::VERSION;
use crate::stream::Members;

pub(crate) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut object = Members::begin(out)?;
    object.member("cspm", VERSION)?;
    object.member("collected_at", report.collected_at)?;
    object.member("identities", &report.identities)?;
    object.member("summary", &report.summary)?;
    object.member("scores", &report.scores)?;
    object.member("coverage", &report.coverage)?;
    object.rows("findings", report.findings())?;
    object.end()?;
    out.write_all(b"\n")
}
