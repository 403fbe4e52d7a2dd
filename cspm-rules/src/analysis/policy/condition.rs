//! The conditions of a statement.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>

use cspm_core::Data;

use super::document::Statement;
use crate::analysis::read::{items, unexpected};
use crate::analysis::{Answer, Fault};

/// One condition: what the request has under `key` is compared with `values`. All conditions of a statement must hold.
#[derive(Clone, Copy)]
pub(super) struct Condition<'a> {
    pub(super) operator: Operator,
    pub(super) key: &'a str,
    pub(super) values: &'a [Data],
}

/// A condition operator: `ForAllValues:StringNotEqualsIfExists` is the set, the negation, the comparison and the
/// suffix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Operator {
    pub(super) set: Option<Set>,
    pub(super) comparison: Comparison,
    /// Whether the condition holds for what compares with none of the values.
    pub(super) negated: bool,
    /// Whether the condition holds where the request does not have the key.
    pub(super) if_exists: bool,
}

/// How the several values of a key in the request count; `ForAllValues` holds where there are none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Set {
    All,
    Any,
}

/// How a value of the request is compared with one of the policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Text,
    TextIgnoringCase,
    Like,
    Arn,
    Number(Order),
    Date(Order),
    Bool,
    Ip,
    /// Whether the request has the key at all.
    Null,
}

/// How two values must be ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Operator {
    /// Reads the name of an operator, in either case.
    pub(super) fn parse(text: &str) -> Answer<Self> {
        let lower = text.to_ascii_lowercase();
        let (set, name) = match lower.split_once(':') {
            Some(("forallvalues", name)) => (Some(Set::All), name),
            Some(("foranyvalue", name)) => (Some(Set::Any), name),
            _ => (None, lower.as_str()),
        };
        let (name, if_exists) = name.strip_suffix("ifexists").map_or((name, false), |name| (name, true));
        let (comparison, negated) = match name {
            "stringequals" | "binaryequals" => (Comparison::Text, false),
            "stringnotequals" => (Comparison::Text, true),
            "stringequalsignorecase" => (Comparison::TextIgnoringCase, false),
            "stringnotequalsignorecase" => (Comparison::TextIgnoringCase, true),
            "stringlike" => (Comparison::Like, false),
            "stringnotlike" => (Comparison::Like, true),
            "arnequals" | "arnlike" => (Comparison::Arn, false),
            "arnnotequals" | "arnnotlike" => (Comparison::Arn, true),
            "bool" => (Comparison::Bool, false),
            "ipaddress" => (Comparison::Ip, false),
            "notipaddress" => (Comparison::Ip, true),
            "null" => (Comparison::Null, false),
            _ => ordered(name).ok_or_else(|| Fault::Invalid(format!("`{text}` is not a condition operator")))?,
        };
        Ok(Self { set, comparison, negated, if_exists })
    }
}

fn ordered(name: &str) -> Option<(Comparison, bool)> {
    let (comparison, name): (fn(Order) -> Comparison, _) = match name.strip_prefix("numeric") {
        Some(name) => (Comparison::Number, name),
        None => (Comparison::Date, name.strip_prefix("date")?),
    };
    let (order, negated) = match name {
        "equals" => (Order::Equal, false),
        "notequals" => (Order::Equal, true),
        "lessthan" => (Order::Less, false),
        "lessthanequals" => (Order::LessOrEqual, false),
        "greaterthan" => (Order::Greater, false),
        "greaterthanequals" => (Order::GreaterOrEqual, false),
        _ => return None,
    };
    Some((comparison(order), negated))
}

impl<'a> Statement<'a> {
    /// The conditions; those that were not read are faults.
    pub(super) fn conditions(&self) -> Vec<Answer<Condition<'a>>> {
        let blocks = match self.condition {
            None => return Vec::new(),
            Some(Data::Object(blocks)) => blocks,
            Some(other) => return vec![Err(unexpected(other, "a Condition", "map"))],
        };
        let mut conditions = Vec::new();
        for (operator, keys) in blocks.iter() {
            match (Operator::parse(operator), keys) {
                (Ok(operator), Data::Object(keys)) => conditions.extend(
                    keys.iter().map(|(key, values)| Ok(Condition { operator, key, values: items(Some(values))? })),
                ),
                (Ok(_), other) => conditions.push(Err(unexpected(other, "a condition block", "map"))),
                (Err(fault), _) => conditions.push(Err(fault)),
            }
        }
        conditions
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operators_are_taken_apart() {
        let parse = |text| Operator::parse(text).unwrap();
        assert_eq!(
            parse("ForAllValues:StringNotEqualsIfExists"),
            Operator { set: Some(Set::All), comparison: Comparison::Text, negated: true, if_exists: true }
        );
        assert_eq!(
            parse("numericlessthanequals"),
            Operator {
                set: None,
                comparison: Comparison::Number(Order::LessOrEqual),
                negated: false,
                if_exists: false
            }
        );
        assert_eq!(parse("dategreaterthan").comparison, Comparison::Date(Order::Greater));
        assert_eq!(parse("foranyvalue:arnlike").set, Some(Set::Any));
        assert!(Operator::parse("stringalmostequals").is_err());
        assert!(Operator::parse("numericlike").is_err());
    }
}
