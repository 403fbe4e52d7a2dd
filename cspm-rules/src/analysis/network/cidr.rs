//! Blocks of addresses.

use std::net::IpAddr;

use ipnet::{IpNet, Ipv4Net};

use super::reserved;
use crate::analysis::{Answer, Fault};

/// The two kinds of addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    V4,
    V6,
}

impl Family {
    /// The highest address as a number.
    pub(super) const fn last(self) -> u128 {
        match self {
            Self::V4 => u32::MAX as u128,
            Self::V6 => u128::MAX,
        }
    }
}

/// The addresses from `first` to `last`, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cidr {
    pub(super) family: Family,
    pub(super) first: u128,
    pub(super) last: u128,
}

impl Cidr {
    /// Reads `10.0.0.0/8`, `10.1.2.3/8` (the same block), `10.1.2.3` (one address) and their IPv6 forms. Addresses of
    /// IPv4 that are mapped into IPv6 (`::ffff:10.0.0.0/104`) are those of IPv4.
    pub(super) fn parse(text: &str) -> Answer<Self> {
        let net = match net(text)? {
            IpNet::V6(net) if net.prefix_len() >= 96 => match net.network().to_ipv4_mapped() {
                Some(address) => Ipv4Net::new(address, net.prefix_len() - 96).map_or(IpNet::V6(net), IpNet::V4),
                None => IpNet::V6(net),
            },
            net => net,
        };
        Ok(match net {
            IpNet::V4(net) => Self {
                family: Family::V4,
                first: net.network().to_bits().into(),
                last: net.broadcast().to_bits().into(),
            },
            IpNet::V6(net) => {
                Self { family: Family::V6, first: net.network().to_bits(), last: net.broadcast().to_bits() }
            }
        })
    }

    pub(super) fn is_any(self) -> bool {
        self.first == 0 && self.last == self.family.last()
    }

    pub(super) fn is_public(self) -> bool {
        !reserved::of(self.family).iter().any(|&(first, last)| first <= self.first && self.last <= last)
    }

    pub(super) fn contains(self, inner: Self) -> bool {
        self.family == inner.family && self.first <= inner.first && inner.last <= self.last
    }
}

fn net(text: &str) -> Answer<IpNet> {
    text.parse::<IpNet>()
        .or_else(|_| text.parse::<IpAddr>().map(IpNet::from))
        .map_err(|_| Fault::Invalid(format!("`{text}` is not a CIDR")))
}

/// Whether the text is one of the two forms in which AWS writes "anywhere": the fast path of what rules ask most.
pub(super) fn says_any(cidr: &str) -> bool {
    matches!(cidr, "0.0.0.0/0" | "::/0")
}

/// Whether the block is every address of its family: `0.0.0.0/0`, `::/0`.
///
/// # Errors
/// [`Fault::Invalid`] where the text is no CIDR.
pub fn cidr_is_any(cidr: &str) -> Answer<bool> {
    Ok(says_any(cidr) || Cidr::parse(cidr)?.is_any())
}

/// Whether the block has public addresses: it is not wholly inside one of the blocks that IANA reserves for private
/// use, documentation, multicast and the like.
///
/// Sources: <https://www.iana.org/assignments/iana-ipv4-special-registry> and
/// <https://www.iana.org/assignments/iana-ipv6-special-registry>.
///
/// # Errors
/// [`Fault::Invalid`] where the text is no CIDR.
pub fn cidr_is_public(cidr: &str) -> Answer<bool> {
    Ok(says_any(cidr) || Cidr::parse(cidr)?.is_public())
}

/// Whether the text is a CIDR of known extent, as AWS sees it when it calls policies public: private, or not wider than
/// /8 (IPv4) or /32 (IPv6).
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status>
pub(in crate::analysis) fn is_known_network(text: &str) -> bool {
    Cidr::parse(text).is_ok_and(|cidr| {
        let widest = match cidr.family {
            Family::V4 => 1 << (32 - 8),
            Family::V6 => 1 << (128 - 32),
        };
        !cidr.is_public() || cidr.last - cidr.first < widest
    })
}

/// Whether every address of `inner` is one of `outer`; never for two families.
///
/// # Errors
/// [`Fault::Invalid`] where a text is no CIDR.
pub fn cidr_contains(outer: &str, inner: &str) -> Answer<bool> {
    Ok(Cidr::parse(outer)?.contains(Cidr::parse(inner)?))
}

/// The number of leading bits that all addresses of the block share, as written: 8 for `10.0.0.0/8`; 32 or 128 for a
/// single address.
///
/// # Errors
/// [`Fault::Invalid`] where the text is no CIDR.
pub fn cidr_prefix_length(cidr: &str) -> Answer<i64> {
    net(cidr).map(|net| net.prefix_len().into())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn any_is_every_address_of_a_family() {
        for (cidr, any) in [
            ("0.0.0.0/0", true),
            ("::/0", true),
            ("0:0::/0", true),
            ("10.0.0.0/0", true),
            ("::ffff:0.0.0.0/96", true),
            ("0.0.0.0/1", false),
            ("2000::/3", false),
            ("0.0.0.0", false),
        ] {
            assert_eq!(cidr_is_any(cidr), Ok(any), "{cidr}");
        }
    }

    #[test]
    fn public_is_what_is_not_reserved() {
        for (cidr, public) in [
            ("10.0.0.0/8", false),
            ("10.0.0.0/7", true),
            ("172.16.0.0/12", false),
            ("172.31.255.255/32", false),
            ("172.32.0.0/16", true),
            ("192.168.1.5/24", false),
            ("100.64.0.0/10", false),
            ("100.128.0.0/10", true),
            ("169.254.169.254/32", false),
            ("127.0.0.1", false),
            ("0.0.0.0/8", false),
            ("198.18.0.0/15", false),
            ("203.0.113.7/32", false),
            ("224.0.0.0/3", false),
            ("8.8.8.8/32", true),
            ("0.0.0.0/0", true),
            ("fc00::/7", false),
            ("fd12:3456::/48", false),
            ("fe80::1/128", false),
            ("2001:db8::/32", false),
            ("3fff::/20", false),
            ("::1/128", false),
            ("ff02::1", false),
            ("2600:1f00::/24", true),
            ("2000::/3", true),
            ("::/0", true),
            ("::ffff:10.1.2.3/128", false),
            ("::ffff:8.8.8.8", true),
        ] {
            assert_eq!(cidr_is_public(cidr), Ok(public), "{cidr}");
        }
    }

    #[test]
    fn containment_and_length() {
        for (outer, inner, contains) in [
            ("10.0.0.0/8", "10.1.2.3/32", true),
            ("10.1.2.3/8", "10.0.0.0/8", true),
            ("10.0.0.0/8", "10.0.0.0/7", false),
            ("0.0.0.0/0", "2001:db8::/32", false),
            ("::/0", "10.0.0.0/8", false),
            ("10.0.0.0/8", "::ffff:10.1.0.0/112", true),
            ("2001:db8::/32", "2001:db8:1::1", true),
        ] {
            assert_eq!(cidr_contains(outer, inner), Ok(contains), "{outer} {inner}");
        }
        for (cidr, length) in [("10.1.2.3/8", 8), ("10.1.2.3", 32), ("::1", 128), ("::ffff:10.0.0.0/104", 104)] {
            assert_eq!(cidr_prefix_length(cidr), Ok(length), "{cidr}");
        }
    }

    #[test]
    fn what_is_no_cidr_is_said_to_be_none() {
        for text in ["", "10.0.0.0/33", "10.0.0/8", "::/129", "pl-123", "0.0.0.0/0 "] {
            assert_eq!(cidr_is_any(text), Err(Fault::Invalid(format!("`{text}` is not a CIDR"))));
        }
    }

    proptest! {
        #[test]
        fn containment_is_that_of_the_addresses(
            a in 0u32..256, b in 0u32..256, outer in 24u8..=32, inner in 24u8..=32
        ) {
            let text = |address: u32, length: u8| format!("10.0.0.{address}/{length}");
            let addresses = |address: u32, length: u8| {
                let size = 1u32 << (32 - length);
                let start = address / size * size;
                start..start + size
            };
            let every = addresses(b, inner).all(|x| addresses(a, outer).contains(&x));
            prop_assert_eq!(cidr_contains(&text(a, outer), &text(b, inner)), Ok(every));
        }

        #[test]
        fn a_block_around_a_public_one_is_public(address: u32, length in 0u8..=32, shorter in 0u8..=32) {
            let address = std::net::Ipv4Addr::from_bits(address);
            let wide = format!("{address}/{}", shorter.min(length));
            if cidr_is_public(&format!("{address}/{length}")) == Ok(true) {
                prop_assert_eq!(cidr_is_public(&wide), Ok(true));
            }
        }
    }
}
