//! What the entries of a network ACL let in.
//!
//! Entries are looked at in the order of their numbers, and the first that matches decides:
//! <https://docs.aws.amazon.com/vpc/latest/userguide/nacl-rules.html>.

use std::collections::{BTreeMap, BTreeSet};

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
    let ingress = ingress(entries)?;
    let protocols = asked.protocols(ingress.iter().filter_map(|entry| entry.protocol().ok()));
    let ports = points(&asked, &ingress);
    any(protocols.iter().flat_map(|protocol| ports.iter().map(move |port| (*protocol, port))).flat_map(
        |(protocol, port)| {
            let point = Asked { protocol, ports: std::slice::from_ref(port) };
            [Family::V4, Family::V6].map(|family| allows(&ingress, &point, family))
        },
    ))
}

/// Whether the entries let the whole internet reach nearly every port of TCP or of UDP: at least 99 in 100 of the ports
/// from 1 to 65535, be it by several entries together. A few ports that are denied before do not make an open list a
/// narrow one; ports of services beside the ephemeral ones are far fewer.
///
/// # Errors
/// As [`nacl_allows_from_internet`].
pub fn nacl_allows_most_ports_from_internet(entries: &Data) -> Answer<bool> {
    let ingress = ingress(entries)?;
    any([Protocol::TCP, Protocol::UDP].map(|protocol| {
        let (mut open, mut unsure, mut fault) = (0, 0, None);
        for_each_stretch(&ingress, protocol, |ports, entries| {
            let at = Data::Int(ports.first);
            let point = Asked { protocol, ports: std::slice::from_ref(&at) };
            let count = ports.last - ports.first + 1;
            match any([Family::V4, Family::V6].map(|family| allows(entries.values().copied(), &point, family))) {
                Ok(true) => open += count,
                Ok(false) => {}
                Err(why) => {
                    unsure += count;
                    fault.get_or_insert(why);
                }
            }
        });
        match fault {
            Some(why) if open < NEARLY_ALL && open + unsure >= NEARLY_ALL => Err(why),
            _ => Ok(open >= NEARLY_ALL),
        }
    }))
}

/// How many of the ports from 1 to 65535 are nearly all of them.
const NEARLY_ALL: i64 = LAST_PORT - LAST_PORT / 100;

/// The entries for incoming traffic in their order, and those of which the direction was not read.
fn ingress(entries: &Data) -> Answer<Vec<Entry<'_>>> {
    let mut ingress = Vec::new();
    for data in items(Some(entries))? {
        let entry = Entry(data);
        if entry.is_egress() != Ok(true) {
            ingress.push((entry.number()?, entry));
        }
    }
    ingress.sort_by_key(|(number, _)| *number);
    Ok(ingress.into_iter().map(|(_, entry)| entry).collect())
}

/// Calls `visit` for each stretch of ports from 1 to 65535 in which no entry starts or ends, with the entries that may
/// speak of it, in their order.
fn for_each_stretch<'a, 'e>(
    entries: &'e [Entry<'a>],
    protocol: Protocol,
    mut visit: impl FnMut(Ports, &BTreeMap<usize, &'e Entry<'a>>),
) {
    let mut edges: BTreeMap<i64, Vec<(usize, &'e Entry<'a>)>> = BTreeMap::from([(1, Vec::new())]);
    for (at, entry) in entries.iter().enumerate() {
        if matches!(entry.protocol(), Ok(other) if other != protocol && other != Protocol::All) {
            continue;
        }
        // What was not read may be anywhere; what is said of ports under "all protocols" has no meaning.
        let ports = match (entry.protocol(), entry.ports()) {
            (Ok(one), Ok(ports)) if one == protocol => ports,
            _ => Ports { first: 0, last: LAST_PORT },
        };
        if ports.first <= ports.last {
            edges.entry(ports.first.max(1)).or_default().push((at, entry));
            edges.entry(ports.last + 1).or_default().push((at, entry));
        }
    }
    let mut around = BTreeMap::new();
    let mut edges = edges.into_iter().peekable();
    while let Some((first, changes)) = edges.next() {
        for (at, entry) in changes {
            // The first change is where it starts, the second where it ends.
            if around.remove(&at).is_none() {
                around.insert(at, entry);
            }
        }
        let last = edges.peek().map_or(LAST_PORT, |(next, _)| next - 1);
        if (1..=LAST_PORT).contains(&first) {
            visit(Ports { first, last: last.min(LAST_PORT) }, &around);
        }
    }
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
fn allows<'a: 'e, 'e>(
    entries: impl IntoIterator<Item = &'e Entry<'a>>,
    point: &Asked<'_>,
    family: Family,
) -> Answer<bool> {
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
