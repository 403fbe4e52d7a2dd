use std::sync::Arc;

use jiff::Timestamp;
use serde_json::json;

use super::*;
use crate::{Per, Scope, Source, Status, Verdict};

const LIST: Source = Source::new("acme", "ListServers", "acme:ListServers", Per::Account);

fn unread(call: &str) -> Data {
    Unread::new(Reason::AccessDenied, call).into()
}

fn server(data: Data) -> Resource {
    Resource {
        uid: "acme:1".into(),
        kind: "acme_server".into(),
        provider: "acme".into(),
        account: "1".into(),
        region: "north".into(),
        name: "one".into(),
        tags: Arc::new([("team".into(), "blue".into())].into()),
        collected_at: Timestamp::UNIX_EPOCH,
        origin: None,
        data,
    }
}

fn example() -> Resource {
    let port = |number, open: Data| Data::object([("number", Data::Int(number)), ("open", open)]);
    server(Data::object([
        ("owner", Data::from("ana")),
        ("cpus", Data::Int(4)),
        ("load", Data::Float(0.5)),
        ("nothing", Data::Null),
        ("disk", unread("acme:GetDisk")),
        ("ports", Data::list([port(22, Data::Bool(false)), port(80, unread("acme:GetPort"))])),
        ("broken", Data::list([port(22, Data::Bool(false)), unread("acme:ListPorts")])),
    ]))
}

fn why<T: std::fmt::Debug>(answer: Result<T, UnreadField>) -> String {
    let UnreadField { field, unread } = answer.unwrap_err();
    format!("{field}: {unread}")
}

#[test]
fn a_value_is_there_or_absent_or_not_read() {
    let server = example();
    let fields = server.view();
    assert_eq!(fields.get_str("owner"), Ok(Some("ana")));
    assert_eq!(fields.get_i64("cpus"), Ok(Some(4)));
    assert_eq!((fields.get_f64("load"), fields.get_f64("cpus")), (Ok(Some(0.5)), Ok(Some(4.0))));
    for absent in ["nothing", "nothing.at.all", "no_such_field", "no.such.field"] {
        assert_eq!(fields.get(absent), Ok(None), "{absent}");
        assert_eq!(fields.get_bool(absent), Ok(None), "{absent}");
        assert!(fields.get_list(absent).unwrap().is_none() && fields.get_fields(absent).unwrap().is_none());
    }
    assert_eq!(why(fields.get_bool("disk")), "disk: acme:GetDisk: access_denied");
    assert_eq!(why(fields.get_bool("disk.encrypted.by")), "disk: acme:GetDisk: access_denied", "its parent is named");
    assert_eq!((fields.get_str("name"), fields.get_str("region")), (Ok(Some("one")), Ok(Some("north"))));
    assert_eq!((fields.get_tag("team"), fields.get_tag("other")), (Ok(Some("blue")), Ok(None)));
}

#[test]
fn another_type_is_a_fault_of_the_rule_and_not_absent() {
    let server = example();
    let fields = server.view();
    assert_eq!(why(fields.get_bool("owner")), "owner: rule_error (it is string, and was read as bool)");
    assert_eq!(why(fields.get_i64("name")), "name: rule_error (it is string, and was read as int)");
    assert_eq!(why(fields.get_str("owner.name")), "owner: rule_error (it is string, which has no field `name`)");
    assert!(why(fields.get_str("ports.number")).contains("it is list"));
}

#[test]
fn of_a_list_that_could_not_be_made_nothing_is_known() {
    let server = server(unread("acme:ListServers"));
    let fields = server.view();
    for path in ["owner", "name", "uid", ""] {
        assert!(why(fields.get_str(path)).ends_with("acme:ListServers: access_denied"), "{path}");
    }
    assert_eq!(why(fields.get_tag("team")), "tags: acme:ListServers: access_denied");
    assert_eq!(why(fields.get_str("owner")), "data: acme:ListServers: access_denied");
}

#[test]
fn items_decide_what_they_can() {
    let server = example();
    let fields = server.view();
    let number = |wanted| move |port: &Fields<'_>| Ok(port.get_i64("number")? == Some(wanted));
    let open = |port: &Fields<'_>| Ok(port.get_bool("open")? == Some(true));
    assert_eq!(fields.any("ports", number(80)), Ok(true));
    assert_eq!(fields.any("ports", number(443)), Ok(false));
    assert_eq!(why(fields.any("ports", open)), "ports[1].open: acme:GetPort: access_denied");
    assert_eq!(fields.all("ports", open), Ok(false), "the first is closed, whatever the second is");
    assert_eq!(fields.any("broken", number(22)), Ok(true));
    assert_eq!(why(fields.any("broken", number(443))), "broken[1]: acme:ListPorts: access_denied");
    assert_eq!(why(fields.all("broken", number(22))), "broken[1]: acme:ListPorts: access_denied");
    assert_eq!((fields.any("nothing", open), fields.all("nothing", open)), (Ok(false), Ok(true)));
    assert!(why(fields.any("disk", open)).starts_with("disk: "));
    let numbers: Result<Vec<_>, _> = fields.get_list("ports").unwrap().unwrap().into_iter().collect();
    assert_eq!(numbers.unwrap()[0].get_i64("number"), Ok(Some(22)));
    assert!(fields.get_list("broken").unwrap().unwrap().into_iter().collect::<Result<Vec<_>, _>>().is_err());
    let texts = self::server(Data::object([("zones", Data::list([Data::from("a"), Data::from("b")]))]));
    assert_eq!(texts.view().any("zones", |zone| Ok(zone.get_str("")? == Some("b"))), Ok(true));
}

#[test]
fn what_a_model_has_and_nobody_gave_is_not_absent() {
    let schema = json!({"properties": {"owner": {"type": "string"},
        "ports": {"items": {"properties": {"open": {"type": "boolean"}}}}}});
    let kind = |native: bool| {
        let kind = Kind::from_schema("acme_server", "acme", "cmdb", Scope::Account, LIST, schema.clone()).unwrap();
        Arc::new(if native { kind.native() } else { kind })
    };
    let port = Data::object([("number", Data::Int(1))]);
    let server = server(Data::object([("ports", Data::list([port]))]));
    let [of_model, native] = [false, true].map(|native| Inventory::builder([kind(native)]).build());
    let fields = server.view().known_by(&of_model);
    assert_eq!(why(fields.get_str("owner")), "owner: acme:ListServers: not_given");
    assert!(why(fields.any("ports", |port| Ok(port.get_bool("open")?.is_some()))).starts_with("ports[0].open: "));
    assert_eq!(fields.get_str("no_such_field"), Ok(None));
    let fields = server.view().known_by(&native);
    assert_eq!(fields.get_str("owner"), Ok(None), "a provider's own object leaves out what is not set");
}

#[test]
fn a_verdict_rests_on_what_was_read() {
    let (server, nothing) = (example(), Inventory::default());
    let verdict = Verdict::by(&server, &nothing, |fields| Ok(fields.get_i64("cpus")? == Some(8)));
    assert_eq!(
        (verdict.status, &*verdict.evidence[0].field, &verdict.evidence[0].value),
        (Status::Fail, "cpus", &Data::Int(4))
    );
    let verdict = Verdict::by(&server, &nothing, |fields| {
        let owned = fields.get_str("owner")?.is_some();
        Ok(owned && fields.get_bool("disk.encrypted")? == Some(true))
    });
    assert_eq!((verdict.status, &*verdict.unread[0].field), (Status::Unknown, "disk"));
    let verdict = Verdict::by(&server, &nothing, |fields| {
        let owner = fields.get_str("owner")?.unwrap_or("nobody");
        Ok(Verdict { message: Some(format!("{owner} is called")), ..Verdict::of(Status::Pass) })
    });
    assert_eq!((verdict.message.as_deref(), verdict.evidence.len()), (Some("ana is called"), 1));
}
