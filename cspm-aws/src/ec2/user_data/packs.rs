//! Base64 in text: scripts and files are packed so in multipart messages and in cloud-init's `write_files`.
//! <https://docs.cloud-init.io/en/latest/reference/modules.html#write-files>

use std::sync::LazyLock;

use regex::Regex;

use super::decode;

/// The shortest run of letters that may be base64.
const SHORTEST: usize = 24;
/// The shortest that is taken for base64 because the text says that it decodes some.
const SHORTEST_DECLARED: usize = 40;
/// The shortest that is taken for it whatever the text says: names, paths and sums are shorter.
const LONG: usize = 200;

/// A run of the letters of base64, to the end of its line or not.
static RUN: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"[A-Za-z0-9+/]{24,}={0,2}").ok());
/// A line that has nothing else.
static LINE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^[ \t]*([A-Za-z0-9+/]+={0,2})[ \t]*$").ok());
/// How a text says that it has base64, or decodes some.
static DECLARED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r#"(?i)base64\s+(?:-d|-D|--decode|-di)\b|b64decode|decode64|frombase64|openssl\s+(?:enc|base64)\b|encoding["']?\s*:\s*["']?(?:b64|base64|gz)|!!binary"#,
    )
    .ok()
});

/// Base64 in a text.
pub(super) struct Pack {
    /// The line where it begins, from 1.
    pub(super) line: u32,
    /// How many letters it has.
    length: usize,
    /// Whether it has letters of all kinds, or the end that only base64 has.
    is_mixed: bool,
    /// What it stands for. Where its last line may be the next word of the text, once with it and once without.
    pub(super) readings: Vec<Vec<u8>>,
}

/// Whether the text says that it has base64.
pub(super) fn are_declared(text: &str) -> bool {
    DECLARED.as_ref().is_some_and(|declared| declared.is_match(text))
}

/// What may be base64 in a text.
pub(super) fn of(text: &str) -> Vec<Pack> {
    let (Some(run), Some(whole)) = (RUN.as_ref(), LINE.as_ref()) else { return Vec::new() };
    let lines: Vec<&str> = text.lines().collect();
    let mut packs = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let mut next = at + 1;
        for found in run.find_iter(lines[at]) {
            let ends_line = lines[at][found.end()..].trim().is_empty();
            let more = if ends_line { more_lines(whole, &lines[at + 1..], found.as_str()) } else { Vec::new() };
            next = at + 1 + more.len();
            packs.extend(pack(at, found.as_str(), &more));
        }
        at = next;
    }
    packs
}

/// The lines that go on with a run: as long as each other, and the last of them perhaps shorter.
fn more_lines<'a>(whole: &Regex, lines: &[&'a str], first: &str) -> Vec<&'a str> {
    let mut more: Vec<&str> = Vec::new();
    if first.ends_with('=') {
        return more;
    }
    for line in lines {
        let Some(run) = whole.captures(line).and_then(|found| found.get(1)) else { break };
        // The first run may stand behind a key, and then is shorter than the lines that follow.
        let full = more.first().map_or(first.len().max(run.len()), |line| line.len());
        if run.len() > full {
            break;
        }
        more.push(run.as_str());
        if run.len() < full || run.as_str().ends_with('=') {
            break;
        }
    }
    more
}

fn pack(line: usize, first: &str, more: &[&str]) -> Option<Pack> {
    let joined = |lines: &[&str]| decode::base64(&[&[first], lines].concat().concat());
    let mut readings: Vec<Vec<u8>> = joined(more).into_iter().collect();
    if let Some((last, others)) = more.split_last()
        && !last.ends_with('=')
    {
        readings.extend(joined(others));
    }
    let letters: String = [&[first], more].concat().concat();
    if readings.is_empty() && letters.trim_end_matches('=').len() < SHORTEST {
        return None;
    }
    let has = |test: fn(char) -> bool| letters.contains(test);
    let is_mixed = letters.ends_with('=')
        || (has(|c| c.is_ascii_uppercase()) && has(|c| c.is_ascii_lowercase()) && has(|c| c.is_ascii_digit()));
    Some(Pack { line: u32::try_from(line + 1).unwrap_or(u32::MAX), length: letters.len(), is_mixed, readings })
}

/// Whether bytes that are no text are content that should have been read: not the sum of a file, the name of a path, a public
/// key or a certificate, which are written with the same letters.
pub(super) fn must_be_read(pack: &Pack, bytes: &[u8], declared: bool) -> bool {
    // What begins as a pack is one, however short.
    if decode::is_packed(bytes) {
        return true;
    }
    let is_key = bytes.starts_with(&[0, 0, 0]) || matches!(bytes, [0x30, 0x81..=0x84, ..]);
    let least = if declared { SHORTEST_DECLARED } else { LONG };
    pack.is_mixed && !is_key && pack.length >= least
}
