//! The settings of EC2 in a region, live. The region itself is the list: there is one resource, whatever can be read.

use aws_sdk_ec2::types as sdk;
use cspm_core::{Model, Read, Resource, Source};

use super::{InstanceMetadataDefaults, RegionalSettings};
use crate::client::{Miss, Site};
use crate::ec2::sources::{
    GET_EBS_DEFAULT_KMS_KEY_ID, GET_EBS_ENCRYPTION_BY_DEFAULT, GET_IMAGE_BLOCK_PUBLIC_ACCESS_STATE,
    GET_INSTANCE_METADATA_DEFAULTS, GET_SNAPSHOT_BLOCK_PUBLIC_ACCESS_STATE,
};
use crate::live::{flat, given, given_word, one_of, present, word};

const KINDS: &[&str] = &[RegionalSettings::KIND];

pub(in crate::ec2) async fn collect(site: &Site) {
    if !site.wants(RegionalSettings::KIND) {
        return;
    }
    let settings = describe(site).await;
    site.emit_or_gap(KINDS, &RegionalSettings::LIST, settings).await;
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
            snapshots.map(|answer| given_word(answer.state, &GET_SNAPSHOT_BLOCK_PUBLIC_ACCESS_STATE)),
        ),
        image_block_public_access_state: flat(images.map(|answer| image_block(answer.image_block_public_access_state))),
        // An account that never set any gets an answer without them: then all are left to AWS.
        instance_metadata_defaults: metadata.map(|answer| answer.account_level.map_or_else(unset, defaults)),
    };
    // The settings have no ARN.
    let uid = site.own("ec2-settings");
    site.resource(uid, site.region().clone(), Vec::<(String, String)>::new(), &settings)
}

/// The SDK has this state as text.
fn image_block(state: Option<String>) -> Read<String> {
    const SOURCE: &Source = &GET_IMAGE_BLOCK_PUBLIC_ACCESS_STATE;
    present(one_of(state, &["block-new-sharing", "unblocked"], SOURCE), SOURCE)
}

fn defaults(metadata: sdk::InstanceMetadataDefaultsResponse) -> InstanceMetadataDefaults {
    let source = &GET_INSTANCE_METADATA_DEFAULTS;
    InstanceMetadataDefaults {
        http_tokens: word(metadata.http_tokens, source),
        http_tokens_enforced: word(metadata.http_tokens_enforced, source),
        http_endpoint: word(metadata.http_endpoint, source),
        http_put_response_hop_limit: metadata.http_put_response_hop_limit.filter(|limit| *limit > 0),
        instance_metadata_tags: word(metadata.instance_metadata_tags, source),
    }
}

/// What an account has that never set any.
fn unset() -> InstanceMetadataDefaults {
    defaults(sdk::InstanceMetadataDefaultsResponse::builder().build())
}
