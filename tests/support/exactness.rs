//! Whether exactly those fields are unread that the model says come from the calls of an action.

use cspm::{Data, Kind, Report, Scope};

/// Fields that are unread without a call that is not their own: it must come first.
const NEED: &[(&str, &str)] =
    &[("s3:ListObjectsV2", "object_acls"), ("iam:GenerateCredentialReport", "credential_report")];
/// The call without which nothing is known of other regions than the home region.
const REGIONS: &str = "ec2:DescribeRegions";
const HOME: &str = "us-east-1";

/// What is wrong with a scan without an action, held against one with it.
pub fn compare(with: &Report, without: &Report, action: &str) -> Vec<String> {
    let compare = Compare { with, action };
    let mut wrong = Vec::new();
    for before in with.inventory().resources() {
        let kind = with.inventory().kind(&before.kind).unwrap();
        let lost = match action == REGIONS {
            true => before.region != HOME.into() && kind.scope() == Scope::Region,
            false => compare.is_of(&kind.list().call()),
        };
        match without.inventory().get(&before.uid) {
            Some(_) if lost => wrong.push(format!("{} was listed", before.uid)),
            None if !lost => wrong.push(format!("{} is gone", before.uid)),
            None if without.inventory().gaps().all(|gap| gap.kind != before.kind) => {
                wrong.push(format!("nothing stands for {}", before.uid));
            }
            None => {}
            Some(after) => {
                let mut found = Vec::new();
                compare.fields(kind, "", &before.data, &after.data, &mut found);
                wrong.extend(found.into_iter().map(|what| format!("{}: {what}", before.uid)));
            }
        }
    }
    for after in without.inventory().resources() {
        if with.inventory().get(&after.uid).is_none() {
            wrong.push(format!("{} is new", after.uid));
        }
    }
    for gap in without.inventory().gaps() {
        if !compare.is_of(&gap.unread.call) {
            wrong.push(format!("{gap:?}"));
        }
    }
    wrong
}

struct Compare<'a> {
    with: &'a Report,
    action: &'a str,
}

impl Compare<'_> {
    /// Whether the call needs the action.
    fn is_of(&self, call: &str) -> bool {
        let planned = self.with.plan.calls.iter();
        planned.into_iter().any(|p| p.permission == self.action && format!("{}:{}", p.service, p.operation) == call)
    }

    fn fields(&self, kind: &Kind, path: &str, before: &Data, after: &Data, wrong: &mut Vec<String>) {
        let source = kind.source(path).call();
        match (before, after) {
            (Data::Object(was), Data::Object(is)) => {
                if was.keys() != is.keys() {
                    wrong.push(format!("{path} has other fields"));
                }
                for (key, was) in was.iter() {
                    let path = if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
                    self.fields(kind, &path, was, is.get(key).unwrap_or(&Data::Null), wrong);
                }
            }
            (Data::List(was), Data::List(is)) if was.len() == is.len() && !was.is_empty() => {
                was.iter().zip(is.iter()).for_each(|(was, is)| self.fields(kind, &format!("{path}[]"), was, is, wrong));
            }
            (was, Data::Unread(_)) if was == after => {}
            (_, Data::Unread(unread)) => {
                let needed = NEED.iter().any(|(call, field)| *call == &*unread.call && path.starts_with(field));
                if !self.is_of(&unread.call) || !(needed || *unread.call == *source) {
                    wrong.push(format!("{path}, of {source}, is unread: {unread}"));
                }
            }
            // Whether these have any effect is known no more, so they are asked for.
            (Data::Unread(_), _) if path == "object_acls" && self.action == "s3:GetBucketOwnershipControls" => {}
            // These are known without their call: a bucket without objects, a bucket of one's own.
            (Data::List(was), Data::List(is)) if path == "object_acls" && was.is_empty() && is.is_empty() => {}
            (Data::Bool(true), Data::Bool(true)) if path == "exists" => {}
            (was, is) if was != is => wrong.push(format!("{path} was {was:?} and is {is:?}")),
            (was, _) if self.is_of(&source) => wrong.push(format!("{path}, of {source}, is still known: {was:?}")),
            _ => {}
        }
    }
}
