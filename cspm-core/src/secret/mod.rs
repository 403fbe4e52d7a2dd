//! Values that may hold secrets.

pub mod detector;

use std::fmt;

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
