//! What the collectors of several services share.

use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::DateTime;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use jiff::Timestamp;

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
