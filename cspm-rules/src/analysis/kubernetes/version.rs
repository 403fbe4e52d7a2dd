//! Versions of Kubernetes: <https://kubernetes.io/releases/version-skew-policy/#supported-versions>.

use crate::analysis::{Answer, Fault};

/// Whether a version is at least another, by major and minor number: `v1.34.2-eks-abc` is at least `1.34` and `1.27`.
///
/// A leading `v`, the patch number and what vendors add (`1.27+`, `v1.30.5-gke.1014001`) are of no account; so is what
/// marks a pre-release.
///
/// # Errors
/// [`Fault::Invalid`] where a text is no version.
pub fn version_at_least(version: &str, least: &str) -> Answer<bool> {
    Ok(parse(version)? >= parse(least)?)
}

fn parse(text: &str) -> Answer<(u32, u32)> {
    let invalid = || Fault::Invalid(format!("`{text}` is not a version like 1.34 or v1.34.2"));
    let (major, rest) = text.strip_prefix('v').unwrap_or(text).split_once('.').ok_or_else(invalid)?;
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let (minor, rest) = rest.split_at(end);
    if !rest.is_empty() && !rest.starts_with(['.', '+', '-', '_']) {
        return Err(invalid());
    }
    let number = |digits: &str| match digits.bytes().all(|b| b.is_ascii_digit()) {
        true => digits.parse().map_err(|_| invalid()),
        false => Err(invalid()),
    };
    Ok((number(major)?, number(minor)?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn major_and_minor_count_and_the_rest_does_not() {
        for (version, least, answer) in [
            ("v1.34.2-eks-abc", "1.27", true),
            ("v1.34.2-eks-abc", "1.34", true),
            ("v1.34.2-eks-abc", "v1.34.9", true),
            ("v1.34.2-eks-abc", "1.35", false),
            ("1.27+", "1.27", true),
            ("1.9", "1.10", false),
            ("v1.30.5-gke.1014001", "1.30", true),
            ("v1.28.3+k3s1", "1.28+", true),
            ("v1.35.0-alpha.1", "1.35", true),
            ("2.0", "1.99", true),
        ] {
            assert_eq!(version_at_least(version, least), Ok(answer), "{version} {least}");
        }
    }

    #[test]
    fn what_is_no_version_is_said_to_be_none() {
        for text in
            ["", "v", "1", "v1", "1.", ".27", "one.two", "1.x", "1.27x", "-1.27", "+1.27", "1.99999999999", "1. 27"]
        {
            let message = format!("`{text}` is not a version like 1.34 or v1.34.2");
            assert_eq!(version_at_least(text, "1.27"), Err(Fault::Invalid(message.clone())), "{text}");
            assert_eq!(version_at_least("1.27", text), Err(Fault::Invalid(message)), "{text}");
        }
    }

    proptest! {
        #[test]
        fn versions_are_ordered_as_their_numbers(
            a in (0u32..4, 0u32..120), b in (0u32..4, 0u32..120), suffix in "(|[+]|[.][0-9]{1,2}(-eks-[a-f0-9]{7})?)"
        ) {
            let version = format!("v{}.{}{suffix}", a.0, a.1);
            prop_assert_eq!(version_at_least(&version, &format!("{}.{}", b.0, b.1)), Ok(a >= b));
        }

        #[test]
        fn any_text_is_a_version_or_invalid(text in ".{0,12}") {
            let _ = version_at_least(&text, &text);
        }
    }
}
