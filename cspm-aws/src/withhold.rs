//! Values in the data of AWS that are secret by their place.

use cspm_core::Data;
use cspm_core::secrets::{WITHHELD, withhold_all};

/// Keys of conditions whose values are kept secret by those who use them: whoever knows the value passes. No rule rests on what
/// they are. <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-referer>
const SHARED_SECRETS: [&str; 2] = ["aws:referer", "aws:useragent"];
/// Fields that no kind has, and that others' inventories may: what they hold is looked through when it is collected, and dropped.
const DROPPED: [&str; 3] = ["user_data", "UserData", "secret_string"];

/// Withholds what is secret in the data of a resource, in whatever form a policy document is in it.
pub(crate) fn withhold(_kind: &str, data: &mut Data) {
    if holds(data) {
        within(data);
    }
}

/// The value of a condition as it is shown. Wildcards stay: they say how much the condition lets through.
pub(crate) fn condition_value(key: &str, value: String) -> String {
    if !SHARED_SECRETS.iter().any(|secret| secret.eq_ignore_ascii_case(key)) {
        return value;
    }
    // A value with `*` alone is open to all, and no secret.
    let parts: Vec<&str> =
        value.split('*').map(|part| if part.is_empty() || part == "?" { part } else { WITHHELD }).collect();
    parts.join("*")
}

fn is_condition(name: &str) -> bool {
    name.eq_ignore_ascii_case("condition")
}

/// Whether there is anything to withhold: what is shared is not copied for nothing.
fn holds(data: &Data) -> bool {
    match data {
        Data::List(items) => items.iter().any(holds),
        Data::Object(object) => {
            object.iter().any(|(name, value)| DROPPED.contains(&name) || is_condition(name) || holds(value))
        }
        _ => false,
    }
}

fn within(data: &mut Data) {
    match data {
        Data::List(_) => data.as_list_mut().into_iter().flatten().for_each(within),
        Data::Object(_) => {
            for (name, value) in data.as_object_mut().into_iter().flat_map(|object| object.iter_mut()) {
                match name {
                    name if DROPPED.contains(&name) => drop(withhold_all(value)),
                    name if is_condition(name) => condition(value),
                    _ => within(value),
                }
            }
        }
        _ => {}
    }
}

/// A condition: operator, then key, then a value or several.
fn condition(condition: &mut Data) {
    let operators = condition.as_object_mut().into_iter().flat_map(|operators| operators.iter_mut());
    for (_, keys) in operators {
        let keys = keys.as_object_mut().into_iter().flat_map(|keys| keys.iter_mut());
        for (key, values) in keys {
            if SHARED_SECRETS.iter().any(|secret| secret.eq_ignore_ascii_case(key)) {
                value(key, values);
            }
        }
    }
}

fn value(key: &str, values: &mut Data) {
    match values {
        Data::List(_) => values.as_list_mut().into_iter().flatten().for_each(|item| value(key, item)),
        Data::Str(text) => *values = Data::from(condition_value(key, text.to_string())),
        other => drop(withhold_all(other)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_referer_is_withheld_and_its_wildcards_are_not() {
        let statement = |referer: serde_json::Value| json!({"Statement": [{"Condition": {"stringlike": {"aws:referer": referer, "aws:sourcevpce": ["vpce-1"]}}}]});
        for (given, expected) in [
            (json!(["swordfish"]), json!([WITHHELD])),
            (json!("https://x/*"), json!("(withheld)*")),
            (json!(["*", "*?*"]), json!(["*", "*?*"])),
            (json!([WITHHELD]), json!([WITHHELD])),
        ] {
            let mut data = Data::from(json!({"policy_std": statement(given)}));
            withhold("aws_s3_bucket", &mut data);
            assert_eq!(data.to_json(), json!({"policy_std": statement(expected)}));
        }
    }
}
