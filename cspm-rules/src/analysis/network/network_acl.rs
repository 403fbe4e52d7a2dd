//! What the entries of a network ACL let in.
//!
//! Entries are looked at in the order of their numbers, and the first that matches decides:
//! <https://docs.aws.amazon.com/vpc/latest/userguide/nacl-rules.html>.

use std::collections::BTreeSet;

use cspm_core::Data;

use super::cidr::{Cidr, Family};
use super::protocol::{Asked, LAST_PORT, Ports, Protocol};
use super::space::Space;
use crate::analysis::kleene::{and, any, not};
use crate::analysis::read::{int, items, required, text, unexpected};
use crate::analysis::{Answer, Fault};

/// Whether the entries let the internet reach any of `ports` (none given: any port at all) over `protocol` (`tcp`,
/// `udp`, `any`, …).
///
/// It is so if, at one of the ports, entries that allow name the whole internet as their source (`0.0.0.0/0`, `::/0`,
/// or blocks that together hold every public address), and earlier entries leave each of them some public address: a
/// deny of a part of the internet does not close it, a deny of all of it does.
///
/// # Errors
/// [`Fault::Unread`] where an unread part could change the answer: an entry that was not read makes those behind it
/// uncertain. [`Fault::Invalid`] for a value of the wrong kind.
pub fn nacl_allows_from_internet(entries: &Data, protocol: &str, ports: &Data) -> Answer<bool> {
    let asked = Asked::new(protocol, ports)?;
    let mut ingress = Vec::new();
    for data in items(Some(entries))? {
        let entry = Entry(data);
        if entry.is_egress() != Ok(true) {
            ingress.push((entry.number()?, entry));
        }
    }
    ingress.sort_by_key(|(number, _)| *number);
    let ingress: Vec<Entry<'_>> = ingress.into_iter().map(|(_, entry)| entry).collect();
    let protocols = asked.protocols(ingress.iter().filter_map(|entry| entry.protocol().ok()));
    let ports = points(&asked, &ingress);
    any(protocols.iter().flat_map(|protocol| ports.iter().map(move |port| (*protocol, port))).flat_map(
        |(protocol, port)| {
            let point = Asked { protocol, ports: std::slice::from_ref(port) };
            [Family::V4, Family::V6].map(|family| allows(&ingress, &point, family))
        },
    ))
}

/// The ports to look at: what is asked, or one for each stretch in which no entry starts or ends.
fn points(asked: &Asked<'_>, entries: &[Entry<'_>]) -> Vec<Data> {
    if !asked.ports.is_empty() {
        return asked.ports.to_vec();
    }
    let ranges = entries.iter().filter_map(|e| e.ports().ok());
    let edges: BTreeSet<i64> = ranges.flat_map(|r| [r.first, r.last + 1]).filter(|port| *port <= LAST_PORT).collect();
    edges.into_iter().chain([0]).map(Data::Int).collect()
}

/// Whether the entries, in order, let the internet reach one port of one protocol.
fn allows(entries: &[Entry<'_>], point: &Asked<'_>, family: Family) -> Answer<bool> {
    let mut decided = Space::reserved(family);
    let mut allowed = Space::reserved(family);
    for entry in entries {
        match entry.meets(point) {
            Ok(false) => continue,
            Ok(true) => {}
            Err(fault) => return Err(fault),
        }
        let Some(source) = entry.source(family)? else { continue };
        // An allow that comes too late for every public address it names allows nothing.
        if entry.is_allow()? {
            if !decided.holds(source) {
                allowed.add(source);
            }
        } else if entry.denies_in_part() {
            continue;
        }
        decided.add(source);
        if allowed.is_full() {
            return Ok(true);
        }
        if decided.is_full() {
            return Ok(false);
        }
    }
    Ok(false)
}

/// One of `entries`.
struct Entry<'a>(&'a Data);

impl<'a> Entry<'a> {
    fn field(&self, key: &str) -> Answer<&'a Data> {
        let object = self.0.as_object().ok_or_else(|| unexpected(self.0, "an entry", "map"))?;
        required(object.get(key), key)
    }

    fn number(&self) -> Answer<i64> {
        let number = self.field("rule_number")?;
        int(Some(number), "rule_number")?.ok_or_else(|| Fault::not_given("rule_number"))
    }

    fn is_egress(&self) -> Answer<bool> {
        let egress = self.field("egress")?;
        egress.as_bool().ok_or_else(|| unexpected(egress, "egress", "bool"))
    }

    fn is_allow(&self) -> Answer<bool> {
        let action = text(self.field("rule_action")?, "rule_action")?;
        Ok(action.eq_ignore_ascii_case("allow"))
    }

    fn protocol(&self) -> Answer<Protocol> {
        Protocol::parse(text(self.field("protocol")?, "protocol")?)
    }

    fn ports(&self) -> Answer<Ports> {
        match self.0.get("port_range") {
            Some(Data::Unread(unread)) => Err(unread.into()),
            Some(range) => Ports::read(range.get("from"), range.get("to")),
            None => Ports::read(None, None),
        }
    }

    fn meets(&self, point: &Asked<'_>) -> Answer<bool> {
        let meets = self.protocol().and_then(|protocol| point.meets(protocol, || self.ports()));
        and(meets, || not(self.is_egress()))
    }

    /// The block that the entry speaks of, if it is of `family`.
    fn source(&self, family: Family) -> Answer<Option<Cidr>> {
        let field = match family {
            Family::V4 => "cidr_block",
            Family::V6 => "ipv6_cidr_block",
        };
        match self.0.get(field) {
            None | Some(Data::Null) => Ok(None),
            Some(cidr) => Cidr::parse(text(cidr, field)?).map(Some),
        }
    }

    /// Whether the entry speaks of one type of ICMP alone: denying that leaves the others.
    fn denies_in_part(&self) -> bool {
        let kind = self.0.get("icmp_type_code").and_then(|icmp| icmp.get("type")).and_then(Data::as_i64);
        matches!(self.protocol(), Ok(Protocol::ICMP | Protocol::ICMPV6)) && kind.is_some_and(|kind| kind >= 0)
    }
}

#[cfg(test)]
mod tests;
