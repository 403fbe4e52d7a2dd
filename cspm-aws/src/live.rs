//! What an answer says, and what it does not: from the types of the SDK to fields that were read or were not.
//!
//! Nothing is made up here. What the API always sends and an answer lacks is not read; neither is a word that this version
//! does not know, since the field may then mean anything. A field is absent only where the API leaves it out to say so.

#![cfg_attr(
    not(all(feature = "ec2", feature = "iam", feature = "s3")),
    allow(dead_code, reason = "which of these are used depends on the services that are enabled")
)]

use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::DateTime;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use cspm_core::{Error, ErrorKind, Read, Reason, Source, Unread};
use jiff::Timestamp;

use crate::client::Miss;

/// A field that the API gives with every object: where an answer lacks it, it is not read. No default is made up.
pub(crate) fn given<T>(value: Option<T>, source: &Source) -> Read<T> {
    value.ok_or_else(|| Unread::new(Reason::NotGiven, source.call())).into()
}

/// The id, name or ARN without which there is no telling what an item is about: the list then has an item that is not known.
///
/// # Errors
/// [`Miss::Broken`] where the answer lacks it.
pub(crate) fn needed<T>(value: Option<T>, what: &str) -> Result<T, Miss> {
    Ok(value.ok_or_else(|| Error::new(ErrorKind::Format, format!("read {what}: the answer does not have it")))?)
}

/// A text that the API always sends. The SDK puts an empty one where the answer lacks it.
pub(crate) fn filled(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

/// A list that the API always sends, if only as an empty one: where the answer lacks it, it is not read.
pub(crate) fn items<T, U>(list: Option<Vec<T>>, source: &Source, f: impl FnMut(T) -> U) -> Read<Vec<U>> {
    given(list, source).map(|list| list.into_iter().map(f).collect())
}

/// A list that the API leaves out where it is empty.
pub(crate) fn each<T, U>(list: Option<Vec<T>>, f: impl FnMut(T) -> U) -> Vec<U> {
    list.map(|list| list.into_iter().map(f).collect()).unwrap_or_default()
}

/// An enumeration of the SDK.
pub(crate) trait Enumeration: AsRef<str> {
    /// The words that this version of the SDK knows.
    fn words() -> &'static [&'static str];
}

/// Makes enumerations of the SDK known as such.
macro_rules! enumerations {
    ($($name:path),* $(,)?) => {
        $(impl $crate::live::Enumeration for $name {
            fn words() -> &'static [&'static str] {
                <$name>::values()
            }
        })*
    };
}
pub(crate) use enumerations;

/// The word of an enumeration; absent where the API leaves it out, not read where this version does not know it.
pub(crate) fn word<E: Enumeration>(value: Option<E>, source: &Source) -> Read<Option<String>> {
    one_of(value.map(|value| value.as_ref().to_owned()), E::words(), source)
}

/// The word of an enumeration that the API gives with every object.
pub(crate) fn given_word<E: Enumeration>(value: Option<E>, source: &Source) -> Read<String> {
    present(word(value, source), source)
}

/// A word that the SDK has as text, which is one of `words`.
pub(crate) fn one_of(value: Option<String>, words: &[&str], source: &Source) -> Read<Option<String>> {
    match value {
        Some(value) if !words.contains(&value.as_str()) => not_understood(&value, source).into(),
        value => Read::Known(value),
    }
}

/// What is unread because the answer says something that this version does not know.
pub(crate) fn not_understood(value: &str, source: &Source) -> Unread {
    let value: String = value.chars().filter(|c| !c.is_control()).take(60).collect();
    Unread::new(Reason::Failed, source.call()).with_detail(format!("this version does not know {value:?}"))
}

/// What was read, which cannot be absent.
pub(crate) fn present<T>(value: Read<Option<T>>, source: &Source) -> Read<T> {
    flat(value.map(|value| given(value, source)))
}

/// A value whose answer was read, and in it the value or not.
pub(crate) fn flat<T>(read: Read<Read<T>>) -> Read<T> {
    match read {
        Read::Known(read) => read,
        Read::Unread(unread) => unread.into(),
    }
}

/// What a call read of an object that cannot vanish.
pub(crate) fn settled<T>(read: Result<Read<T>, Miss>, source: &Source) -> Read<T> {
    read.unwrap_or_else(|miss| {
        let detail = match miss {
            Miss::Gone => "it is no more".to_owned(),
            Miss::Broken(error) => error.to_string(),
        };
        Unread::new(Reason::Failed, source.call()).with_detail(detail).into()
    })
}

/// A time as the SDK gives it; absent where the API leaves it out, not read where it is beyond the years that can be told.
pub(crate) fn time(value: Option<DateTime>, source: &Source) -> Read<Option<Timestamp>> {
    match value {
        None => Read::Known(None),
        Some(time) => match timestamp(time) {
            Some(time) => Read::Known(Some(time)),
            None => not_understood(&time.to_string(), source).into(),
        },
    }
}

/// A time that the API gives as text, in ISO 8601, likewise.
pub(crate) fn time_of(value: Option<String>, source: &Source) -> Read<Option<Timestamp>> {
    match value {
        None => Read::Known(None),
        Some(text) => match text.parse() {
            Ok(time) => Read::Known(Some(time)),
            Err(_) => not_understood(&text, source).into(),
        },
    }
}

fn timestamp(time: DateTime) -> Option<Timestamp> {
    Timestamp::new(time.secs(), i32::try_from(time.subsec_nanos()).ok()?).ok()
}

/// `None` for an error with one of `codes`, which say that there is nothing to be had: for a list whose emptiness is
/// itself a resource.
pub(crate) fn or_none<T, E, R>(result: Result<T, SdkError<E, R>>, codes: &[&str]) -> Result<Option<T>, SdkError<E, R>>
where
    E: ProvideErrorMetadata,
{
    match result {
        Err(SdkError::ServiceError(answer)) if answer.err().code().is_some_and(|code| codes.contains(&code)) => {
            Ok(None)
        }
        other => other.map(Some),
    }
}

#[cfg(test)]
mod tests {
    use cspm_core::Per;

    use super::*;

    const SOURCE: Source = Source::new("ec2", "DescribeVpcs", "ec2:DescribeVpcs", Per::Region);

    #[derive(Clone, Debug)]
    struct State(&'static str);

    impl AsRef<str> for State {
        fn as_ref(&self) -> &str {
            self.0
        }
    }

    impl Enumeration for State {
        fn words() -> &'static [&'static str] {
            &["Enabled", "Suspended"]
        }
    }

    fn reason<T: std::fmt::Debug>(read: Read<T>) -> (Reason, String) {
        match read {
            Read::Unread(unread) => (unread.reason, unread.detail.to_string()),
            Read::Known(value) => panic!("{value:?} was made up"),
        }
    }

    #[test]
    fn what_is_not_given_is_not_read() {
        assert_eq!(given(Some(false), &SOURCE), Read::Known(false));
        let Read::Unread(unread) = given(None::<bool>, &SOURCE) else { panic!("a default was made up") };
        assert_eq!((unread.reason, &*unread.call), (Reason::NotGiven, "ec2:DescribeVpcs"));
        assert!(needed(None::<String>, "the id of a VPC").is_err());
        assert_eq!((filled(String::new()), filled("a".into())), (None, Some("a".into())));
    }

    #[test]
    fn a_list_that_is_not_there_is_not_an_empty_one() {
        assert_eq!(items(Some(Vec::<u8>::new()), &SOURCE, |n| n), Read::Known(vec![]));
        assert_eq!(reason(items(None::<Vec<u8>>, &SOURCE, |n| n)).0, Reason::NotGiven);
    }

    #[test]
    fn words_that_are_not_known_are_not_read() {
        assert_eq!(word(Some(State("Enabled")), &SOURCE), Read::Known(Some("Enabled".into())));
        assert_eq!(word(None::<State>, &SOURCE), Read::Known(None));
        let (why, detail) = reason(word(Some(State("EnabledV2")), &SOURCE));
        assert_eq!((why, &*detail), (Reason::Failed, "this version does not know \"EnabledV2\""));
        assert_eq!(reason(given_word(None::<State>, &SOURCE)).0, Reason::NotGiven);
        assert_eq!(reason(word(Some(State("enabled")), &SOURCE)).0, Reason::Failed, "another word");
        let long: &'static str = Box::leak("x".repeat(9999).into_boxed_str());
        assert!(reason(word(Some(State(long)), &SOURCE)).1.len() < 120);
    }

    #[test]
    fn times_keep_their_moment_or_are_not_read() {
        let moment = time(Some(DateTime::from_secs_and_nanos(1_767_225_600, 500_000_000)), &SOURCE);
        assert_eq!(moment, Read::Known("2026-01-01T00:00:00.5Z".parse().ok()));
        assert_eq!(time_of(Some("2026-01-01T00:00:00.500Z".into()), &SOURCE), moment);
        assert_eq!((time(None, &SOURCE), time_of(None, &SOURCE)), (Read::Known(None), Read::Known(None)));
        assert_eq!(reason(time_of(Some("soon".into()), &SOURCE)).0, Reason::Failed);
        assert_eq!(reason(time(Some(DateTime::from_secs(i64::MAX)), &SOURCE)).0, Reason::Failed);
    }
}
