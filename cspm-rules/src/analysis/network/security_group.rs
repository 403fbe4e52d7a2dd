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

/// Whether the permissions let the whole internet reach any of `ports` (none given: any port at all) over `protocol`
/// (`tcp`, `udp`, `any`, …).
///
/// The whole internet is `0.0.0.0/0`, `::/0`, or blocks that together hold every public address, named directly or by a
/// prefix list. With protocol `any`, ports are those of TCP and UDP. Protocols without ports, as ICMP, ignore `ports`.
///
/// # Errors
/// [`Fault::Unread`] where an unread part could make it true; [`Fault::Invalid`] for a value of the wrong kind.
pub fn open_to_internet(ip_permissions: &Data, protocol: &str, ports: &Data) -> Answer<bool> {
    open(items(Some(ip_permissions))?, &Asked::new(protocol, ports)?)
}

/// As [`open_to_internet`], but any source with a public address counts.
///
/// # Errors
/// As [`open_to_internet`].
pub fn open_to_public(ip_permissions: &Data, protocol: &str, ports: &Data) -> Answer<bool> {
    let asked = Asked::new(protocol, ports)?;
    any(items(Some(ip_permissions))?.iter().map(|data| {
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
    let permissions = items(Some(ip_permissions))?;
    // Whether a port is open only changes where a range starts or ends.
    let mut edges = BTreeSet::from([1]);
    for permission in permissions.iter().filter_map(|data| Permission::of(data).ok()) {
        if let Ok(range) = permission.ports() {
            edges.extend([range.first, range.last + 1].into_iter().filter(|port| (1..=LAST_PORT).contains(port)));
        }
    }
    let edges: Vec<Data> = edges.into_iter().map(Data::Int).collect();
    any([Protocol::TCP, Protocol::UDP].map(|protocol| {
        all(edges.iter().map(|port| open(permissions, &Asked { protocol, ports: std::slice::from_ref(port) })))
    }))
}

fn open(permissions: &[Data], asked: &Asked<'_>) -> Answer<bool> {
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
fn jointly_open(permissions: &[Data], asked: &Asked<'_>) -> bool {
    let known: Vec<_> = permissions.iter().filter_map(|data| Permission::of(data).ok()).collect();
    let protocols = asked.protocols(known.iter().filter_map(|permission| permission.protocol().ok()));
    // With no port asked for, the most permissions meet where one of them starts.
    let ports: Vec<Data> = match asked.ports {
        [] => known.iter().filter_map(|p| p.ports().ok()).map(|range| Data::Int(range.first)).collect(),
        ports => ports.to_vec(),
    };
    protocols.into_iter().any(|protocol| {
        ports.iter().any(|port| {
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
