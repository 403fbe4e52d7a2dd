use super::*;
use crate::{Kind, Per, Reason, Source};

const LIST: Source = Source::new("acme", "List", "acme:List", Per::Account);

fn server(id: &str, data: Data) -> Resource {
    Resource {
        uid: format!("acme:{id}").into(),
        kind: "acme_server".into(),
        provider: "acme".into(),
        account: "1".into(),
        region: "north".into(),
        name: id.into(),
        tags: Arc::default(),
        collected_at: jiff::Timestamp::UNIX_EPOCH,
        origin: None,
        data,
    }
}

fn graph(servers: Vec<Resource>, denied: bool) -> (Vec<Edge>, Vec<Arc<Resource>>) {
    let kind =
        |name: &str, schema| Arc::new(Kind::from_schema(name, "acme", "s", Scope::Region, LIST, schema).unwrap());
    let disk = Reference::new(Relation::Attachment, "acme_disk", "id");
    let disk = serde_json::json!({"type": "string", "x-ref": disk});
    let server = serde_json::json!({"properties": {"disk": disk, "disks": disk}});
    let kinds = [kind("acme_server", server), kind("acme_disk", serde_json::json!({"properties": {"id": {}}}))];
    let mut builder = Inventory::builder(kinds);
    ["acme_server", "acme_disk"].into_iter().for_each(|kind| builder.listed(kind.into()));
    servers.into_iter().for_each(|server| builder.add(server));
    let known = self::server("disk-1", Data::object([("id", Data::from("disk-1"))]));
    builder.add(Resource { kind: "acme_disk".into(), ..known });
    if denied {
        let unread = Arc::new(Unread::new(Reason::AccessDenied, "acme:List"));
        let [kind, provider, account, region] = ["acme_disk", "acme", "1", "north"].map(Arc::from);
        builder.add_gap(Gap { kind, provider, account, region, unread });
    }
    linked(&builder.build())
}

fn of_disk(id: &str) -> Vec<Resource> {
    vec![server("a", Data::object([("disk", Data::from(id))]))]
}

#[test]
fn an_edge_to_what_could_not_be_listed_has_an_end_that_is_unknown() {
    let (edges, ends) = graph(of_disk("disk-2"), true);
    assert_eq!((&*edges[0].from, edges[0].unread.as_ref().unwrap().reason), ("acme:a", Reason::AccessDenied));
    assert_eq!(&*edges[0].to, "unlisted://acme/1/north/acme_disk/id=disk-2");
    assert_eq!((ends.len(), &ends[0].uid, &*ends[0].name), (1, &edges[0].to, "disk-2"));
    assert!(ends[0].data.unread().is_some());
    let (edges, ends) = graph(of_disk("disk-1"), true);
    assert_eq!((&*edges[0].to, &edges[0].unread, ends.len()), ("acme:disk-1", &None, 0), "it was found all the same");
}

#[test]
fn an_edge_to_what_is_known_to_be_absent_is_none() {
    let (edges, ends) = graph(of_disk("disk-2"), false);
    assert!(edges.is_empty() && ends.is_empty());
    assert!(graph(vec![server("a", Data::object([("disk", Data::Null)]))], true).0.is_empty());
}

#[test]
fn a_reference_that_was_not_read_is_an_edge_to_nobody_knows_what() {
    let unread = || Data::from(Unread::new(Reason::Throttled, "acme:Get"));
    let listed = server("b", Data::object([("disks", Data::list([Data::from("disk-1"), unread()]))]));
    let (edges, ends) = graph(vec![server("a", Data::object([("disk", unread())])), listed], false);
    let shown: Vec<_> = edges.iter().map(|edge| (&*edge.from, &*edge.to, edge.unread.is_some())).collect();
    let nobody = "unlisted://acme/1/north/acme_disk";
    assert_eq!(shown, [("acme:a", nobody, true), ("acme:b", "acme:disk-1", false), ("acme:b", nobody, true)]);
    assert_eq!(ends.len(), 1);
}
