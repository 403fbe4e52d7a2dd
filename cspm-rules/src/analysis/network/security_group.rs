//! What the permissions of a security group let in.
//!
//! Permissions only ever allow, and all of them count:
//! <https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html>.

use std::collections::BTreeSet;

use cspm_core::Data;

use super::cidr::{Cidr, Family, cidr_is_public, says_any};
use super::protocol::{Asked, LAST_PORT, Ports, Protocol};
use super::reserved::public_addresses;
use super::space::Space;
use crate::analysis::kleene::{all, and, any};
use crate::analysis::read::{items, required, text, unexpected};
use crate::analysis::{Answer, Fault};
use crate::meter;

/// Whether the permissions let the whole internet reach any of `ports` (none given: any port at all) over `protocol`
/// (`tcp`, `udp`, `any`, …).
///
/// The whole internet is `0.0.0.0/0`, `::/0`, or blocks that together hold every public address, named directly or by a
/// prefix list. With protocol `any`, ports are those of TCP and UDP. Protocols without ports, as ICMP, ignore `ports`.
///
/// The permissions may be a list of lists: several groups of one network interface count together.
///
/// # Errors
/// [`Fault::Unread`] where an unread part could make it true; [`Fault::Invalid`] for a value of the wrong kind.
pub fn open_to_internet(ip_permissions: &Data, protocol: &str, ports: &Data) -> Answer<bool> {
    open(&flat(ip_permissions)?, &Asked::new(protocol, ports)?)
}

/// Whether the permissions let the whole internet reach any port but `ports` over `protocol` (`tcp` or `udp`), be it by
/// several permissions, or groups, together.
///
/// # Errors
/// As [`open_to_internet`].
pub fn open_to_internet_besides(ip_permissions: &Data, protocol: &str, ports: &Data) -> Answer<bool> {
    let permissions = flat(ip_permissions)?;
    let asked = Asked::new(protocol, ports)?;
    let mut spared = BTreeSet::new();
    for port in asked.ports {
        spared.insert(port.as_i64().ok_or_else(|| unexpected(port, "a port", "int"))?);
    }
    // Behind each port that is spared something else begins.
    let mut edges = edges(&permissions, 0);
    edges.extend(spared.iter().map(|port| port + 1).filter(|port| (0..=LAST_PORT).contains(port)));
    any(edges.difference(&spared).map(|port| {
        let port = Data::Int(*port);
        open(&permissions, &Asked { protocol: asked.protocol, ports: std::slice::from_ref(&port) })
    }))
}

/// As [`open_to_internet`], but any source with a public address counts.
///
/// # Errors
/// As [`open_to_internet`].
pub fn open_to_public(ip_permissions: &Data, protocol: &str, ports: &Data) -> Answer<bool> {
    let asked = Asked::new(protocol, ports)?;
    any(flat(ip_permissions)?.into_iter().map(|data| {
        let permission = Permission::of(data)?;
        and(permission.meets(&asked), || permission.any_source(&mut cidr_is_public))
    }))
}

/// Whether the permissions let the whole internet reach every port (1 to 65535) of TCP or of UDP, be it by several
/// permissions together.
///
/// # Errors
/// As [`open_to_internet`].
pub fn opens_all_ports_to_internet(ip_permissions: &Data) -> Answer<bool> {
    let permissions = flat(ip_permissions)?;
    let edges: Vec<Data> = edges(&permissions, 1).into_iter().map(Data::Int).collect();
    any([Protocol::TCP, Protocol::UDP].map(|protocol| {
        all(edges.iter().map(|port| open(&permissions, &Asked { protocol, ports: std::slice::from_ref(port) })))
    }))
}

/// The ports at which what is open may change, as a range starts or ends there: from `first` on, which is one.
fn edges(permissions: &[&Data], first: i64) -> BTreeSet<i64> {
    let mut edges = BTreeSet::from([first]);
    for permission in permissions.iter().filter_map(|data| Permission::of(data).ok()) {
        if let Ok(range) = permission.ports() {
            edges.extend([range.first, range.last + 1].into_iter().filter(|port| (first..=LAST_PORT).contains(port)));
        }
    }
    edges
}

/// The permissions of a list, and of the lists in it.
fn flat(ip_permissions: &Data) -> Answer<Vec<&Data>> {
    let mut all = Vec::new();
    for item in items(Some(ip_permissions))? {
        match item {
            Data::List(_) | Data::Null => all.extend(items(Some(item))?),
            one => all.push(one),
        }
    }
    Ok(all)
}

fn open(permissions: &[&Data], asked: &Asked<'_>) -> Answer<bool> {
    let mut addresses = Addresses::default();
    let answer = any(permissions.iter().map(|data| {
        let permission = Permission::of(data)?;
        and(permission.meets(asked), || {
            permission.any_source(&mut |cidr| {
                if says_any(cidr) {
                    return Ok(true);
                }
                let cidr = Cidr::parse(cidr)?;
                addresses.count(cidr);
                Ok(cidr.is_any())
            })
        })
    }));
    // Several blocks can only be the whole internet together if they are as many addresses.
    if answer != Ok(true) && addresses.suffice() && jointly_open(permissions, asked) {
        return Ok(true);
    }
    answer
}

/// How many addresses were seen, of each family.
#[derive(Default)]
struct Addresses {
    v4: u128,
    v6: u128,
}

impl Addresses {
    fn count(&mut self, cidr: Cidr) {
        let count = match cidr.family {
            Family::V4 => &mut self.v4,
            Family::V6 => &mut self.v6,
        };
        *count = count.saturating_add((cidr.last - cidr.first).saturating_add(1));
    }

    fn suffice(&self) -> bool {
        self.v4 >= const { public_addresses(Family::V4) } || self.v6 >= const { public_addresses(Family::V6) }
    }
}

/// Whether the sources that are known hold, together, every public address at one port of one protocol.
fn jointly_open(permissions: &[&Data], asked: &Asked<'_>) -> bool {
    let known: Vec<_> = permissions.iter().filter_map(|data| Permission::of(data).ok()).collect();
    let protocols = asked.protocols(known.iter().filter_map(|permission| permission.protocol().ok()));
    // With no port asked for, the most permissions meet where one of them starts.
    let ports: Vec<Data> = match asked.ports {
        [] => known.iter().filter_map(|p| p.ports().ok()).map(|range| Data::Int(range.first)).collect(),
        ports => ports.to_vec(),
    };
    protocols.into_iter().any(|protocol| {
        ports.iter().any(|port| {
            // Whatever is answered then is worth nothing.
            if meter::is_spent() {
                return true;
            }
            let point = Asked { protocol, ports: std::slice::from_ref(port) };
            let mut spaces = [Family::V4, Family::V6].map(Space::reserved);
            for permission in known.iter().filter(|p| p.meets(&point) == Ok(true)) {
                // The answer is of no interest: each source that can be read is added.
                let _ = permission.any_source(&mut |cidr| {
                    let cidr = Cidr::parse(cidr)?;
                    spaces.iter_mut().for_each(|space| space.add(cidr));
                    Ok(false)
                });
            }
            spaces.iter().any(Space::is_full)
        })
    })
}

/// Whether the permissions are more than `most` rules as AWS counts them: one for each source of each set of ports.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-security-groups>
///
/// # Errors
/// [`Fault::Unread`] where a part that was not read could make it true; [`Fault::Invalid`] for a value of the wrong kind.
pub fn has_more_rules_than(ip_permissions: &Data, most: i64) -> Answer<bool> {
    let (mut count, mut fault) = (0, None);
    for data in flat(ip_permissions)? {
        let Some(object) = data.as_object() else {
            fault.get_or_insert(unexpected(data, "a permission", "map"));
            continue;
        };
        for list in ["ip_ranges", "ipv6_ranges", "prefix_list_ids", "user_id_group_pairs"] {
            match items(object.get(list)) {
                Ok(items) => count += i64::try_from(items.len()).unwrap_or(i64::MAX),
                Err(why) => {
                    fault.get_or_insert(why);
                }
            }
        }
    }
    match fault {
        Some(why) if count <= most => Err(why),
        _ => Ok(count > most),
    }
}

/// One of `ip_permissions`.
#[derive(Default)]
struct Permission<'a> {
    ip_protocol: Option<&'a Data>,
    from_port: Option<&'a Data>,
    to_port: Option<&'a Data>,
    ip_ranges: Option<&'a Data>,
    ipv6_ranges: Option<&'a Data>,
    prefix_list_ids: Option<&'a Data>,
}

impl<'a> Permission<'a> {
    fn of(data: &'a Data) -> Answer<Self> {
        let object = data.as_object().ok_or_else(|| unexpected(data, "a permission", "map"))?;
        let mut permission = Self::default();
        for (key, value) in object.iter() {
            match key {
                "ip_protocol" => permission.ip_protocol = Some(value),
                "from_port" => permission.from_port = Some(value),
                "to_port" => permission.to_port = Some(value),
                "ip_ranges" => permission.ip_ranges = Some(value),
                "ipv6_ranges" => permission.ipv6_ranges = Some(value),
                "prefix_list_ids" => permission.prefix_list_ids = Some(value),
                _ => {}
            }
        }
        Ok(permission)
    }

    fn protocol(&self) -> Answer<Protocol> {
        Protocol::parse(text(required(self.ip_protocol, "ip_protocol")?, "ip_protocol")?)
    }

    fn ports(&self) -> Answer<Ports> {
        // What is said of ports under "all protocols" has no meaning.
        if self.protocol() == Ok(Protocol::All) {
            return Ok(Ports { first: 0, last: LAST_PORT });
        }
        Ports::read(self.from_port, self.to_port)
    }

    fn meets(&self, asked: &Asked<'_>) -> Answer<bool> {
        asked.meets(self.protocol()?, || Ports::read(self.from_port, self.to_port))
    }

    /// Whether `test` is true of any CIDR that is named directly or by a prefix list.
    fn any_source(&self, test: &mut dyn FnMut(&str) -> Answer<bool>) -> Answer<bool> {
        let lists = [(self.ip_ranges, "cidr_ip"), (self.ipv6_ranges, "cidr_ipv6"), (self.prefix_list_ids, "cidrs")];
        any(lists.map(|(list, field)| {
            any(items(list)?.iter().map(|item| {
                let cidrs = match item {
                    Data::Object(object) => object.get(field).ok_or_else(|| Fault::not_given(field))?,
                    other => other,
                };
                any(items(Some(cidrs))?.iter().map(|cidr| test(text(cidr, field)?)))
            }))
        }))
    }
}

#[cfg(test)]
mod tests;
