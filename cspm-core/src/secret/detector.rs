//! Secrets in text that people wrote: where one is, never what it is.

use std::sync::LazyLock;

use regex::Regex;
use schemars::JsonSchema;
use serde::Serialize;

/// A place where a text holds what looks like a secret.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SecretHit {
    /// The name of the pattern that matched, e.g. `aws_access_key_id`.
    pub detector: String,
    /// The line of the text, from 1.
    pub line: u32,
}

/// A pattern, and a test of what it matched: the first group that took part, or the whole.
struct Detector {
    name: &'static str,
    pattern: &'static str,
    accept: fn(&str) -> bool,
}

const fn any(name: &'static str, pattern: &'static str) -> Detector {
    Detector { name, pattern, accept: |_| true }
}

const fn tested(name: &'static str, pattern: &'static str, accept: fn(&str) -> bool) -> Detector {
    Detector { name, pattern, accept }
}

/// Patterns of secrets that their issuers made recognizable.
const ISSUED: &[Detector] = &[
    tested("aws_access_key_id", r"\b((?:AKIA|ASIA)[A-Z2-7]{16})\b", is_not_example),
    tested(
        "aws_secret_access_key",
        r#"(?i)(?:secret[_-]?access[_-]?key|aws[a-z_-]*secret[a-z_-]*)["']?\s*(?::=|=>|=|:|\s)\s*["']?([a-z0-9/+]{40})(?:[^a-z0-9/+=]|$)"#,
        is_not_example,
    ),
    any("private_key", r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----"),
    any("github_token", r"\b(?:gh[opsur]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{82})\b"),
    any("gitlab_token", r"\bglpat-[A-Za-z0-9_-]{20}"),
    any("slack_token", r"\bxox[abeoprs]-[A-Za-z0-9-]{10,}"),
    any("slack_webhook", r"https://hooks\.slack\.com/services/T[A-Z0-9]+/B[A-Z0-9]+/[A-Za-z0-9]{20,}"),
    any("stripe_key", r"\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,}"),
    any("google_api_key", r"\bAIza[A-Za-z0-9_-]{35}"),
    any("azure_storage_key", r"\bAccountKey=[A-Za-z0-9+/]{86}=="),
    any("sendgrid_key", r"\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}"),
    any("twilio_key", r"\bSK[0-9a-f]{32}\b"),
    any("npm_token", r"\bnpm_[A-Za-z0-9]{36}\b"),
    any("pypi_token", r"\bpypi-[A-Za-z0-9_-]{50,}"),
    any("openai_key", r"\bsk-(?:proj-|svcacct-)[A-Za-z0-9_-]{20,}"),
    any("anthropic_key", r"\bsk-ant-[A-Za-z0-9_-]{20,}"),
    any("digitalocean_token", r"\bdo[opr]_v1_[0-9a-f]{64}\b"),
    any("vault_token", r"\bhv[bs]\.[A-Za-z0-9_-]{24,}"),
    any("terraform_token", r"\b[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_-]{60,}"),
    any("json_web_token", r"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}"),
    tested("url_password", r"\b[a-zA-Z][a-zA-Z0-9+.-]*://[^\s/:@]*:([^\s/@]{3,})@", is_literal),
];

/// Patterns of values that are given to something called a password or key. Asked where no issuer's pattern matched.
const ASSIGNED: &[Detector] = &[
    tested(
        "password_assignment",
        r#"(?i)(?:password|passwd|passphrase|pwd)["']?\s*(?::=|=>|=|:)\s*(?:"([^"]+)"|'([^']+)'|([^\s"',;&|]+))"#,
        |value| value.len() >= 4 && is_literal(value),
    ),
    tested(
        "password_option",
        r#"(?i)(?:--(?:password|passwd|passphrase)[ =]|\bsshpass\s+-p\s*)\s*["']?([^\s"']{4,})"#,
        is_literal,
    ),
    tested("password_piped", r#"["']?[a-z_][a-z0-9_-]*:([^\s"':]{4,})["']?\s*\|\s*(?:sudo\s+)?chpasswd"#, is_literal),
    tested(
        "key_assignment",
        r#"(?i)(?:secret|token|api[_-]?key|access[_-]?key|auth[_-]?key|encryption[_-]?key|secret[_-]?key|private[_-]?key|credentials?)["']?\s*(?::=|=>|=|:)\s*["']?([^\s"',;&|]{16,})"#,
        |value| is_literal(value) && is_random(value),
    ),
];

type Compiled = (&'static Detector, Regex);

fn compile(detectors: &'static [Detector]) -> Vec<Compiled> {
    // None is lost here: a test compiles every pattern.
    detectors.iter().filter_map(|d| Some((d, Regex::new(d.pattern).ok()?))).collect()
}

static ISSUED_PATTERNS: LazyLock<Vec<Compiled>> = LazyLock::new(|| compile(ISSUED));
static ASSIGNED_PATTERNS: LazyLock<Vec<Compiled>> = LazyLock::new(|| compile(ASSIGNED));

/// Where `text` holds what looks like a secret, in the order of its lines; a detector is named once a line.
///
/// ```
/// let hits = cspm_core::secrets::find("#!/bin/sh\nexport DB_PASSWORD='correct horse'\n");
/// assert_eq!((hits[0].detector.as_str(), hits[0].line), ("password_assignment", 2));
/// ```
#[must_use]
pub fn find(text: &str) -> Vec<SecretHit> {
    let mut hits = Vec::new();
    for (line, number) in text.lines().zip(1..) {
        let before = hits.len();
        matching(&ISSUED_PATTERNS, line, number, &mut hits);
        if hits.len() == before {
            matching(&ASSIGNED_PATTERNS, line, number, &mut hits);
        }
    }
    hits
}

fn matching(patterns: &[Compiled], text: &str, line: u32, hits: &mut Vec<SecretHit>) {
    let matched = patterns.iter().filter(|(detector, regex)| {
        regex.captures_iter(text).any(|found| {
            let value = found.iter().skip(1).flatten().next().or_else(|| found.get(0));
            value.is_some_and(|value| (detector.accept)(value.as_str()))
        })
    });
    hits.extend(matched.map(|(detector, _)| SecretHit { detector: detector.name.to_owned(), line }));
}

/// The keys that AWS prints in its documentation end so.
fn is_not_example(value: &str) -> bool {
    !value.ends_with("EXAMPLE") && !value.ends_with("EXAMPLEKEY")
}

/// Whether a value is meant as it stands: no reference to a variable, a file, a command or a store of secrets, no
/// setting, and no stand-in.
pub(super) fn is_literal(value: &str) -> bool {
    const WORDS: [&str; 10] =
        ["true", "false", "yes", "no", "null", "none", "nil", "required", "optional", "undefined"];
    const STAND_INS: [&str; 6] = ["xxxx", "****", "example", "placeholder", "redacted", "your_"];
    let lower = value.to_ascii_lowercase();
    let refers = value.starts_with(['$', '{', '<', '%', '(', '[', '`', '/', '~', '*', '!'])
        || value.starts_with("./")
        || lower.starts_with("arn:")
        || lower.starts_with("ssm:")
        || ["${", "$(", "{{", "{resolve:", "os.environ", "getenv"].iter().any(|part| lower.contains(part));
    !refers && !WORDS.contains(&lower.as_str()) && !STAND_INS.iter().any(|part| lower.contains(part))
}

/// Whether a value has letters and digits and looks drawn at random: three bits or more for each of its characters.
pub(super) fn is_random(value: &str) -> bool {
    let has = |test: fn(&u8) -> bool| value.as_bytes().iter().any(test);
    has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic) && entropy(value) >= 3.0
}

/// The Shannon entropy of the bytes of `value`, in bits for each byte.
pub(super) fn entropy(value: &str) -> f64 {
    let mut counts = [0_u32; 256];
    for byte in value.bytes() {
        counts[usize::from(byte)] += 1;
    }
    let length = value.len() as f64;
    counts.iter().filter(|count| **count > 0).map(|count| f64::from(*count) / length).map(|p| -p * p.log2()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detectors(text: &str) -> Vec<String> {
        find(text).into_iter().map(|hit| hit.detector).collect()
    }

    #[test]
    fn every_pattern_compiles() {
        for detector in ISSUED.iter().chain(ASSIGNED) {
            assert!(Regex::new(detector.pattern).is_ok(), "{}", detector.name);
        }
    }

    #[test]
    fn issued_secrets_are_found() {
        // The values are put together here, so that this file holds nothing that looks like a secret itself.
        let cases = [
            ("aws_access_key_id", format!("key: {}{}", "AKIA", "QWERTYUIOPASDFGH")),
            ("aws_secret_access_key", format!("export AWS_SECRET_ACCESS_KEY={}", "aB3dE/fG+h".repeat(4))),
            ("private_key", format!("-----BEGIN RSA {} KEY-----", "PRIVATE")),
            ("private_key", format!("-----BEGIN {} KEY-----", "PRIVATE")),
            ("github_token", format!("git clone https://{}_{}@github.com/a/b", "ghp", "a1B2".repeat(9))),
            ("gitlab_token", format!("{}-{}", "glpat", "abcDEF123_".repeat(2))),
            ("slack_token", format!("{}-1234567890-abcdef", "xoxb")),
            ("stripe_key", format!("{}_{}", "sk_live", "a1B2".repeat(6))),
            ("google_api_key", format!("{}{}", "AIza", "abcde".repeat(7))),
            ("sendgrid_key", format!("{}.{}.{}", "SG", "ab".repeat(11), "c".repeat(43))),
            ("npm_token", format!("//registry/:_authToken={}_{}", "npm", "aB1".repeat(12))),
            ("json_web_token", format!("{0}hbGciOiJIUzI1.{0}zdWIiOiIxMjM0.c2lnbmF0dXJl", "eyJ")),
            ("url_password", "DATABASE_URL=postgres://app:s3cr3t@db.internal/app".to_owned()),
        ];
        for (detector, text) in cases {
            assert_eq!(detectors(&text), [detector], "{text}");
        }
    }

    #[test]
    fn passwords_and_keys_that_are_given_are_found() {
        for text in [
            "DB_PASSWORD=hunter22",
            "password: \"correct horse battery\"",
            "  \"Password\": 'abcd'",
            "$passwd = 'S3cret!'",
        ] {
            assert_eq!(detectors(text), ["password_assignment"], "{text}");
        }
        assert_eq!(detectors("mysqldump --password hunter22 app"), ["password_option"]);
        assert_eq!(detectors("sshpass -p hunter22 ssh host"), ["password_option"]);
        assert_eq!(detectors("echo \"root:hunter22\" | chpasswd"), ["password_piped"]);
        assert_eq!(detectors("api_key = 9f8e7d6c5b4a39281706"), ["key_assignment"]);
    }

    #[test]
    fn references_and_settings_are_no_secrets() {
        for text in [
            "DB_PASSWORD=$(aws secretsmanager get-secret-value --secret-id db)",
            "DB_PASSWORD=${DB_PASSWORD}",
            "PASSWORD_FILE=/run/secrets/db",
            "password: {{resolve:secretsmanager:db}}",
            "lock_passwd: true",
            "http_tokens: required",
            "secret: arn:aws:secretsmanager:us-east-1:123456789012:secret:db-AbCdEf",
            "PWD=/root",
            "token: aaaaaaaaaaaaaaaaaaaaaaa1",
            "AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE",
            "curl https://user:$PASSWORD@example.org/",
            "yum install -y httpd",
        ] {
            assert_eq!(find(text), [], "{text}");
        }
    }

    #[test]
    fn a_hit_names_its_line() {
        let hits = find("#!/bin/bash\n\nPASSWORD=hunter22\n");
        assert_eq!(hits, [SecretHit { detector: "password_assignment".into(), line: 3 }]);
    }
}
