//! Quantities: <https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/>.

use cspm_core::Data;

use crate::analysis::read::unexpected;
use crate::analysis::{Answer, Fault};

/// What a quantity is as a number: `100m` is 0.1, `1k` and `1e3` are 1000, `1Ki` is 1024. `0`, `0m`, `0Mi` and `0.0` are
/// the same. A manifest may write a number without quotes.
///
/// # Errors
/// [`Fault::Unread`] for what was not read; [`Fault::Invalid`] for what is no quantity, which the API server refuses.
pub fn quantity(value: &Data) -> Answer<f64> {
    match value {
        Data::Int(number) => Ok(*number as f64),
        Data::Float(number) => Ok(*number),
        Data::Str(text) => parse(text).ok_or_else(|| Fault::Invalid(format!("`{text}` is not a quantity like 128Mi"))),
        other => Err(unexpected(other, "a quantity", "string")),
    }
}

fn parse(text: &str) -> Option<f64> {
    let (sign, rest) = match text.as_bytes().first()? {
        b'-' => (-1.0, &text[1..]),
        b'+' => (1.0, &text[1..]),
        _ => (1.0, text),
    };
    let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
    let (number, suffix) = rest.split_at(end);
    // Rust reads `5.` and `.5` too, as Kubernetes does, and refuses `.` and `1.2.3`.
    Some(sign * number.parse::<f64>().ok()? * factor(suffix)?)
}

/// What a suffix multiplies by: a power of 1024 or of 1000, or a decimal exponent.
fn factor(suffix: &str) -> Option<f64> {
    const BINARY: [&str; 6] = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
    const DECIMAL: [(&str, i32); 10] =
        [("n", -9), ("u", -6), ("m", -3), ("", 0), ("k", 3), ("M", 6), ("G", 9), ("T", 12), ("P", 15), ("E", 18)];
    if let Some((_, power)) = DECIMAL.iter().find(|(name, _)| *name == suffix) {
        return Some(10f64.powi(*power));
    }
    if let Some(power) = (1..).zip(BINARY).find_map(|(power, name)| (name == suffix).then_some(power)) {
        return Some(1024f64.powi(power));
    }
    let exponent: i32 = suffix.strip_prefix(['e', 'E'])?.parse().ok()?;
    Some(10f64.powi(exponent))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::analysis::testing::{data, unread};

    #[test]
    fn quantities_are_numbers() {
        for (text, number) in [
            ("0", 0.0),
            ("0m", 0.0),
            ("0Mi", 0.0),
            ("0.0", 0.0),
            ("0e3", 0.0),
            ("-0", 0.0),
            ("100m", 0.1),
            ("1k", 1e3),
            ("1Ki", 1024.0),
            ("1.5Gi", 1.5 * 1024.0 * 1024.0 * 1024.0),
            ("1e3", 1e3),
            ("1E3", 1e3),
            ("1E", 1e18),
            ("12E-1", 1.2),
            ("+5", 5.0),
            ("-5", -5.0),
            (".5", 0.5),
            ("5.", 5.0),
            ("3n", 3e-9),
        ] {
            let value = quantity(&data(json!(text))).unwrap();
            assert!((value - number).abs() <= number.abs() * 1e-12, "{text} is {value}");
        }
        assert_eq!(quantity(&data(json!(0))), Ok(0.0));
        assert_eq!(quantity(&data(json!(0.5))), Ok(0.5));
        assert_eq!(quantity(&data(json!("unread!"))), unread());
    }

    #[test]
    fn what_is_no_quantity_is_invalid() {
        for text in
            ["", ".", "m", "1 Gi", "1gi", "1K", "1.2.3", "0x10", "1e", "1e1.5", "Mi1", "--1", "1Mi ", "inf", "NaN"]
        {
            assert!(matches!(quantity(&data(json!(text))), Err(Fault::Invalid(_))), "{text}");
        }
        assert!(matches!(quantity(&data(json!(true))), Err(Fault::Invalid(_))));
    }

    proptest! {
        #[test]
        fn any_text_is_a_quantity_or_invalid(text in ".{0,12}") {
            let _ = quantity(&data(json!(text)));
        }
    }
}
