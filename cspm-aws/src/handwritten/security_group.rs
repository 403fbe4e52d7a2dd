//! `security_groups`.
//!
//! | key | meaning |
//! | --- | --- |
//! | `id`, `group_id` | the id; the name stands in where there is none, here and where instances name the group |
//! | `name`, `group_name` | the name |
//! | `rules`, `inbound`, `inbound_rules`, `ingress` | all that may come in |
//! | `outbound`, `outbound_rules`, `egress` | all that may go out |
//!
//! A rule has `protocol` (`tcp`, `udp`, `icmp`, a number, or `all`), the ports (`port`: a number, a range such as `20-21`,
//! or `all`; or `port_range`; or `from_port` and `to_port`), the other sides (`cidr`, `cidrs`, `source` or `sources`: IPv4
//! and IPv6 ranges and addresses, ids of groups and prefix lists), and perhaps a `description`.

use std::collections::BTreeSet;
use std::net::IpAddr;

use cspm_core::{Data, Kind, Model, Resource, Result};
use serde_json::{Map, Value, json};

use super::item::{Item, one_or_more};
use super::{Header, wrong};
use crate::ec2::instance::Instance;
use crate::ec2::security_group::SecurityGroup;

pub(super) fn group(item: &mut Item<'_>) -> Result<()> {
    let name = item.text(&["name", "group_name"])?;
    let id = item.text(&["id", "group_id"])?;
    item.uid = match (&id, &name) {
        (Some(id), _) => {
            format!("arn:{}:ec2:{}:{}:security-group/{id}", item.partition(), item.region, item.header.account)
        }
        (None, Some(name)) => item.named(&format!("security-group/{name}")),
        (None, None) => return Err(item.wrong("id", "it is missing")),
    };
    let id = id.or_else(|| name.clone()).unwrap_or_default();
    item.set("group_id", id);
    if let Some(name) = &name {
        item.set("group_name", name.clone());
    }
    item.name = name;
    rules(item, "ip_permissions", &["rules", "inbound", "inbound_rules", "ingress"])?;
    rules(item, "ip_permissions_egress", &["outbound", "outbound_rules", "egress"])
}

fn rules(item: &mut Item<'_>, field: &str, keys: &[&'static str]) -> Result<()> {
    let Some((key, rules)) = item.take(keys)? else { return Ok(()) };
    let Value::Array(rules) = rules else { return Err(item.not(key, "a list of rules")) };
    let place = |index: usize| format!("{}.{key}[{index}]", item.place);
    let read = rules.into_iter().enumerate().map(|(index, rule)| permission(rule, &place(index)));
    let permissions: Vec<Value> = read.collect::<Result<_>>()?;
    item.set(field, permissions);
    Ok(())
}

const RULE_KEYS: [&str; 10] =
    ["protocol", "port", "port_range", "from_port", "to_port", "cidr", "cidrs", "source", "sources", "description"];

/// A rule in the words of the API; what it does not say is left out.
fn permission(rule: Value, place: &str) -> Result<Value> {
    let Value::Object(rule) = rule else { return Err(wrong(place, "it is not an object", "")) };
    if let Some(key) = rule.keys().find(|key| !RULE_KEYS.contains(&key.as_str())) {
        let help = format!("known keys: {}", RULE_KEYS.join(", "));
        return Err(wrong(&format!("{place}.{key}"), "a rule has no such key", &help));
    }
    let mut permission = Map::new();
    let protocol = rule.get("protocol").map(|value| {
        let not_one = || wrong(&format!("{place}.protocol"), "it is not tcp, udp, icmp, a number or all", "");
        protocol(value).ok_or_else(not_one)
    });
    let protocol = protocol.transpose()?;
    if let Some((from, to)) = ports(&rule, protocol.as_deref(), place)? {
        permission.insert("from_port".to_owned(), from);
        permission.insert("to_port".to_owned(), to);
    }
    if let Some(protocol) = protocol {
        permission.insert("ip_protocol".to_owned(), protocol.into());
    }
    permission.extend(sources(&rule, place)?);
    Ok(permission.into())
}

fn protocol(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.trim().to_ascii_lowercase(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    match text.as_str() {
        "all" | "any" | "*" | "-1" => Some("-1".to_owned()),
        "6" => Some("tcp".to_owned()),
        "17" => Some("udp".to_owned()),
        "1" => Some("icmp".to_owned()),
        "58" => Some("icmpv6".to_owned()),
        "tcp" | "udp" | "icmp" | "icmpv6" => Some(text),
        number => number.parse::<u8>().ok().map(|_| text),
    }
}

/// The first and the last port; null for all protocols, which have none.
fn ports(rule: &Map<String, Value>, protocol: Option<&str>, place: &str) -> Result<Option<(Value, Value)>> {
    let keys = ["port", "port_range", "from_port"].into_iter().filter(|key| rule.contains_key(*key));
    let keys: Vec<&str> = keys.collect();
    if keys.len() > 1 || rule.contains_key("from_port") != rule.contains_key("to_port") {
        let what = "the ports are port, or port_range, or from_port and to_port together";
        return Err(wrong(place, what, ""));
    }
    let every = match protocol {
        Some("tcp" | "udp") => (json!(0), json!(65535)),
        Some("icmp" | "icmpv6") => (json!(-1), json!(-1)),
        _ => (Value::Null, Value::Null),
    };
    if protocol == Some("-1") {
        return Ok(Some(every));
    }
    let Some(key) = keys.first() else { return Ok(None) };
    let not_one = || wrong(&format!("{place}.{key}"), "it is not a port such as 22, a range such as 20-21, or all", "");
    if *key == "from_port" {
        let number = |key: &str| rule.get(key).and_then(port).ok_or_else(not_one);
        return Ok(Some((json!(number("from_port")?), json!(number("to_port")?))));
    }
    let value = rule.get(*key).ok_or_else(not_one)?;
    if let Some(one) = port(value) {
        return Ok(Some(if one == -1 { every } else { (json!(one), json!(one)) }));
    }
    let text = value.as_str().ok_or_else(not_one)?;
    if ["all", "any", "*"].contains(&text) {
        return Ok(Some(every));
    }
    let (from, to) = text.split_once('-').ok_or_else(not_one)?;
    let (from, to): (u16, u16) =
        from.trim().parse().ok().zip(to.trim().parse().ok()).filter(|(from, to)| from <= to).ok_or_else(not_one)?;
    Ok(Some((json!(from), json!(to))))
}

fn port(value: &Value) -> Option<i64> {
    let number = match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    number.filter(|number| (-1..=65535).contains(number))
}

/// The other sides, by what they are; nothing where the rule names none.
fn sources(rule: &Map<String, Value>, place: &str) -> Result<Map<String, Value>> {
    let mut sides = Map::new();
    let description = rule.get("description").cloned().unwrap_or_default();
    for key in ["cidr", "cidrs", "source", "sources"] {
        let Some(value) = rule.get(key) else { continue };
        for side in one_or_more(value.clone()) {
            let not_one = || {
                let what = "it is not a range such as 10.0.0.0/8, an address, or the id of a group or prefix list";
                wrong(&format!("{place}.{key}"), what, "everyone is 0.0.0.0/0 and ::/0")
            };
            let (list, name, side) = side.as_str().and_then(side_of).ok_or_else(not_one)?;
            let entry = json!({name: side, "description": description});
            for each in ["ip_ranges", "ipv6_ranges", "prefix_list_ids", "user_id_group_pairs"] {
                let entries = sides.entry(each).or_insert_with(|| json!([]));
                if let (true, Value::Array(entries)) = (each == list, entries) {
                    entries.push(entry.clone());
                }
            }
        }
    }
    Ok(sides)
}

/// In which list of the API a side belongs, under which name, and how it is written there.
fn side_of(side: &str) -> Option<(&'static str, &'static str, String)> {
    if side.starts_with("sg-") {
        return Some(("user_id_group_pairs", "group_id", side.to_owned()));
    }
    if side.starts_with("pl-") {
        return Some(("prefix_list_ids", "prefix_list_id", side.to_owned()));
    }
    let (address, length) = side.split_once('/').map_or((side, None), |(address, length)| (address, Some(length)));
    let address: IpAddr = address.parse().ok()?;
    let (list, name, most) = match address {
        IpAddr::V4(_) => ("ip_ranges", "cidr_ip", 32),
        IpAddr::V6(_) => ("ipv6_ranges", "cidr_ipv6", 128),
    };
    let length: u8 = length.map_or(Ok(most), str::parse).ok().filter(|length| *length <= most)?;
    Some((list, name, format!("{address}/{length}")))
}

/// The groups that instances carry but the list does not have: they are there, and nothing else is known of them.
pub(super) fn only_named(header: &Header, given: &[Resource]) -> Result<Vec<Resource>> {
    let mut named = BTreeSet::new();
    for instance in given.iter().filter(|resource| *resource.kind == *Instance::KIND) {
        let interfaces = instance.data.get("network_interfaces").and_then(Data::as_list).unwrap_or_default();
        let of_interfaces = interfaces.iter().filter_map(|interface| interface.get("groups"));
        let lists = of_interfaces.chain(instance.data.get("security_groups")).filter_map(Data::as_list);
        let ids = lists.flatten().filter_map(|group| group.get("group_id")?.as_str());
        named.extend(ids.map(|id| (&*instance.region, id)));
    }
    for group in given.iter().filter(|resource| *resource.kind == *SecurityGroup::KIND) {
        if let Some(id) = group.data.get("group_id").and_then(Data::as_str) {
            named.remove(&(&*group.region, id));
        }
    }
    let kind = Kind::of::<SecurityGroup>()?;
    let only_named = named.into_iter().map(|(region, id)| {
        let value = json!({"id": id, "region": region});
        let mut item = Item::new(header, &kind, format!("the security group {id}"), &value)?;
        group(&mut item)?;
        item.finish()
    });
    only_named.collect()
}
