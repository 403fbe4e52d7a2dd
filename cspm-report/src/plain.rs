//! Foreign strings as plain text: names, tags, messages and rules are whatever somebody wrote.

use std::borrow::Cow;

/// Whether a character shows nothing, moves the cursor, or changes the order in which others are shown.
///
/// Controls begin escape sequences of terminals. Marks of direction can show one text and mean another, which invisible
/// characters can as well. <https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing>
#[must_use]
pub fn is_deceptive(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// The string on one line, with a visible mark in place of each character that would deceive whoever reads it.
///
/// ```
/// use cspm_report::plain::printable;
///
/// assert_eq!(printable("web-1"), "web-1");
/// assert_eq!(printable("\u{1b}[31mred\u{202e}"), "\u{fffd}[31mred\u{fffd}");
/// ```
#[must_use]
pub fn printable(string: &str) -> String {
    string.chars().map(|c| if is_deceptive(c) { '\u{fffd}' } else { c }).collect()
}

/// As [`printable`], with the line breaks as they are: for what has lines of its own, such as a command.
#[must_use]
pub fn printable_lines(string: &str) -> String {
    string.split('\n').map(|line| printable(line.trim_end_matches('\r'))).collect::<Vec<_>>().join("\n")
}

/// The value of a cell, with an apostrophe before it where a spreadsheet would take it for a formula: at its start or behind
/// characters that a spreadsheet may skip, also in full width.
///
/// Source: <https://owasp.org/www-community/attacks/CSV_Injection>
///
/// ```
/// use cspm_report::plain::cell;
///
/// assert_eq!(cell("web-1"), "web-1");
/// assert_eq!(cell("=cmd()"), "'=cmd()");
/// assert_eq!(cell("\u{feff}＝cmd()"), "'\u{feff}＝cmd()");
/// ```
#[must_use]
pub fn cell(value: &str) -> Cow<'_, str> {
    let starts_formula =
        |c| matches!(c, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠' | '﹢' | '﹣' | '﹦' | '﹫' | '−');
    let skipped = |c: char| c.is_whitespace() || is_deceptive(c);
    let behind = value.trim_start_matches(skipped);
    if behind.starts_with(starts_formula) || value.starts_with(['\t', '\r', '\n']) {
        format!("'{value}").into()
    } else {
        value.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_deceives_is_shown() {
        for c in ['\u{1b}', '\u{7}', '\u{9b}', '\r', '\n', '\u{202e}', '\u{2066}', '\u{200b}', '\u{feff}', '\u{e0041}']
        {
            assert_eq!(printable(&format!("a{c}b")), "a\u{fffd}b", "{c:?}");
        }
        for string in ["naïve", "日本語", "עברית", "مرحبا", "a b", "😀", "½ − 1"] {
            assert_eq!(printable(string), string);
        }
        assert_eq!(printable_lines("a\u{1b}\r\nb\n"), "a\u{fffd}\nb\n");
    }

    #[test]
    fn no_cell_is_a_formula() {
        for formula in [
            "=1",
            "+1",
            "-1",
            "@a",
            "\t1",
            "\r1",
            "\n1",
            "＝1",
            "＋1",
            "－1",
            "＠a",
            "\u{feff}=1",
            " =1",
            "\u{200b}@a",
            "\u{a0}+1",
        ] {
            assert_eq!(cell(formula), format!("'{formula}"), "{formula:?}");
        }
        for value in ["", "a=1", "1-2", "a@b", " a", "\u{feff}a", "'=1"] {
            assert_eq!(cell(value), value);
        }
    }
}
