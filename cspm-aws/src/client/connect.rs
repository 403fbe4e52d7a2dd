//! Who the credentials belong to, and whether AWS accepts them.

use std::sync::Arc;

use aws_config::Region;
use aws_credential_types::provider::ProvideCredentials;
use aws_sdk_sts::operation::get_caller_identity::GetCallerIdentityOutput;
use cspm_core::{Error, ErrorKind, Identity, Result};
use futures::future::BoxFuture;

use super::Aws;
use super::failure::{Class, Failure};
use super::limits::Limits;
use super::retry::{Caller, Target};

/// What is known once connected.
#[derive(Clone, Debug)]
pub(crate) struct Connected {
    pub(crate) identity: Identity,
    /// The region that accepted the credentials.
    pub(crate) home: Arc<str>,
}

impl Aws {
    /// Makes sure of the credentials, once.
    ///
    /// # Errors
    /// [`ErrorKind::Credentials`] where there are none or AWS does not accept them, [`ErrorKind::Unreachable`] where
    /// nobody answers.
    pub(crate) async fn identify(&self) -> Result<&Connected> {
        self.connected().get_or_try_init(|| self.ask_identity()).await
    }

    async fn ask_identity(&self) -> Result<Connected> {
        self.credentials().provide_credentials().await.map_err(|error| {
            let failure = Failure::of_credentials(&error);
            let failure = failure.unwrap_or_else(|| Failure::new(Class::NoCredentials, error.to_string()));
            explain(failure, self.profile().map(|name| format!(" of the profile {name:?}")))
        })?;
        // A region that is not enabled for the account accepts no credentials: another of those asked for may.
        let home: Arc<str> = self.config().region().map_or("us-east-1", AsRef::as_ref).into();
        let others = self.regions().iter().filter(|region| **region != home);
        let mut first = None;
        for region in std::iter::once(&home).chain(others) {
            match self.ask_identity_in(region).await {
                Ok(identity) => return Ok(Connected { identity, home: region.clone() }),
                Err(failure) => {
                    let rejected = failure.class == Class::Rejected;
                    first.get_or_insert_with(|| explain(failure, Some(format!(" in {region}"))));
                    if !rejected {
                        break;
                    }
                }
            }
        }
        Err(first.unwrap_or_else(|| Error::new(ErrorKind::Credentials, "find out whose the AWS credentials are")))
    }

    async fn ask_identity_in(&self, region: &Arc<str>) -> Result<Identity, Failure> {
        let config = self.config().to_builder().region(Region::new(region.to_string())).build();
        let sts = aws_sdk_sts::Client::new(&config);
        let limit = self.limits().connect;
        let limits = Limits { attempt: limit, call: limit, attempts: 3, ..self.limits().clone() };
        let caller = Caller::new(limits, self.credentials().clone());
        let attempt = || -> BoxFuture<'_, Result<GetCallerIdentityOutput, Failure>> {
            let sent = sts.get_caller_identity().send();
            Box::pin(async move { sent.await.map_err(|error| Failure::of(&error)) })
        };
        let target = Target { region, service: "sts", retry_on: &[] };
        let answer = caller.call(target, &attempt, &|_| Box::pin(async {})).await?;
        match answer.account.filter(|account| !account.is_empty()) {
            Some(account) => Ok(Identity {
                provider: "aws".into(),
                account: account.into(),
                principal: answer.arn.unwrap_or_default(),
            }),
            None => Err(Failure::new(Class::Other, "the answer names no account")),
        }
    }
}

/// The error that a failure to connect is to the caller; `at` says of which profile, or in which region.
fn explain(failure: Failure, at: Option<String>) -> Error {
    let at = at.unwrap_or_default();
    let (kind, attempted, help) = match failure.class {
        Class::NoCredentials if failure.detail.starts_with("sts:AssumeRole") => (
            ErrorKind::Credentials,
            "assume the role".to_owned(),
            "check that the role exists, that it trusts the caller, and the external id",
        ),
        Class::NoCredentials => (
            ErrorKind::Credentials,
            format!("get AWS credentials{at}"),
            "name a profile of ~/.aws/config, set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give access keys",
        ),
        Class::Expired => (
            ErrorKind::Credentials,
            format!("use the AWS credentials{at}"),
            "they have expired, or this machine's clock is wrong: get new ones, for example with `aws sso login`",
        ),
        Class::Rejected => (
            ErrorKind::Credentials,
            format!("use the AWS credentials{at}"),
            "AWS does not know them: check access key, secret and session token, this machine's clock, and that the \
             region is enabled for the account",
        ),
        Class::Denied => (
            ErrorKind::AccessDenied,
            format!("find out whose the AWS credentials are{at}"),
            "sts:GetCallerIdentity needs no permission: the policy of a VPC endpoint or proxy may forbid it",
        ),
        Class::TimedOut | Class::Unreachable => (
            ErrorKind::Unreachable,
            format!("reach AWS{at}"),
            "check the network, the proxy, the name of the region, and the endpoint URL",
        ),
        _ => (
            ErrorKind::Unreachable,
            format!("find out whose the AWS credentials are{at}"),
            "check the endpoint URL: what answered may not be AWS",
        ),
    };
    let cause = if failure.detail.is_empty() { failure.code } else { failure.detail };
    Error::new(kind, attempted).with_source(cause).with_help(help)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_to_connect_say_what_to_do() {
        let expired = explain(Failure::of_answer(403, Some("ExpiredToken"), "x"), Some(" in us-east-1".to_owned()));
        assert_eq!(expired.kind(), ErrorKind::Credentials);
        assert!(expired.to_string().contains("in us-east-1: ExpiredToken (they have expired"), "{expired}");
        let unreachable = explain(Failure::new(Class::Unreachable, "dns error"), Some(" in us-east-9".to_owned()));
        assert_eq!(unreachable.kind(), ErrorKind::Unreachable);
        assert!(unreachable.to_string().contains("name of the region"));
        let none = explain(Failure::new(Class::NoCredentials, "no credentials found"), None);
        assert_eq!(none.kind(), ErrorKind::Credentials);
        assert!(none.to_string().contains("AWS_PROFILE"));
    }
}
