use proptest::prelude::*;

use super::*;

#[test]
fn patterns_match_as_aws_says() {
    use Case::{Ignored, Kept};
    for (pattern, asked, case, matches) in [
        ("*", "s3:GetObject", Ignored, true),
        ("*:*", "s3:GetObject", Ignored, true),
        ("s3:*", "s3:GetObject", Ignored, true),
        ("s3:get*", "s3:GetObject", Ignored, true),
        ("S3:GETOBJECT", "s3:GetObject", Ignored, true),
        ("s3:Get?bject", "s3:GetObject", Ignored, true),
        ("s3:GetObject?", "s3:GetObject", Ignored, false),
        ("s3:Get*Acl", "s3:GetObject", Ignored, false),
        ("s3:*Object*", "s3:GetObject", Ignored, true),
        ("ec2:*", "s3:GetObject", Ignored, false),
        ("", "s3:GetObject", Ignored, false),
        ("arn:aws:s3:::b/*", "arn:aws:s3:::b/k", Kept, true),
        ("arn:aws:s3:::b/*", "arn:aws:s3:::b", Kept, false),
        ("arn:aws:s3:::B/*", "arn:aws:s3:::b/k", Kept, false),
        ("a?c", "aéc", Kept, true),
        ("*??", "€", Kept, false),
        // What is asked is a pattern: all of it must be covered.
        ("s3:*", "s3:*", Ignored, true),
        ("*", "s3:*", Ignored, true),
        ("s3:Get*", "s3:*", Ignored, false),
        ("s3:GetObject", "s3:Get*", Ignored, false),
        ("s3:?", "s3:*", Ignored, false),
        ("s3:G*", "s3:Get*", Ignored, true),
        ("?", "?", Ignored, true),
        ("a", "?", Ignored, false),
    ] {
        assert_eq!(covers(pattern, asked, case, Variable::Nothing), matches, "{pattern} {asked}");
    }
}

#[test]
fn variables_may_be_anything_but_not_everything() {
    for (pattern, asked, may) in [
        ("arn:aws:iam::1:user/${aws:username}", "arn:aws:iam::1:user/ann", true),
        ("arn:aws:iam::1:user/${aws:username}", "arn:aws:iam::1:user/*", false),
        ("arn:aws:iam::1:user/${aws:username}", "arn:aws:iam::1:role/ann", false),
        ("*/${aws:username}/*", "home/ann/*", true),
        ("*/${aws:username}/x", "home/*/a/x", true),
        ("${aws:a}${aws:b}", "", true),
    ] {
        assert_eq!(covers(pattern, asked, Case::Kept, Variable::Anything), may, "{pattern} {asked}");
        assert!(!covers(pattern, asked, Case::Kept, Variable::Nothing), "{pattern} {asked}");
    }
    for (pattern, asked, matches) in [("a${*}", "ab", false), ("a${$}b", "a$b", true), ("a${?}*", "a?", true)] {
        assert_eq!(covers(pattern, asked, Case::Kept, Variable::Nothing), matches, "{pattern} {asked}");
        assert!(!has_variable(pattern));
    }
    assert!(has_variable("x${aws:username}") && !has_variable("x${unclosed"));
}

#[test]
fn overlap_is_having_something_in_common() {
    for (a, b, common) in [
        ("s3:*", "s3:Get*", true),
        ("s3:*Object", "s3:Get*", true),
        ("s3:Put*", "s3:Get*", false),
        ("s3:GetObject", "S3:getobject", true),
        ("*", "", true),
        ("?", "", false),
        ("a*b", "*c", false),
        ("a?c", "abc", true),
        ("x${aws:username}", "xyz", true),
    ] {
        assert_eq!(overlaps(a, b, Case::Ignored), common, "{a} {b}");
        assert_eq!(overlaps(b, a, Case::Ignored), common, "{b} {a}");
    }
}

/// The definition, without any thought of speed.
fn simple(pattern: &[char], text: &[char]) -> bool {
    match (pattern, text) {
        ([], []) => true,
        (['*', rest @ ..], _) => simple(rest, text) || !text.is_empty() && simple(pattern, &text[1..]),
        (['?', rest @ ..], [_, tail @ ..]) => simple(rest, tail),
        ([p, rest @ ..], [t, tail @ ..]) => p == t && simple(rest, tail),
        _ => false,
    }
}

fn all_texts() -> Vec<String> {
    let mut texts = vec![String::new()];
    for start in 0.. {
        if texts[start].len() == 5 {
            break;
        }
        for c in ["a", "b"] {
            texts.push(texts[start].clone() + c);
        }
    }
    texts
}

proptest! {
    #[test]
    fn matching_is_the_definition(pattern in "[ab*?é]{0,8}", text in "[abé]{0,8}") {
        let (p, t): (Vec<_>, Vec<_>) = (pattern.chars().collect(), text.chars().collect());
        let matches = simple(&p, &t);
        prop_assert_eq!(covers(&pattern, &text, Case::Kept, Variable::Nothing), matches);
        prop_assert_eq!(covers(&(pattern + "${$}"), &(text + "$"), Case::Kept, Variable::Nothing), matches);
    }

    #[test]
    fn what_covers_a_pattern_matches_all_of_it(a in "[ab*?]{0,4}", b in "[ab*?]{0,4}") {
        let matched = |pattern: &str, text: &str| covers(pattern, text, Case::Kept, Variable::Nothing);
        let texts = all_texts();
        if matched(&a, &b) {
            prop_assert!(texts.iter().all(|t| !matched(&b, t) || matched(&a, t)));
        }
        // Two patterns of this length that overlap have a common text of at most their lengths together.
        let common = texts.iter().any(|t| matched(&a, t) && matched(&b, t));
        if common {
            prop_assert!(overlaps(&a, &b, Case::Kept));
        }
        if a.len() + b.len() <= 5 {
            prop_assert_eq!(overlaps(&a, &b, Case::Kept), common);
        }
    }
}
