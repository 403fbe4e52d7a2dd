//! Unions of address blocks.

use super::cidr::{Cidr, Family};
use super::reserved;

/// Addresses of one family, as ordered ranges of which no two touch.
pub(super) struct Space {
    family: Family,
    ranges: Vec<(u128, u128)>,
}

impl Space {
    /// The reserved addresses: with them from the start, a union is full when every public address is in it.
    pub(super) fn reserved(family: Family) -> Self {
        Self { family, ranges: reserved::of(family).to_vec() }
    }

    /// Adds a block, if it is of this family.
    pub(super) fn add(&mut self, cidr: Cidr) {
        if cidr.family != self.family {
            return;
        }
        let (mut first, mut last) = (cidr.first, cidr.last);
        let from = self.ranges.partition_point(|range| range.1.saturating_add(1) < first);
        let to = self.ranges.partition_point(|range| range.0 <= last.saturating_add(1));
        if let Some(touched) = self.ranges.get(from..to)
            && let (Some(lowest), Some(highest)) = (touched.first(), touched.last())
        {
            first = first.min(lowest.0);
            last = last.max(highest.1);
        }
        self.ranges.splice(from..to, [(first, last)]);
    }

    /// Whether every address of the block is in.
    pub(super) fn holds(&self, cidr: Cidr) -> bool {
        self.family == cidr.family && self.ranges.iter().any(|r| r.0 <= cidr.first && cidr.last <= r.1)
    }

    /// Whether every address of the family is in.
    pub(super) fn is_full(&self) -> bool {
        self.ranges == [(0, self.family.last())]
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn union(cidrs: &[&str]) -> Space {
        let blocks: Vec<_> = cidrs.iter().map(|c| Cidr::parse(c).unwrap()).collect();
        let mut space = Space::reserved(blocks[0].family);
        blocks.into_iter().for_each(|b| space.add(b));
        space
    }

    #[test]
    fn a_union_is_full_with_every_public_address() {
        for (cidrs, full) in [
            (&["0.0.0.0/0"][..], true),
            (&["0.0.0.0/1", "128.0.0.0/1"], true),
            (&["128.0.0.0/2", "0.0.0.0/1", "192.0.0.0/2"], true),
            (&["0.0.0.0/1"], false),
            (&["0.0.0.0/1", "128.0.0.0/2"], false),
            (&["2000::/3"], true),
            (&["2000::/4", "3000::/4"], true),
            (&["::/1"], true),
            (&["8000::/1"], false),
        ] {
            assert_eq!(union(cidrs).is_full(), full, "{cidrs:?}");
        }
    }

    proptest! {
        #[test]
        fn a_union_holds_what_its_blocks_hold(blocks in prop::collection::vec((0u32..64, 26u8..=32), 0..12), probe in 0u32..64) {
            let text = |address: u32, length: u8| format!("8.8.8.{address}/{length}");
            let blocks: Vec<Cidr> = blocks.into_iter().map(|(a, l)| Cidr::parse(&text(a, l)).unwrap()).collect();
            let mut space = Space::reserved(Family::V4);
            blocks.iter().for_each(|b| space.add(*b));
            let probe = Cidr::parse(&text(probe, 32)).unwrap();
            prop_assert_eq!(space.holds(probe), blocks.iter().any(|b| b.contains(probe)));
            prop_assert!(space.ranges.windows(2).all(|pair| pair[0].1 + 1 < pair[1].0));
        }
    }
}
