use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::analysis::testing::{data, unread};

fn entry(number: i64, action: &str, protocol: &str, cidr: &str, range: Value) -> Value {
    let (field, other) =
        if cidr.contains(':') { ("ipv6_cidr_block", "cidr_block") } else { ("cidr_block", "ipv6_cidr_block") };
    json!({
        "rule_number": number, "rule_action": action, "egress": false, "protocol": protocol,
        field: cidr, other: null, "port_range": range, "icmp_type_code": null,
    })
}

fn allow(number: i64, protocol: &str, cidr: &str, range: Value) -> Value {
    entry(number, "allow", protocol, cidr, range)
}

fn deny(number: i64, protocol: &str, cidr: &str, range: Value) -> Value {
    entry(number, "deny", protocol, cidr, range)
}

fn range(from: i64, to: i64) -> Value {
    json!({"from": from, "to": to})
}

fn last() -> Value {
    deny(32767, "-1", "0.0.0.0/0", json!(null))
}

fn ports(ports: &[i64]) -> Data {
    Data::list(ports.iter().copied().map(Data::Int))
}

const ANY: &str = "0.0.0.0/0";

#[test]
fn the_first_match_decides() {
    let null = || json!(null);
    let egress = json!({"rule_number": 1, "rule_action": "allow", "egress": true, "protocol": "-1", "cidr_block": ANY});
    for (entries, protocol, asked, open) in [
        (json!([]), "any", &[][..], false),
        (json!([allow(100, "-1", ANY, null()), last()]), "tcp", &[22], true),
        (json!([last(), allow(100, "-1", ANY, null())]), "tcp", &[22], true),
        (json!([egress, last()]), "tcp", &[22], false),
        (json!([deny(90, "-1", ANY, null()), allow(100, "-1", ANY, null())]), "any", &[], false),
        (json!([allow(100, "6", ANY, range(22, 22)), last()]), "tcp", &[22], true),
        (json!([allow(100, "6", ANY, range(22, 22)), last()]), "tcp", &[3389], false),
        (json!([allow(100, "17", ANY, range(22, 22)), last()]), "tcp", &[22], false),
        (json!([allow(100, "6", ANY, range(22, 22)), last()]), "any", &[22], true),
        (json!([deny(90, "6", ANY, range(22, 22)), allow(100, "-1", ANY, null())]), "tcp", &[22], false),
        (json!([deny(90, "6", ANY, range(22, 22)), allow(100, "-1", ANY, null())]), "any", &[22], true),
        (json!([deny(90, "6", ANY, range(22, 22)), allow(100, "-1", ANY, null())]), "tcp", &[22, 3389], true),
        (json!([deny(90, "6", ANY, range(0, 65535)), allow(100, "-1", ANY, null())]), "tcp", &[], false),
        (json!([deny(90, "6", ANY, range(1, 65534)), allow(100, "6", ANY, null())]), "tcp", &[], true),
        (json!([deny(90, "-1", ANY, null()), allow(100, "-1", "::/0", null())]), "tcp", &[22], true),
        (json!([deny(90, "-1", "::/0", null()), allow(100, "-1", "::/0", null())]), "tcp", &[22], false),
        (json!([allow(100, "1", ANY, null()), last()]), "any", &[], true),
        (json!([allow(100, "1", ANY, null()), last()]), "any", &[22], false),
        (json!([allow(100, "47", ANY, null()), last()]), "any", &[], true),
    ] {
        let answer = nacl_allows_from_internet(&data(entries.clone()), protocol, &ports(asked));
        assert_eq!(answer, Ok(open), "{entries} {protocol} {asked:?}");
    }
}

#[test]
fn a_deny_in_part_leaves_the_rest() {
    let null = || json!(null);
    let ping = json!({"rule_number": 9, "rule_action": "deny", "egress": false, "protocol": "1", "cidr_block": ANY,
                      "icmp_type_code": {"type": 8, "code": -1}});
    for (entries, protocol, open) in [
        (json!([deny(90, "-1", "0.0.0.0/1", null()), allow(100, "-1", ANY, null())]), "tcp", true),
        (json!([deny(90, "-1", "10.0.0.0/8", null()), allow(100, "-1", ANY, null())]), "tcp", true),
        (
            json!([
                deny(90, "-1", "0.0.0.0/1", null()),
                deny(91, "-1", "128.0.0.0/1", null()),
                allow(100, "-1", ANY, null())
            ]),
            "tcp",
            false,
        ),
        (json!([allow(100, "-1", "0.0.0.0/1", null()), allow(110, "-1", "128.0.0.0/1", null())]), "tcp", true),
        (json!([allow(100, "-1", "8.8.8.8/32", null()), last()]), "tcp", false),
        (
            json!([allow(80, "-1", "8.8.8.8/32", null()), deny(90, "-1", ANY, null()), allow(100, "-1", ANY, null())]),
            "tcp",
            false,
        ),
        (json!([allow(100, "-1", "10.0.0.0/8", null()), last()]), "tcp", false),
        (json!([ping, allow(100, "-1", ANY, null())]), "icmp", true),
        (json!([deny(9, "1", ANY, null()), allow(100, "-1", ANY, null())]), "icmp", false),
    ] {
        assert_eq!(nacl_allows_from_internet(&data(entries.clone()), protocol, &ports(&[22])), Ok(open), "{entries}");
    }
}

#[test]
fn most_ports_may_be_opened_piecewise() {
    let null = || json!(null);
    let hidden = |number, protocol: &str, range: Value| {
        json!({"rule_number": number, "rule_action": "unread!", "egress": false, "protocol": protocol, "cidr_block": ANY,
               "port_range": range})
    };
    let every_second = |first: i64| {
        (first..=65_535).step_by(2).map(|port| allow(port, "6", ANY, range(port, port))).collect::<Vec<_>>()
    };
    for (entries, open) in [
        (json!([]), Ok(false)),
        (json!([allow(100, "-1", ANY, null()), last()]), Ok(true)),
        (json!([allow(100, "6", ANY, range(0, 1023)), allow(110, "6", ANY, range(1024, 65535))]), Ok(true)),
        (json!([allow(100, "6", ANY, range(0, 1023)), allow(110, "6", "::/0", range(1024, 65535))]), Ok(true)),
        (json!([allow(100, "6", ANY, range(0, 1023)), allow(110, "17", ANY, range(1024, 65535))]), Ok(false)),
        (json!([allow(100, "6", ANY, range(443, 443)), allow(110, "6", ANY, range(1024, 65535))]), Ok(false)),
        (json!([allow(100, "6", ANY, range(656, 65535))]), Ok(true)),
        (json!([allow(100, "6", ANY, range(657, 65535))]), Ok(false)),
        (json!([deny(90, "6", ANY, range(22, 22)), allow(100, "6", ANY, null())]), Ok(true)),
        (
            json!([
                deny(80, "6", ANY, range(0, 1023)),
                deny(90, "6", ANY, range(1024, 65535)),
                allow(100, "6", ANY, null())
            ]),
            Ok(false),
        ),
        (json!([deny(80, "6", "0.0.0.0/1", range(0, 65535)), allow(100, "6", ANY, null())]), Ok(true)),
        (json!([deny(90, "1", ANY, null()), allow(100, "6", ANY, null())]), Ok(true)),
        (json!([allow(100, "1", ANY, null())]), Ok(false)),
        (json!([allow(100, "6", ANY, range(65535, 0))]), Ok(false)),
        // What "all protocols" says of ports has no meaning.
        (json!([allow(100, "-1", ANY, range(22, 22))]), Ok(true)),
        (json!(every_second(1)), Ok(false)),
        (json!([every_second(1), every_second(2)].concat()), Ok(true)),
        // What was not read counts where it can change the answer.
        (json!([hidden(90, "-1", null()), allow(100, "-1", ANY, null())]), unread()),
        (json!([hidden(90, "6", range(22, 22)), allow(100, "-1", ANY, null())]), Ok(true)),
        (json!([hidden(90, "6", range(0, 1023)), allow(100, "6", ANY, null())]), unread()),
        (json!([hidden(90, "6", range(0, 1023)), allow(100, "6", ANY, range(1, 60000))]), Ok(false)),
        (json!([hidden(90, "6", json!("unread!")), allow(100, "17", ANY, null())]), Ok(true)),
        (json!([hidden(110, "-1", null()), allow(100, "-1", ANY, null())]), Ok(true)),
        (json!([deny(80, "-1", ANY, null()), hidden(90, "-1", null())]), Ok(false)),
        (json!([allow(100, "6", ANY, json!("unread!"))]), unread()),
        (json!([allow(100, "-1", "10.0.0.0/8", null()), "unread!"]), unread()),
    ] {
        let answer = nacl_allows_most_ports_from_internet(&data(entries.clone()));
        assert_eq!(answer, open, "{}", entries.to_string().chars().take(500).collect::<String>());
    }
}

#[test]
fn an_unread_entry_makes_those_behind_it_uncertain() {
    let null = || json!(null);
    let hidden = |number| json!({"rule_number": number, "rule_action": "unread!", "egress": false, "protocol": "-1", "cidr_block": ANY});
    let hidden_udp =
        json!({"rule_number": 1, "rule_action": "unread!", "egress": false, "protocol": "17", "cidr_block": ANY});
    let open = || allow(100, "-1", ANY, null());
    for (entries, answer) in [
        (json!("unread!"), unread()),
        (json!([open(), "unread!"]), unread()),
        (json!([hidden(90), open()]), unread()),
        (json!([open(), hidden(110)]), Ok(true)),
        (json!([deny(80, "-1", ANY, null()), hidden(90), open()]), Ok(false)),
        (json!([hidden_udp, open()]), Ok(true)),
        (json!([deny(80, "-1", "0.0.0.0/1", null()), hidden(90), open()]), unread()),
    ] {
        let given = nacl_allows_from_internet(&data(entries.clone()), "tcp", &ports(&[22]));
        assert_eq!(given, answer, "{entries}");
    }
    assert!(nacl_allows_from_internet(&data(json!([{"egress": false}])), "tcp", &ports(&[])).is_err());
}

proptest! {
    #[test]
    fn a_deny_of_all_before_the_rest_closes(
        entries in prop::collection::vec((2i64..99, prop::bool::ANY, prop::sample::select(vec![ANY, "0.0.0.0/1", "128.0.0.0/1", "8.0.0.0/8"])), 0..6)
    ) {
        let mut values: Vec<Value> = entries
            .iter()
            .map(|(number, allows, cidr)| entry(*number, if *allows { "allow" } else { "deny" }, "6", cidr, json!(null)))
            .collect();
        let before = nacl_allows_from_internet(&data(json!(values)), "tcp", &ports(&[22]));
        values.push(deny(1, "-1", ANY, json!(null)));
        prop_assert_eq!(nacl_allows_from_internet(&data(json!(values)), "tcp", &ports(&[22])), Ok(false));
        values.pop();
        values.push(allow(1, "-1", ANY, json!(null)));
        prop_assert_eq!(nacl_allows_from_internet(&data(json!(values)), "tcp", &ports(&[22])), Ok(true));
        prop_assert!(before.is_ok());
    }

    #[test]
    fn most_ports_are_those_at_which_it_is_open(
        entries in prop::collection::vec(
            (
                1i64..99, prop::bool::ANY, prop::sample::select(vec!["6", "17", "-1", "1"]),
                prop::sample::select(vec![ANY, "0.0.0.0/1", "128.0.0.0/1", "::/0"]),
                prop::sample::select(vec![(0, 65535), (0, 1023), (1024, 65535), (0, 300), (301, 700), (22, 22), (443, 9000)]),
            ),
            0..7,
        )
    ) {
        let entries = data(entries.iter().map(|(number, allows, protocol, cidr, (from, to))| {
            entry(*number, if *allows { "allow" } else { "deny" }, protocol, cidr, range(*from, *to))
        }).collect());
        let is_open = |protocol, port| nacl_allows_from_internet(&entries, protocol, &ports(&[port])) == Ok(true);
        // Nothing changes but where one of the ranges above starts or ends.
        let edges = [1, 22, 23, 301, 443, 701, 1024, 9001, 65_536];
        let most = ["tcp", "udp"].iter().any(|protocol| {
            let open = edges.windows(2).filter(|w| is_open(protocol, w[0])).map(|w| w[1] - w[0]).sum::<i64>();
            open * 100 >= 99 * 65_535
        });
        prop_assert_eq!(nacl_allows_most_ports_from_internet(&entries), Ok(most));
    }
}
