//! Whom a statement is about.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>

use cspm_core::Data;

use super::document::Statement;
use super::pattern::has_wildcard;
use crate::analysis::Answer;
use crate::analysis::kleene::any;
use crate::analysis::read::{items, text, unexpected};

impl<'a> Statement<'a> {
    /// Whether an Allow with these principals is for everyone: `*` is, whatever its type, and so is all but some
    /// (`NotPrincipal`). Without principals it is for those whom the policy is attached to.
    pub(super) fn allows_everyone(&self) -> Answer<bool> {
        match (self.principal, self.not_principal) {
            (Some(principal), _) => any_principal(principal, |_, id| Ok(is_everyone(text(id, "a Principal")?))),
            (None, not_principal) => Ok(not_principal.is_some()),
        }
    }

    /// Whether a Deny with these principals is for everyone the policy applies to; `NotPrincipal` leaves some out.
    pub(super) fn denies_everyone(&self) -> Answer<bool> {
        match (self.principal, self.not_principal) {
            (Some(principal), _) => any_principal(principal, |_, id| Ok(text(id, "a Principal")? == "*")),
            (None, not_principal) => Ok(not_principal.is_none()),
        }
    }
}

/// Whether `test` is true of the type (`AWS`, `Service`, …) and id of any of the principals.
pub(super) fn any_principal<'a>(
    principals: &'a Data,
    mut test: impl FnMut(&str, &'a Data) -> Answer<bool>,
) -> Answer<bool> {
    match principals {
        Data::Object(types) => {
            any(types.iter().map(|(kind, ids)| any(items(Some(ids))?.iter().map(|id| test(kind, id)))))
        }
        Data::Str(_) => test("AWS", principals),
        other => Err(unexpected(other, "a Principal", "map")),
    }
}

/// Whether the id of a principal stands for anyone: `*`, or an ARN of any account.
pub(super) fn is_everyone(id: &str) -> bool {
    id == "*" || has_wildcard(id) && account(id).is_none_or(has_wildcard)
}

/// The account in an ARN, or the account that the text itself is; empty where an ARN names none.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>
pub(super) fn account(id: &str) -> Option<&str> {
    if id.starts_with("arn:") { id.split(':').nth(4) } else { Some(id).filter(|id| is_account(id)) }
}

/// Whether the text is the id of an account: twelve digits.
pub(super) fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everyone_is_any_account() {
        for (id, everyone) in [
            ("*", true),
            ("arn:aws:iam::*:root", true),
            ("arn:aws:iam::12345678901?:user/x", true),
            ("1234*", true),
            ("arn:*", true),
            ("arn:aws:iam::123456789012:*", false),
            ("arn:aws:iam::123456789012:root", false),
            ("123456789012", false),
            ("sns.amazonaws.com", false),
        ] {
            assert_eq!(is_everyone(id), everyone, "{id}");
        }
        assert_eq!(account("arn:aws:sts::123456789012:assumed-role/r/s"), Some("123456789012"));
        assert_eq!(account("AIDAEXAMPLE"), None);
    }
}
