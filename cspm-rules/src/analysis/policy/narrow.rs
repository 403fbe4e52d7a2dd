//! Conditions that narrow "everyone" down to someone known.
//!
//! A condition does so if it holds the request to fixed values of a key that says who asks or from where. The keys are
//! those by which S3 and EFS tell public policies from others, and their like in other services:
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status>,
//! <https://docs.aws.amazon.com/efs/latest/ug/access-control-block-public-access.html>.
//!
//! A value is fixed if it has no policy variable, and no wildcard where its operator knows wildcards. In ARNs,
//! wildcards behind a fixed account are harmless. As S3 has it, a network is known if it is private, or not wider than
//! /8 (IPv4) or /32 (IPv6).
//!
//! `…IfExists` and `ForAllValues:` hold where the request does not have the key, so they narrow nothing.

use std::sync::Arc;

use super::condition::{Comparison, Condition, Set};
use super::document::shared;
use super::pattern::{has_variable, has_wildcard};
use super::principal::{account, is_account};
use crate::analysis::Answer;
use crate::analysis::kleene::all;
use crate::analysis::network::is_known_network;
use crate::analysis::read::text;

/// What the values of a key that tells who asks look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Key {
    /// The id of an account.
    Account,
    /// The id of something else: an organization, a VPC, an endpoint.
    Id,
    /// The name of a service.
    Service,
    Arn,
    /// `o-…/r-…/ou-…/`: the organization first.
    OrgPath,
    /// The unique id of a user; of a role, with a session's name behind a colon.
    UserId,
    /// A CIDR.
    Network,
    /// True: the caller is in a network that can mount the file system.
    MountTarget,
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>; ordered.
const KEYS: [(&str, Key); 24] = [
    ("aws:principalaccount", Key::Account),
    ("aws:principalarn", Key::Arn),
    ("aws:principalorgid", Key::Id),
    ("aws:principalorgpaths", Key::OrgPath),
    ("aws:principalservicename", Key::Service),
    ("aws:sourceaccount", Key::Account),
    ("aws:sourcearn", Key::Arn),
    ("aws:sourceip", Key::Network),
    ("aws:sourceorgid", Key::Id),
    ("aws:sourceorgpaths", Key::OrgPath),
    ("aws:sourceowner", Key::Account),
    ("aws:sourcevpc", Key::Id),
    ("aws:sourcevpcarn", Key::Arn),
    ("aws:sourcevpce", Key::Id),
    ("aws:userid", Key::UserId),
    ("aws:vpceaccount", Key::Account),
    ("aws:vpceorgid", Key::Id),
    ("aws:vpceorgpaths", Key::OrgPath),
    ("elasticfilesystem:accessedviamounttarget", Key::MountTarget),
    ("elasticfilesystem:accesspointarn", Key::Arn),
    ("kms:calleraccount", Key::Account),
    ("lambda:sourcefunctionarn", Key::Arn),
    ("s3:dataaccesspointaccount", Key::Account),
    ("s3:dataaccesspointarn", Key::Arn),
];

impl<'a> Condition<'a> {
    /// Whether the condition, in an Allow for everyone, leaves only known callers or networks.
    pub(super) fn narrows(&self) -> Answer<bool> {
        let Some(key) = self.who() else { return Ok(false) };
        let operator = self.operator;
        if operator.negated || operator.if_exists || operator.set == Some(Set::All) {
            return Ok(false);
        }
        self.is_fixed(key)
    }

    /// Whether the condition, in a Deny for everyone, spares only known callers or networks.
    pub(super) fn spares_known(&self) -> Answer<bool> {
        let Some(key) = self.who() else { return Ok(false) };
        // With `ForAnyValue:`, a request that does not have the key is spared too.
        if !self.operator.negated || self.operator.set == Some(Set::Any) {
            return Ok(false);
        }
        self.is_fixed(key)
    }

    /// Whom a condition that narrows, or spares known callers, leaves: accounts where the values name accounts, else
    /// the values (an organization, a VPC, a network); nobody where only services or clients in the own network are
    /// left. The flag says whether all are accounts.
    pub(super) fn callers(&self) -> Answer<(Vec<Arc<str>>, bool)> {
        if matches!(self.who(), Some(Key::Service | Key::MountTarget)) {
            return Ok((Vec::new(), true));
        }
        let mut accounts_only = true;
        let callers = self.values.iter().map(|value| {
            let whole = shared(value, "a condition's value")?;
            let found = account(&whole).filter(|account| is_account(account));
            accounts_only &= found.is_some();
            Ok(found.map_or(whole.clone(), Into::into))
        });
        let callers = callers.collect::<Answer<Vec<_>>>()?;
        Ok((callers, accounts_only))
    }

    fn who(&self) -> Option<Key> {
        KEYS.iter().find(|(name, _)| name.eq_ignore_ascii_case(self.key)).map(|(_, key)| *key)
    }

    fn is_fixed(&self, key: Key) -> Answer<bool> {
        all(self.values.iter().map(|value| {
            let value = text(value, "a condition's value")?;
            Ok(!has_variable(value) && is_fixed(self.operator.comparison, key, value))
        }))
    }
}

fn is_fixed(comparison: Comparison, key: Key, value: &str) -> bool {
    match (key, comparison) {
        (Key::MountTarget, Comparison::Bool) => value.eq_ignore_ascii_case("true"),
        (Key::Network, Comparison::Ip | Comparison::Text | Comparison::Like) => is_known_network(value),
        (Key::MountTarget | Key::Network, _) => false,
        // These two know no wildcards: a `*` is just a character that no id has.
        (_, Comparison::Text | Comparison::TextIgnoringCase) => true,
        (_, Comparison::Like | Comparison::Arn) if !has_wildcard(value) => true,
        (Key::Arn, Comparison::Like) => has_fixed_account(value, 5),
        (Key::Arn, Comparison::Arn) => has_fixed_account(value, 1),
        (Key::OrgPath, Comparison::Like) => starts_fixed(value, '/'),
        (Key::UserId, Comparison::Like) => starts_fixed(value, ':'),
        _ => false,
    }
}

/// Whether the ARN names an account, and none of the `parts` parts up to it has a wildcard. `ArnLike` compares part by
/// part, so that only the account matters; under `StringLike` a wildcard before it could swallow the account.
fn has_fixed_account(arn: &str, parts: usize) -> bool {
    let mut upto_account = arn.split(':').take(5).skip(5 - parts);
    let account = arn.split(':').nth(4).unwrap_or_default();
    arn.splitn(6, ':').count() == 6 && !account.is_empty() && !upto_account.any(has_wildcard)
}

/// Whether something without a wildcard stands before the first `end`.
fn starts_fixed(value: &str, end: char) -> bool {
    value.split_once(end).is_some_and(|(start, _)| !start.is_empty() && !has_wildcard(start))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::analysis::policy::document::statements;
    use crate::analysis::testing::data;

    fn both(operator: &str, key: &str, value: &str) -> (bool, bool) {
        let policy = data(json!({"Statement": [{"Effect": "Allow", "Condition": {operator: {key: [value]}}}]}));
        let statement = statements(&policy).unwrap().next().unwrap().unwrap();
        let condition = statement.conditions().remove(0).unwrap();
        (condition.narrows().unwrap(), condition.spares_known().unwrap())
    }

    #[test]
    fn only_fixed_values_of_who_and_whence_narrow() {
        for (operator, key, value, narrow) in [
            ("stringequals", "aws:principalorgid", "o-1", true),
            ("stringequals", "aws:PrincipalOrgID", "o-1", true),
            ("stringlike", "aws:principalorgid", "o-*", false),
            ("stringlike", "aws:principalorgid", "*", false),
            ("stringlike", "aws:principalorgid", "o-1", true),
            ("stringequals", "aws:principalorgid", "${aws:ResourceOrgID}", false),
            ("stringequalsifexists", "aws:principalorgid", "o-1", false),
            ("forallvalues:stringequals", "aws:principalorgid", "o-1", false),
            ("foranyvalue:stringlike", "aws:principalorgpaths", "o-1/r-1/*", true),
            ("foranyvalue:stringlike", "aws:principalorgpaths", "o-*", false),
            ("foranyvalue:stringlike", "aws:principalorgpaths", "o-*/r-1/*", false),
            ("null", "aws:sourcevpce", "false", false),
            ("stringequals", "aws:sourcevpce", "vpce-1", true),
            ("stringequals", "aws:sourceaccount", "123456789012", true),
            ("stringequals", "aws:username", "ann", false),
            ("stringequals", "aws:principaltag/team", "x", false),
            ("stringequals", "sts:externalid", "x", false),
            ("stringequals", "aws:resourceaccount", "123456789012", false),
            ("bool", "aws:securetransport", "true", false),
            ("bool", "elasticfilesystem:accessedviamounttarget", "true", true),
            ("bool", "elasticfilesystem:accessedviamounttarget", "false", false),
            ("ipaddress", "aws:sourceip", "203.0.113.0/24", true),
            ("ipaddress", "aws:sourceip", "10.0.0.0/8", true),
            ("ipaddress", "aws:sourceip", "8.0.0.0/8", true),
            ("ipaddress", "aws:sourceip", "8.0.0.0/7", false),
            ("ipaddress", "aws:sourceip", "0.0.0.0/1", false),
            ("ipaddress", "aws:sourceip", "0.0.0.0/0", false),
            ("ipaddress", "aws:sourceip", "2600::/32", true),
            ("ipaddress", "aws:sourceip", "2600::/31", false),
            ("ipaddress", "aws:sourceip", "::/0", false),
            ("stringlike", "aws:sourceip", "8.8.*", false),
            ("ipaddress", "aws:vpcsourceip", "10.0.0.0/8", false),
            ("arnlike", "aws:sourcearn", "arn:aws:sns:*:123456789012:*", true),
            ("arnequals", "aws:sourcearn", "arn:aws:sns:us-east-1:*:topic", false),
            ("arnlike", "aws:sourcearn", "arn:aws:s3:::bucket", true),
            ("arnlike", "aws:sourcearn", "arn:aws:s3:::*", false),
            ("arnlike", "aws:sourcearn", "*", false),
            ("stringlike", "aws:sourcearn", "arn:aws:sns:us-east-1:123456789012:*", true),
            ("stringlike", "aws:sourcearn", "arn:aws:sns:*:123456789012:topic", false),
            ("stringlike", "aws:principalarn", "arn:aws:iam::*:role/admin", false),
            ("stringlike", "aws:userid", "AROAEXAMPLE:*", true),
            ("stringlike", "aws:userid", "*:session", false),
            ("stringlike", "aws:userid", "*", false),
            ("stringequals", "s3:dataaccesspointaccount", "123456789012", true),
            ("arnlike", "s3:dataaccesspointarn", "arn:aws:s3:us-east-1:123456789012:accesspoint/*", true),
        ] {
            assert_eq!(both(operator, key, value), (narrow, false), "{operator} {key} {value}");
        }
    }

    #[test]
    fn negations_spare_the_known() {
        for (operator, key, value, spares) in [
            ("stringnotequals", "aws:principalorgid", "o-1", true),
            ("stringnotequalsifexists", "aws:principalorgid", "o-1", true),
            ("stringnotlike", "aws:principalorgid", "o-*", false),
            ("forallvalues:stringnotlike", "aws:principalorgpaths", "o-1/*", true),
            ("foranyvalue:stringnotlike", "aws:principalorgpaths", "o-1/*", false),
            ("notipaddress", "aws:sourceip", "203.0.113.0/24", true),
            ("notipaddress", "aws:sourceip", "0.0.0.0/0", false),
            ("arnnotlike", "aws:principalarn", "arn:aws:iam::123456789012:*", true),
            ("bool", "aws:securetransport", "false", false),
        ] {
            assert_eq!(both(operator, key, value), (false, spares), "{operator} {key} {value}");
        }
    }

    #[test]
    fn keys_are_ordered() {
        assert!(KEYS.is_sorted_by_key(|(name, _)| name));
    }
}
