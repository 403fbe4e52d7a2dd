//! What the collectors of several services share.

#![cfg_attr(
    not(all(feature = "ec2", feature = "iam", feature = "s3")),
    allow(dead_code, reason = "which of these are used depends on the services that are enabled")
)]

use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::DateTime;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use cspm_core::{Read, Reason, Source, Unread};
use jiff::Timestamp;

/// A field that the API gives with every object: where an answer lacks it, it is not read. No default is made up.
pub(crate) fn given<T>(value: Option<T>, source: &Source) -> Read<T> {
    value.ok_or_else(|| Unread::new(Reason::NotGiven, source.call())).into()
}

/// A time as the SDK gives it; `None` where it is beyond the years that can be told.
pub(crate) fn timestamp(time: DateTime) -> Option<Timestamp> {
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

    #[test]
    fn what_is_not_given_is_not_read() {
        const SOURCE: Source = Source::new("ec2", "DescribeVpcs", "ec2:DescribeVpcs", Per::Region);
        assert_eq!(given(Some(false), &SOURCE), Read::Known(false));
        let Read::Unread(unread) = given(None::<bool>, &SOURCE) else { panic!("a default was made up") };
        assert_eq!((unread.reason, &*unread.call), (Reason::NotGiven, "ec2:DescribeVpcs"));
    }
}
