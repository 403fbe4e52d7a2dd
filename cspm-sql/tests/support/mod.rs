//! An inventory to query.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, reason = "each test uses some of it")]

use std::sync::Arc;

use cspm_core::{
    Data, Gap, Inventory, InventoryBuilder, Kind, Model, Per, Read, Reason, Resource, Scope, Source, Unread,
};
use schemars::JsonSchema;
use serde::Serialize;

const LIST: Source = Source::new("acme", "ListDisks", "acme:ListDisks", Per::Region);
const ENCRYPTION: Source = Source::new("acme", "GetEncryption", "acme:GetEncryption", Per::Resource("acme_disk"));

/// A disk.
#[derive(Serialize, JsonSchema)]
pub struct Disk {
    pub name: String,
    pub size: i64,
    pub cost: f64,
    #[schemars(extend("x-source" = ENCRYPTION))]
    pub encrypted: Read<bool>,
    pub owner: Option<String>,
    pub mounts: Vec<String>,
}

impl Model for Disk {
    const KIND: &'static str = "acme_disk";
    const PROVIDER: &'static str = "acme";
    const SERVICE: &'static str = "disk";
    const SCOPE: Scope = Scope::Region;
    const LIST: Source = LIST;
}

pub fn disk(number: i64, encrypted: Read<bool>) -> Resource {
    let name = format!("disk-{number:06}");
    let mounts = vec![format!("/mnt/{number}"), "/srv".to_owned()];
    let model = Disk { name: name.clone(), size: number * 10, cost: 0.5, encrypted, owner: None, mounts };
    Resource::of(format!("arn:acme:{name}"), "42", "north", &model)
        .unwrap()
        .named(name)
        .tagged([("team", "red")])
        .collected_at("2026-01-31T12:00:00Z".parse().unwrap())
}

pub fn thing(kind: &str, name: &str, data: Data) -> Resource {
    Resource {
        uid: format!("{kind}/{name}").into(),
        kind: kind.into(),
        provider: "acme".into(),
        account: "42".into(),
        region: "global".into(),
        name: name.into(),
        tags: Arc::default(),
        collected_at: "2026-01-31T12:00:00Z".parse().unwrap(),
        origin: None,
        data,
    }
}

pub fn denied() -> Unread {
    Unread::new(Reason::AccessDenied, "acme:GetEncryption").with_detail("not you")
}

pub fn gap() -> Gap {
    Gap {
        kind: "acme_disk".into(),
        provider: "acme".into(),
        account: "42".into(),
        region: "south".into(),
        unread: Arc::new(Unread::new(Reason::Throttled, "acme:ListDisks")),
    }
}

pub fn builder() -> InventoryBuilder {
    let mut builder = Inventory::builder([Arc::new(Kind::of::<Disk>().unwrap())]);
    builder.listed("acme_disk".into());
    builder
}

/// Three disks: one encrypted, one not, one of which it is not known.
pub fn disks() -> Inventory {
    let mut builder = builder();
    builder.add(disk(1, Read::Known(true)));
    builder.add(disk(2, Read::Known(false)));
    builder.add(disk(3, denied().into()));
    builder.build()
}

/// So many disks.
pub fn many(count: i64) -> Inventory {
    let mut builder = builder();
    (0..count).for_each(|number| builder.add(disk(number, Read::Known(number % 2 == 0))));
    builder.build()
}
