//! A folder of manifests, an object a file.

use std::fs;
use std::io;
use std::path::Path;

use serde_json::Value;

use super::objects::TYPES;

/// Writes them, and says how many there are.
pub fn write(folder: &Path) -> io::Result<usize> {
    for of in &TYPES {
        let folder = folder.join(of.plural);
        fs::create_dir(&folder)?;
        for n in 0..of.in_folder {
            let mut text = String::new();
            block(&of.written(n), 0, &mut text);
            fs::write(folder.join(format!("{n}.yaml")), text.trim_start())?;
        }
    }
    Ok(TYPES.iter().map(|of| of.in_folder).sum())
}

/// A value as YAML is written by people: maps and lists in lines of their own.
fn block(value: &Value, indent: usize, text: &mut String) {
    let spaces = " ".repeat(indent);
    match value {
        Value::Object(map) if !map.is_empty() => {
            for (key, value) in map {
                text.push_str(&format!("\n{spaces}{}:", scalar(key)));
                block(value, indent + 2, text);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for item in items {
                let mut inner = String::new();
                block(item, indent + 2, &mut inner);
                text.push_str(&format!("\n{spaces}- {}", inner.trim_start()));
            }
        }
        Value::String(string) => text.push_str(&format!(" {}", scalar(string))),
        other => text.push_str(&format!(" {other}")),
    }
}

/// A text, with quotes where it could be taken for something else.
fn scalar(text: &str) -> String {
    let plain = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_./".contains(c));
    if plain { text.to_owned() } else { Value::from(text).to_string() }
}
