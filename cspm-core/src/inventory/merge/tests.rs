use jiff::Timestamp;
use proptest::prelude::*;

use super::*;

fn pod(data: Data) -> Resource {
    Resource {
        uid: "k8s://c/ns/Pod/p".into(),
        kind: "kubernetes_pod".into(),
        provider: "kubernetes".into(),
        account: "c".into(),
        region: "ns".into(),
        name: "p".into(),
        tags: Arc::default(),
        collected_at: Timestamp::UNIX_EPOCH,
        origin: None,
        data,
    }
}

fn container(name: &str, privileged: bool) -> Data {
    Data::object([("name", Data::from(name)), ("privileged", Data::Bool(privileged))])
}

fn reason(data: &Data) -> Option<Reason> {
    data.unread().map(|unread| unread.reason)
}

fn unread(reason: Reason) -> Data {
    Unread::new(reason, "x:Y").into()
}

#[test]
fn what_both_say_stays_and_what_they_differ_in_is_unread() {
    let of = |image: &str, privileged| {
        let containers = Data::list([container("a", false), container("b", privileged)]);
        pod(Data::object([("image", Data::from(image)), ("containers", containers), ("same", Data::Int(1))]))
    };
    let merged = merge(&of("x", true), &of("y", false));
    assert!(merged.differs && merged.elsewhere.is_none());
    let data = &merged.resource.data;
    assert_eq!(reason(data.get("image").unwrap()), Some(Reason::Conflicting));
    assert_eq!(data.get("same"), Some(&Data::Int(1)));
    let containers = data.get("containers").unwrap().as_list().unwrap();
    assert_eq!(containers[0], container("a", false));
    assert_eq!(containers[1].get("name").unwrap().as_str(), Some("b"));
    assert_eq!(reason(containers[1].get("privileged").unwrap()), Some(Reason::Conflicting));
}

#[test]
fn a_key_or_an_item_that_only_one_has_is_unread() {
    let list = |n: usize| Data::list((0..n).map(|n| Data::Int(n as i64)));
    let a = pod(Data::object([("list", list(2)), ("only", Data::Null)]));
    let b = pod(Data::object([("list", list(3))]));
    let data = merge(&a, &b).resource.data;
    assert_eq!(reason(data.get("list").unwrap()), Some(Reason::Conflicting));
    assert_eq!(reason(data.get("only").unwrap()), Some(Reason::Conflicting), "null is not the same as not there");
}

#[test]
fn what_one_could_not_read_stays_unread_and_what_it_was_not_asked_for_is_taken_from_the_other() {
    for (why, stays) in [
        (Reason::AccessDenied, true),
        (Reason::Failed, true),
        (Reason::NotGiven, true),
        (Reason::Skipped, false),
        (Reason::NotSelected, false),
    ] {
        let merged = merge(&pod(unread(why)), &pod(Data::Bool(true)));
        assert_eq!(reason(&merged.resource.data), stays.then_some(why));
        assert_eq!(merged.differs, stays, "{why}");
    }
    let merged = merge(&pod(unread(Reason::Skipped)), &pod(unread(Reason::AccessDenied)));
    assert_eq!((reason(&merged.resource.data), merged.differs), (Some(Reason::AccessDenied), false));
}

#[test]
fn of_two_in_different_places_nothing_is_known() {
    let here = pod(Data::Null);
    let there = Resource { account: "d".into(), ..here.clone() };
    let merged = merge(&there, &here);
    assert_eq!((reason(&merged.resource.data), &*merged.resource.account), (Some(Reason::Conflicting), "c"));
    assert_eq!(&*merged.elsewhere.unwrap().account, "d");
    let tags = Arc::new(BTreeMap::from([("team".into(), "a".into())]));
    let tagged = Resource { tags, ..here.clone() };
    let merged = merge(&tagged, &here);
    assert!(merged.differs && merged.resource.tags.is_empty() && merged.resource.data.unread().is_some());
}

fn data() -> impl Strategy<Value = Data> {
    let leaf = prop_oneof![
        Just(Data::Null),
        any::<bool>().prop_map(Data::Bool),
        (0i64..3).prop_map(Data::Int),
        "[ab]".prop_map(Data::from),
        prop_oneof![Just(Reason::AccessDenied), Just(Reason::Skipped), Just(Reason::NotSelected)].prop_map(unread),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Data::list),
            prop::collection::btree_map("[abc]", inner, 0..3).prop_map(Data::object),
        ]
    })
}

/// Whether everything that `merged` says is said by `by` too, or was not asked of it.
fn is_said(merged: &Data, by: &Data) -> bool {
    match (merged, by) {
        (Data::Unread(_), _) => true,
        (_, Data::Unread(unread)) => was_not_asked(unread),
        (Data::Object(a), Data::Object(b)) => {
            a.iter().all(|(key, a)| a.unread().is_some() || b.get(key).is_some_and(|b| is_said(a, b)))
                && b.iter().all(|(key, b)| a.get(key).is_some() || b.unread().is_some_and(|b| was_not_asked(b)))
        }
        (Data::List(a), Data::List(b)) => a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| is_said(a, b)),
        (a, b) => a == b,
    }
}

proptest! {
    #[test]
    fn nothing_is_said_that_one_of_them_does_not_say(a in data(), b in data()) {
        let merged = merge(&pod(a.clone()), &pod(b.clone())).resource.data;
        prop_assert!(is_said(&merged, &a) && is_said(&merged, &b), "{merged:?}");
    }

    #[test]
    fn the_order_in_which_they_come_changes_nothing(a in data(), b in data(), c in data()) {
        let join = |a: &Data, b: &Data| merge(&pod(a.clone()), &pod(b.clone())).resource.data;
        prop_assert_eq!(join(&a, &b), join(&b, &a));
        prop_assert_eq!(join(&join(&a, &b), &c), join(&a, &join(&b, &c)));
        prop_assert_eq!(join(&a, &a), a);
    }
}
