//! Values that may hold secrets: finding them, withholding them by their place, and cutting known shapes of them out of text.
//!
//! Two questions are kept apart. [`find`] asks where a text holds what looks like a secret, for findings, and avoids false
//! alarms. [`scrub`], [`of_command`] and what a kind withholds ask what may leave the process, and rather withhold too much.

mod assign;
mod command;
mod data;
mod detector;
mod foreign;
mod names;
mod scrub;
mod shapes;

use std::fmt;

pub use command::{in_script, of_command};
pub use data::{scrub_data, withhold_all};
pub(crate) use data::{scrubbed, scrubbed_unread};
pub use detector::{SecretHit, find};
pub use foreign::{Foreign, scrub_foreign};
pub use names::{is_secret_name, is_secret_word};
pub use scrub::scrub;
pub(crate) use scrub::scrub_beside;

/// What stands in the place of a value that is withheld.
pub const WITHHELD: &str = "(withheld)";

/// A value that may hold a secret: user data, environment variables, tokens, credentials.
///
/// It has no `Serialize`, `Display` or accessor for templates, and `Debug` prints nothing of it; what leaves a collector
/// is what a detector found in it. So no report, snapshot, log or error can show the value.
///
/// ```
/// use cspm_core::Secret;
///
/// let user_data = Secret::new("export TOKEN=hunter2".to_owned());
/// assert_eq!(format!("{user_data:?}"), "[secret]");
/// assert_eq!(user_data.inspect(|text| text.lines().count()), 1);
/// ```
#[derive(Clone)]
pub struct Secret<T>(T);

impl<T> Secret<T> {
    /// Takes charge of `value`.
    pub fn new(value: T) -> Self {
        Self(value)
    }

    /// What `f` finds in the value. `f` answers with what it found, never with the value or a part of it.
    pub fn inspect<R>(&self, f: impl FnOnce(&T) -> R) -> R {
        f(&self.0)
    }
}

impl<T> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}
