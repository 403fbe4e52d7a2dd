//! `!!binary`: Base64 that stands for text.

/// The text; bytes that are not UTF-8 are replaced, as they are in Go's JSON. Nothing where it is not Base64 with its
/// padding (<https://pkg.go.dev/encoding/base64#StdEncoding>), in which line breaks do not count.
pub(super) fn decode(text: &str) -> Option<String> {
    let letters: Vec<u8> = text.bytes().filter(|byte| !matches!(byte, b'\r' | b'\n')).collect();
    let padding = letters.iter().rev().take(2).take_while(|letter| **letter == b'=').count();
    if !letters.len().is_multiple_of(4) {
        return None;
    }
    let mut bytes = Vec::with_capacity(letters.len() / 4 * 3);
    for four in letters.chunks(4) {
        let last = bytes.len() / 3 + 1 == letters.len() / 4;
        let padding = if last { padding } else { 0 };
        let sextets = four.iter().take(4 - padding).map(|letter| sextet(*letter));
        let bits = sextets.chain((0..padding).map(|_| Some(0))).try_fold(0_u32, |bits, six| Some(bits << 6 | six?))?;
        bytes.extend(bits.to_be_bytes().into_iter().skip(1).take(3 - padding));
    }
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

fn sextet(letter: u8) -> Option<u32> {
    let value = match letter {
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        b'0'..=b'9' => letter - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    };
    Some(value.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_decoded() {
        for (encoded, text) in [("", ""), ("YQ==", "a"), ("YWI=", "ab"), ("YWJj", "abc"), ("w6Q/\r\nYWI=", "ä?ab")] {
            assert_eq!(decode(encoded).as_deref(), Some(text), "{encoded}");
        }
        assert_eq!(decode("/w==").as_deref(), Some("\u{fffd}"));
    }

    #[test]
    fn what_is_not_base64_is_nothing() {
        for text in ["YQ", "YQ=", "Y===", "====", "YQ==YQ==", "a b=", "Yé=="] {
            assert_eq!(decode(text), None, "{text}");
        }
    }
}
