//! The password policy of an account.

use cspm_core::Read;
use schemars::JsonSchema;
use serde::Serialize;

/// What the passwords of users must be like. Where the account has no policy, `exists` is false and the fields say what AWS
/// then asks for: 8 characters, no kind of character in particular, no end.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_account-policy.html>
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PasswordPolicy {
    /// The account has a policy of its own.
    pub exists: bool,
    /// The least number of characters.
    pub minimum_password_length: Read<i32>,
    /// A capital letter is needed.
    pub require_uppercase_characters: bool,
    /// A small letter is needed.
    pub require_lowercase_characters: bool,
    /// A digit is needed.
    pub require_numbers: bool,
    /// A character that is neither letter nor digit is needed.
    pub require_symbols: bool,
    /// Users may change their own password.
    pub allow_users_to_change_password: bool,
    /// Passwords end.
    pub expire_passwords: bool,
    /// Days after which a password ends; null where it does not.
    pub max_password_age: Option<i32>,
    /// How many earlier passwords may not be used again; null where all may.
    pub password_reuse_prevention: Option<i32>,
    /// A password that ended can be renewed by an administrator alone.
    pub hard_expiry: bool,
}

impl PasswordPolicy {
    /// What holds where the account has no policy.
    #[must_use]
    pub fn none() -> Self {
        Self {
            exists: false,
            minimum_password_length: Read::Known(8),
            require_uppercase_characters: false,
            require_lowercase_characters: false,
            require_numbers: false,
            require_symbols: false,
            allow_users_to_change_password: false,
            expire_passwords: false,
            max_password_age: None,
            password_reuse_prevention: None,
            hard_expiry: false,
        }
    }
}
