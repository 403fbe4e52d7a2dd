//! Texts.

use super::{Function, Param, Problem, Val, function, method, text};
use crate::cel::pattern::Pattern;
use crate::cel::program::Scope;
use crate::meter;

pub(super) const FUNCTIONS: &[Function] = &[
    method("startsWith", &[Param::Text, Param::Text], Param::Bool, |_, args| {
        Ok(Val::Bool(text(args[0]).starts_with(text(args[1]))))
    }),
    method("endsWith", &[Param::Text, Param::Text], Param::Bool, |_, args| {
        Ok(Val::Bool(text(args[0]).ends_with(text(args[1]))))
    }),
    method("contains", &[Param::Text, Param::Text], Param::Bool, |_, args| {
        Ok(Val::Bool(text(args[0]).contains(text(args[1]))))
    }),
    method("matches", &[Param::Text, Param::Text], Param::Bool, matches),
    function("matches", &[Param::Text, Param::Text], Param::Bool, matches),
    method("lowerAscii", &[Param::Text], Param::Text, |scope, args| {
        Ok(cased(scope, args[0], |b| b.is_ascii_uppercase(), str::to_ascii_lowercase))
    }),
    method("upperAscii", &[Param::Text], Param::Text, |scope, args| {
        Ok(cased(scope, args[0], |b| b.is_ascii_lowercase(), str::to_ascii_uppercase))
    }),
    method("trim", &[Param::Text], Param::Text, |_, args| Ok(Val::Str(text(args[0]).trim()))),
    function("arn_partition", &[Param::Text], Param::Text, |_, args| Ok(Val::Str(partition(text(args[0]))?))),
    method("split", &[Param::Text, Param::Text], Param::Texts, split),
];

/// A pattern that is written in the rule is compiled when the rule is loaded; this is for those that are not.
fn matches<'a>(_: &Scope<'a>, args: &[Val<'a>]) -> Result<Val<'a>, Problem> {
    let pattern = Pattern::new(text(args[1])).map_err(|e| Problem::Error(format!("the pattern is not one: {e}")))?;
    Ok(Val::Bool(pattern.is_match(text(args[0])).unwrap_or_default()))
}

/// The partition of an ARN: `aws`, `aws-cn`, `aws-us-gov`, …
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>
fn partition(arn: &str) -> Result<&str, Problem> {
    match arn.split(':').collect::<Vec<_>>()[..] {
        ["arn", partition, _, _, _, _, ..] if !partition.is_empty() => Ok(partition),
        _ => Err(Problem::Error(format!("`{arn}` is not an ARN"))),
    }
}

fn cased<'a>(scope: &Scope<'a>, value: Val<'a>, changes: fn(&u8) -> bool, change: fn(&str) -> String) -> Val<'a> {
    let changed = text(value).as_bytes().iter().any(changes) && meter::allocate(text(value).len());
    if changed { Val::text(scope.arena, &change(text(value))) } else { value }
}

fn split<'a>(scope: &Scope<'a>, args: &[Val<'a>]) -> Result<Val<'a>, Problem> {
    let (whole, by) = (text(args[0]), text(args[1]));
    if by.is_empty() {
        let letters = whole.char_indices().map(|(i, c)| &whole[i..i + c.len_utf8()]);
        return Ok(Val::texts(scope.arena, letters));
    }
    Ok(Val::texts(scope.arena, whole.split(by)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_has_a_partition() {
        for (arn, of) in [
            ("arn:aws:iam::123456789012:user/x", "aws"),
            ("arn:aws-us-gov:s3:::bucket", "aws-us-gov"),
            ("arn:aws-eusc:logs:eusc-de-east-1:1:log-group:x:*", "aws-eusc"),
        ] {
            assert!(matches!(partition(arn), Ok(found) if found == of), "{arn}");
        }
        for text in ["", "arn:aws", "arn::iam::1:user/x", "AWS::::Account:123456789012"] {
            assert!(matches!(partition(text), Err(Problem::Error(_))), "{text}");
        }
    }
}
