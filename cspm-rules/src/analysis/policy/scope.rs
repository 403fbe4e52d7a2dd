//! Which actions and resources a statement speaks of.

use cspm_core::Data;

use super::document::Statement;
use super::pattern::{Case, Variable, covers, has_variable, overlaps};
use crate::analysis::Answer;
use crate::analysis::kleene::{any, not};
use crate::analysis::read::{items, text};

/// Every action there is: they all have a service and a name.
pub(super) const EVERY_ACTION: &str = "*:*";

/// Every resource of a partition: AWS, its Chinese regions, GovCloud, those of secret and top secret workloads, the European
/// Sovereign Cloud. An account belongs to one.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html> and `partitions.json` of botocore.
const EVERY_RESOURCE: [&str; 8] = [
    "arn:aws:*:*:*:*",
    "arn:aws-cn:*:*:*:*",
    "arn:aws-us-gov:*:*:*:*",
    "arn:aws-iso:*:*:*:*",
    "arn:aws-iso-b:*:*:*:*",
    "arn:aws-iso-e:*:*:*:*",
    "arn:aws-iso-f:*:*:*:*",
    "arn:aws-eusc:*:*:*:*",
];

impl<'a> Statement<'a> {
    /// Whether `test` is true of any action pattern of the statement; `*` stands for all but some (`NotAction`).
    pub(super) fn any_action(&self, mut test: impl FnMut(&str) -> Answer<bool>) -> Answer<bool> {
        match (self.action, self.not_action) {
            (Some(list), _) => any(items(Some(list))?.iter().map(|action| test(text(action, "an Action")?))),
            (None, Some(_)) => test("*"),
            (None, None) => Ok(false),
        }
    }

    /// Whether the statement is about every action that `asked` (which may be a pattern) stands for.
    pub(super) fn covers_action(&self, asked: &str) -> Answer<bool> {
        let asked = if asked == "*" { EVERY_ACTION } else { asked };
        match (self.action, self.not_action) {
            (Some(list), _) => {
                some(list, "an Action", |pattern| covers(pattern, asked, Case::Ignored, Variable::Nothing))
            }
            (None, Some(list)) => not(some(list, "a NotAction", |pattern| overlaps(pattern, asked, Case::Ignored))),
            (None, None) => Ok(false),
        }
    }

    /// Whether the statement is about any action that `asked` (which may be a pattern) stands for.
    pub(super) fn touches_action(&self, asked: &str) -> Answer<bool> {
        match (self.action, self.not_action) {
            (Some(list), _) => some(list, "an Action", |pattern| overlaps(pattern, asked, Case::Ignored)),
            (None, Some(list)) => {
                not(some(list, "a NotAction", |pattern| covers(pattern, asked, Case::Ignored, Variable::Nothing)))
            }
            (None, None) => Ok(false),
        }
    }

    /// Whether the statement is about every resource that `asked` (which may be a pattern) stands for. A statement that
    /// names no resource, as in a role's trust policy, is about the one that the policy is attached to, whichever it
    /// is.
    pub(super) fn covers_resource(&self, asked: &str, variable: Variable) -> Answer<bool> {
        match (self.resource, self.not_resource) {
            (Some(list), _) => some(list, "a Resource", |pattern| covers(pattern, asked, Case::Kept, variable)),
            (None, Some(list)) => not(some(list, "a NotResource", |pattern| {
                // With a variable, what one caller is kept from, another is not.
                let excludes = variable == Variable::Nothing || !has_variable(pattern);
                excludes && overlaps(pattern, asked, Case::Kept)
            })),
            (None, None) => Ok(true),
        }
    }

    /// Whether the statement names all resources: `*`, or all of a partition.
    pub(super) fn covers_all_resources(&self) -> Answer<bool> {
        match self.resource {
            Some(list) => some(list, "a Resource", |pattern| {
                EVERY_RESOURCE.iter().any(|every| covers(pattern, every, Case::Kept, Variable::Nothing))
            }),
            None if self.not_resource.is_some() => self.covers_resource("*", Variable::Nothing),
            None => Ok(false),
        }
    }
}

fn some(list: &Data, what: &str, test: impl Fn(&str) -> bool) -> Answer<bool> {
    any(items(Some(list))?.iter().map(|item| Ok(test(text(item, what)?))))
}
