//! Answers of AWS that are no good, each in the form of its protocol.

use cspm::testkit::Fault;

use super::call::Call;
use super::http::Answer;

/// How AWS refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The caller lacks a permission.
    Denied,
    /// The caller is to slow down.
    Throttled,
    /// HTTP 500.
    Broken,
    /// The credentials have expired.
    Expired,
}

impl Refusal {
    /// The status and the error code that the service of the call has for it.
    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html>,
    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html>,
    /// <https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html>
    fn code(self, service: &str) -> (u16, &'static str) {
        match (self, service) {
            (Self::Denied, "ec2") => (403, "UnauthorizedOperation"),
            (Self::Denied, _) => (403, "AccessDenied"),
            (Self::Throttled, "ec2") => (503, "RequestLimitExceeded"),
            (Self::Throttled, "s3" | "s3control") => (503, "SlowDown"),
            (Self::Throttled, _) => (400, "Throttling"),
            (Self::Broken, "iam" | "sts") => (500, "InternalFailure"),
            (Self::Broken, _) => (500, "InternalError"),
            (Self::Expired, "ec2") => (400, "RequestExpired"),
            (Self::Expired, "s3" | "s3control") => (400, "ExpiredToken"),
            (Self::Expired, _) => (403, "ExpiredToken"),
        }
    }

    /// The answer to a call.
    pub fn answer(self, call: &Call) -> Answer {
        let (status, code) = self.code(&call.service);
        let error = format!("<Code>{code}</Code><Message>You may not: {call:?}</Message>");
        let body = match (call.service.as_str(), call.operation.as_str()) {
            (_, "HeadBucket") => String::new(),
            ("ec2", _) => {
                format!("<Response><Errors><Error>{error}</Error></Errors><RequestID>1</RequestID></Response>")
            }
            ("s3", _) => format!("<Error>{error}<RequestId>1</RequestId><HostId>1</HostId></Error>"),
            _ => format!(
                "<ErrorResponse><Error><Type>Sender</Type>{error}</Error><RequestId>1</RequestId></ErrorResponse>"
            ),
        };
        Answer::xml(status, body)
    }

    /// There is no credential report to be read.
    /// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetCredentialReport.html>
    pub fn no_report() -> Fault {
        let error = "<Error><Type>Sender</Type><Code>ReportNotPresent</Code><Message>No report.</Message></Error>";
        Answer::xml(410, format!("<ErrorResponse>{error}<RequestId>1</RequestId></ErrorResponse>")).into()
    }

    /// The same for the proxy.
    pub fn fault(self, call: &Call) -> Fault {
        self.answer(call).into()
    }
}

impl From<Answer> for Fault {
    fn from(Answer { status, headers, body }: Answer) -> Self {
        Self::Answer { status, headers, body }
    }
}
