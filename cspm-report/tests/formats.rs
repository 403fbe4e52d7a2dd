//! What the formats say of each finding, read back with other parsers than wrote it where Rust has one at hand.
#![allow(clippy::expect_used, reason = "a test that cannot go on should say so")]

mod sample;

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use cspm_core::{Finding, Status};
use cspm_report::{Format, to_string, write};
use serde_json::Value;

fn parsed(format: Format) -> Value {
    serde_json::from_str(&to_string(&sample::report(), format).expect("a report")).expect("JSON")
}

fn findings() -> Vec<Finding> {
    sample::report().findings().collect()
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    for format in Format::ALL {
        let [one, other] = [(); 2].map(|()| to_string(&sample::report(), format).expect("a report"));
        assert!(one == other, "{format}");
    }
}

#[test]
fn findings_are_written_as_they_are_made() {
    const FINDINGS: usize = 8_000;
    struct Probe(Arc<AtomicUsize>, Option<usize>);
    impl Write for Probe {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.1.get_or_insert_with(|| self.0.load(Ordering::Relaxed));
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let (report, made) = sample::large(FINDINGS);
    assert_eq!(report.len(), FINDINGS);
    for format in Format::ALL {
        made.store(0, Ordering::Relaxed);
        let mut probe = Probe(made.clone(), None);
        write(&report, format, &mut probe).expect("written");
        let first = probe.1.expect("something was written");
        assert!(first < 1_000, "{format} made {first} findings before it wrote any");
    }
}

#[test]
fn a_writer_that_fails_is_an_error_that_says_so() {
    struct Full;
    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::Error::from(io::ErrorKind::StorageFull))
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    for format in Format::ALL {
        let error = write(&sample::report(), format, &mut Full).expect_err("no space");
        assert_eq!(error.kind(), cspm_core::ErrorKind::Io);
        assert!(error.to_string().starts_with(&format!("cannot write the report as {format}: ")), "{error}");
    }
}

#[test]
fn json_has_every_finding_in_order() {
    let json = parsed(Format::Json);
    let expected: Vec<_> = findings().iter().map(|f| serde_json::to_value(f).expect("JSON")).collect();
    assert_eq!(json["findings"].as_array(), Some(&expected));
    assert_eq!(json["summary"]["excepted"], 1);
    assert_eq!(json["coverage"]["calls"].as_array().map(Vec::len), Some(5));
    assert_eq!(json["cspm"], env!("CARGO_PKG_VERSION"));
}

#[test]
fn unknown_is_never_written_as_pass_or_fail() {
    let (ocsf, asff, sarif) = (parsed(Format::Ocsf), parsed(Format::Asff), parsed(Format::Sarif));
    let results = &sarif["runs"][0]["results"];
    for (position, finding) in findings().iter().enumerate() {
        let (code, aws, kind) = match finding.status {
            Status::Pass => (1, "PASSED", "pass"),
            Status::Fail => (3, "FAILED", "fail"),
            Status::Unknown => (0, "NOT_AVAILABLE", "open"),
        };
        assert_eq!(ocsf[position]["compliance"]["status_id"], code);
        assert_eq!(ocsf[position]["finding_info"]["uid"], *finding.id);
        assert_eq!(asff[position]["Compliance"]["Status"], aws);
        assert_eq!(results[position]["kind"], kind);
        assert_eq!(results[position]["level"] == "none", finding.status != Status::Fail);
    }
}

#[test]
fn sarif_points_at_the_line_that_people_wrote() {
    let sarif = parsed(Format::Sarif);
    let results = sarif["runs"][0]["results"].as_array().expect("results");
    let of = |uid: &str| {
        let locations = results.iter().map(|result| &result["locations"][0]);
        locations
            .clone()
            .find(|location| location["logicalLocations"][0]["fullyQualifiedName"] == uid)
            .expect("a result")
    };
    let physical = &of("k8s://prod/default/Pod/web")["physicalLocation"];
    assert_eq!(physical["artifactLocation"]["uri"], "deploy/my%20web.yaml");
    assert_eq!(physical["region"]["startLine"], 9);
    assert!(of("arn:aws:s3:::website").get("physicalLocation").is_none(), "nobody wrote it");
}

#[test]
fn an_exception_suppresses_and_does_not_pass() {
    let position = findings().iter().position(|f| f.exception.is_some()).expect("one is excepted");
    let ocsf = &parsed(Format::Ocsf)[position];
    assert_eq!((&ocsf["status_id"], &ocsf["compliance"]["status_id"]), (&3.into(), &3.into()));
    let asff = &parsed(Format::Asff)[position];
    assert_eq!((&asff["Workflow"]["Status"], &asff["Compliance"]["Status"]), (&"SUPPRESSED".into(), &"FAILED".into()));
    let sarif = &parsed(Format::Sarif)["runs"][0]["results"][position];
    assert_eq!(sarif["suppressions"][0]["status"], "accepted");
    assert_eq!(
        sarif["suppressions"][0]["justification"],
        "Public ]]> <b>site</b> (accepted by web@example.com until 2026-12-31)"
    );
}

#[test]
fn csv_gives_back_every_cell_and_no_formula() {
    let text = to_string(&sample::report(), Format::Csv).expect("a report");
    assert!(text.ends_with("\r\n"));
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows: Vec<BTreeMap<String, String>> = reader.deserialize().map(|row| row.expect("a row")).collect();
    let findings = findings();
    assert_eq!(rows.len(), findings.len());
    for (row, finding) in rows.iter().zip(&findings) {
        assert_eq!(row["status"], finding.status.as_str());
        assert_eq!(row["resource_name"].trim_start_matches('\''), finding.resource.name.trim_start_matches('\''));
        for (column, cell) in row {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']), "{column}: {cell}");
        }
    }
    assert!(rows.iter().any(|row| row["resource_name"] == "'=cmd|' /C calc'!A0"));
}

#[test]
fn markdown_lists_what_needs_attention() {
    let text = to_string(&sample::report(), Format::Markdown).expect("a report");
    assert!(!text.contains("<script"), "no name is markup");
    assert!(!text.contains("\n## heading"), "no name is a heading");
    let headings: Vec<_> = text.lines().filter(|line| line.starts_with("## ")).collect();
    assert_eq!(
        headings,
        [
            "## Failed: High",
            "## Failed: Low",
            "## Failed: Informational",
            "## Unknown",
            "## Excepted",
            "## Not read",
            "## Remediation"
        ]
    );
    let mut columns = 0;
    for line in text.lines() {
        let bars = line.replace("\\\\", "").replace("\\|", "").matches('|').count();
        if bars == 0 || !line.starts_with('|') {
            columns = 0;
            continue;
        }
        assert!(columns == 0 || bars == columns, "a row of the wrong width: {line}");
        columns = bars;
    }
}

#[test]
fn junit_counts_what_it_has() {
    let text = to_string(&sample::report(), Format::Junit).expect("a report");
    let summary = sample::report().summary;
    let head = format!(
        "<testsuites name=\"cspm\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\"",
        summary.pass + summary.fail + summary.unknown + summary.excepted,
        summary.fail,
        summary.unknown + summary.excepted
    );
    assert!(text.contains(&head), "{}", &text[..300]);
    assert_eq!(text.matches("<failure ").count() as u64, summary.fail);
    assert_eq!(text.matches("<skipped ").count() as u64, summary.unknown + summary.excepted);
}

#[test]
fn html_is_one_page_whose_only_markup_is_its_own() {
    let text = to_string(&sample::report(), Format::Html).expect("a report");
    assert_eq!(text.matches("</script>").count(), 2);
    assert!(!text.contains("<img"));
    let begin = text.find("id=\"data\">").expect("data") + "id=\"data\">".len();
    let end = begin + text[begin..].find("</script>").expect("the end of the data");
    let data: Value = serde_json::from_str(&text[begin..end]).expect("JSON");
    let page = format!("{}{}", &text[..begin], &text[end..]);
    for outside in ["src=", "http:", "@import", "url(", "innerHTML"] {
        assert!(!page.contains(outside), "{outside}");
    }
    let findings = findings();
    for (row, finding) in data["findings"].as_array().expect("rows").iter().zip(&findings) {
        let resource = &data["resources"][row[1].as_u64().expect("a position") as usize];
        assert_eq!((resource[0].as_str(), row[7].as_str()), (Some(&*finding.resource.uid), Some(&*finding.id)));
    }
    assert_eq!(data["findings"].as_array().map(Vec::len), Some(findings.len()));
}
