//! Numbers as Go reads and writes them: <https://pkg.go.dev/strconv>.

use cspm_core::Data;

use super::scalar::Scalar;

/// The number that a plain scalar stands for, if it does.
pub(super) fn parse(text: &str) -> Option<Scalar> {
    match text.bytes().next()? {
        b'.' => underscores_separate_digits(text).then(|| float(&without_underscores(text)))?,
        b'0'..=b'9' | b'+' | b'-' => {
            let text = without_underscores(text);
            int(&text).or_else(|| float(&text)).or_else(|| signed_binary(&text))
        }
        _ => None,
    }
}

/// `strconv.ParseInt` and `ParseUint` with base 0: a prefix says the base, and a zero in front is one (`0644` is 420).
fn int(text: &str) -> Option<Scalar> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (digits, base) = match unsigned.as_bytes() {
        [b'0', b'b' | b'B', _, ..] => (&unsigned[2..], 2),
        [b'0', b'o' | b'O', _, ..] => (&unsigned[2..], 8),
        [b'0', b'x' | b'X', _, ..] => (&unsigned[2..], 16),
        [b'0', _, ..] => (&unsigned[1..], 8),
        _ => (unsigned, 10),
    };
    // Rust takes a sign here too, Go does not.
    if digits.starts_with(['+', '-']) {
        return None;
    }
    let size = u64::from_str_radix(digits, base).ok()?;
    let signed = if text.starts_with('-') { 0_i128 - i128::from(size) } else { i128::from(size) };
    match i64::try_from(signed) {
        Ok(n) => Some(Scalar::Data(Data::Int(n))),
        Err(_) => (unsigned.len() == text.len()).then_some(Scalar::Unsigned(size)),
    }
}

/// `0b` with a sign behind it, which the resolver takes apart from Go.
fn signed_binary(text: &str) -> Option<Scalar> {
    let digits = text.strip_prefix("0b").filter(|digits| digits.starts_with(['+', '-']))?;
    i64::from_str_radix(digits, 2).ok().map(|n| Scalar::Data(Data::Int(n)))
}

/// `^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$`, `yamlStyleFloat` of the resolver, and not beyond the range.
fn float(text: &str) -> Option<Scalar> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    // What else Rust takes for a number are names such as `inf` and `nan`.
    let number = unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.');
    let n: f64 = number.then(|| text.parse().ok())??;
    n.is_finite().then_some(Scalar::Data(Data::Float(n)))
}

fn without_underscores(text: &str) -> String {
    text.replace('_', "")
}

/// `underscoreOK` of strconv, for a number that begins with a dot.
fn underscores_separate_digits(text: &str) -> bool {
    let digit = |at: Option<usize>| at.and_then(|at| text.as_bytes().get(at)).is_some_and(u8::is_ascii_digit);
    let mut runs = text.match_indices('_').map(|(at, _)| at);
    runs.all(|at| digit(at.checked_sub(1)) && digit(at.checked_add(1)))
}

/// `strconv.FormatFloat(n, 'g', -1, 32)`, which makes a number a key: the shortest digits of 32 bits, with an exponent
/// below -4 and from 6. The resolver's names stand for the infinite.
pub(super) fn key(n: f64) -> String {
    let n = n as f32;
    if n.is_nan() {
        return ".nan".to_owned();
    }
    if n.is_infinite() {
        return if n > 0.0 { ".inf" } else { "-.inf" }.to_owned();
    }
    let scientific = format!("{n:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    match exponent.parse::<i32>() {
        Ok(exponent @ (..-4 | 6..)) => {
            let sign = if exponent < 0 { '-' } else { '+' };
            format!("{digits}e{sign}{:02}", exponent.unsigned_abs())
        }
        _ => n.to_string(),
    }
}
