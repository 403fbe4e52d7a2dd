//! Patterns of actions and resources: `*` is any run of characters, `?` is any one.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html>
//!
//! What is asked may be a pattern as well, and then stands for everything that it matches.

use crate::meter;

/// Whether letters of the two cases are the same: they are in actions, not in resources.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Case {
    Ignored,
    Kept,
}

impl Case {
    fn same(self, a: char, b: char) -> bool {
        a == b || self == Self::Ignored && a.eq_ignore_ascii_case(&b)
    }
}

/// What a policy variable as `${aws:username}` stands for, when the value it will have is not known.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Variable {
    /// Any one text: where it matters what might be matched.
    Anything,
    /// Nothing: where it matters what is surely matched.
    Nothing,
}

/// Whether `pattern` matches all that `asked` stands for.
///
/// Exact but for one pattern that only some `?` can cover; such a pair counts as not covered.
pub(super) fn covers(pattern: &str, asked: &str, case: Case, variable: Variable) -> bool {
    if pattern == "*" {
        return true;
    }
    // Most pairs are of two services, and differ at once.
    if differ_at_once(pattern, asked, case) {
        meter::step(1);
        return false;
    }
    if !meter::step(cost(pattern, asked)) {
        return false;
    }
    // One byte is found faster than two.
    if !pattern.as_bytes().contains(&b'$') || !pattern.contains("${") {
        return covers_plainly(pattern, asked, case);
    }
    let parts = parts(pattern);
    if variable == Variable::Nothing && parts.contains(&Part::Variable) {
        return false;
    }
    // All places in the pattern that the text read so far may have led to.
    let mut places = vec![false; parts.len() + 1];
    places[0] = true;
    skip_empty(&parts, &mut places);
    for c in asked.chars() {
        let mut next = vec![false; parts.len() + 1];
        for (place, part) in parts.iter().enumerate().filter(|(place, _)| places[*place]) {
            match part {
                Part::Char(x) => next[place + 1] |= c != '*' && case.same(*x, c),
                Part::One => next[place + 1] |= c != '*',
                Part::Many => next[place] = true,
                // A variable has one value, so it can not stand for all that a `*` in what is asked does.
                Part::Variable => next[place] |= c != '*',
            }
        }
        skip_empty(&parts, &mut next);
        places = next;
    }
    places[parts.len()]
}

/// Whether a pattern starts with a letter of its own that is not the first of what is asked.
fn differ_at_once(pattern: &str, asked: &str, case: Case) -> bool {
    match (pattern.as_bytes().first(), asked.as_bytes().first()) {
        (Some(b'*' | b'?' | b'$'), _) | (_, None) => false,
        (Some(p), Some(a)) => !case.same(char::from(*p), char::from(*a)),
        (None, Some(_)) => false,
    }
}

/// Whether something is matched by both patterns; a policy variable may be any text.
pub(super) fn overlaps(a: &str, b: &str, case: Case) -> bool {
    if !meter::step(cost(a, b)) {
        return false;
    }
    let (a, b) = (parts(a), parts(b));
    // `rest[j]`: whether the parts of `a` from `i` on and those of `b` from `j` on have a common match; `below` is the
    // same for `i + 1`.
    let mut rest = vec![false; b.len() + 1];
    for i in (0..=a.len()).rev() {
        let below = rest.clone();
        for j in (0..=b.len()).rev() {
            rest[j] = match (a.get(i), b.get(j)) {
                (None, None) => true,
                (Some(Part::Many | Part::Variable), None) => below[j],
                (None, Some(Part::Many | Part::Variable)) => rest[j + 1],
                (None, Some(_)) | (Some(_), None) => false,
                (Some(Part::Many | Part::Variable), Some(_)) | (Some(_), Some(Part::Many | Part::Variable)) => {
                    below[j] || rest[j + 1]
                }
                (Some(Part::Char(x)), Some(Part::Char(y))) => case.same(*x, *y) && below[j + 1],
                (Some(_), Some(_)) => below[j + 1],
            };
        }
    }
    rest[0]
}

/// What it costs to hold two patterns against each other: about what it takes at most, in steps. An answer that was not paid
/// for is worth nothing, and is not used.
fn cost(a: &str, b: &str) -> u64 {
    8 + (a.len() as u64).saturating_mul(b.len() as u64) / 8
}

/// Whether the text depends on a policy variable.
pub(super) fn has_variable(text: &str) -> bool {
    text.contains("${") && parts(text).contains(&Part::Variable)
}

/// Whether the text has a `*` or `?`.
pub(super) fn has_wildcard(text: &str) -> bool {
    text.contains(['*', '?'])
}

/// [`covers`] for patterns without policy variables: no allocation, and only the last `*` is ever tried again.
fn covers_plainly(pattern: &str, asked: &str, case: Case) -> bool {
    let (pattern, asked) = (pattern.as_bytes(), asked.as_bytes());
    let same = |a: u8, b: u8| case.same(char::from(a), char::from(b));
    let (mut i, mut j) = (0, 0);
    let mut retry = None;
    while let Some(&c) = asked.get(j) {
        match pattern.get(i) {
            Some(b'*') => {
                i += 1;
                retry = Some((i, j));
            }
            // A `?` is one character, so it does not cover a `*`.
            Some(b'?') if c != b'*' => {
                i += 1;
                j += width(c);
            }
            Some(&p) if p != b'?' && same(p, c) => {
                i += 1;
                j += 1;
            }
            _ => match retry {
                Some((after, from)) => {
                    i = after;
                    j = from + width(asked[from]);
                    retry = Some((after, j));
                }
                None => return false,
            },
        }
    }
    pattern[i..].iter().all(|p| *p == b'*')
}

/// The bytes of the UTF-8 character that starts with `first`.
fn width(first: u8) -> usize {
    match first {
        0xf0.. => 4,
        0xe0.. => 3,
        0xc0.. => 2,
        _ => 1,
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Char(char),
    One,
    Many,
    Variable,
}

fn parts(pattern: &str) -> Vec<Part> {
    let mut parts = Vec::with_capacity(pattern.len());
    let mut rest = pattern;
    while let Some(c) = rest.chars().next() {
        let name = rest.strip_prefix("${").and_then(|name| name.split_once('}'));
        let (part, after) = match (c, name) {
            // `${*}`, `${?}` and `${$}` are how the three characters themselves are written.
            (_, Some(("*", after))) => (Part::Char('*'), after),
            (_, Some(("?", after))) => (Part::Char('?'), after),
            (_, Some(("$", after))) => (Part::Char('$'), after),
            (_, Some((_, after))) => (Part::Variable, after),
            ('*', None) => (Part::Many, &rest[1..]),
            ('?', None) => (Part::One, &rest[1..]),
            (c, None) => (Part::Char(c), &rest[c.len_utf8()..]),
        };
        parts.push(part);
        rest = after;
    }
    parts
}

/// A `*` or a variable may be empty: a place in front of one is also a place behind it.
fn skip_empty(parts: &[Part], places: &mut [bool]) {
    for (place, part) in parts.iter().enumerate() {
        if places[place] && matches!(part, Part::Many | Part::Variable) {
            places[place + 1] = true;
        }
    }
}

#[cfg(test)]
mod tests;
