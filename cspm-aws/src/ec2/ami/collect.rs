//! Machine images, live.

use aws_sdk_ec2::Client;
use aws_sdk_ec2::types as sdk;
use cspm_core::{Model, Resource};

use super::{Ami, BlockDeviceMapping, LaunchPermission};
use crate::client::{Miss, Page, Site};
use crate::ec2::convert::{id, tags};
use crate::ec2::sources::DESCRIBE_IMAGE_ATTRIBUTE;
use crate::live::{flat, given, items, time_of, word};

pub(in crate::ec2) async fn collect(site: &Site) {
    let ec2 = site.ec2();
    let list = || ec2.describe_images().owners("self").include_disabled(true).max_results(1000);
    site.list(&[Ami::KIND], &Ami::LIST)
        .each(
            |token| list().set_next_token(token).send(),
            |page| Page::new(page.images, page.next_token),
            |image| describe(site, &ec2, image),
        )
        .await;
}

async fn describe(site: &Site, ec2: &Client, image: sdk::Image) -> Result<Resource, Miss> {
    let tags = tags(image.tags);
    let image_id = id(image.image_id, Ami::KIND)?;
    let permissions = site
        .call(&[Ami::KIND], &DESCRIBE_IMAGE_ATTRIBUTE)
        .gone_on(&["InvalidAMIID.NotFound", "InvalidAMIID.Unavailable"])
        .read(|| {
            ec2.describe_image_attribute()
                .image_id(&image_id)
                .attribute(sdk::ImageAttributeName::LaunchPermission)
                .send()
        })
        .await?;
    let source = &Ami::LIST;
    let image = Ami {
        name: image.name,
        description: image.description,
        state: word(image.state, source),
        public: given(image.public, source),
        owner_id: image.owner_id,
        architecture: word(image.architecture, source),
        platform: word(image.platform, source),
        virtualization_type: word(image.virtualization_type, source),
        root_device_type: word(image.root_device_type, source),
        imds_support: word(image.imds_support, source),
        creation_date: time_of(image.creation_date, source),
        deprecation_time: time_of(image.deprecation_time, source),
        last_launched_time: time_of(image.last_launched_time, source),
        block_device_mappings: items(image.block_device_mappings, source, disk),
        launch_permissions: flat(
            permissions.map(|p| items(p.launch_permissions, &DESCRIBE_IMAGE_ATTRIBUTE, permission)),
        ),
        image_id,
    };
    // The ARN of an image names no account.
    let uid = format!("arn:{}:ec2:{}::image/{}", site.partition(), site.region(), image.image_id);
    site.resource(uid, image.name.clone().unwrap_or_else(|| image.image_id.clone()), tags, &image)
}

fn disk(mapping: sdk::BlockDeviceMapping) -> BlockDeviceMapping {
    let ebs = mapping.ebs.as_ref();
    BlockDeviceMapping {
        device_name: mapping.device_name,
        snapshot_id: ebs.and_then(|ebs| ebs.snapshot_id.clone()),
        encrypted: ebs.and_then(|ebs| ebs.encrypted),
        volume_size: ebs.and_then(|ebs| ebs.volume_size),
    }
}

fn permission(permission: sdk::LaunchPermission) -> LaunchPermission {
    let named = [&permission.user_id, &permission.organization_arn, &permission.organizational_unit_arn];
    LaunchPermission {
        // Somebody who is named in none of the ways that are known may be everyone.
        group: match permission.group {
            None if named.iter().all(|name| name.is_none()) => given(None, &DESCRIBE_IMAGE_ATTRIBUTE),
            group => word(group, &DESCRIBE_IMAGE_ATTRIBUTE),
        },
        user_id: permission.user_id,
        organization_arn: permission.organization_arn,
        organizational_unit_arn: permission.organizational_unit_arn,
    }
}
