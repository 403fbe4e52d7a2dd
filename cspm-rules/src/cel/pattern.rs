//! Regular expressions, no larger than a rule needs them.

use regex::{Regex, RegexBuilder};

use crate::meter;

/// The sizes, in bytes, that a compiled pattern may have, and what a byte of text then costs: the larger a pattern is, the
/// longer it may take for each character.
const SIZES: [(usize, u64); 4] = [(1 << 14, 1), (1 << 17, 8), (1 << 20, 32), (1 << 22, 64)];
/// What it costs to compile a pattern that is not known when a rule is loaded, at least.
const COMPILE: u64 = 20_000;

/// A regular expression and what it costs.
#[derive(Debug)]
pub(crate) struct Pattern {
    regex: Regex,
    cost: u64,
}

impl Pattern {
    /// Compiles a pattern.
    ///
    /// # Errors
    /// What is wrong with it, also where it is too large.
    pub(crate) fn new(pattern: &str) -> Result<Self, String> {
        let mut error = String::new();
        for (size, cost) in SIZES {
            if !meter::step(COMPILE * cost) {
                break;
            }
            match RegexBuilder::new(pattern).size_limit(size).dfa_size_limit(1 << 20).build() {
                Ok(regex) => return Ok(Self { regex, cost }),
                Err(regex::Error::CompiledTooBig(_)) => error = format!("it takes more than {size} bytes, compiled"),
                Err(e) => return Err(last_line(&e.to_string()).to_owned()),
            }
        }
        Err(error)
    }

    /// Whether a part of the text matches; `None` where the verdict has no steps left for it.
    pub(crate) fn is_match(&self, text: &str) -> Option<bool> {
        meter::step((text.len() as u64).saturating_mul(self.cost) + 8).then(|| self.regex.is_match(text))
    }
}

fn last_line(text: &str) -> &str {
    text.lines().last().unwrap_or(text).trim_start_matches("error: ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_have_a_size() {
        assert_eq!(Pattern::new("^a+$").unwrap().is_match("aa"), Some(true));
        assert!(Pattern::new("(").unwrap_err().contains("unclosed group"));
        for huge in ["(a{1000}){1000}", r"\pL{200}{200}", "((((a{20}){20}){20}){20}){20}"] {
            assert!(Pattern::new(huge).unwrap_err().contains("compiled"), "{huge}");
        }
        assert_eq!(Pattern::new(r"^\w{1,63}$").unwrap().is_match("name"), Some(true));
    }
}
