//! The secrets of `tests/support/secrets.json`, which the tests of the three languages share.

use serde::Deserialize;

/// An invented secret.
pub(crate) struct Secret {
    pub name: String,
    /// The secret as it is.
    pub whole: String,
    /// The secret in the text that people write it in.
    pub text: String,
    /// What must be in no output.
    find: String,
}

#[derive(Deserialize)]
struct File {
    secrets: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    name: String,
    parts: Vec<String>,
    text: String,
    find: Option<String>,
}

/// All of them.
pub(crate) fn secrets() -> Vec<Secret> {
    let file: File = serde_json::from_str(include_str!("../support/secrets.json")).unwrap();
    let secret = |row: Row| {
        let whole = row.parts.concat();
        let text = row.text.replace("{}", &whole);
        Secret { name: row.name, find: row.find.unwrap_or_else(|| whole.clone()), whole, text }
    };
    file.secrets.into_iter().map(secret).collect()
}

impl Secret {
    /// Asserts that `text` does not have it, in the forms that JSON and HTML write it in too.
    pub(crate) fn assert_absent(&self, place: &str, text: &str) {
        for find in [self.find.clone(), self.find.replace('&', "\\u0026"), self.find.replace('&', "&amp;")] {
            if let Some(at) = text.find(&find) {
                let (from, to) = (text.floor_char_boundary(at.saturating_sub(80)), text.ceil_char_boundary(at + 80));
                panic!("{} is in {place}: …{}…", self.name, &text[from..to.min(text.len())]);
            }
        }
    }
}
