//! CSV as of RFC 4180: a header, CRLF at the end of each row, a row for each finding.
//!
//! A spreadsheet takes some cells for formulas, so that the name of a resource could run code: [`plain::cell`].

use std::borrow::Cow;
use std::io::{self, Write};

use cspm_core::Report;

use crate::{plain, text};

const HEADER: [&str; 22] = [
    "id",
    "rule_id",
    "status",
    "severity",
    "title",
    "message",
    "provider",
    "service",
    "account",
    "region",
    "kind",
    "resource_uid",
    "resource_name",
    "resource_tags",
    "evidence",
    "unread",
    "remediation",
    "frameworks",
    "exception_owner",
    "exception_reason",
    "exception_expires",
    "collected_at",
];

pub(crate) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut csv = ::csv::WriterBuilder::new().terminator(::csv::Terminator::CRLF).from_writer(out);
    csv.write_record(HEADER)?;
    for finding in report.findings() {
        let (rule, resource, exception) = (&finding.rule, &finding.resource, finding.exception.as_deref());
        let row: [Cow<'_, str>; HEADER.len()] = [
            (&finding.id).into(),
            (&*rule.id).into(),
            finding.status.as_str().into(),
            rule.severity.as_str().into(),
            (&rule.title).into(),
            (&finding.message).into(),
            (&*resource.provider).into(),
            (&*rule.service).into(),
            (&*resource.account).into(),
            (&*resource.region).into(),
            (&*resource.kind).into(),
            (&*resource.uid).into(),
            (&*resource.name).into(),
            serde_json::to_string(&*resource.tags)?.into(),
            serde_json::to_string(&text::evidence(&finding.evidence))?.into(),
            text::unread(&finding.unread).into(),
            (&rule.remediation.text).into(),
            text::controls(rule).collect::<Vec<_>>().join("; ").into(),
            exception.map_or("", |e| &e.owner).into(),
            exception.map_or("", |e| &e.reason).into(),
            exception.map(|e| e.expires.to_string()).unwrap_or_default().into(),
            resource.collected_at.to_string().into(),
        ];
        csv.write_record(row.iter().map(|cell| plain::cell(cell)).map(|cell| cell.into_owned()))?;
    }
    csv.flush()
}
