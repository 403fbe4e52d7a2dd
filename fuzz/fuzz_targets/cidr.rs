//! Two blocks of addresses from anybody, a line each: what is said of them is consistent.
#![no_main]

use cspm::Data;
use cspm::analysis::network;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let (a, b) = text.split_once('\n').unwrap_or((text, text));
    for cidr in [a, b] {
        let valid = network::cidr_prefix_length(cidr);
        assert_eq!(valid.is_ok(), network::cidr_is_any(cidr).is_ok());
        assert_eq!(valid.is_ok(), network::cidr_is_public(cidr).is_ok());
        let Ok(length) = valid else { continue };
        assert!((0..=128).contains(&length));
        assert_eq!(network::cidr_contains(cidr, cidr), Ok(true));
        if network::cidr_is_any(cidr) == Ok(true) {
            assert_eq!(network::cidr_is_public(cidr), Ok(true));
        }
        permission(cidr);
    }
    if network::cidr_contains(a, b) == Ok(true) && network::cidr_is_public(b) == Ok(true) {
        assert_eq!(network::cidr_is_public(a), Ok(true), "what holds a public block is public");
    }
});

/// A permission for everything from the block: it is open to the internet only where the block is public.
fn permission(cidr: &str) {
    let range = |key: &'static str| Data::list([Data::object([(key, Data::from(cidr))])]);
    let (v4, v6) =
        if cidr.contains(':') { (Data::list([]), range("cidr_ipv6")) } else { (range("cidr_ip"), Data::list([])) };
    let permission = Data::object([
        ("ip_protocol", Data::from("-1")),
        ("from_port", Data::Null),
        ("to_port", Data::Null),
        ("ip_ranges", v4),
        ("ipv6_ranges", v6),
        ("prefix_list_ids", Data::list([])),
    ]);
    let permissions = Data::list([permission]);
    let internet = network::open_to_internet(&permissions, "tcp", &Data::list([Data::from(22)]));
    let public = network::open_to_public(&permissions, "tcp", &Data::list([Data::from(22)]));
    if internet == Ok(true) {
        assert_eq!(public, Ok(true), "{cidr}");
    }
    if public == Ok(true) {
        assert_eq!(network::cidr_is_public(cidr), Ok(true), "{cidr}");
    }
}
