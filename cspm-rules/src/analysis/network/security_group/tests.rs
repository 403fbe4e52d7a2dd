use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::analysis::testing::{data, unread};

/// A permission over `protocol` and the ports of `range` from `cidrs`.
fn allow(protocol: &str, range: [i64; 2], cidrs: &[&str]) -> Value {
    let (v6, v4): (Vec<&str>, Vec<&str>) = cidrs.iter().partition(|c| c.contains(':'));
    json!({
        "ip_protocol": protocol, "from_port": range[0], "to_port": range[1],
        "ip_ranges": v4.iter().map(|c| json!({"cidr_ip": c})).collect::<Vec<_>>(),
        "ipv6_ranges": v6.iter().map(|c| json!({"cidr_ipv6": c})).collect::<Vec<_>>(),
        "prefix_list_ids": [], "user_id_group_pairs": [{"group_id": "sg-1"}],
    })
}

fn ports(ports: &[i64]) -> Data {
    Data::list(ports.iter().copied().map(Data::Int))
}

#[test]
fn protocols_and_ports_are_understood() {
    let all = json!({"ip_protocol": "-1", "ip_ranges": [{"cidr_ip": "0.0.0.0/0"}]});
    let icmp = json!({"ip_protocol": "icmp", "from_port": -1, "to_port": -1, "ip_ranges": [{"cidr_ip": "0.0.0.0/0"}]});
    let gre = json!({"ip_protocol": "47", "ip_ranges": [{"cidr_ip": "0.0.0.0/0"}]});
    let ssh = || allow("tcp", [22, 22], &["0.0.0.0/0"]);
    let web6 = || allow("6", [80, 443], &["::/0"]);
    for (permissions, protocol, asked, open) in [
        (json!([]), "any", &[][..], false),
        (json!(null), "any", &[], false),
        (json!([ssh()]), "tcp", &[22], true),
        (json!([ssh()]), "6", &[3389, 22], true),
        (json!([ssh()]), "any", &[22], true),
        (json!([ssh()]), "any", &[], true),
        (json!([ssh()]), "udp", &[22], false),
        (json!([ssh()]), "udp", &[], false),
        (json!([ssh()]), "tcp", &[23], false),
        (json!([web6()]), "tcp", &[443], true),
        (json!([web6()]), "tcp", &[444], false),
        (json!([all]), "tcp", &[22], true),
        (json!([all]), "icmp", &[], true),
        (json!([icmp]), "any", &[], true),
        (json!([icmp]), "any", &[22], false),
        (json!([icmp]), "icmp", &[], true),
        (json!([icmp]), "tcp", &[], false),
        (json!([gre]), "any", &[22], false),
        (json!([gre]), "any", &[], true),
        (json!([{"ip_protocol": "tcp", "ip_ranges": [{"cidr_ip": "0.0.0.0/0"}]}]), "tcp", &[22], true),
    ] {
        let answer = open_to_internet(&data(permissions.clone()), protocol, &ports(asked));
        assert_eq!(answer, Ok(open), "{permissions} {protocol} {asked:?}");
    }
}

#[test]
fn sources_are_understood() {
    let lists = |cidrs: Value| json!({"ip_protocol": "tcp", "from_port": 22, "to_port": 22, "prefix_list_ids": [{"prefix_list_id": "pl-1", "cidrs": cidrs}]});
    for (permissions, internet, public) in [
        (json!([allow("tcp", [22, 22], &["10.0.0.0/8", "192.168.0.0/16"])]), false, false),
        (json!([allow("tcp", [22, 22], &["8.8.8.8/32"])]), false, true),
        (json!([allow("tcp", [22, 22], &["10.0.0.0/0"])]), true, true),
        (json!([allow("tcp", [22, 22], &["0.0.0.0/1"])]), false, true),
        (json!([allow("tcp", [22, 22], &["0.0.0.0/1", "128.0.0.0/1"])]), true, true),
        (json!([allow("tcp", [0, 99], &["0.0.0.0/1"]), allow("tcp", [22, 30], &["128.0.0.0/1"])]), true, true),
        (json!([allow("tcp", [0, 21], &["0.0.0.0/1"]), allow("tcp", [22, 30], &["128.0.0.0/1"])]), false, true),
        (json!([allow("tcp", [22, 22], &["0.0.0.0/1"]), allow("-1", [-1, -1], &["128.0.0.0/1"])]), true, true),
        (json!([allow("tcp", [22, 22], &["0.0.0.0/1"]), allow("udp", [22, 22], &["128.0.0.0/1"])]), false, true),
        (json!([allow("tcp", [22, 22], &["2000::/3"])]), true, true),
        (json!([allow("tcp", [22, 22], &["fd00::/8"])]), false, false),
        (json!([lists(json!(["10.0.0.0/8"]))]), false, false),
        (json!([lists(json!(["10.0.0.0/8", "0.0.0.0/0"]))]), true, true),
        (json!([lists(json!(["0.0.0.0/1"])), allow("tcp", [22, 22], &["128.0.0.0/1"])]), true, true),
    ] {
        let group = data(permissions.clone());
        assert_eq!(open_to_internet(&group, "any", &ports(&[22])), Ok(internet), "{permissions}");
        assert_eq!(open_to_internet(&group, "any", &ports(&[])), Ok(internet), "any port of {permissions}");
        assert_eq!(open_to_public(&group, "tcp", &ports(&[22])), Ok(public), "{permissions}");
    }
}

#[test]
fn the_unread_decides_only_what_is_open_anyway() {
    let ssh = || allow("tcp", [22, 22], &["0.0.0.0/0"]);
    let hidden =
        json!({"ip_protocol": "tcp", "from_port": "unread!", "to_port": 22, "ip_ranges": [{"cidr_ip": "0.0.0.0/0"}]});
    let list = json!({"ip_protocol": "tcp", "from_port": 22, "to_port": 22, "prefix_list_ids": [{"cidrs": "unread!"}]});
    let halves = |a: Value| json!([a, allow("tcp", [22, 22], &["0.0.0.0/1", "128.0.0.0/1"])]);
    for (permissions, protocol, asked, answer) in [
        (json!("unread!"), "tcp", &[22][..], unread()),
        (json!(["unread!"]), "tcp", &[22], unread()),
        (json!(["unread!", ssh()]), "tcp", &[22], Ok(true)),
        (json!([ssh(), "unread!"]), "tcp", &[23], unread()),
        (json!([hidden]), "tcp", &[22], unread()),
        (json!([hidden]), "udp", &[22], Ok(false)),
        (json!([hidden]), "tcp", &[], Ok(true)),
        (json!([list]), "tcp", &[22], unread()),
        (json!([list]), "tcp", &[23], Ok(false)),
        (json!([list, ssh()]), "tcp", &[22], Ok(true)),
        (halves(json!("unread!")), "tcp", &[22], Ok(true)),
    ] {
        let permissions = data(permissions);
        assert_eq!(open_to_internet(&permissions, protocol, &ports(asked)), answer, "{permissions:?} {asked:?}");
    }
    assert!(matches!(
        open_to_internet(&data(json!([{"ip_protocol": "tcp", "prefix_list_ids": [{}]}])), "tcp", &ports(&[])),
        Err(Fault::Unread(_))
    ));
    assert!(matches!(open_to_internet(&data(json!([3])), "tcp", &ports(&[])), Err(Fault::Invalid(_))));
    assert!(matches!(open_to_internet(&data(json!([])), "tpc", &ports(&[])), Err(Fault::Invalid(_))));
}

#[test]
fn all_ports_may_be_opened_piecewise() {
    for (permissions, open) in [
        (json!([allow("-1", [-1, -1], &["0.0.0.0/0"])]), Ok(true)),
        (json!([allow("tcp", [0, 65535], &["::/0"])]), Ok(true)),
        (json!([allow("udp", [1, 65535], &["0.0.0.0/0"])]), Ok(true)),
        (json!([allow("tcp", [0, 65534], &["0.0.0.0/0"])]), Ok(false)),
        (json!([allow("tcp", [0, 1023], &["0.0.0.0/0"]), allow("tcp", [1024, 65535], &["::/0"])]), Ok(true)),
        (json!([allow("tcp", [0, 1023], &["0.0.0.0/0"]), allow("udp", [1024, 65535], &["::/0"])]), Ok(false)),
        (json!([allow("icmp", [-1, -1], &["0.0.0.0/0"])]), Ok(false)),
        (json!([allow("-1", [-1, -1], &["10.0.0.0/8"])]), Ok(false)),
        (json!([allow("-1", [-1, -1], &["10.0.0.0/8"]), "unread!"]), unread()),
        (json!([]), Ok(false)),
    ] {
        assert_eq!(opens_all_ports_to_internet(&data(permissions.clone())), open, "{permissions}");
    }
}

#[test]
fn other_ports_may_be_opened_together() {
    let web = || json!([allow("tcp", [80, 80], &["0.0.0.0/0"]), allow("tcp", [443, 443], &["::/0", "0.0.0.0/0"])]);
    let hidden =
        json!({"ip_protocol": "tcp", "from_port": "unread!", "to_port": 80, "ip_ranges": [{"cidr_ip": "0.0.0.0/0"}]});
    for (permissions, open) in [
        (json!([]), Ok(false)),
        (web(), Ok(false)),
        (json!([allow("tcp", [80, 443], &["0.0.0.0/0"])]), Ok(true)),
        (json!([allow("tcp", [79, 80], &["0.0.0.0/0"])]), Ok(true)),
        (json!([allow("tcp", [0, 0], &["0.0.0.0/0"])]), Ok(true)),
        (json!([allow("tcp", [65535, 65535], &["0.0.0.0/0"])]), Ok(true)),
        (json!([allow("-1", [-1, -1], &["::/0"])]), Ok(true)),
        (json!([allow("udp", [53, 53], &["0.0.0.0/0"])]), Ok(false)),
        (json!([allow("tcp", [22, 22], &["0.0.0.0/1"]), allow("tcp", [22, 22], &["128.0.0.0/1"])]), Ok(true)),
        (json!([allow("tcp", [0, 80], &["0.0.0.0/1"]), allow("tcp", [80, 99], &["128.0.0.0/1"])]), Ok(false)),
        (json!([allow("tcp", [0, 81], &["0.0.0.0/1"]), allow("tcp", [80, 99], &["128.0.0.0/1"])]), Ok(true)),
        (json!([hidden]), unread()),
        (json!([web(), "unread!"]), unread()),
        (json!(["unread!", allow("tcp", [22, 22], &["0.0.0.0/0"])]), Ok(true)),
    ] {
        let answer = open_to_internet_besides(&data(permissions.clone()), "tcp", &ports(&[80, 443]));
        assert_eq!(answer, open, "{permissions}");
    }
    assert!(open_to_internet_besides(&data(web()), "tcp", &Data::list([Data::from("80")])).is_err());
}

#[test]
fn groups_count_together() {
    let half = |cidr| json!([allow("tcp", [22, 22], &[cidr])]);
    for (groups, open) in [
        (json!([half("0.0.0.0/1"), half("128.0.0.0/1")]), Ok(true)),
        (json!([half("0.0.0.0/1"), half("0.0.0.0/1")]), Ok(false)),
        (json!([half("0.0.0.0/1"), null, half("128.0.0.0/1")]), Ok(true)),
        (json!([half("0.0.0.0/1"), "unread!"]), unread()),
        (json!([half("0.0.0.0/0"), "unread!"]), Ok(true)),
    ] {
        assert_eq!(open_to_internet(&data(groups.clone()), "any", &ports(&[22])), open, "{groups}");
    }
}

#[test]
fn rules_are_counted_by_source() {
    let of = |sources: usize| json!({"ip_ranges": vec![json!({}); sources], "ipv6_ranges": [{}], "user_id_group_pairs": null});
    for (permissions, more) in [
        (json!([]), Ok(false)),
        (json!([of(1)]), Ok(false)),
        (json!([of(2), of(2)]), Ok(true)),
        (json!([of(1), of(1)]), Ok(false)),
        (json!([of(1), "unread!"]), unread()),
        (json!([of(4), "unread!"]), Ok(true)),
        (json!([of(1), {"ip_ranges": "unread!"}]), unread()),
        (json!([{"ip_ranges": "unread!"}, of(9)]), Ok(true)),
    ] {
        assert_eq!(has_more_rules_than(&data(permissions.clone()), 4), more, "{permissions}");
    }
    assert!(matches!(has_more_rules_than(&data(json!([3])), 4), Err(Fault::Invalid(_))));
}

prop_compose! {
    fn permission()(
        protocol in prop::sample::select(vec!["-1", "tcp", "udp", "icmp"]),
        from in 0i64..6, length in 0i64..4,
        cidr in prop::sample::select(vec!["0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "8.0.0.0/8", "10.0.0.0/8", "::/0"]),
    ) -> (&'static str, [i64; 2], &'static str) {
        (protocol, [from, from + length], cidr)
    }
}

proptest! {
    #[test]
    fn widening_never_closes(group in prop::collection::vec(permission(), 1..5), wider in 0usize..5, port in 0i64..10) {
        let build = |group: &[(&str, [i64; 2], &str)]| {
            data(group.iter().map(|(protocol, range, cidr)| allow(protocol, *range, &[cidr])).collect())
        };
        let mut widened = group.clone();
        let index = wider % widened.len();
        widened[index] = ("-1", [-1, -1], if widened[index].2.contains(':') { "::/0" } else { "0.0.0.0/0" });
        for asked in [ports(&[port]), ports(&[])] {
            if open_to_internet(&build(&group), "any", &asked) == Ok(true) {
                prop_assert_eq!(open_to_internet(&build(&widened), "any", &asked), Ok(true));
            }
        }
        if open_to_internet(&build(&group), "tcp", &ports(&[port])) == Ok(true) {
            prop_assert_eq!(open_to_public(&build(&group), "tcp", &ports(&[port])), Ok(true));
        }
    }

    #[test]
    fn an_unread_permission_only_ever_hides(group in prop::collection::vec(permission(), 0..4), port in 0i64..10) {
        let mut values: Vec<Value> = group.iter().map(|(p, range, cidr)| allow(p, *range, &[cidr])).collect();
        let known = open_to_internet(&data(json!(values)), "tcp", &ports(&[port]));
        values.push(json!("unread!"));
        let partly = open_to_internet(&data(json!(values)), "tcp", &ports(&[port]));
        prop_assert_eq!(partly, if known == Ok(true) { Ok(true) } else { unread() });
    }
}
