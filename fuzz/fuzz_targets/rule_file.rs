//! A rule file from anybody: it is a rule, or an error that names a place in the text.
#![no_main]

use std::sync::{Arc, LazyLock};

use cspm::{Kind, cases};
use libfuzzer_sys::fuzz_target;

static KINDS: LazyLock<Vec<Arc<Kind>>> = LazyLock::new(|| cspm::kinds().expect("the kinds are sound"));

fuzz_target!(|text: &str| {
    // A carriage return alone ends a line of YAML too: https://yaml.org/spec/1.2.2/#54-line-break-characters
    let lines = u32::try_from(text.split(['\n', '\r']).count()).unwrap_or(u32::MAX);
    for error in cases::check_text("rule.yaml", text, &KINDS) {
        assert!(!error.to_string().is_empty());
        assert!(error.line().is_none_or(|line| line <= lines + 1), "{error}: of {lines} lines");
    }
});
