//! Rule files of users: what is wrong with them is said where it stands, and nothing in them breaks the program.

#![allow(clippy::expect_used, reason = "a test that cannot begin fails")]

use std::path::PathBuf;
use std::sync::Arc;

use cspm_core::{Inventory, Kind, Rule, RuleMeta, Severity, Status, Verdict};
use cspm_core::{Reads, Resource};
use cspm_rules::{Error, ErrorKind, Rules, cases};
use proptest::prelude::*;

const GOOD: &str = r#"id: acme_volume_sealed
title: Volumes are sealed
kind: aws_ebs_volume
service: ec2
severity: high
expression: >-
  resource.encrypted
  && resource.kms_key_id != null
message: "Volume {resource.name} is not sealed."
rationale: Because.
remediation: {text: Seal it.}
references: []
aliases: [acme_volume_closed]
tests:
  pass: [{encrypted: true, kms_key_id: "arn:aws:kms:x"}]
  fail:
    - {encrypted: false, kms_key_id: "arn:aws:kms:x"}
    - {encrypted: true, kms_key_id: null}
  unknown: [{encrypted: true, kms_key_id: {unread: failed}}]
"#;

fn kinds() -> Vec<Arc<Kind>> {
    cspm_aws::kinds().expect("the kinds are sound").into_iter().map(Arc::new).collect()
}

fn check(text: &str) -> Vec<Error> {
    cases::check_text("rules/acme_volume_sealed.yaml", text, &kinds())
}

/// The first error of the good file with `old` replaced by `new`.
fn broken(old: &str, new: &str) -> String {
    assert!(GOOD.contains(old), "{old}");
    let errors = check(&GOOD.replacen(old, new, 1));
    assert!(!errors.is_empty(), "{old} -> {new}");
    errors[0].to_string().replace("rules/acme_volume_sealed.yaml:", "")
}

#[test]
fn a_good_file_has_no_errors() {
    assert_eq!(check(GOOD).iter().map(ToString::to_string).collect::<Vec<_>>(), [""; 0]);
}

#[test]
fn errors_are_placed_in_the_file() {
    let mut wrong = Vec::new();
    for (old, new, expected) in [
        (
            "resource.encrypted\n",
            "resource.encripted\n",
            "7:12: aws_ebs_volume has no field `encripted` (did you mean `encrypted`?)",
        ),
        ("resource.kms_key_id != null", "resource.kms_key_id != 7", "8:26: string and int are never equal"),
        (">-\n  resource.encrypted\n  &&", "\"resource.encrypted\n  &&&", "7:5: syntax error"),
        ("{resource.name}", "{resource.nam}", "9:28: aws_ebs_volume has no field `nam` (did you mean `name`?)"),
        ("aws_ebs_volume", "aws_ebs_volum", "3:7: there is no kind `aws_ebs_volum` (did you mean `aws_ebs_volume`?)"),
        (
            "id: acme_volume_sealed",
            "id: acme_volume_seal",
            "1:5: the rule `acme_volume_seal` must be in the file acme_volume_seal.yaml",
        ),
        ("id: acme_volume_sealed", "id: Acme", "1:5: the id \"Acme\" may have lower-case letters, digits and `_` only"),
        (
            "{encrypted: true, kms_key_id: null}",
            "{encrypted: true, kms_key_id: \"\"}",
            "18:7: this case must end as fail, and ends as pass (encrypted is true; kms_key_id is \"\")",
        ),
        (
            "{encrypted: true, kms_key_id: null}",
            "{encrypted: 1}",
            "18:7: aws_ebs_volume.encrypted is int, and must be bool",
        ),
        (
            "{encrypted: true, kms_key_id: null}",
            "{encripted: true}",
            "18:7: there is no field aws_ebs_volume.encripted did you mean `encrypted`?",
        ),
        (
            "{encrypted: true, kms_key_id: null}",
            "{encrypted: {unread: dunno}}",
            "18:7: an unread field needs a reason, such as access_denied",
        ),
        (
            "{encrypted: true, kms_key_id: null}",
            "{encrypted: true, $wiht: {}}",
            "18:7: there is no `$wiht` here did you mean `$with`?",
        ),
        (
            "unknown: [{encrypted: true, kms_key_id: {unread: failed}}]",
            "unknown: []",
            "1:5: the rule has no case that must end as unknown",
        ),
        (
            "resource.kms_key_id != null",
            "resource.kms_key_id.startsWith('arn')",
            "15:10: the rule breaks where kms_key_id is null: string.startsWith(string) was given `kms_key_id`, which is null,",
        ),
    ] {
        let new = if new.starts_with('"') { format!("{new} resource.encrypted\"\n#") } else { new.to_owned() };
        let found = broken(old, &new);
        if !found.starts_with(expected) {
            wrong.push(format!("{old} -> {new}:\n  {found}\n  {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn keys_are_all_there_and_known() {
    let missing = broken("rationale: Because.\n", "");
    assert!(missing.contains("rationale"), "{missing}");
    let unknown = broken("rationale:", "rational:");
    assert!(unknown.starts_with("10:1:") && unknown.contains("rational"), "{unknown}");
    let severity = broken("severity: high", "severity: hihg");
    assert!(severity.starts_with("5:11:") && severity.contains("critical"), "{severity}");
}

#[test]
fn a_field_that_is_null_must_not_break_a_rule() {
    let found = broken(
        "resource.kms_key_id != null",
        "(resource.encrypted == false || resource.kms_key_id != 'x' && !resource.kms_key_id.endsWith('y'))",
    );
    assert!(found.contains("the rule breaks"), "{found}");
}

/// A folder of rule files that is removed in the end.
struct Folder(PathBuf);

impl Folder {
    fn with(name: &str, files: &[(&str, &str)]) -> Self {
        let path = std::env::temp_dir().join(format!("cspm-rules-{}-{name}", std::process::id()));
        std::fs::create_dir_all(path.join("deeper")).expect("a folder for the test");
        for (name, text) in files {
            std::fs::write(path.join(name), text).expect("a file for the test");
        }
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

const FRAMEWORK: &str = r#"id: acme_book
title: The book
version: "1"
provider: aws
source: https://example.com
controls:
  - {id: "1.1", title: Seal, status: automated, rules: [acme_volume_closed]}
  - {id: "1.2", title: Talk, status: manual, rules: [], note: People must.}
"#;

#[test]
fn rules_are_chosen() {
    let folder = Folder::with("chosen", &[("deeper/acme_volume_sealed.yaml", GOOD), ("acme_book.yaml", FRAMEWORK)]);
    let own = Rules::empty().path(&folder.0);
    let ids = |rules: &Rules| -> Vec<String> {
        rules.load(&kinds()).expect("the rules load").into_iter().map(|rule| rule.meta().id.to_string()).collect()
    };
    assert_eq!(ids(&own), ["acme_volume_sealed"]);
    assert_eq!(ids(&own.clone().ids(["acme_volume_closed"])), ["acme_volume_sealed"]);
    assert_eq!(
        ids(&own.clone().framework("acme_book").severities([Severity::High]).services(["ec2"])),
        ["acme_volume_sealed"]
    );
    assert_eq!(ids(&own.clone().severities([Severity::Low])), [""; 0]);
    let set = own.load(&kinds()).expect("the rules load");
    let meta = set.get("acme_volume_closed").expect("found by its former id").meta();
    assert_eq!(meta.frameworks["acme_book"], ["1.1"]);
    assert_eq!(set.frameworks()[0].controls[0].rules, ["acme_volume_sealed".into()]);
    let both = Rules::builtin().path(&folder.0).framework("acme_book");
    assert_eq!(ids(&both), ["acme_volume_sealed"]);
    for (rules, message) in [
        (
            own.clone().ids(["acme_volume_seald"]),
            "there is no rule `acme_volume_seald` (did you mean `acme_volume_sealed`?)",
        ),
        (own.clone().framework("acme_bok"), "there is no framework `acme_bok` (did you mean `acme_book`?)"),
        (own.clone().services(["ec3"]), "there is no service `ec3` (did you mean `ec2`?)"),
    ] {
        let error = rules.load(&kinds()).expect_err(message);
        assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::Selection, message));
        assert_eq!(cspm_core::Error::from(error).kind(), cspm_core::ErrorKind::Config);
    }
    assert_eq!(Rules::empty().path("/no/such/folder").load(&[]).expect_err("no folder").kind(), ErrorKind::Io);
}

#[test]
fn two_rules_cannot_share_an_id() {
    let twin =
        GOOD.replace("id: acme_volume_sealed", "id: acme_volume_closed").replace("aliases: [acme_volume_closed]\n", "");
    let folder = Folder::with("twins", &[("acme_volume_sealed.yaml", GOOD), ("acme_volume_closed.yaml", &twin)]);
    let error = Rules::empty().path(&folder.0).load(&kinds()).expect_err("an alias is an id");
    assert!(error.to_string().ends_with("another rule has the id or alias `acme_volume_closed`"), "{error}");
}

#[test]
fn a_framework_names_rules_that_exist() {
    let framework = FRAMEWORK.replace("acme_volume_closed", "acme_volume_claused");
    let folder = Folder::with("framework", &[("acme_volume_sealed.yaml", GOOD), ("acme_book.yaml", &framework)]);
    let error = Rules::empty().path(&folder.0).load(&kinds()).expect_err("no such rule");
    assert!(
        error.to_string().ends_with("`acme_volume_claused`, which does not exist (did you mean `acme_volume_closed`?)"),
        "{error}"
    );
}

struct InCode(Arc<RuleMeta>, Reads);

impl Rule for InCode {
    fn meta(&self) -> &Arc<RuleMeta> {
        &self.0
    }
    fn reads(&self) -> &Reads {
        &self.1
    }
    fn evaluate(&self, _: &Resource, _: &Inventory) -> Verdict {
        Verdict::of(Status::Pass)
    }
}

#[test]
fn rules_in_code_are_always_in() {
    let meta = RuleMeta::new("acme_in_code", "In code", "aws", "aws_ebs_volume", Severity::Low);
    let rule = Arc::new(InCode(Arc::new(meta), Reads::default()));
    let rules = Rules::builtin().services(["s3"]).extra(rule.clone());
    assert!(rules.load(&kinds()).expect("the rules load").get("acme_in_code").is_some());
    assert!(rules.extra(rule).load(&kinds()).is_err(), "an id is there once");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_breaks_the_program(from in 0..GOOD.len(), length in 0..60usize, new in "[ -~\n{}é]{0,12}") {
        let mut text = GOOD.to_owned();
        text.replace_range(from..(from + length).min(GOOD.len()), &new);
        for error in check(&text) {
            prop_assert!(!error.to_string().is_empty());
        }
    }

    #[test]
    fn no_expression_breaks_the_program(expression in "[a-z0-9 .()\\[\\]{}?:!&|=<>+*/%,'\"\\\\-]{0,60}") {
        let text = GOOD.replace("  resource.encrypted\n", &format!("  {expression}\n"));
        check(&text);
    }
}
