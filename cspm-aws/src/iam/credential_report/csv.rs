//! The credential report as AWS writes it: CSV with a header.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html>

use std::collections::HashMap;

use cspm_core::{Error, ErrorKind, Read, Reason, Result, Unread};
use jiff::Timestamp;

use super::CredentialReport;
use super::collect::ROOT;
use crate::iam::sources::GET_CREDENTIAL_REPORT;

/// The rows of a report, by the name of the user.
#[derive(Debug, Default)]
pub(super) struct Rows {
    by_name: HashMap<String, Result<CredentialReport, String>>,
    /// What is wrong with a row of which it is not known whose it is.
    lost: Option<String>,
}

impl Rows {
    /// The row of a user. One that is not understood is not read: nothing is guessed.
    pub(super) fn of(&self, name: &str) -> Read<CredentialReport> {
        let unread = |reason, detail: &str| Unread::new(reason, GET_CREDENTIAL_REPORT.call()).with_detail(detail);
        match (self.by_name.get(name), &self.lost) {
            (Some(Ok(row)), _) => Read::Known(row.clone()),
            (Some(Err(why)), _) | (None, Some(why)) => unread(Reason::Failed, why).into(),
            (None, None) => unread(Reason::NotGiven, "the report has no such user: it may be older").into(),
        }
    }
}

/// The rows of a report.
///
/// # Errors
/// Where it has no header or no row: every report has one of the root user.
pub(super) fn rows(report: &str, generated: Read<Option<Timestamp>>) -> Result<Rows> {
    let mut lines = report.lines().filter(|line| !line.is_empty());
    let header = split(lines.next().unwrap_or_default());
    let mut rows = Rows::default();
    for line in lines {
        let row = match Row::new(&header, line) {
            Ok(row) => row,
            Err(error) => {
                rows.lost = Some(error.to_string());
                continue;
            }
        };
        let name = row.field("user")?.to_owned();
        let read = row.read(&name, generated.clone()).map_err(|error| error.to_string());
        match rows.by_name.get_mut(&name) {
            Some(other) if *other != read => *other = Err("the report has two rows of this user".to_owned()),
            Some(_) => {}
            None => {
                rows.by_name.insert(name, read);
            }
        }
    }
    if rows.by_name.is_empty() && rows.lost.is_none() { Err(bad("it has no row")) } else { Ok(rows) }
}

/// The fields of a line. Names of users may have commas, so fields may be quoted.
fn split(line: &str) -> Vec<String> {
    let (mut fields, mut field, mut quoted) = (Vec::new(), String::new(), false);
    let mut chars = line.trim_end_matches('\r').chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                field.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(std::mem::take(&mut field)),
            c => field.push(c),
        }
    }
    fields.push(field);
    fields
}

struct Row<'a>(HashMap<&'a str, String>);

impl<'a> Row<'a> {
    fn new(header: &'a [String], line: &str) -> Result<Self> {
        let fields = split(line);
        if fields.len() != header.len() {
            return Err(bad("a row does not fit the header"));
        }
        Ok(Self(header.iter().map(String::as_str).zip(fields).collect()))
    }

    fn read(&self, name: &str, generated_time: Read<Option<Timestamp>>) -> Result<CredentialReport> {
        let password_enabled = self.truth("password_enabled")?;
        let is_root = name == ROOT;
        let (key_1, key_2) = (self.is("access_key_1_active")?, self.is("access_key_2_active")?);
        Ok(CredentialReport {
            generated_time,
            user_creation_time: self.time("user_creation_time")?,
            // Only of the root user it does not say whether there is a password.
            password_enabled: told(password_enabled, is_root),
            password_last_used: self.time("password_last_used")?,
            password_last_changed: told(self.time("password_last_changed")?, is_root || password_enabled != Some(true)),
            password_next_rotation: self.time("password_next_rotation")?,
            mfa_active: self.is("mfa_active")?,
            access_key_1_active: key_1,
            access_key_1_last_rotated: told(self.time("access_key_1_last_rotated")?, !key_1),
            access_key_1_last_used_date: self.time("access_key_1_last_used_date")?,
            access_key_1_last_used_region: self.text("access_key_1_last_used_region")?,
            access_key_1_last_used_service: self.service("access_key_1")?,
            access_key_2_active: key_2,
            access_key_2_last_rotated: told(self.time("access_key_2_last_rotated")?, !key_2),
            access_key_2_last_used_date: self.time("access_key_2_last_used_date")?,
            access_key_2_last_used_region: self.text("access_key_2_last_used_region")?,
            access_key_2_last_used_service: self.service("access_key_2")?,
            cert_1_active: self.is("cert_1_active")?,
            cert_1_last_rotated: self.time("cert_1_last_rotated")?,
            cert_2_active: self.is("cert_2_active")?,
            cert_2_last_rotated: self.time("cert_2_last_rotated")?,
        })
    }

    fn field(&self, name: &str) -> Result<&str> {
        self.0.get(name).map(String::as_str).ok_or_else(|| bad(&format!("it has no column {name}")))
    }

    /// The text of a field; `None` where the report has nothing to say.
    fn text(&self, name: &str) -> Result<Option<String>> {
        let text = self.field(name)?;
        let says_nothing = ["", "N/A", "n/a", "no_information", "not_supported"].contains(&text);
        Ok((!says_nothing).then(|| text.to_owned()))
    }

    /// For what a key was last used; unread where it was used, but the report does not say for what.
    fn service(&self, key: &str) -> Result<Read<Option<String>>> {
        let service = self.text(&format!("{key}_last_used_service"))?;
        let used = self.text(&format!("{key}_last_used_date"))?.is_some();
        if used && service.is_none() {
            return Ok(Unread::new(Reason::NotGiven, GET_CREDENTIAL_REPORT.call()).into());
        }
        Ok(Read::Known(service))
    }

    fn truth(&self, name: &str) -> Result<Option<bool>> {
        match self.text(name)? {
            None => Ok(None),
            Some(text) if text.eq_ignore_ascii_case("true") => Ok(Some(true)),
            Some(text) if text.eq_ignore_ascii_case("false") => Ok(Some(false)),
            Some(_) => Err(bad(&format!("{name} is neither true nor false"))),
        }
    }

    fn is(&self, name: &str) -> Result<bool> {
        self.truth(name)?.ok_or_else(|| bad(&format!("{name} is neither true nor false")))
    }

    fn time(&self, name: &str) -> Result<Option<Timestamp>> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        text.parse().map(Some).map_err(|e| bad(&format!("{name} is not a time")).with_source(e))
    }
}

/// What the report says; absent only where it may be.
fn told<T>(value: Option<T>, may_be_absent: bool) -> Read<Option<T>> {
    match value {
        None if !may_be_absent => Unread::new(Reason::NotGiven, GET_CREDENTIAL_REPORT.call()).into(),
        value => Read::Known(value),
    }
}

fn bad(what: &str) -> Error {
    Error::new(ErrorKind::Format, format!("understand the credential report: {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,\
        password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,\
        access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,\
        access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,\
        cert_1_last_rotated,cert_2_active,cert_2_last_rotated";

    fn read(row: &str) -> Read<CredentialReport> {
        let name = split(row)[0].clone();
        rows(&format!("{HEADER}\n{row}\n"), Read::Known(None)).unwrap().of(&name)
    }

    fn known(row: &str) -> CredentialReport {
        match read(row) {
            Read::Known(row) => row,
            Read::Unread(unread) => panic!("{unread}"),
        }
    }

    fn reason<T>(read: Read<T>) -> Option<Reason> {
        match read {
            Read::Known(_) => None,
            Read::Unread(unread) => Some(unread.reason),
        }
    }

    const USER: &str = "ann,arn:aws:iam::123456789012:user/ann,2024-01-02T03:04:05+00:00,true,no_information,\
        2024-01-02T03:04:05+00:00,N/A,false,true,2024-01-02T03:04:05+00:00,2024-05-02T03:04:05+00:00,us-east-1,s3,\
        false,N/A,N/A,N/A,N/A,false,N/A,false,N/A";

    #[test]
    fn root_and_users_are_read() {
        let root = known(
            "<root_account>,arn:aws:iam::123456789012:root,2024-01-02T03:04:05+00:00,not_supported,\
            2025-01-01T00:00:00+00:00,not_supported,not_supported,true,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,\
            false,N/A,false,N/A",
        );
        assert_eq!(root.password_enabled, Read::Known(None));
        assert_eq!((root.mfa_active, root.access_key_1_active), (true, false));
        assert_eq!(root.password_last_used, "2025-01-01T00:00:00Z".parse().ok());
        assert_eq!(root.password_last_changed, Read::Known(None));

        let user = known(&format!("{}\r", USER.replacen("ann", "\"a,b\"", 1)));
        assert_eq!((user.password_enabled, user.password_last_used), (Read::Known(Some(true)), None));
        assert_eq!(user.access_key_1_last_used_service, Read::Known(Some("s3".into())));
        assert_eq!(user.access_key_2_last_used_service, Read::Known(None), "never used");
        assert_eq!(user.access_key_2_last_rotated, Read::Known(None), "there is no such key");
    }

    #[test]
    fn what_is_not_said_is_not_read() {
        let unsaid = known(&USER.replace("us-east-1,s3", "N/A,N/A"));
        assert_eq!(reason(unsaid.access_key_1_last_used_service), Some(Reason::NotGiven));
        let unsaid = known(&USER.replace("true,2024-01-02T03:04:05+00:00,2024-05", "true,N/A,2024-05"));
        assert_eq!(reason(unsaid.access_key_1_last_rotated), Some(Reason::NotGiven), "of an active key");
        let unsaid = known(&USER.replace("no_information,2024-01-02T03:04:05+00:00", "no_information,N/A"));
        assert_eq!(reason(unsaid.password_last_changed), Some(Reason::NotGiven), "of a password that is there");
        let unsaid = known(&USER.replace("true,no_information", "not_supported,no_information"));
        assert_eq!(reason(unsaid.password_enabled), Some(Reason::NotGiven), "of a user");
    }

    #[test]
    fn what_is_not_understood_is_not_read() {
        assert_eq!(reason(read(USER)), None);
        for (broken, what) in [
            (USER.replacen("no_information", "yesterday", 1), "a time"),
            (USER.replacen("true", "maybe", 1), "a truth value"),
            (USER.replace("N/A,false,true", "N/A,N/A,true"), "MFA must be said"),
        ] {
            assert_eq!(reason(read(&broken)), Some(Reason::Failed), "{what}");
        }
        let lost = rows(&format!("{HEADER}\n{USER}\nbob,too,few\n"), Read::Known(None)).unwrap();
        assert_eq!((reason(lost.of("ann")), reason(lost.of("bob"))), (None, Some(Reason::Failed)));
        let two = format!("{HEADER}\n{USER}\n{}\n", USER.replacen("N/A,false", "N/A,true", 1));
        assert_eq!(reason(rows(&two, Read::Known(None)).unwrap().of("ann")), Some(Reason::Failed), "two rows");
        let whole = rows(&format!("{HEADER}\n{USER}\n"), Read::Known(None)).unwrap();
        assert_eq!(reason(whole.of("bob")), Some(Reason::NotGiven), "made after the report");
        assert!(rows("user,arn\nu,a\n", Read::Known(None)).unwrap().of("u").known().is_none(), "columns are missing");
        assert!(rows("", Read::Known(None)).is_err() && rows(HEADER, Read::Known(None)).is_err(), "no row");
    }
}
