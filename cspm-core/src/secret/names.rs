//! Names of values that are secret whatever they look like.

/// Endings of names, without their separators and in lower case, whose values are secret: `DB_PASSWORD`, `clientSecret`.
const SECRET: &[&str] = &[
    "accountkey",
    "accesskey",
    "accesstoken",
    "apikey",
    "apisecret",
    "apitoken",
    "appsecret",
    "authkey",
    "authtoken",
    "bearertoken",
    "clientkeydata",
    "clientsecret",
    "connectionstring",
    "credential",
    "credentials",
    "encryptionkey",
    "hmackey",
    "idtoken",
    "keydata",
    "licensekey",
    "masterkey",
    "oauthtoken",
    "passcode",
    "passphrase",
    "passwd",
    "password",
    "passwords",
    "passwort",
    "privatekey",
    "pwd",
    "refreshtoken",
    "secretaccesskey",
    "secretbinary",
    "secretkey",
    "secretkeybase",
    "secretstring",
    "secrettoken",
    "secretvalue",
    "securitytoken",
    "sessionkey",
    "sessiontoken",
    "sharedaccesskey",
    "sharedkey",
    "signingkey",
    "signingsecret",
    "storagekey",
    "subscriptionkey",
    "webhooksecret",
    "webhooktoken",
];
/// Words that are secret where they are the last word of a name, and that are a part of other words too: `compass` is none.
const LAST_WORDS: &[&str] = &[
    "auth",
    "authorization",
    "bearer",
    "cookie",
    "creds",
    "jwt",
    "pass",
    "psk",
    "salt",
    "secret",
    "sessionid",
    "sig",
    "signature",
    "token",
];

/// Whether the name says that its value is secret: the name of a variable, a key, a flag, a header or a parameter.
///
/// ```
/// use cspm_core::secrets::is_secret_name;
///
/// assert!(["DB_PASSWORD", "clientSecret", "X-Api-Key", "--token", "oauth2.token"].iter().all(|name| is_secret_name(name)));
/// assert!(!["secretName", "token-ttl", "compass", "password_last_used"].iter().any(|name| is_secret_name(name)));
/// ```
#[must_use]
pub fn is_secret_name(name: &str) -> bool {
    is_secret_word(name) || last_word(name).is_some_and(|word| LAST_WORDS.contains(&word.to_ascii_lowercase().as_str()))
}

/// Whether the name is that of a secret in any text. Words such as `token` or `secret` are not: prose is full of them.
#[must_use]
pub fn is_secret_word(name: &str) -> bool {
    let mut letters = [0_u8; 32];
    let mut length = 0;
    // Of a long name the end decides.
    for byte in name.bytes().rev().filter(u8::is_ascii_alphanumeric).take(letters.len()) {
        length += 1;
        letters[letters.len() - length] = byte.to_ascii_lowercase();
    }
    let end = &letters[letters.len() - length..];
    SECRET.iter().any(|secret| end.ends_with(secret.as_bytes()))
}

/// The last word of a name: after a separator, or from a capital letter on.
fn last_word(name: &str) -> Option<&str> {
    let name = name.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
    let word = name.rsplit(|c: char| !c.is_ascii_alphanumeric()).next()?;
    let small = word.bytes().any(|byte| byte.is_ascii_lowercase());
    let start = if small { word.rfind(|c: char| c.is_ascii_uppercase()).unwrap_or(0) } else { 0 };
    Some(&word[start..]).filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_word_of_a_name_decides() {
        for name in [
            "password",
            "MYSQL_ROOT_PASSWORD",
            "dbPassword",
            "pg-passwd",
            "AWS_SECRET_ACCESS_KEY",
            "x-api-key",
            "token",
            "authToken",
            "GITHUB_TOKEN",
            "clientSecret",
            "basic.auth",
            "REDIS_AUTH",
            "private-key",
            "Authorization",
            "cookie",
            "root-password",
            "userPass",
            "connectionString",
        ] {
            assert!(is_secret_name(name), "{name}");
        }
        for name in [
            "secretName",
            "secret-name",
            "tokenExpirationSeconds",
            "token-auth-file",
            "passwordPolicy",
            "compass",
            "bypass",
            "author",
            "authorization-mode",
            "service-account-key-file",
            "http_tokens",
            "password_last_used",
            "keyboard",
            "",
            "signatures",
        ] {
            assert!(!is_secret_name(name), "{name}");
        }
    }
}
