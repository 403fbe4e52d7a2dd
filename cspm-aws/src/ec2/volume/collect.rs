//! EBS volumes, live.

use std::future::ready;

use aws_sdk_ec2::types as sdk;
use cspm_core::{Model, Resource};

use super::{Attachment, Volume};
use crate::client::{Miss, Page, Site};
use crate::ec2::convert::{id, name, tags, text};
use crate::live::{given, items, time, word};

pub(in crate::ec2) async fn collect(site: &Site) {
    let ec2 = site.ec2();
    // Managed ones too, which are hidden otherwise where an account has chosen so.
    let list = || ec2.describe_volumes().include_managed_resources(true).max_results(1000);
    site.list(&[Volume::KIND], &Volume::LIST)
        .each(
            |token| list().set_next_token(token).send(),
            |page| Page::new(page.volumes, page.next_token),
            |volume| ready(describe(site, volume)),
        )
        .await;
}

fn describe(site: &Site, volume: sdk::Volume) -> Result<Resource, Miss> {
    let tags = tags(volume.tags);
    let source = &Volume::LIST;
    let volume = Volume {
        volume_id: id(volume.volume_id, Volume::KIND)?,
        volume_type: text(volume.volume_type),
        state: word(volume.state, source),
        size: volume.size,
        encrypted: given(volume.encrypted, source),
        kms_key_id: volume.kms_key_id,
        snapshot_id: volume.snapshot_id.filter(|id| !id.is_empty()),
        availability_zone: volume.availability_zone,
        create_time: time(volume.create_time, source),
        iops: volume.iops,
        throughput: volume.throughput,
        multi_attach_enabled: volume.multi_attach_enabled,
        attachments: items(volume.attachments, source, |attachment| Attachment {
            instance_id: attachment.instance_id,
            device: attachment.device,
            state: word(attachment.state, source),
            attach_time: time(attachment.attach_time, source),
            delete_on_termination: attachment.delete_on_termination,
        }),
    };
    let uid = site.arn("ec2", &format!("volume/{}", volume.volume_id));
    site.resource(uid, name(&tags, &volume.volume_id), tags, &volume)
}
