//! Known shapes of secrets, cut out of text.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use regex::{Captures, Regex};

use super::WITHHELD;
use super::assign::{assignments, without};
use super::detector::{entropy, is_random};
use super::names::{is_secret_name, is_secret_word};
use super::shapes::{NAMES, SHAPES};

/// Nothing shorter has a shape.
const SHORTEST: usize = 6;
/// A secret access key of AWS, in characters.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html>
const AWS_SECRET: usize = 40;
/// Bits for each of its characters that drawn keys have, and names do not.
const DRAWN: f64 = 4.4;

/// Whether what matched is a secret.
type Accept = fn(&str) -> bool;

/// The marks of all shapes, searched for at once: most texts have none, and are done with.
struct Scrubber {
    marks: AhoCorasick,
    /// The number of the shape, by that of the mark.
    owners: Vec<usize>,
    shapes: Vec<(Regex, Accept)>,
}

static SCRUBBER: LazyLock<Option<Scrubber>> = LazyLock::new(Scrubber::new);

impl Scrubber {
    /// `None` where a pattern is none, which a test rules out.
    fn new() -> Option<Self> {
        let all = SHAPES.iter().map(|shape| shape.marks).chain([NAMES]).enumerate();
        let marks: Vec<(usize, &str)> =
            all.flat_map(|(number, marks)| marks.iter().map(move |mark| (number, *mark))).collect();
        let search =
            AhoCorasick::builder().ascii_case_insensitive(true).build(marks.iter().map(|(_, mark)| mark)).ok()?;
        let shapes = SHAPES.iter().map(|shape| Some((Regex::new(shape.pattern).ok()?, shape.accept)));
        Some(Self {
            marks: search,
            owners: marks.iter().map(|(number, _)| *number).collect(),
            shapes: shapes.collect::<Option<_>>()?,
        })
    }

    /// The shapes that may be in the text, as bits.
    fn candidates(&self, text: &str) -> u128 {
        if !self.marks.is_match(text) {
            return 0;
        }
        self.marks.find_overlapping_iter(text).fold(0, |all, found| all | 1 << self.owners[found.pattern().as_usize()])
    }
}

/// The text without the secrets in it whose shape is known: tokens and keys that their issuers made recognizable, private
/// keys, passwords in URLs and headers, and values given to a name such as `password`. Each becomes [`WITHHELD`]. A text
/// without any is not copied, and a scrubbed text stays as it is.
///
/// ```
/// use cspm_core::secrets::scrub;
///
/// assert_eq!(scrub("https://app:hunter2@db.example.com/x"), "https://(withheld)@db.example.com/x");
/// assert_eq!(scrub("DB_PASSWORD=hunter2 ./run"), "DB_PASSWORD=(withheld) ./run");
/// assert_eq!(scrub("arn:aws:s3:::logs"), "arn:aws:s3:::logs");
/// ```
#[must_use]
pub fn scrub(text: &str) -> Cow<'_, str> {
    scrub_beside(text, "")
}

/// As [`scrub`], but what is a part of `id` stays: an identifier of the resource is not a secret in its own data.
pub(crate) fn scrub_beside<'t>(text: &'t str, id: &str) -> Cow<'t, str> {
    if text.len() < SHORTEST {
        return Cow::Borrowed(text);
    }
    let Some(scrubber) = &*SCRUBBER else { return Cow::Borrowed(WITHHELD) };
    let candidates = scrubber.candidates(text);
    let mut text = Cow::Borrowed(text);
    if candidates != 0 {
        for (number, (regex, accept)) in scrubber.shapes.iter().enumerate() {
            if candidates & 1 << number != 0 {
                let cut = |found: &Captures<'_>| {
                    let part = found.iter().skip(1).flatten().next().or_else(|| found.get(0))?;
                    let known = part.as_str().contains(WITHHELD) || (!id.is_empty() && id.contains(part.as_str()));
                    (!known && !is_reference(part.as_str()) && accept(part.as_str())).then(|| part.range())
                };
                text = replaced(text, regex, &cut);
            }
        }
        if candidates & 1 << SHAPES.len() != 0 {
            text = assigned(text, id);
        }
    }
    drawn_keys(text, id)
}

/// The text with the ranges that `cut` names in the matches of `regex` withheld.
pub(super) fn replaced<'t>(
    text: Cow<'t, str>,
    regex: &Regex,
    cut: &dyn Fn(&Captures<'_>) -> Option<Range<usize>>,
) -> Cow<'t, str> {
    let cuts: Vec<Range<usize>> = regex.captures_iter(&text).filter_map(|found| cut(&found)).collect();
    if cuts.is_empty() { text } else { Cow::Owned(without(&text, &cuts)) }
}

/// Cuts values that are given to the name of a secret.
fn assigned<'t>(text: Cow<'t, str>, id: &str) -> Cow<'t, str> {
    let mut cuts: Vec<Range<usize>> = Vec::new();
    for found in assignments(&text) {
        let value = &text[found.value.clone()];
        let within = cuts.last().is_some_and(|last| found.value.start < last.end);
        if within || !is_secret_name(found.name) || !is_literal(value) || (!id.is_empty() && id.contains(value)) {
            continue;
        }
        // A colon and a space are prose more often than not, and a name such as `token` may be of anything.
        let sure = is_secret_word(found.name) || found.equals;
        if sure || looks_drawn(value) || (found.quoted && value.len() >= 6 && !value.contains(' ')) {
            cuts.push(found.value);
        }
    }
    if cuts.is_empty() { text } else { Cow::Owned(without(&text, &cuts)) }
}

/// Whether it looks like a token: letters and digits mixed, and no name that people give.
fn looks_drawn(text: &str) -> bool {
    text.len() >= 8 && (is_random(text) || text.bytes().filter(u8::is_ascii_uppercase).count() >= 4)
}

/// Whether the value is meant as it stands: no reference to another, no setting, no stand-in. The finding of secrets passes
/// over more than this, for the sake of quiet.
pub(super) fn is_literal(text: &str) -> bool {
    const WORDS: [&str; 17] = [
        "true",
        "false",
        "yes",
        "no",
        "on",
        "off",
        "null",
        "none",
        "nil",
        "required",
        "optional",
        "undefined",
        "enabled",
        "disabled",
        "str",
        "string",
        "bool",
    ];
    let text = text.trim_matches(|c: char| ",;)]}.".contains(c));
    let lower = text.to_ascii_lowercase();
    !text.is_empty()
        && !WORDS.contains(&lower.as_str())
        && !text.contains(WITHHELD.trim_matches(['(', ')']))
        && !text.bytes().all(|byte| b"*x.-_<>[]()/".contains(&byte.to_ascii_lowercase()))
        && !is_reference(text)
}

/// Whether it names where a value is instead of being one: a variable, a command, a placeholder, a file, an ARN.
fn is_reference(text: &str) -> bool {
    static REFERENCE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r"(?x)^(?: \$\{[^}]*\} | \$\([^)]*\)? | \$[A-Za-z_][A-Za-z0-9_]* | \$?\{\{.* | %[A-Za-z_]\w*%? | %\([a-z_]+\)s
            | <[A-Za-z][A-Za-z0-9_\ -]*> | \[[a-z]+\] | (?:\.{1,2}|~)?(?:/[A-Za-z0-9_.-]+){2,}/? | \.{1,2}/[A-Za-z0-9_./-]+
            | [a-z0-9_-]+\.(?:txt|json|ya?ml|pem|key|crt|conf|env|properties)
            | (?:arn|ssm|resolve):.* | \{resolve:.* | (?:vault|sm|file|ref\+[a-z]+):/.* )
            (?::\$\{?[A-Za-z_()]\w*[)}]? )?$",
        )
        .ok()
    });
    REFERENCE.as_ref().is_some_and(|regex| regex.is_match(text))
}

/// Cuts secret access keys of AWS, which have no mark: 40 characters of base64 that look drawn.
fn drawn_keys<'t>(text: Cow<'t, str>, id: &str) -> Cow<'t, str> {
    if text.len() < AWS_SECRET {
        return text;
    }
    let in_key = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'/' || byte == b'+';
    let (bytes, mut cuts, mut start) = (text.as_bytes(), Vec::new(), 0);
    for at in 0..=bytes.len() {
        if at < bytes.len() && in_key(bytes[at]) {
            continue;
        }
        if at - start == AWS_SECRET && is_drawn_key(&text[start..at]) && !id.contains(&text[start..at]) {
            cuts.push(start);
        }
        start = at + 1;
    }
    if cuts.is_empty() {
        return text;
    }
    let mut out = text.into_owned();
    for start in cuts.into_iter().rev() {
        out.replace_range(start..start + AWS_SECRET, WITHHELD);
    }
    Cow::Owned(out)
}

fn is_drawn_key(text: &str) -> bool {
    let has = |test: fn(&u8) -> bool| text.as_bytes().iter().any(test);
    has(u8::is_ascii_digit) && has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase) && entropy(text) >= DRAWN
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_pattern_compiles() {
        for shape in SHAPES {
            assert!(Regex::new(shape.pattern).is_ok(), "{}", shape.pattern);
        }
        assert!(SCRUBBER.is_some() && SHAPES.len() < 127);
    }

    #[test]
    fn known_shapes_are_cut() {
        // The values are put together here, so that this file holds nothing that looks like a secret itself.
        let secrets = [
            format!("{}{}", "AKIA", "QWERTYUIOPASDFGH"),
            "aB3dE/fG+hJ1kL5mN7pQ9rS0tU2vW4xY6zA8bC1d".to_owned(),
            format!("{}_{}", "ghp", "a1B2".repeat(9)),
            format!("{}_pat_{}", "github", "a1B2".repeat(9)),
            format!("{}-{}", "glpat", "abcDEF123_".repeat(2)),
            format!("{}-1234567890-abcdef", "xoxb"),
            format!("{}_{}", "sk_live", "a1B2".repeat(6)),
            format!("{}{}", "AIza", "abcde".repeat(7)),
            format!("{}.{}.{}", "SG", "ab".repeat(11), "c".repeat(43)),
            format!("{}_{}", "npm", "aB1".repeat(12)),
            format!("{0}hbGciOiJIUzI1.{0}zdWIiOiIxMjM0.c2lnbmF0dXJl", "eyJ"),
            format!("{}.{}", "hvs", "aB1".repeat(8)),
            format!("$2b$12${}", "aB1/".repeat(13)),
        ];
        for secret in &secrets {
            for text in
                [secret.clone(), format!("a {secret} b"), format!("x=\"{secret}\""), format!("{{\"k\": \"{secret}\"}}")]
            {
                let scrubbed = scrub(&text);
                assert!(!scrubbed.contains(&**secret), "{text}");
                assert!(scrubbed.contains(WITHHELD), "{text}");
            }
        }
        let key = format!("-----BEGIN RSA {0} KEY-----\nMIIE\nabc\n-----END RSA {0} KEY-----\nrest", "PRIVATE");
        assert_eq!(scrub(&key), "(withheld)\nrest");
    }

    #[test]
    fn values_of_secret_names_are_cut() {
        for (text, expected) in [
            ("password=swordfish", "password=(withheld)"),
            ("DB_PASSWORD='sword fish' run", "DB_PASSWORD='(withheld)' run"),
            ("{\"password\": \"sword\\\"fish\", \"a\": 1}", "{\"password\": \"(withheld)\", \"a\": 1}"),
            ("{\\\"password\\\":\\\"swordfish\\\"}", "{\\\"password\\\":\\\"(withheld)\\\"}"),
            ("password: swordfish", "password: (withheld)"),
            ("Server=x;Password=swordfish;", "Server=x;Password=(withheld)"),
            ("token=swordfish", "token=(withheld)"),
            ("apiKey := \"swordfish\"", "apiKey := \"(withheld)\""),
            ("https://ann:swordfish@host/x", "https://(withheld)@host/x"),
            ("https://swordf1sh@host/x", "https://(withheld)@host/x"),
            ("postgres://ann:sw/ord@host/x", "postgres://ann:(withheld)@host/x"),
            ("ann:swordfish@tcp(db:3306)/app", "ann:(withheld)@tcp(db:3306)/app"),
            ("Authorization: Bearer swordfish", "Authorization: (withheld)"),
            ("Bearer sw0rdfish", "Bearer (withheld)"),
            ("<password>swordfish</password>", "<password>(withheld)</password>"),
            ("https://h/x?access_token=swordfish", "https://h/x?access_token=(withheld)"),
            ("mysqldump --password swordfish app", "mysqldump --password (withheld) app"),
            ("curl -u ann:swordfish x", "curl -u ann:(withheld) x"),
            ("login ann password swordfish", "login ann password (withheld)"),
        ] {
            assert_eq!(scrub(text), expected);
            assert_eq!(scrub(expected), expected);
        }
    }

    #[test]
    fn what_rules_need_is_not_touched() {
        for text in [
            "arn:aws:secretsmanager:us-east-1:123456789012:secret:db-AbCdEf",
            "arn:aws:iam::123456789012:role/aws-service-role/trustedadvisor.amazonaws.com/AWSServiceRoleForTrustedAdvisor",
            "registry.example.com:5000/app:1.2@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "da39a3ee5e6b4b0d3255bfef95601890afd80709",
            "10.0.0.0/8, 2600:1f18::/32",
            "vol-0a1b2c3d4e5f6a7b8",
            "ssh://git@github.com/a/b",
            "https://example.com:8443/a?mail=a@b.example",
            "--token-auth-file=/etc/kubernetes/tokens.csv",
            "--service-account-key-file=/etc/kubernetes/pki/sa.pub",
            "password=$(DB_PASSWORD)",
            "password: ${{ secrets.DB }}",
            "password_length=14",
            "basic authentication is on",
            "kubernetes.io/service-account-token",
            "system:serviceaccount:kube-system:token-cleaner",
            "The secret: a story",
            "token: audience",
            "http_tokens: required",
            "AROAQWERTYUIOPASDFGHI:session",
            "0123456789abcdef0123456789abcdef",
            "[::1]:8080",
        ] {
            assert!(matches!(scrub(text), Cow::Borrowed(_)), "{text} -> {}", scrub(text));
        }
    }

    #[test]
    fn the_id_of_a_resource_stays() {
        let (key, other) = (format!("{}{}", "AKIA", "QWERTYUIOPASDFGH"), format!("{}{}", "AKIA", "ASDFGHJKLPOIUYTR"));
        let id = format!("arn:aws:iam::1:user/ann/key/{key}");
        assert_eq!(scrub_beside(&format!("{key} {other}"), &id), format!("{key} (withheld)"));
    }

    proptest! {
        /// A text that is scrubbed stays as it is: what enters twice is not changed again.
        #[test]
        fn scrubbing_twice_is_scrubbing_once(text in "(pass(word)?|token|key|a|://|=|: ?|@|\"|'|\\\\|-p|[ \n]|AKIA|Bearer |[A-Za-z0-9/+]{1,42}){0,12}") {
            let once = scrub(&text).into_owned();
            prop_assert_eq!(scrub(&once), once.clone());
        }
    }
}
