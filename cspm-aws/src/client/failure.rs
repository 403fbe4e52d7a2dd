//! What went wrong with a call, told apart by what can be done about it.

use std::error::Error as StdError;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_sts::operation::assume_role::AssumeRoleError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use cspm_core::secrets::scrub_foreign;
use cspm_core::{Reason, Source, Unread};

use super::whole::Unusable;

/// The longest message of AWS that is kept.
const LONGEST: usize = 300;

/// What kind of failure it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// The caller lacks a permission.
    Denied,
    /// AWS asked to slow down.
    Throttled,
    /// The credentials expired.
    Expired,
    /// The credentials are not accepted. In a region that is not enabled for the account, good ones are not either.
    Rejected,
    /// There are no credentials, or they could not be renewed.
    NoCredentials,
    /// The region or service is not enabled for the account.
    NotEnabled,
    /// No answer in time.
    TimedOut,
    /// No connection.
    Unreachable,
    /// An error of the server or of the way to it: another attempt may do better.
    Transient,
    /// The caller of the collection cancelled it.
    Cancelled,
    /// Any other answer.
    Other,
}

/// A call that did not succeed.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    pub(crate) class: Class,
    /// The error code of AWS, or the HTTP status; empty where there was no answer.
    pub(crate) code: String,
    /// What is to be said about it: nothing secret, and nothing that differs from scan to scan.
    pub(crate) detail: String,
}

impl Failure {
    /// The failure of a call of an SDK client.
    pub(crate) fn of<E>(error: &SdkError<E, HttpResponse>) -> Self
    where
        E: ProvideErrorMetadata + StdError + Send + Sync + 'static,
    {
        if let Some(failure) = Self::of_credentials(error) {
            return failure;
        }
        if let Some(unusable) = chain(error).find_map(|cause| cause.downcast_ref::<Unusable>()) {
            return Self::new(Class::Other, unusable.to_string());
        }
        match error {
            SdkError::TimeoutError(_) => Self::new(Class::TimedOut, "no answer in time"),
            SdkError::DispatchFailure(dispatch) if dispatch.is_timeout() => {
                Self::new(Class::Unreachable, "no connection in time")
            }
            SdkError::DispatchFailure(dispatch) if dispatch.is_io() => Self::new(Class::Unreachable, root(error)),
            SdkError::DispatchFailure(_) => Self::new(Class::Transient, root(error)),
            SdkError::ResponseError(_) => Self::new(Class::Transient, "the answer could not be understood"),
            SdkError::ServiceError(answer) => {
                let (status, meta) = (answer.raw().status().as_u16(), answer.err().meta());
                Self::of_answer(status, meta.code(), meta.message().unwrap_or_default())
            }
            _ => Self::new(Class::Other, root(error)),
        }
    }

    /// The failure that an answer with this HTTP status, code and message stands for.
    pub(crate) fn of_answer(status: u16, code: Option<&str>, message: &str) -> Self {
        // Some services add the shape's namespace or a URL: `Server.Unavailable`, `Foo:http://...`.
        let code = code.map(|code| code.split(':').next().unwrap_or(code)).filter(|code| !code.is_empty());
        let class = class(status, code.unwrap_or_default());
        let message = match class {
            // Messages about signatures repeat the signed request, session token included.
            Class::Expired | Class::Rejected => String::new(),
            _ => tidy(message),
        };
        let name = match code {
            Some(code) => code.to_owned(),
            None if (200..300).contains(&status) => "the answer could not be understood".to_owned(),
            None => format!("HTTP {status}"),
        };
        let detail = if message.is_empty() { name } else { format!("{name}: {message}") };
        Self { class, code: code.map_or_else(|| status.to_string(), str::to_owned), detail }
    }

    /// A failure without an answer.
    pub(crate) fn new(class: Class, detail: impl Into<String>) -> Self {
        Self { class, code: String::new(), detail: detail.into() }
    }

    /// The failure to get credentials, if that is what `error` is at its root.
    pub(crate) fn of_credentials(error: &(dyn StdError + 'static)) -> Option<Self> {
        let credentials = chain(error).find_map(|cause| cause.downcast_ref::<CredentialsError>())?;
        let refused = chain(credentials).find_map(|cause| cause.downcast_ref::<AssumeRoleError>());
        Some(match (credentials, refused) {
            (_, Some(refused)) => {
                let answer = Self::of_answer(0, refused.code(), refused.message().unwrap_or_default());
                Self { class: Class::NoCredentials, detail: format!("sts:AssumeRole: {}", answer.detail), ..answer }
            }
            _ => Self::new(Class::NoCredentials, format!("no credentials: {}", root(credentials))),
        })
    }

    /// Whether another attempt may succeed.
    pub(crate) fn is_transient(&self) -> bool {
        matches!(self.class, Class::Throttled | Class::TimedOut | Class::Unreachable | Class::Transient)
    }

    /// Why what the call would have read is unread. `enabled`: whether the region is known to be enabled for the
    /// account, so that rejected credentials cannot be the region's fault.
    pub(crate) fn reason(&self, enabled: bool) -> Reason {
        match self.class {
            Class::Denied => Reason::AccessDenied,
            Class::Throttled => Reason::Throttled,
            Class::Rejected if !enabled => Reason::NotOptedIn,
            Class::Expired | Class::Rejected | Class::NoCredentials => Reason::CredentialsExpired,
            Class::NotEnabled => Reason::NotOptedIn,
            Class::TimedOut | Class::Unreachable => Reason::TimedOut,
            Class::Cancelled => Reason::Cancelled,
            Class::Transient | Class::Other => Reason::Failed,
        }
    }

    /// The unread field, or list, that this failure leaves.
    pub(crate) fn unread(&self, source: &Source, enabled: bool) -> Unread {
        Unread::new(self.reason(enabled), source.call()).with_detail(self.detail.as_str())
    }
}

/// The class of an answer. The codes are those of
/// <https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html>,
/// <https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-error-codes.html> and
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html>.
fn class(status: u16, code: &str) -> Class {
    match code.strip_suffix("Exception").unwrap_or(code) {
        "AccessDenied"
        | "UnauthorizedOperation"
        | "AuthorizationError"
        | "Unauthorized"
        | "NotAuthorized"
        | "UnauthorizedAccess"
        | "Forbidden"
        | "AllAccessDisabled"
        | "AccountProblem" => Class::Denied,
        "Throttling"
        | "Throttled"
        | "ThrottledRequest"
        | "RequestThrottled"
        | "RequestThrottledException"
        | "RequestLimitExceeded"
        | "BandwidthLimitExceeded"
        | "LimitExceeded"
        | "SlowDown"
        | "TooManyRequests"
        | "PriorRequestNotComplete"
        | "ProvisionedThroughputExceeded"
        | "TransactionInProgress" => Class::Throttled,
        "ExpiredToken" | "RequestExpired" | "TokenRefreshRequired" => Class::Expired,
        "AuthFailure"
        | "InvalidClientTokenId"
        | "UnrecognizedClient"
        | "InvalidAccessKeyId"
        | "SignatureDoesNotMatch"
        | "InvalidToken"
        | "IncompleteSignature"
        | "MissingAuthenticationToken"
        | "MissingAuthenticationTokenException"
        | "InvalidSignature"
        | "RequestTimeTooSkewed"
        | "NotSignedUp" => Class::Rejected,
        "OptInRequired" | "SubscriptionRequired" | "RegionDisabled" => Class::NotEnabled,
        "RequestTimeout" | "GatewayTimeout" => Class::TimedOut,
        "InternalError"
        | "InternalFailure"
        | "InternalServerError"
        | "ServiceUnavailable"
        | "Unavailable"
        | "ServerUnavailable"
        | "ServiceFailure"
        | "OperationAborted" => Class::Transient,
        // A denial by a policy of the organization, the boundary or the endpoint may come without a known code.
        _ => match status {
            401 | 403 => Class::Denied,
            429 => Class::Throttled,
            500.. => Class::Transient,
            _ => Class::Other,
        },
    }
}

/// A message of AWS in one line, without what differs from call to call.
fn tidy(message: &str) -> String {
    // Scrubbed before it is cut: of a secret that is cut in two nobody knows the shape.
    let mut text = scrub_foreign(message).split_whitespace().collect::<Vec<_>>().join(" ");
    for mark in ["Encoded authorization failure message:", "(Service:", "Request ID:", "RequestId:", "request id:"] {
        if let Some(at) = text.find(mark) {
            text.truncate(at);
        }
    }
    if let Some((end, _)) = text.char_indices().nth(LONGEST) {
        text.truncate(end);
    }
    text.trim_end_matches([' ', '(', '.']).to_owned()
}

/// What the innermost cause says.
fn root(error: &(dyn StdError + 'static)) -> String {
    tidy(&chain(error).last().map(ToString::to_string).unwrap_or_default())
}

/// An error and its causes, outermost first.
fn chain<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |error: &&'a (dyn StdError + 'static)| (*error).source())
}

#[cfg(test)]
mod tests {
    use super::*;

    const CALL: Source = Source::new("ec2", "DescribeVpcs", "ec2:DescribeVpcs", cspm_core::Per::Region);

    fn reason(status: u16, code: &str) -> Reason {
        Failure::of_answer(status, Some(code), "").reason(true)
    }

    #[test]
    fn codes_and_statuses_have_their_reasons() {
        for (status, code, expected) in [
            (403, "AccessDenied", Reason::AccessDenied),
            (400, "AccessDeniedException", Reason::AccessDenied),
            (403, "UnauthorizedOperation", Reason::AccessDenied),
            (403, "SomethingNew", Reason::AccessDenied),
            (400, "Throttling", Reason::Throttled),
            (400, "ThrottlingException", Reason::Throttled),
            (503, "RequestLimitExceeded", Reason::Throttled),
            (503, "SlowDown", Reason::Throttled),
            (429, "TooManyRequestsException", Reason::Throttled),
            (429, "", Reason::Throttled),
            (400, "ExpiredToken", Reason::CredentialsExpired),
            (400, "ExpiredTokenException", Reason::CredentialsExpired),
            (400, "RequestExpired", Reason::CredentialsExpired),
            (403, "OptInRequired", Reason::NotOptedIn),
            (400, "RequestTimeout", Reason::TimedOut),
            (500, "InternalError", Reason::Failed),
            (503, "ServiceUnavailable", Reason::Failed),
            (400, "ValidationError", Reason::Failed),
        ] {
            assert_eq!(reason(status, code), expected, "{status} {code}");
        }
    }

    #[test]
    fn rejected_credentials_are_the_regions_fault_unless_it_is_known_to_be_enabled() {
        for code in ["AuthFailure", "InvalidClientTokenId", "UnrecognizedClientException"] {
            let failure = Failure::of_answer(401, Some(code), "");
            assert_eq!(failure.reason(false), Reason::NotOptedIn);
            assert_eq!(failure.reason(true), Reason::CredentialsExpired);
        }
    }

    #[test]
    fn only_what_may_get_better_is_tried_again() {
        assert!(Failure::of_answer(503, Some("SlowDown"), "").is_transient());
        assert!(Failure::of_answer(502, None, "").is_transient());
        assert!(!Failure::of_answer(403, Some("AccessDenied"), "").is_transient());
        assert!(!Failure::of_answer(400, Some("ValidationError"), "").is_transient());
    }

    #[test]
    fn details_are_the_same_in_every_scan() {
        let message = "You are not authorized to perform this operation. User: arn:aws:iam::123456789012:user/a is not \
                       authorized to perform: ec2:DescribeVpcs. Encoded authorization failure message: 3kf9Xz";
        let unread = Failure::of_answer(403, Some("UnauthorizedOperation"), message).unread(&CALL, true);
        assert_eq!(
            unread.to_string(),
            "ec2:DescribeVpcs: access_denied (UnauthorizedOperation: You are not authorized to perform this operation. \
             User: arn:aws:iam::123456789012:user/a is not authorized to perform: ec2:DescribeVpcs)"
        );
        assert_eq!(tidy("Rate exceeded (Service: Iam; Request ID: 1-2)"), "Rate exceeded");
        assert_eq!(tidy(&"x".repeat(9999)).len(), LONGEST);
    }

    #[test]
    fn messages_about_signatures_are_not_repeated() {
        let message = "The Canonical String should have been x-amz-security-token:AbCdEf";
        let failure = Failure::of_answer(403, Some("SignatureDoesNotMatch"), message);
        assert_eq!(failure.detail, "SignatureDoesNotMatch");
    }
}
