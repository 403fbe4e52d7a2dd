//! What came of a scenario.

use std::collections::BTreeMap;
use std::path::Path;

use cspm::secrets::Foreign;
use cspm::{Error, RuleError};
use serde_json::{Map, Value, json};

/// Values, which languages may write differently, and texts, which they may not.
#[derive(Default)]
pub(crate) struct Outcome {
    pub(crate) values: Map<String, Value>,
    pub(crate) texts: BTreeMap<String, Vec<u8>>,
}

impl Outcome {
    pub(crate) fn error(&mut self, error: &Error) {
        let mut said = json!({"code": error.kind().code(), "message": error.to_string()});
        let sources = std::iter::successors(std::error::Error::source(error), |error| error.source());
        if let Some(rule) = sources.filter_map(|error| inner(error).downcast_ref::<RuleError>()).next() {
            let path = rule.path().map(|path| path.display().to_string().into());
            let place =
                [("path", path), ("line", rule.line().map(Value::from)), ("column", rule.column().map(Value::from))];
            for (name, known) in place.into_iter().filter_map(|(name, value)| Some((name, value?))) {
                said[name] = known;
            }
        }
        self.values.insert("error".to_owned(), said);
    }

    /// Leaves the texts below `CSPM_PARITY_OUT`, where `scripts/parity.sh` holds those of the three languages against each
    /// other: of large ones only a hash is kept here, which would not say what differs.
    pub(crate) fn leave_copy(&self, language: &str, folder: &Path) {
        let Some(out) = std::env::var_os("CSPM_PARITY_OUT") else { return };
        let out = Path::new(&out).join(language).join(folder.file_name().unwrap());
        std::fs::create_dir_all(&out).unwrap();
        for (name, text) in &self.texts {
            std::fs::write(out.join(name), text).unwrap();
        }
    }
}

/// The cause itself, where an error holds it back so that nothing secret in it is printed.
fn inner<'e>(error: &'e (dyn std::error::Error + 'static)) -> &'e (dyn std::error::Error + 'static) {
    match error.downcast_ref::<Foreign>() {
        Some(foreign) => foreign.inner(),
        None => error,
    }
}
