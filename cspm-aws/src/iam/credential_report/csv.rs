//! The credential report as AWS writes it: CSV with a header.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html>

use std::collections::HashMap;

use cspm_core::{Error, ErrorKind, Read, Reason, Result, Unread};
use jiff::Timestamp;

use super::CredentialReport;
use crate::iam::sources::GET_CREDENTIAL_REPORT;

/// The rows of a report. A row that is not understood is an error in its place: nothing is guessed.
pub(super) fn rows(report: &str, generated: Option<Timestamp>) -> Vec<Result<CredentialReport>> {
    let mut lines = report.lines().filter(|line| !line.is_empty());
    let header = split(lines.next().unwrap_or_default());
    lines.map(|line| Row::new(&header, line).and_then(|row| row.read(generated))).collect()
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

    fn read(&self, generated_time: Option<Timestamp>) -> Result<CredentialReport> {
        Ok(CredentialReport {
            generated_time,
            user_name: self.field("user")?.to_owned(),
            user_arn: self.field("arn")?.to_owned(),
            user_creation_time: self.time("user_creation_time")?,
            password_enabled: self.truth("password_enabled")?,
            password_last_used: self.time("password_last_used")?,
            password_last_changed: self.time("password_last_changed")?,
            password_next_rotation: self.time("password_next_rotation")?,
            mfa_active: self.is("mfa_active")?,
            access_key_1_active: self.is("access_key_1_active")?,
            access_key_1_last_rotated: self.time("access_key_1_last_rotated")?,
            access_key_1_last_used_date: self.time("access_key_1_last_used_date")?,
            access_key_1_last_used_region: self.text("access_key_1_last_used_region")?,
            access_key_1_last_used_service: self.service("access_key_1")?,
            access_key_2_active: self.is("access_key_2_active")?,
            access_key_2_last_rotated: self.time("access_key_2_last_rotated")?,
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

    fn read(row: &str) -> Result<CredentialReport> {
        rows(&format!("{HEADER}\n{row}\n"), None).pop().unwrap()
    }

    #[test]
    fn root_and_users_are_read() {
        let root = "<root_account>,arn:aws:iam::123456789012:root,2024-01-02T03:04:05+00:00,not_supported,\
            2025-01-01T00:00:00+00:00,not_supported,not_supported,true,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,\
            false,N/A,false,N/A";
        let root = read(root).unwrap();
        assert_eq!((root.password_enabled, root.mfa_active, root.access_key_1_active), (None, true, false));
        assert_eq!(root.password_last_used, "2025-01-01T00:00:00Z".parse().ok());
        assert_eq!(root.password_last_changed, None);

        let user = "\"a,b\",\"arn:aws:iam::123456789012:user/a,b\",2024-01-02T03:04:05+00:00,true,no_information,\
            2024-01-02T03:04:05+00:00,N/A,false,true,2024-01-02T03:04:05+00:00,2024-05-02T03:04:05+00:00,us-east-1,s3,\
            false,N/A,N/A,N/A,N/A,false,N/A,false,N/A\r";
        let unsaid = read(&user.replace("us-east-1,s3", "N/A,N/A")).unwrap();
        let user = read(user).unwrap();
        assert_eq!(user.user_arn, "arn:aws:iam::123456789012:user/a,b");
        assert_eq!((user.password_enabled, user.password_last_used), (Some(true), None));
        assert_eq!(user.access_key_1_last_used_service, Read::Known(Some("s3".into())));
        assert_eq!(user.access_key_2_last_used_service, Read::Known(None), "never used");
        let unsaid = unsaid.access_key_1_last_used_service;
        assert!(matches!(unsaid, Read::Unread(unread) if unread.reason == Reason::NotGiven));
    }

    #[test]
    fn what_is_not_understood_is_an_error() {
        let good = "u,arn,N/A,true,N/A,N/A,N/A,true,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A";
        assert!(read(good).is_ok());
        assert!(read(&good.replacen("N/A", "yesterday", 1)).is_err(), "a time");
        assert!(read(&good.replacen("true", "maybe", 1)).is_err(), "a truth value");
        assert!(read(&good.replace(",true,false", ",N/A,false")).is_err(), "MFA must be said");
        assert!(read(&good.replacen("u,", "a,b,", 1)).is_err(), "one field too many");
        assert!(rows("user,arn\nu,a\n", None)[0].is_err(), "columns that are not there");
        assert!(rows("", None).is_empty());
    }
}
