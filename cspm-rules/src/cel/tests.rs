//! Expressions end to end: over a small model, with fields known, null, unread and not given.

use std::sync::Arc;

use cspm_core::{Data, Gap, Inventory, Kind, Per, Reads, Reason, Resource, Scope, Source, Status, Unread, UnreadField};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Fault, Kinds, Message, Program, Rebase, parse};

const LIST: Source = Source::new("acme", "ListServers", "acme:ListServers", Per::Region);
const GET: Source = Source::new("acme", "GetServer", "acme:GetServer", Per::Resource("acme_server"));

pub(super) fn kinds() -> Kinds {
    let rules = json!({"type": "array", "items": {"type": "object", "properties": {
        "port": {"type": ["integer", "null"]}, "cidr": {"type": "string"}, "open": {"type": "boolean"},
        "notes": {"type": "array", "items": {"type": "string"}, "x-source": GET}}}});
    let server = json!({"type": "object", "properties": {
        "id": {"type": "string"}, "public": {"type": "boolean"}, "encrypted": {"type": "boolean"},
        "count": {"type": "integer"}, "ratio": {"type": "number"}, "state": {"enum": ["on", "off"], "type": "string"},
        "born": {"type": ["string", "null"], "format": "date-time"}, "network": {"type": ["string", "null"]},
        "options": {"anyOf": [{"type": "object", "properties": {"tls": {"type": "boolean"}}}, {"type": "null"}]},
        "policy": {"type": ["object", "null"], "additionalProperties": true, "x-source": GET},
        "names": {"type": "array", "items": {"type": "string"}},
        "dates": {"type": "array", "items": {"type": "string", "format": "date-time"}}, "rules": rules}});
    let network = json!({"type": "object", "properties": {
        "id": {"type": "string"}, "private": {"type": "boolean"}, "name": {"type": "string"}}});
    let pod = json!({"type": "object", "properties": {"spec": {"type": "object", "properties": {
        "hostNetwork": {"type": "boolean"}}}}});
    let kind =
        |name: &str, schema: Value| Kind::from_schema(name, "acme", "servers", Scope::Region, LIST, schema).unwrap();
    let kinds = [kind("acme_server", server), kind("acme_network", network), kind("acme_pod", pod).native()];
    kinds.into_iter().map(|kind| (kind.name().clone(), Arc::new(kind))).collect()
}

pub(super) fn resource(kind: &str, id: &str, data: Data) -> Resource {
    Resource {
        uid: id.into(),
        kind: kind.into(),
        provider: "acme".into(),
        account: "1".into(),
        region: "here".into(),
        name: id.into(),
        tags: Arc::default(),
        collected_at: "2026-01-01T00:00:00Z".parse::<Timestamp>().unwrap(),
        origin: None,
        data,
    }
}

fn denied() -> Data {
    Data::from(Unread::new(Reason::AccessDenied, "acme:GetServer"))
}

/// A server with these fields; `"?"` stands for an unread field.
fn server(fields: Value) -> Resource {
    fn data(value: Value) -> Data {
        match value {
            Value::String(text) if text == "?" => denied(),
            Value::Array(items) => Data::list(items.into_iter().map(data)),
            Value::Object(entries) => Data::object(entries.into_iter().map(|(key, value)| (key, data(value)))),
            other => Data::from(other),
        }
    }
    resource("acme_server", "s-1", data(fields))
}

fn compile(source: &str) -> (Program, Reads) {
    let (kinds, mut reads) = (kinds(), Reads::default());
    match parse(source).and_then(|node| Program::compile(node, &kinds["acme_server"], &kinds, &mut reads)) {
        Ok(program) => (program, reads),
        Err(fault) => panic!("{source}: {} at {}", fault.message, fault.at),
    }
}

fn fault(source: &str) -> Fault {
    let (kinds, mut reads) = (kinds(), Reads::default());
    match parse(source).and_then(|node| Program::compile(node, &kinds["acme_server"], &kinds, &mut reads)) {
        Ok(_) => panic!("{source} is accepted"),
        Err(fault) => fault,
    }
}

/// The status, and what was in the way.
fn judged(source: &str, resource: &Resource, inventory: &Inventory) -> (Status, Vec<UnreadField>) {
    let (program, _) = compile(source);
    let (status, trace) = program.explain(resource, inventory);
    assert_eq!(program.judge(resource, inventory), status, "{source}: both ways must agree");
    let (_, problems) = trace.finish();
    assert_eq!(status == Status::Unknown, !problems.is_empty(), "{source}: {status:?} {problems:?}");
    (status, problems)
}

pub(super) fn status(source: &str, fields: Value) -> Status {
    let (status, problems) = judged(source, &server(fields), &Inventory::default());
    assert!(problems.iter().all(|p| p.unread.reason != Reason::RuleError), "{source}: {problems:?}");
    status
}

pub(super) fn error(source: &str, fields: Value) -> String {
    let (status, problems) = judged(source, &server(fields), &Inventory::default());
    assert_eq!((status, problems[0].unread.reason), (Status::Unknown, Reason::RuleError), "{source}");
    problems[0].unread.detail.to_string()
}

use Status::{Fail, Pass, Unknown};

#[test]
fn unread_fields_follow_kleene() {
    for (source, expected) in [
        ("resource.public && resource.encrypted", Unknown),
        ("resource.encrypted && resource.public", Unknown),
        ("resource.public && resource.count == 1", Fail),
        ("resource.count == 1 && resource.public", Fail),
        ("resource.public || resource.count == 2", Pass),
        ("resource.count == 2 || resource.public", Pass),
        ("!resource.public", Unknown),
        ("resource.public == resource.public", Unknown),
        ("resource.public ? true : true", Unknown),
        ("resource.count == 2 ? true : resource.public", Pass),
        ("has(resource.public)", Unknown),
        ("resource.names.exists(n, n == 'a')", Pass),
        ("resource.names.exists(n, n == 'b')", Unknown),
        ("resource.names.exists(n, true) && resource.names.all(n, n != 'a')", Fail),
        ("resource.names.all(n, n == 'a')", Unknown),
        ("resource.names.exists_one(n, n == 'a')", Unknown),
        ("'a' in resource.names", Pass),
        ("'b' in resource.names", Unknown),
        ("size(resource.names) > 0", Unknown),
        ("resource.names[0] == 'a'", Pass),
        ("resource.names[1] == 'a'", Unknown),
        ("resource.names == ['b', 'c']", Fail),
        ("resource.names == ['a']", Unknown),
        ("'A' in resource.names.map(n, n.upperAscii())", Pass),
        ("'B' in resource.names.map(n, n.upperAscii())", Unknown),
        ("resource.names.filter(n, n == 'a').exists(n, n == 'a')", Pass),
        ("resource.ratio > 1.0", Unknown),
        ("'a' in ['b'] || resource.count in [1, 2]", Pass),
    ] {
        let fields = json!({"public": "?", "encrypted": true, "count": 2, "names": ["a", "?"]});
        assert_eq!(status(source, fields), expected, "{source}");
    }
}

#[test]
fn only_what_mattered_is_named() {
    let fields = || server(json!({"public": "?", "encrypted": "?", "count": 2, "policy": "?", "names": ["?"]}));
    for (source, expected) in [
        ("(resource.public || resource.count == 2) && resource.encrypted", vec!["encrypted"]),
        ("resource.public && resource.encrypted", vec!["encrypted", "public"]),
        ("resource.public == resource.encrypted", vec!["encrypted", "public"]),
        ("resource.names.exists(n, n == 'a') && resource.public", vec!["names", "public"]),
        ("resource.policy != null && resource.policy.Id == 'x'", vec!["policy"]),
        ("resource.id == 'x' || resource.public", vec!["id", "public"]),
    ] {
        let (_, problems) = judged(source, &fields(), &Inventory::default());
        assert_eq!(problems.iter().map(|p| &*p.field).collect::<Vec<_>>(), expected, "{source}");
    }
    let (_, problems) = judged("resource.policy == null", &server(json!({})), &Inventory::default());
    assert_eq!((problems[0].unread.reason, &*problems[0].unread.call), (Reason::NotGiven, "acme:GetServer"));
}

#[test]
fn null_is_known_and_has_no_fields() {
    assert_eq!(status("resource.options == null", json!({"options": null})), Pass);
    assert_eq!(status("resource.options != null && resource.options.tls", json!({"options": null})), Fail);
    assert_eq!(status("has(resource.options)", json!({"options": null})), Fail);
    assert_eq!(status("has(resource.options.tls)", json!({"options": null})), Fail);
    assert_eq!(status("has(resource.options.tls)", json!({"options": {"tls": false}})), Pass);
    assert_eq!(
        error("resource.options.tls", json!({"options": null})),
        "`options.tls` cannot be read: it is a field of null"
    );
    assert_eq!(
        error("resource.network.startsWith('a')", json!({"network": null})),
        "string.startsWith(string) was given `network`, which is null,"
    );
    assert!(error("resource.born < now", json!({"born": null})).contains("has no result"));
    assert_eq!(status("resource.rules.all(r, r.port != null && r.port > 1)", json!({"rules": [{"port": null}]})), Fail);
}

#[test]
fn what_is_not_given_is_unread_and_what_is_not_there_is_absent() {
    assert_eq!(status("resource.public", json!({})), Unknown);
    assert_eq!(status("resource.options.tls", json!({"options": {}})), Unknown);
    assert_eq!(status("resource.public || resource.encrypted", json!({"encrypted": true})), Pass);
    assert_eq!(status("has(resource.policy.Statement)", json!({"policy": {}})), Fail);
    assert!(error("resource.policy.Statement == 1", json!({"policy": {}})).contains("there is no `policy.Statement`"));
    let kinds = kinds();
    let pod = |data: Value| resource("acme_pod", "p", Data::from(data));
    let judge = |source: &str, data| {
        let mut reads = Reads::default();
        let program = Program::compile(parse(source).unwrap(), &kinds["acme_pod"], &kinds, &mut reads).unwrap();
        program.judge(&pod(data), &Inventory::default())
    };
    assert_eq!(judge("!has(resource.spec.hostNetwork) || !resource.spec.hostNetwork", json!({"spec": {}})), Pass);
    assert_eq!(judge("!has(resource.spec.hostNetwork)", json!({})), Pass);
    assert_eq!(judge("resource.spec.hostNetwork", json!({"spec": {"hostNetwork": true}})), Pass);
}

#[test]
fn a_list_that_could_not_be_made_is_unknown_whatever_the_rule_says() {
    let unlisted = resource("acme_server", "unlisted", denied());
    for source in ["true", "false", "resource.region == 'here'", "resource.name != ''", "!has(resource.public)"] {
        let (status, problems) = judged(source, &unlisted, &Inventory::default());
        assert_eq!((status, &*problems[0].field), (Unknown, "acme_server"), "{source}");
    }
}

#[test]
fn types_that_json_lacks_are_made_on_reading() {
    assert_eq!(status("resource.ratio == 2.0 && resource.ratio + 1.5 == 3.5", json!({"ratio": 2})), Pass);
    assert_eq!(status("age_days(resource.born) == 31", json!({"born": "2025-12-01T00:00:00Z"})), Pass);
    assert_eq!(status("now - resource.born > duration('700h')", json!({"born": "2025-12-01T00:00:00Z"})), Pass);
    let dates = json!({"dates": ["2025-12-01T00:00:00Z", "2026-02-01T00:00:00Z"]});
    assert_eq!(status("resource.dates.exists(d, d > now) && resource.dates[0] < now", dates), Pass);
    assert_eq!(
        status("resource.born < timestamp('2026-01-01T00:00:00Z')", json!({"born": "2025-12-01T00:00:00+02:00"})),
        Pass
    );
    assert!(error("resource.born < now", json!({"born": "soon"})).contains("RFC 3339"));
}

#[test]
fn fields_of_every_resource_are_there() {
    let source = "resource.uid == 's-1' && resource.kind == 'acme_server' && resource.provider == 'acme'
        && resource.account == '1' && resource.region == 'here' && resource.name == 's-1'
        && !('team' in resource.tags) && !has(resource.tags.team)";
    assert_eq!(status(source, json!({})), Pass);
    let tagged = server(json!({})).tagged([("team", "a")]);
    assert_eq!(
        judged("resource.tags.team == 'a' && resource.tags['team'] == 'a'", &tagged, &Inventory::default()).0,
        Pass
    );
}

#[test]
fn texts_and_operators() {
    for source in [
        "resource.id.startsWith('i-') && resource.id.endsWith('F') && resource.id.contains('0')",
        "resource.id.lowerAscii() == 'i-0f' && resource.id.matches('^i-[0-9A-F]+$')",
        "resource.id.split('-') == ['i', '0F'] && size(resource.id) == 4 && resource.id.size() == 4",
        "resource.id + '!' == 'i-0F!' && string(resource.count) == '7' && int('7') == resource.count",
        "resource.count * 2 - 4 == 10 && resource.count / 2 == 3 && resource.count % 2 == 1 && -resource.count < 0",
        "resource.names + ['c'] == ['a', 'b', 'c'] && [1, 2].map(x, x > 1, x * 2) == [4]",
        "resource.names.map(n, {'n': n})[1].n == 'b' && {'a': 1}['a'] == 1 && 'a' in {'a': 1}",
        "resource.rules.filter(r, r.open).map(r, r.port) == [22] && resource.rules.exists_one(r, r.port == 80)",
        "resource.rules.all(r, resource.names.exists(n, r.cidr.startsWith(n)))",
        "double(resource.count) == 7.0 && dyn(resource.count) == 7 && ' a '.trim() == 'a'",
        "cidr_is_any('0.0.0.0/0') && cidr_contains('10.0.0.0/8', '10.1.0.0/16')",
    ] {
        let rules = json!([{"port": 22, "cidr": "a", "open": true}, {"port": 80, "cidr": "b", "open": false}]);
        let fields = json!({"id": "i-0F", "count": 7, "names": ["a", "b"], "rules": rules});
        assert_eq!(status(source, fields), Pass, "{source}");
    }
    assert!(error("resource.count / (resource.count - 7) == 1", json!({"count": 7})).contains("no result"));
    assert!(error("resource.names[2] == 'x'", json!({"names": ["a"]})).contains("has no [2]"));
    assert!(error("cidr_is_any(resource.id)", json!({"id": "nowhere"})).starts_with("cidr_is_any:"));
}

fn networks(gap: bool) -> Inventory {
    let mut builder = Inventory::builder(kinds().into_values());
    for (id, private) in [("n-1", true), ("n-2", false)] {
        let data = Data::from(json!({"id": id, "private": private, "name": id}));
        builder.add(resource("acme_network", id, data));
    }
    builder.index("acme_network".into(), "id".into());
    if gap {
        let unread = Arc::new(Unread::new(Reason::Throttled, "acme:ListNetworks"));
        let kind = "acme_network".into();
        builder.add_gap(Gap { kind, provider: "acme".into(), account: "1".into(), region: "here".into(), unread });
    }
    builder.build()
}

#[test]
fn other_kinds_are_looked_up() {
    let here = server(json!({"network": "n-1"}));
    for (source, complete, broken) in [
        ("resources('acme_network', 'id', resource.network).exists(n, n.private)", Pass, Pass),
        ("resources('acme_network', 'id', resource.network).all(n, n.private)", Pass, Unknown),
        ("resources('acme_network').exists(n, n.id == 'n-3')", Fail, Unknown),
        ("resources('acme_network').size() == 2", Pass, Unknown),
        ("resources('acme_network', 'id', resource.network)[0].private", Pass, Pass),
        ("resources('acme_network', 'id', 'n-3')[0].private", Unknown, Unknown),
        ("resources('acme_network').map(n, n.id) == ['n-1', 'n-2']", Pass, Unknown),
        ("resources('acme_network').exists(n, n.uid == 'n-2' && !n.private)", Pass, Pass),
    ] {
        assert_eq!(judged(source, &here, &networks(false)).0, complete, "{source}");
        let (status, problems) = judged(source, &here, &networks(true));
        assert_eq!(status, broken, "{source}");
        assert!(
            problems.iter().all(|p| &*p.field == "acme_network" && p.unread.reason != Reason::RuleError),
            "{source}"
        );
    }
}

#[test]
fn reads_are_what_the_expression_names() {
    let reads = |source: &str| {
        let (_, reads) = compile(source);
        let fields: Vec<_> = reads.fields.iter().flat_map(|(k, f)| f.iter().map(move |f| format!("{k}.{f}"))).collect();
        (fields.join(" ").replace("acme_server.", ""), reads)
    };
    assert_eq!(reads("resource.public && resource.options.tls").0, "options.tls public");
    assert_eq!(reads("resource.region == 'x' && 'a' in resource.tags").0, "");
    assert_eq!(reads("resource.rules.exists(r, r.port == 1)").0, "rules rules[].port");
    assert_eq!(reads("size(resource.rules) == 0").0, "rules rules[].notes", "a part from another call is read too");
    assert_eq!(reads("resource.rules.exists(r, r.notes == [])").0, "rules rules[].notes");
    assert_eq!(
        reads("resource.rules.filter(r, r.open).exists(r, r.port == 1)").0,
        "rules rules[].notes rules[].open rules[].port"
    );
    assert_eq!(reads("resource.rules[0].port == 1").0, "rules rules[].port");
    assert_eq!(reads("resource.policy.Statement.exists(s, s.Effect == 'Allow')").0, "policy");
    let (fields, all) = reads("resources('acme_network', 'id', resource.network).exists(n, n.private)");
    assert_eq!(fields, "acme_network.id acme_network.private network");
    assert_eq!(all.lookups.into_iter().collect::<Vec<_>>(), [("acme_network".into(), "id".into())]);
    assert!(all.fields.contains_key("acme_server"));
    assert_eq!(reads("resources('acme_network').size() == 0").1.fields.len(), 2);
}

#[test]
fn what_cannot_be_is_refused_where_it_stands() {
    let mut wrong = Vec::new();
    for (source, at, message, help) in [
        ("resource.encripted", 9, "acme_server has no field `encripted`", "did you mean `encrypted`?"),
        ("resource.public && resource.option.tls", 28, "acme_server has no field `option`", "did you mean `options`?"),
        ("resource.options.ssl", 17, "the object has no field `ssl`", "it has tls"),
        ("public", 0, "there is no variable `public`", "write `resource.public`"),
        ("resource.names.exists(n, m == 'a')", 25, "there is no variable `m`", "did you mean `n`?"),
        ("resource.count == 'a'", 15, "int and string are never equal", ""),
        (
            "resource.born < '2026-01-01'",
            14,
            "`<` does not go with timestamp and string",
            "write timestamp(\"2026-01-31T00:00:00Z\")",
        ),
        ("resource.count", 9, "this is int, and a condition must be bool", ""),
        ("resource.public && resource.count", 28, "this is int, and a condition must be bool", ""),
        ("!resource.count", 10, "this is int, and a condition must be bool", ""),
        ("resource.state == 'onn'", 18, "the value is never \"onn\"", "did you mean `on`?"),
        ("resource.state in ['on', 'of']", 25, "the value is never \"of\"", "did you mean `off`?"),
        (
            "resource.names.contains('a')",
            9,
            "`contains` takes string here, and this is list(string)",
            "string.contains(string)",
        ),
        ("resource.id.startWith('a')", 21, "there is no method `startWith`", "did you mean `startsWith`?"),
        ("startsWith(resource.id, 'a')", 10, "`startsWith` is not called like this", "string.startsWith(string)"),
        ("cidr_is_any(resource.count)", 21, "`cidr_is_any` takes string here, and this is int", "cidr_is_any(string)"),
        ("cidr_is_any()", 11, "`cidr_is_any` is given 0 arguments", "cidr_is_any(string)"),
        ("resource.id.matches('(')", 20, "this is not a pattern: unclosed group", ""),
        ("resource.born < timestamp('yesterday')", 26, "\"yesterday\" is not an RFC 3339 timestamp", ""),
        ("resource.rules.port == 1", 15, "a list has no field `port`", "use exists(item, ...), all(item, ...) or [0]"),
        ("resource.id.exists(x, true)", 9, "string is no list", ""),
        (
            "resources('acme_networks').size() == 0",
            10,
            "there is no kind `acme_networks`",
            "did you mean `acme_network`?",
        ),
        (
            "resources('acme_network', 'idd', 'x').size() == 0",
            26,
            "acme_network has no field `idd`",
            "did you mean `id`?",
        ),
        ("resources('acme_network', 'id', 1).size() == 0", 32, "id is string, and this is int", ""),
        (
            "resources(resource.id).size() == 0",
            19,
            "this must be a name in quotes",
            "resources(\"kind\") or resources(\"kind\", \"field\", value)",
        ),
        ("resource == null", 0, "the resource as a whole is no value", "name a field: resource.name"),
        ("resource.names.all(resource, true)", 9, "the name `resource` is in use here", ""),
        ("resource.count + resource.ratio > 1.0", 15, "`+` does not go with int and double", ""),
        ("resource.public ? 1 : 'a'", 22, "one branch is int, the other string", ""),
        ("resource.names.map(n, n)", 18, "this is list(string), and a condition must be bool", ""),
        ("resources('acme_network').exists(n, n == n)", 38, "acme_network and acme_network are never equal", ""),
    ] {
        let fault = fault(source);
        let found = (fault.message.as_str(), fault.help.as_deref().unwrap_or(""), fault.at);
        if found != (message, help, at) {
            wrong.push(format!("{source}: {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn messages_show_fields() {
    let (kinds, mut reads) = (kinds(), Reads::default());
    let mut compile = |source: &str| Message::compile(source, None, &kinds["acme_server"], &kinds, &mut reads);
    let message =
        compile("{resource.name} in {{{resource.region}}} has {resource.names}, {resource.network}, {resource.public}")
            .unwrap();
    let text =
        message.render(&server(json!({"names": ["a", "b"], "network": null, "public": "?"})), &Inventory::default());
    assert_eq!(text, "s-1 in {here} has a, b, none, (unknown)");
    assert_eq!(compile("it {resource.nam}").unwrap_err().at, 13);
    assert_eq!(compile("it {resource.name").unwrap_err().at, 3);
    assert!(reads.fields["acme_server"].contains("names"));
}

#[test]
fn evidence_is_what_was_read_of_the_resource() {
    let (program, _) = compile(
        "resource.options.tls && resource.rules.exists(r, r.port == 22) && resources('acme_network').exists(n, n.private)",
    );
    let here = server(json!({"options": {"tls": true}, "rules": [{"port": 22}], "count": 1}));
    let (status, trace) = program.explain(&here, &networks(false));
    let (evidence, _) = trace.finish();
    assert_eq!(status, Pass);
    let shown: Vec<_> = evidence.iter().map(|e| format!("{} {}", e.field, e.value.to_json())).collect();
    assert_eq!(shown, ["options.tls true", "rules[0].port 22"]);
}

/// A workload that holds an `acme_pod`, and what a rule of pods is over it.
fn workload(source: &str) -> (Kinds, Program, Reads) {
    let mut kinds = kinds();
    let spec = json!({"type": "object", "properties": {"hostNetwork": {"type": "boolean"}, "names": {"type": "array",
        "items": {"type": "string"}}}});
    let template = json!({"type": "object", "properties": {"spec": spec}});
    let schema = json!({"type": "object", "properties": {"template": template, "replicas": {"type": "integer"}}});
    let outer = Kind::from_schema("acme_workload", "acme", "servers", Scope::Region, LIST, schema).unwrap();
    let outer = Arc::new(outer.native().embedding("acme_pod", "template"));
    kinds.insert(outer.name().clone(), outer.clone());
    let mut reads = Reads::default();
    let node = Rebase::of(&kinds["acme_pod"], &outer).unwrap().apply(parse(source).unwrap());
    let program = match Program::compile(node, &outer, &kinds, &mut reads) {
        Ok(program) => program,
        Err(fault) => panic!("{source}: {}", fault.message),
    };
    (kinds, program, reads)
}

#[test]
fn a_rule_of_pods_judges_what_holds_one() {
    let (_, program, reads) = workload("!resource.spec.?hostNetwork.orValue(false) || resource.name == 'agent'");
    assert!(reads.fields["acme_workload"].contains("template.spec.hostNetwork"), "{reads:?}");
    let judged = |name: &str, spec: Value| {
        let data = Data::from(json!({"template": {"spec": spec}}));
        program.judge(&resource("acme_workload", name, data), &Inventory::default())
    };
    assert_eq!(judged("web", json!({})), Pass);
    assert_eq!(judged("web", json!({"hostNetwork": true})), Fail);
    assert_eq!(judged("agent", json!({"hostNetwork": true})), Pass, "names are those of the workload");
    let unread = Data::object([("template", Data::object([("spec", denied())]))]);
    assert_eq!(program.judge(&resource("acme_workload", "web", unread), &Inventory::default()), Unknown);
}

#[test]
fn what_need_not_be_there_has_a_value_for_then() {
    let pod = |source: &str, fields: Value| {
        let (_, program, _) = workload(source);
        program.judge(&resource("acme_workload", "w", Data::from(fields)), &Inventory::default())
    };
    let source = "resource.spec.?names.orValue([]).all(n, n != 'x')";
    assert_eq!(pod(source, json!({"template": {"spec": {}}})), Pass);
    assert_eq!(pod(source, json!({"template": {"spec": {"names": null}}})), Pass, "null is as good as absent");
    assert_eq!(pod(source, json!({"template": {"spec": {"names": ["x"]}}})), Fail);
    assert_eq!(pod(source, json!({"template": {}})), Unknown, "what stands before the `?` must be there");
    assert_eq!(pod("resource.?spec.names.orValue([]).size() == 0", json!({"template": {}})), Pass);
    let replicas = "resource.replicas == 1 || resource.spec.?hostNetwork.orValue(true)";
    assert_eq!(pod(replicas, json!({"replicas": 2, "template": {"spec": {"hostNetwork": false}}})), Fail);
    // A field of a model that was not given is not known, whatever the value for absent ones.
    assert_eq!(status("resource.?count.orValue(1) == 1", json!({})), Unknown);
    assert_eq!(status("resource.?policy.orValue({}).size() == 0", json!({"policy": null})), Pass);
    assert_eq!(status("resource.?policy[?'x'].orValue(3) == 3", json!({"policy": {}})), Pass);
}

#[test]
fn what_need_not_be_there_is_checked() {
    assert!(fault("resource.?count == 1").message.contains("needs a value"));
    assert!(fault("resource.count.orValue(1) == 1").message.contains("need not be there"));
    assert!(fault("resource.?count.orValue('x') == 1").message.contains("and this is string"));
    assert!(fault("resource.?cuont.orValue(1) == 1").message.contains("no field"));
    assert!(fault("resource.?names.orValue([]).all(n, n == 1)").message.contains("never equal"));
}

#[test]
fn look_ups_go_as_far_as_they_say() {
    let (kinds, here) = (kinds(), server(json!({"network": "n"})));
    let mut there = resource("acme_network", "n-2", Data::from(json!({"id": "n", "private": true})));
    there.region = "there".into();
    let mut builder = Inventory::builder(kinds.into_values());
    builder.listed("acme_network".into());
    builder.add(there);
    let inventory = builder.build();
    let judged = |source: &str| compile(source).0.judge(&here, &inventory);
    assert_eq!(judged("resources('acme_network').exists(n, n.private)"), Fail);
    assert_eq!(judged("all_resources('acme_network').exists(n, n.private)"), Pass);
    assert_eq!(judged("resources('acme_network', 'id', resource.network).exists(n, n.private)"), Fail);
    assert_eq!(judged("all_resources('acme_network', 'id', resource.network).exists(n, n.region == 'there')"), Pass);
    assert!(!compile("all_resources('acme_network').exists(n, n.private)").1.only(&["acme_server".into()]));
}
