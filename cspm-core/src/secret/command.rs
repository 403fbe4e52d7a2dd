//! Commands: what follows a flag such as `--password` is withheld for its place, whatever it looks like.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

use super::WITHHELD;
use super::names::is_secret_name;
use super::scrub::{is_literal, scrub};

/// Programs whose `-p` is a password: `mysql -pX`, `sshpass -p X`.
const P_IS_PASSWORD: &[&str] = &[
    "mysql",
    "mysqldump",
    "mysqladmin",
    "mysqlimport",
    "mysqlshow",
    "mysqlcheck",
    "mariadb",
    "mariadb-dump",
    "mariadb-admin",
    "sshpass",
    "mongo",
    "mongosh",
    "mongodump",
    "mongorestore",
    "docker",
    "podman",
    "helm",
    "skopeo",
    "buildah",
];
/// Programs whose `-a` or `-w` is a password.
const OTHER_PASSWORDS: &[(&str, &str)] = &[
    ("redis-cli", "-a"),
    ("ldapsearch", "-w"),
    ("ldapmodify", "-w"),
    ("ldapadd", "-w"),
    ("sqlcmd", "-P"),
    ("bcp", "-P"),
    ("smbclient", "-U"),
];
/// Flags that are followed by `user:password`.
const USER: [&str; 5] = ["-u", "--user", "--userpwd", "--proxy-user", "-U"];
/// Flags that are followed by a header.
const HEADER: [&str; 3] = ["-H", "--header", "--proxy-header"];
/// Commands within commands are looked into so deep: `sh -c "sh -c '…'"`.
const DEPTH: u8 = 4;

/// What the next word is, by the flag before it.
#[derive(Clone, Copy)]
enum Next {
    Any,
    /// Secret as a whole.
    Secret,
    /// `user:password`
    User,
    /// `Name: value`
    Header,
    /// The value of `-p`: a password or a port or a protocol.
    P,
}

/// The words of a command without what may be secret in them; `None` for a word that stays as it is. Withheld are the values
/// of flags whose name is that of a secret (`--password X`, `--token=X`), passwords of `-pX` and `-u user:X`, values of headers
/// such as `Authorization`, the same in scripts that are one word, and all that [`scrub`] knows.
///
/// ```
/// use cspm_core::secrets::of_command;
///
/// let words = of_command(&["server", "--password", "swordfish", "--port=80"]);
/// assert_eq!(words, [None, None, Some("(withheld)".to_owned()), None]);
/// ```
#[must_use]
pub fn of_command(words: &[&str]) -> Vec<Option<String>> {
    inner(words, DEPTH)
}

/// A script, or a command in one text, without what may be secret in it; as [`of_command`].
#[must_use]
pub fn in_script(script: &str) -> Cow<'_, str> {
    in_script_at(script, DEPTH)
}

fn inner(words: &[&str], depth: u8) -> Vec<Option<String>> {
    let programs: Vec<&str> = words.iter().map(|word| word.rsplit('/').next().unwrap_or(word)).collect();
    let p_is_password = programs.iter().any(|program| P_IS_PASSWORD.contains(program));
    let passwords: Vec<&str> =
        OTHER_PASSWORDS.iter().filter(|(program, _)| programs.contains(program)).map(|(_, flag)| *flag).collect();
    let mut next = Next::Any;
    let mut out = Vec::with_capacity(words.len());
    for word in words {
        // A flag is no value of the flag before it, which then has none.
        let is_flag = word.len() > 1 && word.starts_with('-') && !matches!(next, Next::Header);
        let given = if is_flag && (word.starts_with("--") || !matches!(next, Next::Secret)) { Next::Any } else { next };
        next = Next::Any;
        let changed = match given {
            Next::Secret => is_literal(word).then(|| WITHHELD.to_owned()),
            Next::P => is_p_password(word, p_is_password).then(|| WITHHELD.to_owned()),
            Next::User => user(word),
            Next::Header => header(word),
            Next::Any if is_flag => {
                next = after(word, &passwords);
                flag(word, p_is_password)
            }
            Next::Any => None,
        };
        let text = changed.as_deref().unwrap_or(word);
        let scrubbed = match text.contains(char::is_whitespace) && depth > 0 {
            true => in_script_at(text, depth - 1),
            false => scrub(text),
        };
        let scrubbed = match scrubbed {
            Cow::Owned(scrubbed) => Some(scrubbed),
            Cow::Borrowed(_) => None,
        };
        out.push(scrubbed.or(changed));
    }
    out
}

/// What comes after a flag without a value of its own.
fn after(flag: &str, passwords: &[&str]) -> Next {
    match flag {
        "-p" => Next::P,
        _ if passwords.contains(&flag) => Next::Secret,
        _ if USER.contains(&flag) => Next::User,
        _ if HEADER.contains(&flag) => Next::Header,
        _ if flag.contains('=') => Next::Any,
        // `--client-cert-auth` and the like switch something on.
        _ if flag.ends_with("auth") => Next::Any,
        _ if is_secret_name(flag) => Next::Secret,
        _ => Next::Any,
    }
}

/// A flag with its value in one word.
fn flag(word: &str, p_is_password: bool) -> Option<String> {
    if let Some(value) = word.strip_prefix("-p").filter(|value| !value.is_empty())
        && is_p_password(value, p_is_password)
    {
        return Some(format!("-p{WITHHELD}"));
    }
    if let Some((name, value)) = word.split_once('=') {
        if USER.contains(&name) {
            return user(value).map(|value| format!("{name}={value}"));
        }
        if HEADER.contains(&name) {
            return header(value).map(|value| format!("{name}={value}"));
        }
        return (is_secret_name(name) && is_literal(value)).then(|| format!("{name}={WITHHELD}"));
    }
    let (short, value) = word.split_at_checked(2)?;
    match short {
        "-u" | "-U" if !value.is_empty() => user(value).map(|value| format!("{short}{value}")),
        "-H" if !value.is_empty() => header(value).map(|value| format!("-H{value}")),
        _ => None,
    }
}

/// Whether the value of `-p` is a password: no port, no protocol, no folder, no name of a longer flag with one dash.
fn is_p_password(value: &str, known: bool) -> bool {
    let port = value.bytes().all(|byte| byte.is_ascii_digit() || b":/.-".contains(&byte)) && value.len() <= 21;
    let word = value.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-') && value.len() <= 24;
    let folder = value.starts_with(['/', '.', '~']) || value.contains(":/");
    let mapped = value
        .split_once('=')
        .is_some_and(|(name, _)| name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'));
    is_literal(value) && if known { !port || value.len() > 5 } else { !(port || word || folder || mapped) }
}

/// `user:password`; two numbers are a user and a group.
fn user(word: &str) -> Option<String> {
    let (name, password) = word.split_once(':')?;
    let number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    (!(number(name) && number(password)) && is_literal(password)).then(|| format!("{name}:{WITHHELD}"))
}

/// `Name: value`
fn header(word: &str) -> Option<String> {
    let (name, value) = word.split_once(':')?;
    (is_secret_name(name) && is_literal(value.trim())).then(|| format!("{name}: {WITHHELD}"))
}

fn in_script_at(script: &str, depth: u8) -> Cow<'_, str> {
    static WORD: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r#""(?:[^"\\]|\\.)*"|'[^']*'|[^\s"']+"#).ok());
    let Some(pattern) = &*WORD else { return Cow::Borrowed(WITHHELD) };
    // Quotes belong to the script, not to the word.
    let trimmed = |range: std::ops::Range<usize>| match script[range.clone()].starts_with(['"', '\'']) {
        true => range.start + 1..range.end - 1,
        false => range,
    };
    let ranges: Vec<_> = pattern.find_iter(script).map(|found| trimmed(found.range())).collect();
    let words: Vec<&str> = ranges.iter().map(|range| &script[range.clone()]).collect();
    let mut out = script.to_owned();
    for (range, word) in ranges.iter().zip(inner(&words, depth)).rev() {
        if let Some(word) = word {
            out.replace_range(range.clone(), &word);
        }
    }
    match scrub(&out) {
        Cow::Borrowed(same) if same == script => Cow::Borrowed(script),
        scrubbed => Cow::Owned(scrubbed.into_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(words: &[&str]) -> String {
        let withheld = of_command(words);
        let all: Vec<&str> = words.iter().zip(&withheld).map(|(word, new)| new.as_deref().unwrap_or(word)).collect();
        all.join(" ")
    }

    #[test]
    fn what_follows_a_flag_of_a_secret_is_withheld() {
        for (words, expected) in [
            (&["a", "--password", "swordfish"][..], "a --password (withheld)"),
            (&["a", "--password=swordfish"], "a --password=(withheld)"),
            (&["a", "-password", "swordfish"], "a -password (withheld)"),
            (&["a", "--db.root-password=swordfish", "--port=80"], "a --db.root-password=(withheld) --port=80"),
            (&["a", "--token=swordfish"], "a --token=(withheld)"),
            (&["a", "--clientSecret", "-swordfish"], "a --clientSecret (withheld)"),
            (&["mysql", "-uroot", "-pswordfish", "app"], "mysql -uroot -p(withheld) app"),
            (&["mysql", "-p", "swordfish"], "mysql -p (withheld)"),
            (&["a", "-pTr0ub4dor"], "a -p(withheld)"),
            (&["mysql", "-psword=fish=="], "mysql -p(withheld)"),
            (&["sshpass", "-p", "swordfish", "ssh", "host"], "sshpass -p (withheld) ssh host"),
            (&["curl", "-u", "ann:swordfish", "x"], "curl -u ann:(withheld) x"),
            (&["curl", "--user=ann:swordfish"], "curl --user=ann:(withheld)"),
            (&["curl", "-uann:swordfish"], "curl -uann:(withheld)"),
            (&["curl", "-H", "Authorization: Bearer swordfish"], "curl -H Authorization: (withheld)"),
            (&["curl", "-HX-Api-Key: swordfish"], "curl -HX-Api-Key: (withheld)"),
            (&["redis-cli", "-a", "swordfish"], "redis-cli -a (withheld)"),
            (&["sh", "-c", "exec a --password swordfish --port 80"], "sh -c exec a --password (withheld) --port 80"),
            (&["sh", "-c", "curl -u 'ann:sword fish' x"], "sh -c curl -u 'ann:(withheld)' x"),
            (&["sh", "-c", "sh -c \"mysql -pswordfish\""], "sh -c sh -c \"mysql -p(withheld)\""),
            (&["sh", "-c", "DB_PASSWORD=swordfish ./run"], "sh -c DB_PASSWORD=(withheld) ./run"),
        ] {
            assert_eq!(shown(words), expected);
        }
    }

    #[test]
    fn other_words_stay() {
        for words in [
            &["kube-apiserver", "--anonymous-auth=false", "--token-auth-file=/etc/tokens", "--secure-port=6443"][..],
            &["a", "--password-file", "/run/secrets/db", "--password=$(DB_PASSWORD)", "--token=$TOKEN"],
            &["a", "--password", "--verbose"],
            &["docker-entrypoint", "-p", "8080:80"],
            &["mkdir", "-p", "/data/a"],
            &["a", "-port=80", "-profile"],
            &["iptables", "-p", "tcp"],
            &["run", "--user", "1000:1000"],
            &["curl", "-H", "Accept: application/json"],
            &["etcd", "--client-cert-auth", "true", "--key-file=/a/b.key"],
            &["sh", "-c", "sleep 5 && exec server --port 80"],
        ] {
            assert_eq!(of_command(words), vec![None; words.len()], "{words:?}");
        }
    }
}
