//! The settings of EC2 in a region, live. The region itself is the list: there is one resource, whatever can be read.

use aws_sdk_ec2::types as sdk;
use cspm_core::{Model, Read, Resource};

use super::{InstanceMetadataDefaults, RegionalSettings};
use crate::client::{Miss, Site};
use crate::ec2::convert::text;
use crate::ec2::sources::{
    GET_EBS_DEFAULT_KMS_KEY_ID, GET_EBS_ENCRYPTION_BY_DEFAULT, GET_IMAGE_BLOCK_PUBLIC_ACCESS_STATE,
    GET_INSTANCE_METADATA_DEFAULTS, GET_SNAPSHOT_BLOCK_PUBLIC_ACCESS_STATE,
};
use crate::live::given;

const KINDS: &[&str] = &[RegionalSettings::KIND];

pub(in crate::ec2) async fn collect(site: &Site) {
    if !site.wants(RegionalSettings::KIND) {
        return;
    }
    match describe(site).await {
        Ok(settings) => site.emit(settings).await,
        Err(Miss::Gone) => {}
        Err(Miss::Broken(error)) => {
            let unread = cspm_core::Unread::new(cspm_core::Reason::Failed, "").with_detail(error.to_string());
            site.gap(KINDS, unread).await;
        }
    }
}

async fn describe(site: &Site) -> Result<Resource, Miss> {
    let ec2 = site.ec2();
    let (encryption, key, snapshots, images, metadata) = futures::try_join!(
        async {
            site.call(KINDS, &GET_EBS_ENCRYPTION_BY_DEFAULT).read(|| ec2.get_ebs_encryption_by_default().send()).await
        },
        async { site.call(KINDS, &GET_EBS_DEFAULT_KMS_KEY_ID).read(|| ec2.get_ebs_default_kms_key_id().send()).await },
        async {
            site.call(KINDS, &GET_SNAPSHOT_BLOCK_PUBLIC_ACCESS_STATE)
                .read(|| ec2.get_snapshot_block_public_access_state().send())
                .await
        },
        async {
            site.call(KINDS, &GET_IMAGE_BLOCK_PUBLIC_ACCESS_STATE)
                .read(|| ec2.get_image_block_public_access_state().send())
                .await
        },
        async {
            site.call(KINDS, &GET_INSTANCE_METADATA_DEFAULTS).read(|| ec2.get_instance_metadata_defaults().send()).await
        },
    )?;
    let settings = RegionalSettings {
        default_ebs_encryption_enabled: flat(
            encryption.map(|answer| given(answer.ebs_encryption_by_default, &GET_EBS_ENCRYPTION_BY_DEFAULT)),
        ),
        default_ebs_encryption_key: key.map(|answer| answer.kms_key_id),
        snapshot_block_public_access_state: flat(
            snapshots.map(|answer| given(text(answer.state), &GET_SNAPSHOT_BLOCK_PUBLIC_ACCESS_STATE)),
        ),
        image_block_public_access_state: flat(
            images.map(|answer| given(answer.image_block_public_access_state, &GET_IMAGE_BLOCK_PUBLIC_ACCESS_STATE)),
        ),
        // An account that never set any gets an answer without them.
        instance_metadata_defaults: metadata.map(|answer| answer.account_level.map(defaults).unwrap_or_default()),
    };
    let uid = site.arn("ec2", "regional-settings");
    site.resource(uid, site.region().clone(), Vec::<(String, String)>::new(), &settings)
}

fn defaults(metadata: sdk::InstanceMetadataDefaultsResponse) -> InstanceMetadataDefaults {
    InstanceMetadataDefaults {
        http_tokens: text(metadata.http_tokens),
        http_tokens_enforced: text(metadata.http_tokens_enforced),
        http_endpoint: text(metadata.http_endpoint),
        http_put_response_hop_limit: metadata.http_put_response_hop_limit.filter(|limit| *limit > 0),
        instance_metadata_tags: text(metadata.instance_metadata_tags),
    }
}

fn flat<T>(read: Read<Read<T>>) -> Read<T> {
    match read {
        Read::Known(read) => read,
        Read::Unread(unread) => unread.into(),
    }
}
