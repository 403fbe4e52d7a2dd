//! The names of the formats.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use cspm_core::{Error, ErrorKind};

/// A form of report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Format {
    /// Everything: summary, scores, coverage and findings. Each finding is on a line of its own.
    Json,
    /// OCSF 1.5.0 Compliance Findings: <https://schema.ocsf.io/1.5.0/classes/compliance_finding>.
    Ocsf,
    /// AWS Security Finding Format:
    /// <https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format.html>.
    Asff,
    /// SARIF 2.1.0: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>.
    Sarif,
    /// JUnit XML, for what shows test results.
    Junit,
    /// A table, for spreadsheets.
    Csv,
    /// What needs attention, for people: pull requests, wikis.
    Markdown,
    /// One page that needs nothing else, for people.
    Html,
}

impl Format {
    /// All of them.
    pub const ALL: [Format; 8] =
        [Self::Json, Self::Ocsf, Self::Asff, Self::Sarif, Self::Junit, Self::Csv, Self::Markdown, Self::Html];

    /// The name as it is written: `json`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Ocsf => "ocsf",
            Self::Asff => "asff",
            Self::Sarif => "sarif",
            Self::Junit => "junit",
            Self::Csv => "csv",
            Self::Markdown => "markdown",
            Self::Html => "html",
        }
    }

    /// How the names of its files end, without the first dot: `ocsf.json`.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Ocsf => "ocsf.json",
            Self::Asff => "asff.json",
            Self::Sarif => "sarif",
            Self::Junit => "xml",
            Self::Csv => "csv",
            Self::Markdown => "md",
            Self::Html => "html",
        }
    }

    /// The format that the name of a file asks for; `None` where it asks for none.
    ///
    /// ```
    /// use cspm_report::Format;
    ///
    /// assert_eq!(Format::from_path("out/report.html"), Some(Format::Html));
    /// assert_eq!(Format::from_path("scan.ocsf.json"), Some(Format::Ocsf));
    /// assert_eq!(Format::from_path("report"), None);
    /// ```
    #[must_use]
    pub fn from_path(path: impl AsRef<Path>) -> Option<Self> {
        let name = path.as_ref().file_name()?.to_str()?.to_ascii_lowercase();
        let others = [("sarif.json", Self::Sarif), ("markdown", Self::Markdown), ("htm", Self::Html)];
        let all = Self::ALL.map(|format| (format.extension(), format)).into_iter().chain(others);
        let fitting = all.filter(|(extension, _)| {
            name.strip_suffix(extension).is_some_and(|stem| stem.len() > 1 && stem.ends_with('.'))
        });
        // `a.ocsf.json` ends in `json` too: the longest that fits is meant.
        fitting.max_by_key(|(extension, _)| extension.len()).map(|(_, format)| format)
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Format {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::ALL.into_iter().find(|format| format.as_str().eq_ignore_ascii_case(text)).ok_or_else(|| {
            let names = Self::ALL.map(Self::as_str).join(", ");
            Error::new(ErrorKind::Config, format!("write a report as {text:?}")).with_help(format!("one of {names}"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_file_names_lead_back_to_the_format() {
        for format in Format::ALL {
            assert_eq!(format.as_str().parse::<Format>().expect("its own name"), format);
            assert_eq!(Format::from_path(format!("a.b.{}", format.extension())), Some(format));
        }
        assert_eq!(Format::from_path(".json"), None);
    }

    #[test]
    fn an_unknown_name_is_answered_with_all_names() {
        let error = "pdf".parse::<Format>().expect_err("no such format").to_string();
        assert_eq!(
            error,
            "cannot write a report as \"pdf\" (one of json, ocsf, asff, sarif, junit, csv, markdown, html)"
        );
    }
}
