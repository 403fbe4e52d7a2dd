//! What is expected of a scenario: `values.json`, the texts beside it, and of large texts their hashes.

use std::fs;
use std::path::Path;

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::outcome::Outcome;

/// Texts of more bytes are kept as a hash.
const KEPT: usize = 16 << 10;
const VALUES: &str = "values.json";
const HASHES: &str = "hashes.json";

fn hash(text: &[u8]) -> Value {
    let hash: String = Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect();
    json!({"sha256": hash, "lines": text.iter().filter(|byte| **byte == b'\n').count(), "bytes": text.len()})
}

pub(crate) fn write(folder: &Path, outcome: &Outcome) {
    let folder = folder.join("expected");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir(&folder).unwrap();
    let json = |name: &str, value: &Map<String, Value>| {
        if !value.is_empty() {
            fs::write(folder.join(name), serde_json::to_string_pretty(value).unwrap() + "\n").unwrap();
        }
    };
    json(VALUES, &outcome.values);
    let (small, large): (Vec<_>, Vec<_>) = outcome.texts.iter().partition(|(_, text)| text.len() <= KEPT);
    json(HASHES, &large.into_iter().map(|(name, text)| (name.clone(), hash(text))).collect());
    for (name, text) in small {
        fs::write(folder.join(name), text).unwrap();
    }
}

/// What is not as expected.
pub(crate) fn differences(folder: &Path, outcome: &Outcome) -> Vec<String> {
    let name = folder.file_name().unwrap().to_string_lossy().into_owned();
    let folder = folder.join("expected");
    let json = |file: &str| match fs::read(folder.join(file)) {
        Ok(text) => serde_json::from_slice(&text).unwrap(),
        Err(_) => Map::new(),
    };
    let mut wrong = Vec::new();
    let mut check = |what: &str, is_right: bool, got: &dyn std::fmt::Display| {
        if !is_right {
            wrong.push(format!("{name}: {what} is not as expected, but:\n{got}"));
        }
    };
    let values = json(VALUES);
    for key in values.keys().chain(outcome.values.keys()) {
        let got = outcome.values.get(key);
        check(key, values.get(key) == got, &got.unwrap_or(&Value::Null));
    }
    let mut kept: Vec<_> = fs::read_dir(&folder).into_iter().flatten().map(|e| e.unwrap().file_name()).collect();
    kept.retain(|file| file != VALUES && file != HASHES);
    let hashes = json(HASHES);
    let files = kept.iter().map(|file| file.to_str().unwrap()).chain(hashes.keys().map(String::as_str));
    let files: std::collections::BTreeSet<_> = files.chain(outcome.texts.keys().map(String::as_str)).collect();
    for file in files {
        let Some(text) = outcome.texts.get(file) else {
            check(file, false, &"not there");
            continue;
        };
        match hashes.get(file) {
            Some(expected) => check(file, *expected == hash(text), &hash(text)),
            None => {
                let is_right = fs::read(folder.join(file)).is_ok_and(|expected| expected == *text);
                check(file, is_right, &String::from_utf8_lossy(text));
            }
        }
    }
    wrong
}
