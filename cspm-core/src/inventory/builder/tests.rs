use jiff::Timestamp;

use super::*;
use crate::{Data, Reason};

fn server(kind: &str, size: i64, at: i64) -> Resource {
    Resource {
        uid: "acme:1".into(),
        kind: kind.into(),
        provider: "acme".into(),
        account: "1".into(),
        region: "north".into(),
        name: "one".into(),
        tags: Arc::default(),
        collected_at: Timestamp::from_second(at).unwrap(),
        origin: None,
        data: Data::object([("size", Data::Int(size))]),
    }
}

#[test]
fn one_that_comes_again_is_one_and_counted() {
    let mut builder = Inventory::builder([]);
    for at in [2, 3, 1] {
        builder.add(server("acme_server", 1, at));
    }
    let inventory = builder.build();
    assert_eq!((inventory.len(), inventory.repeated()), (1, 2));
    assert_eq!(inventory.get("acme:1").unwrap().collected_at, Timestamp::from_second(3).unwrap());
}

#[test]
fn of_two_that_differ_neither_wins() {
    for sizes in [[1, 2], [2, 1]] {
        let mut builder = Inventory::builder([]);
        sizes.into_iter().for_each(|size| builder.add(server("acme_server", size, size)));
        let inventory = builder.build();
        assert_eq!((inventory.len(), inventory.repeated()), (1, 0));
        let size = inventory.get("acme:1").unwrap().data.get("size").unwrap().unread().unwrap().reason;
        assert_eq!(size, Reason::Conflicting);
    }
}

#[test]
fn a_caller_who_gives_two_that_differ_is_told_which() {
    let mut builder = Inventory::builder([]);
    builder.insert(server("acme_server", 1, 0)).unwrap();
    builder.insert(server("acme_server", 1, 5)).unwrap();
    let other = Resource { name: "two".into(), account: "".into(), ..server("acme_server", 1, 0) };
    let error = builder.insert(other).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Format);
    let text = error.to_string();
    for said in ["acme:1", "acme_server one of 1", "acme_server two of no account", "account, name"] {
        assert!(text.contains(said), "{text}");
    }
}

#[test]
fn kinds_may_share_a_uid() {
    for kinds in [["acme_server", "acme_account"], ["acme_account", "acme_server"]] {
        let mut builder = Inventory::builder([]);
        kinds.into_iter().for_each(|kind| builder.insert(server(kind, kind.len() as i64, 0)).unwrap());
        builder.insert(server("acme_server", 11, 0)).unwrap();
        assert!(builder.insert(server("acme_server", 1, 0)).is_err());
        assert!(builder.insert(server("acme_account", 1, 0)).is_err());
        let inventory = builder.build();
        assert_eq!((inventory.len(), inventory.repeated()), (2, 1));
        assert_eq!(&*inventory.get("acme:1").unwrap().kind, "acme_account", "the first kind in order");
        assert_eq!(inventory.of_kind("acme_server").len(), 1);
    }
}

#[test]
fn a_place_in_which_a_resource_may_be_is_not_known_to_be_without_it() {
    let mut builder = Inventory::builder([]);
    builder.add(server("acme_server", 1, 0));
    builder.add(Resource { account: "2".into(), ..server("acme_server", 1, 0) });
    let near = Resource { uid: "acme:2".into(), account: "2".into(), ..server("acme_disk", 1, 0) };
    builder.add(near.clone());
    let inventory = builder.build();
    let found = inventory.near("acme_server", &near);
    assert_eq!(found.unread.as_ref().map(|unread| unread.reason), Some(Reason::Conflicting));
    assert!(found.first().is_err());
}
