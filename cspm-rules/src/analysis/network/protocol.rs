//! Protocols and ports, as asked for and as rules of a network name them.

use std::collections::BTreeSet;

use cspm_core::Data;

use crate::analysis::kleene::any;
use crate::analysis::read::{int, items, unexpected};
use crate::analysis::{Answer, Fault};
use crate::meter;

/// The last port.
pub(super) const LAST_PORT: i64 = 65_535;

/// All protocols, or one by its number of
/// <https://www.iana.org/assignments/protocol-numbers>.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Protocol {
    All,
    One(u8),
}

impl Protocol {
    pub(super) const ICMP: Self = Self::One(1);
    pub(super) const TCP: Self = Self::One(6);
    pub(super) const UDP: Self = Self::One(17);
    pub(super) const ICMPV6: Self = Self::One(58);

    /// Reads a name or a number; `any`, `all` and `-1` are all protocols.
    pub(super) fn parse(text: &str) -> Answer<Self> {
        match text {
            "tcp" => Ok(Self::TCP),
            "udp" => Ok(Self::UDP),
            "icmp" => Ok(Self::ICMP),
            "icmpv6" => Ok(Self::ICMPV6),
            "-1" | "any" | "all" => Ok(Self::All),
            _ => match text.parse() {
                Ok(number) => Ok(Self::One(number)),
                Err(_) if text.bytes().any(|b| b.is_ascii_uppercase()) => Self::parse(&text.to_ascii_lowercase()),
                Err(_) => Err(Fault::Invalid(format!("`{text}` is not a protocol"))),
            },
        }
    }

    /// Whether rules of a network tell its ports apart.
    pub(super) fn has_ports(self) -> bool {
        matches!(self, Self::TCP | Self::UDP)
    }
}

/// What a caller asks for: any of these ports (none given: any port) over this protocol.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) protocol: Protocol,
    pub(super) ports: &'a [Data],
}

impl<'a> Asked<'a> {
    pub(super) fn new(protocol: &str, ports: &'a Data) -> Answer<Self> {
        Ok(Self { protocol: Protocol::parse(protocol)?, ports: items(Some(ports))? })
    }

    /// The protocols to look at one by one: what is asked, or each that can matter where rules name `named`.
    pub(super) fn protocols(&self, named: impl Iterator<Item = Protocol>) -> BTreeSet<Protocol> {
        match (self.protocol, self.ports) {
            (Protocol::All, []) => named
                .filter(|protocol| *protocol != Protocol::All)
                .chain([Protocol::TCP, Protocol::UDP, Protocol::ICMP, Protocol::ICMPV6])
                .collect(),
            (Protocol::All, _) => BTreeSet::from([Protocol::TCP, Protocol::UDP]),
            (one, _) => BTreeSet::from([one]),
        }
    }

    /// Whether a rule over `protocol` speaks of what is asked; `range` is only read where it matters.
    pub(super) fn meets(&self, protocol: Protocol, range: impl FnOnce() -> Answer<Ports>) -> Answer<bool> {
        // It is asked for each entry of a list, at each port and protocol at which something can change.
        if !meter::step(8) {
            return Err(Fault::Invalid(meter::message()));
        }
        let same = match (self.protocol, protocol) {
            (_, Protocol::All) => return Ok(true),
            (Protocol::All, one) => self.ports.is_empty() || one.has_ports(),
            (asked, one) => asked == one,
        };
        if !same || self.ports.is_empty() || !protocol.has_ports() {
            return Ok(same);
        }
        let range = range()?;
        any(self.ports.iter().map(|port| match port {
            Data::Int(port) => Ok(range.first <= *port && *port <= range.last),
            other => Err(unexpected(other, "a port", "int")),
        }))
    }
}

/// The ports from `first` to `last`, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ports {
    pub(super) first: i64,
    pub(super) last: i64,
}

impl Ports {
    /// An end that is not given, or -1, is open.
    pub(super) fn read(first: Option<&Data>, last: Option<&Data>) -> Answer<Self> {
        let first = int(first, "the first port")?.filter(|port| *port >= 0);
        let last = int(last, "the last port")?.filter(|port| *port >= 0);
        Ok(Self { first: first.unwrap_or(0), last: last.unwrap_or(LAST_PORT) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_are_the_same() {
        for (a, b) in [("tcp", "6"), ("UDP", "17"), ("icmp", "1"), ("icmpv6", "58"), ("-1", "any")] {
            assert_eq!(Protocol::parse(a), Protocol::parse(b));
        }
        assert!(Protocol::parse("256").is_err());
        assert!(Protocol::parse("carrier pigeon").is_err());
    }
}
