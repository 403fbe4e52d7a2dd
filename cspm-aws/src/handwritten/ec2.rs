//! `ec2_instances`.
//!
//! | key | meaning |
//! | --- | --- |
//! | `id`, `instance_id` | the id; the `name` stands in where it is not known |
//! | `name` | what people call it |
//! | `public_ip` | the public IPv4 address of the instance; null: it has none |
//! | `ipv6_addresses` | all its IPv6 addresses |
//! | `private_ip` | the private IPv4 address |
//! | `security_groups` | all its groups: ids, or objects of `group_id` and `group_name` |
//! | `state` | `running`, `stopped`, … |
//! | `imdsv2` | `true`: the metadata service asks for a token; `false`: it answers without one |
//! | `iam_instance_profile`, `iam_role` | the instance profile or its role, by name or ARN (a profile is taken to have the name of its role, as the console makes it); null: it has none |
//! | `ami` | the id of the image |
//! | `user_data` | the user data as text; looked through for secrets, and not kept |
//!
//! `public_ip`, `ipv6_addresses` and `security_groups` speak of the instance as a whole, as of one network interface. Give
//! `network_interfaces` instead where an instance has several.

use cspm_core::{Result, secrets};
use serde_json::{Map, Value, json};

use super::item::{Item, one_or_more};

pub(super) fn instance(item: &mut Item<'_>) -> Result<()> {
    let name = item.text(&["name"])?;
    let id = item.text(&["id", "instance_id"])?;
    item.uid = match (&id, &name) {
        (Some(id), _) => format!("arn:{}:ec2:{}:{}:instance/{id}", item.partition(), item.region, item.header.account),
        (None, Some(name)) => item.named(&format!("instance/{name}")),
        (None, None) => return Err(item.wrong("id", "it is missing")),
    };
    if let Some(id) = id {
        item.set("instance_id", id);
    }
    item.name = name;
    for (keys, field) in [(["state"], "instance_state"), (["private_ip"], "private_ip_address"), (["ami"], "image_id")]
    {
        if let Some(text) = item.text(&keys)? {
            item.set(field, text);
        }
    }
    network(item)?;
    metadata(item)?;
    profile(item)?;
    if let Some(text) = item.text(&["user_data"])? {
        let hits = secrets::find(&text);
        item.set("user_data_secrets", cspm_core::to_data(&hits)?.to_json());
    }
    Ok(())
}

fn network(item: &mut Item<'_>) -> Result<()> {
    let mut interface = Map::new();
    match item.take(&["public_ip"])? {
        None => {}
        Some((_, address @ (Value::String(_) | Value::Null))) => {
            item.set("public_ip_address", address.clone());
            interface.insert("public_ip".to_owned(), address);
        }
        Some((key, _)) => return Err(item.not(key, "an address, or null where there is none")),
    }
    if let Some((_, addresses)) = item.take(&["ipv6_addresses"])? {
        interface.insert("ipv6_addresses".to_owned(), addresses);
    }
    if let Some((key, groups)) = item.take(&["security_groups"])? {
        let groups: Option<Vec<Value>> = one_or_more(groups).into_iter().map(group).collect();
        let groups = groups.ok_or_else(|| item.not(key, "a list of ids or of objects with group_id"))?;
        item.set("security_groups", groups.clone());
        interface.insert("groups".to_owned(), groups.into());
    }
    if !interface.is_empty() && item.said("network_interfaces").is_none() {
        item.set("network_interfaces", json!([interface]));
    }
    Ok(())
}

fn group(value: Value) -> Option<Value> {
    match value {
        Value::String(id) => Some(json!({"group_id": id})),
        Value::Object(mut group) => {
            for (friendly, field) in [("id", "group_id"), ("name", "group_name")] {
                if let Some(value) = group.remove(friendly) {
                    group.insert(field.to_owned(), value);
                }
            }
            Some(group.into())
        }
        _ => None,
    }
}

fn metadata(item: &mut Item<'_>) -> Result<()> {
    match item.take(&["imdsv2"])? {
        None => {}
        Some((_, Value::Bool(true))) => item.set("metadata_options", json!({"http_tokens": "required"})),
        Some((_, Value::Bool(false))) => {
            item.set("metadata_options", json!({"http_tokens": "optional", "http_endpoint": "enabled"}));
        }
        Some((key, _)) => return Err(item.not(key, "true or false")),
    }
    Ok(())
}

fn profile(item: &mut Item<'_>) -> Result<()> {
    match item.take(&["iam_instance_profile", "iam_role"])? {
        None => {}
        Some((_, Value::Null)) => item.set("iam_instance_profile_arn", Value::Null),
        Some((_, Value::String(arn))) if arn.starts_with("arn:") => {
            item.set("iam_instance_profile_arn", arn.replacen(":role/", ":instance-profile/", 1));
        }
        Some((_, Value::String(name))) => {
            let arn = format!("arn:{}:iam::{}:instance-profile/{name}", item.partition(), item.header.account);
            item.set("iam_instance_profile_arn", arn);
        }
        Some((key, _)) => return Err(item.not(key, "a name or an ARN, or null where there is none")),
    }
    Ok(())
}
