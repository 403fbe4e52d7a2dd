//! Blocks of addresses in policies.

use std::net::IpAddr;

use cspm_core::Data;
use ipnet::IpNet;

use crate::analysis::kubernetes::fields::{list, name};
use crate::analysis::network::{cidr_is_any, cidr_is_public};
use crate::analysis::read::text;
use crate::analysis::{Answer, Fault};

const BLOCK: &str = "an ipBlock";

/// Addresses of which some are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Addresses {
    net: IpNet,
    /// Whether only the public ones among them are meant.
    public: bool,
}

impl Addresses {
    /// The addresses of a CIDR. Those of `0.0.0.0/0` and `::/0` are the internet's: the public ones.
    pub(super) fn parse(cidr: &str) -> Answer<Self> {
        Ok(Self { net: net(cidr)?, public: cidr_is_any(cidr)? })
    }

    pub(super) fn one(address: &str) -> Answer<Self> {
        let address: IpAddr =
            address.parse().map_err(|_| Fault::Invalid(format!("`{address}` is not an IP address")))?;
        Ok(Self { net: address.into(), public: false })
    }

    /// Whether the `ipBlock` of a rule has any of them.
    pub(super) fn meet(self, block: &Data) -> Answer<bool> {
        let cidr = net(name(block, "cidr", BLOCK)?)?;
        let common = match (cidr.contains(&self.net), self.net.contains(&cidr)) {
            (true, _) => self.net,
            (_, true) => cidr,
            _ => return Ok(false),
        };
        let (mut except, mut fault) = (Vec::new(), None);
        match list(block, "except", BLOCK) {
            Ok(items) => {
                for item in items {
                    match text(item, "except").and_then(net) {
                        Ok(net) => except.push(net),
                        Err(f) => fault = fault.or(Some(f)),
                    }
                }
            }
            Err(f) => fault = Some(f),
        }
        match self.any_left(common, &except)? {
            false => Ok(false),
            true => fault.map_or(Ok(true), Err),
        }
    }

    /// Whether an address of `net` that is meant is in none of the exceptions.
    fn any_left(self, net: IpNet, except: &[IpNet]) -> Answer<bool> {
        if except.iter().any(|hole| hole.contains(&net)) {
            return Ok(false);
        }
        let inside: Vec<IpNet> = except.iter().copied().filter(|hole| net.contains(hole)).collect();
        if inside.is_empty() {
            return if self.public { cidr_is_public(&net.to_string()) } else { Ok(true) };
        }
        for half in net.subnets(net.prefix_len() + 1).into_iter().flatten() {
            if self.any_left(half, &inside)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

fn net(text: &str) -> Answer<IpNet> {
    text.parse::<IpNet>()
        .or_else(|_| text.parse::<IpAddr>().map(IpNet::from))
        .map(|net| net.trunc())
        .map_err(|_| Fault::Invalid(format!("`{text}` is not a CIDR")))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::analysis::testing::{data, unread};

    fn meet(cidr: &str, block: Value) -> Answer<bool> {
        Addresses::parse(cidr)?.meet(&data(block))
    }

    #[test]
    fn a_block_is_met_where_an_address_is_in_both() {
        for (cidr, block, met) in [
            ("10.1.2.3/32", json!({"cidr": "10.0.0.0/8"}), true),
            ("10.1.2.3", json!({"cidr": "10.0.0.0/8"}), true),
            ("11.1.2.3", json!({"cidr": "10.0.0.0/8"}), false),
            ("10.0.0.0/7", json!({"cidr": "10.0.0.0/8"}), true),
            ("10.1.0.0/16", json!({"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]}), false),
            ("10.1.0.0/16", json!({"cidr": "10.0.0.0/8", "except": ["10.1.0.0/17"]}), true),
            ("10.1.0.0/16", json!({"cidr": "10.0.0.0/8", "except": ["10.1.0.0/17", "10.1.128.0/17"]}), false),
            ("0.0.0.0/0", json!({"cidr": "8.8.8.8/32"}), true),
            ("0.0.0.0/0", json!({"cidr": "10.0.0.0/8"}), false),
            ("0.0.0.0/0", json!({"cidr": "0.0.0.0/0", "except": ["10.0.0.0/8", "8.8.8.8/32"]}), true),
            ("0.0.0.0/0", json!({"cidr": "10.0.0.0/7", "except": ["11.0.0.0/8"]}), false),
            ("0.0.0.0/0", json!({"cidr": "::/0"}), false),
            ("::/0", json!({"cidr": "::/0"}), true),
            ("::/0", json!({"cidr": "fd00::/8"}), false),
            ("::/0", json!({"cidr": "2000::/3", "except": ["2000::/4", "3000::/4"]}), false),
            ("2001:db8::/64", json!({"cidr": "2001:db8::/32", "except": ["2001:db8::1/128"]}), true),
            ("10.1.2.3/8", json!({"cidr": "10.9.9.9/16"}), true),
        ] {
            assert_eq!(meet(cidr, block.clone()), Ok(met), "{cidr} {block}");
        }
    }

    #[test]
    fn what_was_not_read_only_matters_where_nothing_else_decides() {
        for (block, met) in [
            (json!("unread!"), unread()),
            (json!({"cidr": "unread!"}), unread()),
            (json!({"cidr": "10.0.0.0/8", "except": "unread!"}), unread()),
            (json!({"cidr": "11.0.0.0/8", "except": "unread!"}), Ok(false)),
            (json!({"cidr": "10.0.0.0/8", "except": ["unread!"]}), unread()),
            (json!({"cidr": "10.0.0.0/8", "except": ["unread!", "10.1.0.0/16"]}), Ok(false)),
            (json!({}), Err(Fault::not_given("cidr"))),
            (json!({"cidr": "any"}), Err(Fault::Invalid("`any` is not a CIDR".to_owned()))),
            (json!({"cidr": "10.0.0.0/8", "except": ["x"]}), Err(Fault::Invalid("`x` is not a CIDR".to_owned()))),
        ] {
            assert_eq!(meet("10.1.2.3/32", block.clone()), met, "{block}");
        }
        assert_eq!(Addresses::one("10.0.0"), Err(Fault::Invalid("`10.0.0` is not an IP address".to_owned())));
    }

    proptest! {
        #[test]
        fn a_block_is_met_as_its_addresses_say(
            asked in (any::<u8>(), 24u8..=32), block in (any::<u8>(), 24u8..=32),
            except in prop::collection::vec((any::<u8>(), 24u8..=32), 0..5),
        ) {
            let text = |(address, length): (u8, u8)| format!("10.0.0.{address}/{length}");
            let has = |(start, length): (u8, u8), address: u8| {
                let size = 1u32 << (32 - length);
                u32::from(start) / size == u32::from(address) / size
            };
            let met = (0..=255u8).any(|address| {
                has(asked, address) && has(block, address) && !except.iter().any(|hole| has(*hole, address))
            });
            let holes: Vec<String> = except.iter().copied().map(text).collect();
            let block = json!({"cidr": text(block), "except": holes});
            prop_assert_eq!(meet(&text(asked), block), Ok(met));
        }
    }
}
