//! Expressions and resources that would take for ever, or all memory: the verdict is unknown, in time, and says why.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use cspm_core::Status;
use serde_json::{Value, json};

use super::tests::{error, status};

/// No verdict takes longer, also in a debug build on a busy machine.
const IN_TIME: Duration = Duration::from_secs(20);

/// Runs a test that fails where it does not end.
fn in_time<T: Send + 'static>(what: String, run: impl FnOnce() -> T + Send + 'static) -> T {
    let (done, wait) = mpsc::channel();
    thread::spawn(move || done.send(run()));
    wait.recv_timeout(IN_TIME).unwrap_or_else(|e| panic!("{what}: {e}"))
}

/// That the verdict on a resource with the list `P` and the text `N` is unknown, in time.
fn refused(source: &str, ports: i64, name: &str) {
    let shown = source.chars().take(100).collect::<String>();
    let (source, fields) = given(source, ports, name);
    let message = in_time(shown.clone(), move || error(&source, fields));
    assert!(message.contains("took more than"), "{shown}: {message}");
}

fn passes(source: &str, ports: i64, name: &str) {
    let (source, fields) = given(source, ports, name);
    assert_eq!(status(&source, fields), Status::Pass, "{source}");
}

fn given(source: &str, ports: i64, name: &str) -> (String, Value) {
    let ports: Vec<_> = (0..ports).collect();
    let source = source.replace('P', "resource.policy.ports").replace('N', "resource.policy.name");
    (source, json!({"policy": {"ports": ports, "name": name}}))
}

/// `body` in so many loops over `P`, one in the other.
fn nested(over: &str, depth: usize, body: &str) -> String {
    (0..depth).rev().fold(body.to_owned(), |inner, n| format!("P.{over}(v{n}, {inner})"))
}

/// `first`, and then so often what `step` makes of `a`.
fn repeated(first: &str, step: &str, times: usize) -> String {
    (0..times).fold(first.to_owned(), |list, n| format!("{list}.map(v{n}, {})", step.replace('a', &format!("v{n}"))))
}

#[test]
fn loops_in_loops_end() {
    refused(&nested("all", 7, "true"), 1000, "");
    refused(&nested("exists", 7, "false"), 1000, "");
    refused(&nested("exists_one", 7, "false"), 1000, "");
    refused(&nested("all", 5, "v0 + v1 + v2 + v3 + v4 < 1000000"), 500, "");
    refused(&format!("size({}) > 0", nested("map", 6, "1")), 500, "");
    refused(&format!("P.filter(v0, {}) == []", nested("exists", 6, "v6 == v0").replace("v0,", "v6,")), 500, "");
}

#[test]
fn what_grows_by_itself_ends() {
    for first in ["[P]", "['x']"] {
        refused(&format!("size({}) > 7", repeated(first, "a + a", 30)), 100, "");
    }
    refused(&format!("size({}) > 7", repeated("['x']", "a + N + a", 25)), 0, "yyyyyyyyyyyyyyyy");
}

#[test]
fn parts_that_are_held_many_times_are_not_gone_through_for_ever() {
    let tree = repeated("[[1]]", "[a, a, a, a]", 14);
    refused(&format!("{tree} == {tree}"), 0, "");
    refused(&format!("{tree} in [{tree}]"), 0, "");
    refused(&format!("policy_allows({tree}, 'a', 'b')"), 0, "");
}

#[test]
fn patterns_and_texts_end() {
    let long = "a".repeat(1_000_000);
    refused(r"P.all(p, N.matches('^(\\w+\\s?)+$'))", 1000, &long);
    refused("P.all(p, N.matches(N))", 100_000, &"a*".repeat(50));
    refused("size(N.split('')) > 1", 0, &long.repeat(4));
    refused("P.all(p, !N.contains('b'))", 1000, &long);
    refused("P.all(p, N.upperAscii() != N)", 1000, &long);
}

#[test]
fn nothing_overrides_that_it_took_too_long() {
    let endless = nested("all", 7, "true");
    refused(&format!("{endless} && false"), 1000, "");
    refused(&format!("{endless} || true"), 1000, "");
    refused(&format!("[1, 2].exists(x, {endless} || x == 2)"), 1000, "");
    passes(&format!("true || {endless}"), 1000, "");
}

#[test]
fn what_rules_do_is_far_below_the_limit() {
    passes("P.all(a, P.exists(b, a == b))", 1500, "");
    passes("P.map(a, a + 1).exists(a, a == 100000)", 100_000, "");
    passes("size(N.split(',')) == 100000", 0, &",".repeat(99_999));
    passes("P == P && !(-1 in P)", 100_000, "");
    passes(r"N.matches('^\\w+$')", 0, &"a".repeat(1_000_000));
}

/// That a function over `policy` of the resource has no answer, in time.
fn refused_of(source: &str, policy: Value) {
    let (shown, owned) = (source.to_owned(), source.to_owned());
    let message = in_time(shown, move || error(&owned, json!({ "policy": policy })));
    assert!(message.contains("took more than"), "{source}: {message}");
}

#[test]
fn networks_of_very_many_rules_end() {
    let entry = |n: i64| {
        json!({"rule_number": n, "egress": false, "rule_action": "allow", "protocol": "6", "cidr_block": "10.0.0.0/8",
               "port_range": {"from": n, "to": n}})
    };
    let entries: Vec<_> = (0..30_000).map(entry).collect();
    refused_of("nacl_allows_from_internet(resource.policy.entries, 'any', [])", json!({ "entries": entries }));
    let permission =
        |n: i64, from: String| json!({"ip_protocol": "tcp", "from_port": n, "to_port": n, "ip_ranges": [from]});
    let parts: Vec<_> = (0..30_000).map(|n| permission(n, format!("{}.0.0.0/8", n % 223 + 1))).collect();
    refused_of("open_to_internet(resource.policy.p, 'any', [])", json!({ "p": parts }));
    let open: Vec<_> = (0..30_000).map(|n| permission(n, "0.0.0.0/0".to_owned())).collect();
    refused_of("opens_all_ports_to_internet(resource.policy.p)", json!({ "p": open }));
}

#[test]
fn policies_of_very_many_statements_end() {
    let of = |effect: &str, n: i64| {
        let action = format!("s3:a{n:04}*b*");
        json!({"Effect": effect, "Principal": {"AWS": ["*"]}, "Action": [action], "Resource": ["*"]})
    };
    let statements: Vec<_> = (0..4000).flat_map(|n| [of("Allow", n), of("Deny", n)]).collect();
    let policy = json!({"Statement": statements});
    for source in [
        "policy_is_public(resource.policy)",
        "size(policy_public_actions(resource.policy)) > 0",
        "size(policy_other_accounts(resource.policy, '1')) > 0",
        "policy_gives_public(resource.policy, ['s3:a*'])",
    ] {
        refused_of(source, policy.clone());
    }
    let long = "*a".repeat(100_000);
    let statement = json!({"Effect": "Allow", "Principal": {"AWS": ["*"]}, "Action": [long], "Resource": ["*"]});
    refused_of(
        &format!("policy_allows([resource.policy], '{}', '*')", "a*".repeat(1000)),
        json!({"Statement": [statement]}),
    );
}

#[test]
fn the_largest_that_aws_allows_has_an_answer() {
    // 40 entries of a network ACL, 1000 permissions of an interface, 20 KB of policy.
    let entry = |n: i64| {
        json!({"rule_number": n, "egress": false, "rule_action": "deny", "protocol": "-1", "cidr_block": "0.0.0.0/0",
               "port_range": {"from": n, "to": 60_000 - n}})
    };
    let entries: Vec<_> = (0..40).map(entry).collect();
    let permission = |n: i64| json!({"ip_protocol": "tcp", "from_port": n, "to_port": n, "ip_ranges": ["8.0.0.0/8"]});
    let permissions: Vec<_> = (0..1000).map(permission).collect();
    let of = |effect: &str, n: i64| {
        json!({"Effect": effect, "Principal": {"AWS": ["*"]}, "Action": [format!("s3:get{n}object*")],
               "Resource": [format!("arn:aws:s3:::bucket-{n}/*")]})
    };
    let statements: Vec<_> = (0..70).flat_map(|n| [of("Allow", n), of("Deny", n)]).collect();
    let policy = json!({"entries": entries, "p": permissions, "Statement": statements});
    for source in [
        "!nacl_allows_from_internet(resource.policy.entries, 'any', [])",
        "!opens_all_ports_to_internet(resource.policy.p)",
        "!policy_is_public(resource.policy)",
    ] {
        assert_eq!(status(source, json!({ "policy": policy })), Status::Pass, "{source}");
    }
}
