//! AWS accounts.

use std::time::Duration;

use cspm::AwsBuilder;
use pyo3::prelude::*;

use crate::error;

/// An AWS account as a source of resources.
///
/// It holds options only: a session is made in each scan, and ends with it. Without credentials the default chain of AWS is
/// used (environment, profile, container, instance); without regions those that are enabled for the account. Credentials stay
/// in memory, and are never printed.
#[pyclass(frozen, module = "cspm")]
pub(crate) struct Aws {
    pub(crate) builder: AwsBuilder,
}

#[pymethods]
impl Aws {
    #[new]
    #[pyo3(signature = (*, regions=None, profile=None, role_arn=None, external_id=None, session_name=None,
        access_key_id=None, secret_access_key=None, session_token=None, endpoint_url=None, timeout=None,
        connect_timeout=None, call_timeout=None, max_attempts=None, concurrency=None, rate_share=None))]
    #[allow(clippy::too_many_arguments, reason = "they are named in Python")]
    fn new(
        py: Python<'_>,
        regions: Option<Vec<String>>,
        profile: Option<String>,
        role_arn: Option<String>,
        external_id: Option<String>,
        session_name: Option<String>,
        access_key_id: Option<String>,
        secret_access_key: Option<String>,
        session_token: Option<String>,
        endpoint_url: Option<String>,
        timeout: Option<f64>,
        connect_timeout: Option<f64>,
        call_timeout: Option<f64>,
        max_attempts: Option<u32>,
        concurrency: Option<usize>,
        rate_share: Option<f64>,
    ) -> PyResult<Self> {
        let mut builder = cspm::Aws::builder();
        builder = match (access_key_id, secret_access_key) {
            (Some(id), Some(secret)) => builder.credentials(id, secret, session_token),
            (None, None) if session_token.is_none() => builder,
            _ => {
                let help = "give access_key_id and secret_access_key together, and session_token only with them";
                return Err(error::config(py, "use the access key", help));
            }
        };
        builder = given(builder, regions, AwsBuilder::regions);
        builder = given(builder, profile, AwsBuilder::profile);
        builder = given(builder, role_arn, AwsBuilder::role_arn);
        builder = given(builder, external_id, AwsBuilder::external_id);
        builder = given(builder, session_name, AwsBuilder::session_name);
        builder = given(builder, endpoint_url, AwsBuilder::endpoint_url);
        builder = given(builder, seconds(py, timeout)?, AwsBuilder::timeout);
        builder = given(builder, seconds(py, connect_timeout)?, AwsBuilder::connect_timeout);
        builder = given(builder, seconds(py, call_timeout)?, AwsBuilder::call_timeout);
        builder = given(builder, max_attempts, AwsBuilder::max_attempts);
        builder = given(builder, concurrency, AwsBuilder::concurrency);
        builder = given(builder, rate_share, AwsBuilder::rate_share);
        Ok(Self { builder })
    }

    fn __repr__(&self) -> String {
        // The options without the credentials.
        format!("{:?}", self.builder).replacen("AwsBuilder", "Aws", 1)
    }
}

/// The builder with an option, where it is given.
pub(crate) fn given<B, T>(builder: B, option: Option<T>, with: impl FnOnce(B, T) -> B) -> B {
    match option {
        Some(value) => with(builder, value),
        None => builder,
    }
}

/// A time given in seconds.
pub(crate) fn seconds(py: Python<'_>, given: Option<f64>) -> PyResult<Option<Duration>> {
    let read = |s: f64| Duration::try_from_secs_f64(s);
    given.map(read).transpose().map_err(|e| error::config(py, "use the number of seconds", &e.to_string()))
}
