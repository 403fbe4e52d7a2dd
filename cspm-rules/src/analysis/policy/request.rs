//! Conditions against a request of which some keys are known.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>

use std::borrow::Cow;
use std::cmp::Ordering;

use cspm_core::{Data, Object};
use jiff::Timestamp;

use super::condition::{Comparison, Condition, Order, Set};
use super::pattern::{Case, Variable, covers, has_variable};
use crate::analysis::Answer;
use crate::analysis::network::cidr_contains;
use crate::analysis::read::{items, text};

/// Whether a request with the keys of `context` surely meets the condition. Nothing is sure of a key that `context`
/// does not have; null there says that the request does not have it.
pub(super) fn surely_meets(context: &Object, condition: &Condition<'_>) -> Answer<bool> {
    let Some((_, given)) = context.iter().find(|(key, _)| key.eq_ignore_ascii_case(condition.key)) else {
        return Ok(false);
    };
    let given = items(Some(given))?.iter().map(as_text).collect::<Answer<Vec<_>>>()?;
    let wanted = condition.values.iter().map(|value| text(value, "a condition's value")).collect::<Answer<Vec<_>>>()?;
    let operator = condition.operator;
    if operator.comparison == Comparison::Null {
        return Ok(wanted.iter().any(|absent| absent.eq_ignore_ascii_case("true") == given.is_empty()));
    }
    if wanted.iter().any(|value| has_variable(value)) {
        return Ok(false);
    }
    if given.is_empty() {
        let holds_for_nothing = operator.if_exists || operator.set == Some(Set::All);
        return Ok(holds_for_nothing || operator.negated && operator.set.is_none());
    }
    let meets = |given: &Cow<'_, str>| {
        // What can not be compared does not surely meet the condition, negated or not.
        let mut equal = false;
        for value in &wanted {
            match compare(operator.comparison, value, given) {
                Some(found) => equal |= found,
                None => return false,
            }
        }
        equal != operator.negated
    };
    Ok(match (operator.set, operator.negated) {
        (Some(Set::All), _) | (None, true) => given.iter().all(meets),
        (Some(Set::Any), _) | (None, false) => given.iter().any(meets),
    })
}

/// Whether the value of a request compares with one of the policy; `None` where one of them is not of the right kind.
fn compare(comparison: Comparison, wanted: &str, given: &str) -> Option<bool> {
    match comparison {
        Comparison::Text => Some(wanted == given),
        Comparison::TextIgnoringCase | Comparison::Bool => Some(wanted.eq_ignore_ascii_case(given)),
        Comparison::Like => Some(covers(wanted, given, Case::Kept, Variable::Nothing)),
        Comparison::Arn => Some(arn_matches(wanted, given)),
        Comparison::Number(order) => {
            Some(holds(order, given.parse::<f64>().ok()?.partial_cmp(&wanted.parse::<f64>().ok()?)?))
        }
        Comparison::Date(order) => Some(holds(order, date(given)?.cmp(&date(wanted)?))),
        Comparison::Ip => cidr_contains(wanted, given).ok(),
        Comparison::Null => None,
    }
}

fn holds(order: Order, found: Ordering) -> bool {
    match order {
        Order::Equal => found.is_eq(),
        Order::Less => found.is_lt(),
        Order::LessOrEqual => found.is_le(),
        Order::Greater => found.is_gt(),
        Order::GreaterOrEqual => found.is_ge(),
    }
}

/// ARNs are compared in their six parts, so that no wildcard reaches over a colon but in the last.
fn arn_matches(wanted: &str, given: &str) -> bool {
    let (mut wanted, mut given) = (wanted.splitn(6, ':'), given.splitn(6, ':'));
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return true,
            (Some(w), Some(g)) if covers(w, g, Case::Kept, Variable::Nothing) => {}
            _ => return false,
        }
    }
}

/// A time of ISO 8601, or in seconds since 1970.
fn date(text: &str) -> Option<Timestamp> {
    text.parse().ok().or_else(|| Timestamp::from_second(text.parse().ok()?).ok())
}

/// What a request has is text; a caller may write a boolean or a number as what it is.
fn as_text(given: &Data) -> Answer<Cow<'_, str>> {
    match given {
        Data::Bool(b) => Ok(if *b { "true".into() } else { "false".into() }),
        Data::Int(n) => Ok(n.to_string().into()),
        Data::Float(n) => Ok(n.to_string().into()),
        other => text(other, "a value of the context").map(Cow::Borrowed),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::analysis::policy::document::statements;
    use crate::analysis::testing::data;

    fn meets(operator: &str, wanted: Value, given: Value) -> bool {
        let policy = data(json!({"Statement": [{"Condition": {operator: {"a:key": wanted}}}]}));
        let statement = statements(&policy).unwrap().next().unwrap().unwrap();
        let condition = statement.conditions().remove(0).unwrap();
        surely_meets(data(given).as_object().unwrap(), &condition).unwrap()
    }

    #[test]
    fn conditions_hold_as_aws_says() {
        let absent = || json!({"a:Key": null});
        let key = |value: Value| json!({"a:Key": value});
        for (operator, wanted, given, holds) in [
            ("bool", json!(["false"]), key(json!("false")), true),
            ("bool", json!(["false"]), key(json!(false)), true),
            ("bool", json!(["false"]), key(json!("true")), false),
            ("bool", json!(["false"]), absent(), false),
            ("boolifexists", json!(["false"]), absent(), true),
            ("boolifexists", json!(["false"]), key(json!("true")), false),
            ("boolifexists", json!(["false"]), json!({"other": "x"}), false),
            ("stringequals", json!(["x", "y"]), key(json!("y")), true),
            ("stringequals", json!(["x"]), key(json!("X")), false),
            ("stringequalsignorecase", json!(["x"]), key(json!("X")), true),
            ("stringequals", json!(["${aws:username}"]), key(json!("X")), false),
            ("stringnotequals", json!(["${aws:username}"]), key(json!("X")), false),
            ("stringnotequals", json!(["x", "y"]), key(json!("z")), true),
            ("stringnotequals", json!(["x", "y"]), key(json!("y")), false),
            ("stringnotequals", json!(["x"]), absent(), true),
            ("stringnotequals", json!(["x"]), json!({}), false),
            ("stringlike", json!(["a*"]), key(json!("abc")), true),
            ("stringnotlike", json!(["a*"]), key(json!("abc")), false),
            ("numericlessthan", json!(["1.2"]), key(json!("1.1")), true),
            ("numericlessthan", json!(["1.2"]), key(json!(1.2)), false),
            ("numericlessthanequals", json!(["1.2"]), key(json!(1.2)), true),
            ("numericgreaterthan", json!(["3600"]), key(json!(7200)), true),
            ("numericgreaterthanequals", json!(["x"]), key(json!(7200)), false),
            ("numericnotequals", json!(["1"]), key(json!(2)), true),
            ("numericnotequals", json!(["x"]), key(json!(2)), false),
            ("dategreaterthan", json!(["2026-01-01T00:00:00Z"]), key(json!("2026-06-01T00:00:00Z")), true),
            ("datelessthan", json!(["2026-01-01T00:00:00Z"]), key(json!("0")), true),
            ("ipaddress", json!(["10.0.0.0/8"]), key(json!("10.1.2.3")), true),
            ("notipaddress", json!(["10.0.0.0/8"]), key(json!("8.8.8.8")), true),
            ("arnlike", json!(["arn:aws:iam::*:role/x"]), key(json!("arn:aws:iam::1:role/x")), true),
            ("arnlike", json!(["arn:*:role/x"]), key(json!("arn:aws:iam::1:role/x")), false),
            ("null", json!(["true"]), absent(), true),
            ("null", json!(["true"]), key(json!("x")), false),
            ("null", json!(["false"]), key(json!("x")), true),
            ("null", json!(["true"]), json!({}), false),
            ("foranyvalue:stringequals", json!(["x"]), key(json!(["y", "x"])), true),
            ("foranyvalue:stringnotequals", json!(["x"]), absent(), false),
            ("forallvalues:stringequals", json!(["x"]), key(json!(["y", "x"])), false),
            ("forallvalues:stringequals", json!(["x"]), absent(), true),
        ] {
            assert_eq!(meets(operator, wanted.clone(), given.clone()), holds, "{operator} {wanted} {given}");
        }
    }
}
