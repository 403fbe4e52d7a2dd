//! How this crate talks to AWS: configuration, credentials, pace, retries, and the one place that makes every call.

#![cfg_attr(
    not(all(feature = "ec2", feature = "iam", feature = "s3")),
    allow(dead_code, reason = "what a site offers depends on what services need")
)]

mod aws;
mod builder;
mod call;
mod connect;
mod credentials;
mod failure;
mod http;
mod limits;
mod list;
mod needed;
#[cfg(feature = "s3")]
mod object;
mod pace;
mod page;
mod rate;
mod regions;
mod retry;
mod scan;
mod services;
mod setup;
mod site;
mod whole;

#[cfg(test)]
mod tests;

pub use aws::Aws;
pub use builder::AwsBuilder;
#[allow(unused_imports, reason = "which of these are used depends on the services that are enabled")]
pub(crate) use page::Page;
pub(crate) use regions::DESCRIBE_REGIONS;
pub(crate) use scan::Scan;
#[allow(unused_imports, reason = "which of these are used depends on the services that are enabled")]
pub(crate) use site::{Found, Miss, Site};
