use super::*;
use crate::{Reason, Scope};

fn policy(region: &str, name: &str, selected: Data) -> Resource {
    Resource {
        uid: format!("{region}/{name}").into(),
        kind: "policy".into(),
        provider: "p".into(),
        account: "a".into(),
        region: region.into(),
        name: name.into(),
        tags: Arc::default(),
        collected_at: jiff::Timestamp::UNIX_EPOCH,
        origin: None,
        data: Data::object([("selected", selected)]),
    }
}

fn gap(region: &str, reason: Reason) -> Gap {
    let unread = Arc::new(Unread::new(reason, "p:List"));
    Gap { kind: "policy".into(), provider: "p".into(), account: "a".into(), region: region.into(), unread }
}

/// The reasons of a look-up in all regions: of all that there is, and of what is written.
fn reasons(gaps: &[Gap], resources: &[Resource]) -> (Option<Reason>, Option<Reason>) {
    let mut builder = Inventory::builder([]);
    resources.iter().for_each(|resource| builder.add(resource.clone()));
    gaps.iter().for_each(|gap| builder.add_gap(gap.clone()));
    builder.index("policy".into(), "selected".into());
    let inventory = builder.build();
    let near = policy("r", "near", Data::Null);
    let found = inventory.find("policy", "selected", &Data::from("x"), &near);
    assert_eq!(inventory.is_as_written(), gaps.iter().any(Gap::is_not_written));
    (found.unread.as_ref().map(|unread| unread.reason), found.unread_as_written().map(|unread| unread.reason))
}

#[test]
fn what_is_not_written_is_no_reason_for_who_judges_what_is_written() {
    use Reason::{AccessDenied, NotSelected, NotWritten, Throttled};
    let hidden = || [policy("r", "p", Data::from(Unread::new(Throttled, "")))];
    assert_eq!(reasons(&[gap(GLOBAL, NotWritten)], &[]), (Some(NotWritten), None));
    assert_eq!(reasons(&[gap("r", NotWritten)], &[]), (Some(NotWritten), None));
    assert_eq!(reasons(&[gap(GLOBAL, NotSelected)], &[]), (Some(NotSelected), Some(NotSelected)));
    // A list that could not be made, or a field that was not read, is a reason still.
    let both = [gap(GLOBAL, NotWritten), gap("r", AccessDenied)];
    assert_eq!(reasons(&both, &[]), (Some(AccessDenied), Some(AccessDenied)));
    assert_eq!(reasons(&[gap(GLOBAL, NotWritten)], &hidden()), (Some(Throttled), Some(Throttled)));
    assert_eq!(reasons(&[gap(GLOBAL, AccessDenied)], &hidden()), (Some(AccessDenied), Some(AccessDenied)));
    assert_eq!(reasons(&[], &hidden()), (Some(Throttled), Some(Throttled)));
}

#[test]
fn a_gap_concerns_its_region_and_a_global_one_all() {
    let kind = |name: &str| {
        let list = crate::Source::new("p", "List", "p:List", crate::Per::Region);
        Arc::new(Kind::from_schema(name, "p", "s", Scope::Region, list, serde_json::json!({})).expect("a kind"))
    };
    let unread = |region: &str, asked: &str| {
        let mut builder = Inventory::builder([kind("policy")]);
        builder.add_gap(gap(region, Reason::AccessDenied));
        let near = Resource { kind: "policy".into(), ..policy(asked, "near", Data::Null) };
        let inventory = builder.build();
        (inventory.near("policy", &near).unread.is_some(), inventory.all("policy", &near).unread.is_some())
    };
    assert_eq!(unread("r", "r"), (true, true));
    assert_eq!(unread("r", "s"), (false, true));
    assert_eq!(unread(GLOBAL, "s"), (true, true));
}
