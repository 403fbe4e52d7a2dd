//! EBS snapshots, live.

use aws_sdk_ec2::Client;
use aws_sdk_ec2::types as sdk;
use cspm_core::{Model, Resource};

use super::{CreateVolumePermission, Snapshot};
use crate::client::{Miss, Page, Site};
use crate::ec2::convert::{id, name, tags};
use crate::ec2::sources::DESCRIBE_SNAPSHOT_ATTRIBUTE;
use crate::live::{flat, given, items, time, word};

pub(in crate::ec2) async fn collect(site: &Site) {
    let ec2 = site.ec2();
    site.list(&[Snapshot::KIND], &Snapshot::LIST)
        .each(
            |token| ec2.describe_snapshots().owner_ids("self").max_results(1000).set_next_token(token).send(),
            |page| Page::new(owned(site, page.snapshots), page.next_token),
            |snapshot| describe(site, &ec2, snapshot),
        )
        .await;
}

/// The account's own: AWS gives no others here, but emulators do.
fn owned(site: &Site, snapshots: Option<Vec<sdk::Snapshot>>) -> Option<Vec<sdk::Snapshot>> {
    let is_own = |snapshot: &sdk::Snapshot| snapshot.owner_id.as_deref().is_none_or(|owner| *owner == **site.account());
    snapshots.map(|snapshots| snapshots.into_iter().filter(is_own).collect())
}

async fn describe(site: &Site, ec2: &Client, snapshot: sdk::Snapshot) -> Result<Resource, Miss> {
    let tags = tags(snapshot.tags);
    let snapshot_id = id(snapshot.snapshot_id, Snapshot::KIND)?;
    let permissions = site
        .call(&[Snapshot::KIND], &DESCRIBE_SNAPSHOT_ATTRIBUTE)
        .gone_on(&["InvalidSnapshot.NotFound"])
        .read(|| {
            ec2.describe_snapshot_attribute()
                .snapshot_id(&snapshot_id)
                .attribute(sdk::SnapshotAttributeName::CreateVolumePermission)
                .send()
        })
        .await?;
    let source = &Snapshot::LIST;
    let snapshot = Snapshot {
        volume_id: snapshot.volume_id,
        volume_size: snapshot.volume_size,
        state: word(snapshot.state, source),
        encrypted: given(snapshot.encrypted, source),
        kms_key_id: snapshot.kms_key_id,
        start_time: time(snapshot.start_time, source),
        description: snapshot.description,
        owner_id: snapshot.owner_id,
        storage_tier: word(snapshot.storage_tier, source),
        create_volume_permissions: flat(permissions.map(|permissions| {
            let source = &DESCRIBE_SNAPSHOT_ATTRIBUTE;
            items(permissions.create_volume_permissions, source, |permission| CreateVolumePermission {
                // Somebody who is named in no way that is known may be everyone.
                group: match permission.group {
                    None if permission.user_id.is_none() => given(None, source),
                    group => word(group, source),
                },
                user_id: permission.user_id,
            })
        })),
        snapshot_id,
    };
    // The ARN of a snapshot names no account.
    let uid = format!("arn:{}:ec2:{}::snapshot/{}", site.partition(), site.region(), snapshot.snapshot_id);
    site.resource(uid, name(&tags, &snapshot.snapshot_id), tags, &snapshot)
}
