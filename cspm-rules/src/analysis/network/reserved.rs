//! The addresses that are no source or target on the internet.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::cidr::Family;

/// What IANA's registry calls not globally reachable, and multicast; ordered, neighbours joined.
/// <https://www.iana.org/assignments/iana-ipv4-special-registry>, <https://www.rfc-editor.org/rfc/rfc5771>.
const V4: [(u128, u128); 13] = [
    v4([0, 0, 0, 0], 8),
    v4([10, 0, 0, 0], 8),
    v4([100, 64, 0, 0], 10),
    v4([127, 0, 0, 0], 8),
    v4([169, 254, 0, 0], 16),
    v4([172, 16, 0, 0], 12),
    v4([192, 0, 0, 0], 24),
    v4([192, 0, 2, 0], 24),
    v4([192, 168, 0, 0], 16),
    v4([198, 18, 0, 0], 15),
    v4([198, 51, 100, 0], 24),
    v4([203, 0, 113, 0], 24),
    v4([224, 0, 0, 0], 3),
];

/// All but global unicast (`2000::/3`), and what IANA reserves in there; ordered, neighbours joined.
/// <https://www.iana.org/assignments/ipv6-address-space>,
/// <https://www.iana.org/assignments/iana-ipv6-special-registry>.
const V6: [(u128, u128); 5] = [
    (0, v6(0x2000, 0) - 1),
    (v6(0x2001, 0x2), v6(0x2001, 0x2) + (u128::MAX >> 48)),
    (v6(0x2001, 0xdb8), v6(0x2001, 0xdb8) + (u128::MAX >> 32)),
    (v6(0x3fff, 0), v6(0x3fff, 0) + (u128::MAX >> 20)),
    (v6(0x4000, 0), u128::MAX),
];

/// The reserved addresses, ordered; no two ranges touch.
pub(super) const fn of(family: Family) -> &'static [(u128, u128)] {
    match family {
        Family::V4 => &V4,
        Family::V6 => &V6,
    }
}

/// How many addresses are not reserved.
pub(super) const fn public_addresses(family: Family) -> u128 {
    let reserved = of(family);
    // The first range starts at 0: counting from its end avoids all of IPv6, which is one more than the type holds.
    let mut count = family.last() - reserved[0].1;
    let mut index = 1;
    while index < reserved.len() {
        count -= reserved[index].1 - reserved[index].0 + 1;
        index += 1;
    }
    count
}

const fn v4(octets: [u8; 4], length: u32) -> (u128, u128) {
    let [a, b, c, d] = octets;
    let first = Ipv4Addr::new(a, b, c, d).to_bits();
    (first as u128, (first | (u32::MAX >> length)) as u128)
}

const fn v6(a: u16, b: u16) -> u128 {
    Ipv6Addr::new(a, b, 0, 0, 0, 0, 0, 0).to_bits()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_ordered_and_apart() {
        for family in [Family::V4, Family::V6] {
            let ranges = of(family);
            assert!(ranges.iter().all(|(first, last)| first <= last));
            assert!(ranges.windows(2).all(|pair| pair[0].1 + 1 < pair[1].0), "{family:?}");
            assert_eq!((ranges[0].0, ranges[ranges.len() - 1].1), (0, family.last()));
        }
    }

    #[test]
    fn most_of_the_internet_is_public() {
        assert_eq!(public_addresses(Family::V4), (1 << 32) - 592_708_608);
        assert!(public_addresses(Family::V6) > (1 << 125) - (1 << 109));
    }
}
