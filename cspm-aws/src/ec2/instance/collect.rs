//! Instances, live.

use std::collections::HashMap;

use aws_sdk_ec2::Client;
use aws_sdk_ec2::types as sdk;
use cspm_core::secrets::SecretHit;
use cspm_core::{Model, Read, Resource};
use jiff::Timestamp;

use super::{Instance, InstanceBlockDevice, InstanceImage, InstanceInterface, MetadataOptions};
use crate::client::{Miss, Page, Site};
use crate::ec2::convert::{groups, id, name, tags, text};
use crate::ec2::sources::{DESCRIBE_INSTANCE_ATTRIBUTE, DESCRIBE_INSTANCE_IMAGE_METADATA as IMAGES};
use crate::ec2::user_data;
use crate::live::{flat, given, given_word, items, settled, time, time_of, word};

/// The image of each instance, by the instance's id.
type Images = Read<HashMap<String, InstanceImage>>;

pub(in crate::ec2) async fn collect(site: &Site) {
    let ec2 = site.ec2();
    let images = images(site, &ec2).await;
    // Managed ones too, which are hidden otherwise where an account has chosen so.
    let list = || ec2.describe_instances().include_managed_resources(true).max_results(1000);
    site.list(&[Instance::KIND], &Instance::LIST)
        .each(
            |token| list().set_next_token(token).send(),
            |page| Page::new(present(page.reservations), page.next_token),
            |instance| describe(site, &ec2, &images, instance),
        )
        .await;
}

/// The instances that are not terminated; `None` where the answer lacks a list of them.
fn present(reservations: Option<Vec<sdk::Reservation>>) -> Option<Vec<(Option<String>, sdk::Instance)>> {
    let mut present = Vec::new();
    for reservation in reservations? {
        let owner = reservation.owner_id;
        let state = |instance: &sdk::Instance| instance.state.as_ref().and_then(|state| state.name.clone());
        let left = |instance: &sdk::Instance| state(instance) != Some(sdk::InstanceStateName::Terminated);
        present.extend(reservation.instances?.into_iter().filter(left).map(|instance| (owner.clone(), instance)));
    }
    Some(present)
}

/// One list gives the images of all instances, whoever owns them and whether or not they still exist.
async fn images(site: &Site, ec2: &Client) -> Images {
    let read = site
        .call(&[Instance::KIND], &IMAGES)
        .read_all(
            |token| ec2.describe_instance_image_metadata().max_results(1000).set_next_token(token).send(),
            |page| Page::new(page.instance_image_metadata, page.next_token),
        )
        .await;
    // An entry without its instance is that of an instance which then has none here, and is unread.
    let image_of = |each: sdk::InstanceImageMetadata| Some((each.instance_id?, image(each.image_metadata?)));
    settled(read, &IMAGES).map(|images| images.into_iter().filter_map(image_of).collect())
}

async fn describe(
    site: &Site,
    ec2: &Client,
    images: &Images,
    (owner, instance): (Option<String>, sdk::Instance),
) -> Result<Resource, Miss> {
    let source = &Instance::LIST;
    let instance_id = id(instance.instance_id, Instance::KIND)?;
    let user_data_secrets = user_data_secrets(site, ec2, &instance_id).await?;
    let image = match images {
        Read::Known(images) => given(images.get(&instance_id).cloned(), &IMAGES),
        Read::Unread(unread) => unread.clone().into(),
    };
    let tags = tags(instance.tags);
    let profile = instance.iam_instance_profile.as_ref();
    let instance = Instance {
        instance_type: text(instance.instance_type),
        instance_state: given_word(instance.state.and_then(|state| state.name), source),
        launch_time: time(instance.launch_time, source),
        state_transition_time: instance.state_transition_reason.as_deref().and_then(transition_time),
        state_transition_reason: instance.state_transition_reason.filter(|reason| !reason.is_empty()),
        monitoring_state: word(instance.monitoring.and_then(|monitoring| monitoring.state), source),
        virtualization_type: word(instance.virtualization_type, source),
        architecture: word(instance.architecture, source),
        platform: word(instance.platform, source),
        placement_availability_zone: instance.placement.and_then(|placement| placement.availability_zone),
        key_name: instance.key_name,
        instance_lifecycle: word(instance.instance_lifecycle, source),
        enclave_enabled: given(instance.enclave_options.and_then(|enclave| enclave.enabled), source),
        vpc_id: instance.vpc_id,
        subnet_id: instance.subnet_id,
        public_ip_address: instance.public_ip_address,
        public_dns_name: instance.public_dns_name.filter(|name| !name.is_empty()),
        private_ip_address: instance.private_ip_address,
        private_dns_name: instance.private_dns_name.filter(|name| !name.is_empty()),
        source_dest_check: instance.source_dest_check,
        security_groups: groups(instance.security_groups, source),
        network_interfaces: items(instance.network_interfaces, source, interface),
        iam_instance_profile_arn: match profile {
            None => Read::Known(None),
            Some(profile) => given(profile.arn.clone(), source).map(Some),
        },
        iam_instance_profile_id: profile.and_then(|profile| profile.id.clone()),
        metadata_options: given(instance.metadata_options.map(metadata_options), source),
        root_device_name: instance.root_device_name,
        root_device_type: word(instance.root_device_type, source),
        block_device_mappings: items(instance.block_device_mappings, source, disk),
        image_id: instance.image_id,
        image,
        user_data_secrets,
        instance_id,
    };
    let uid = site.arn_of(owner.as_deref(), "ec2", &format!("instance/{}", instance.instance_id));
    site.resource(uid, name(&tags, &instance.instance_id), tags, &instance)
}

async fn user_data_secrets(site: &Site, ec2: &Client, instance_id: &str) -> Result<Read<Vec<SecretHit>>, Miss> {
    let attribute = site
        .call(&[Instance::KIND], &DESCRIBE_INSTANCE_ATTRIBUTE)
        .gone_on(&["InvalidInstanceID.NotFound"])
        .read(|| {
            ec2.describe_instance_attribute()
                .instance_id(instance_id)
                .attribute(sdk::InstanceAttributeName::UserData)
                .send()
        })
        .await?;
    Ok(match attribute {
        Read::Known(attribute) => {
            // An answer about user data that does not speak of it does not say that there is none.
            let said = given(attribute.user_data, &DESCRIBE_INSTANCE_ATTRIBUTE);
            flat(said.map(|data| user_data::secrets(data.value, &DESCRIBE_INSTANCE_ATTRIBUTE)))
        }
        Read::Unread(unread) => unread.into(),
    })
}

fn interface(interface: sdk::InstanceNetworkInterface) -> InstanceInterface {
    InstanceInterface {
        network_interface_id: interface.network_interface_id,
        interface_type: interface.interface_type,
        device_index: interface.attachment.and_then(|attachment| attachment.device_index),
        subnet_id: interface.subnet_id,
        private_ip_address: interface.private_ip_address,
        public_ip: interface.association.and_then(|association| association.public_ip),
        ipv6_addresses: items(interface.ipv6_addresses, &Instance::LIST, |a| given(a.ipv6_address, &Instance::LIST)),
        groups: groups(interface.groups, &Instance::LIST),
    }
}

fn metadata_options(options: sdk::InstanceMetadataOptionsResponse) -> MetadataOptions {
    let source = &Instance::LIST;
    MetadataOptions {
        http_tokens: given_word(options.http_tokens, source).map(Some),
        http_endpoint: given_word(options.http_endpoint, source).map(Some),
        http_put_response_hop_limit: options.http_put_response_hop_limit,
        http_protocol_ipv6: word(options.http_protocol_ipv6, source),
        instance_metadata_tags: word(options.instance_metadata_tags, source),
    }
}

fn disk(mapping: sdk::InstanceBlockDeviceMapping) -> InstanceBlockDevice {
    let ebs = mapping.ebs.as_ref();
    InstanceBlockDevice {
        device_name: mapping.device_name,
        volume_id: ebs.and_then(|ebs| ebs.volume_id.clone()),
        status: word(ebs.and_then(|ebs| ebs.status.clone()), &Instance::LIST),
        attach_time: time(ebs.and_then(|ebs| ebs.attach_time), &Instance::LIST),
        delete_on_termination: ebs.and_then(|ebs| ebs.delete_on_termination),
    }
}

fn image(image: sdk::ImageMetadata) -> InstanceImage {
    InstanceImage {
        name: image.name,
        owner_id: image.owner_id,
        image_owner_alias: image.image_owner_alias,
        public: image.is_public,
        image_allowed: image.image_allowed,
        state: word(image.state, &IMAGES),
        creation_date: time_of(image.creation_date, &IMAGES),
        deprecation_time: time_of(image.deprecation_time, &IMAGES),
    }
}

/// The time in a reason such as `User initiated (2026-01-31 12:00:00 GMT)`; AWS also writes `UTC`.
fn transition_time(reason: &str) -> Option<Timestamp> {
    let (_, time) = reason.rsplit_once('(')?;
    let time = time.strip_suffix(" GMT)").or_else(|| time.strip_suffix(" UTC)"))?;
    format!("{time}Z").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reason_says_when() {
        let time = transition_time("User initiated (2026-01-31 12:00:00 GMT)");
        assert_eq!(time, "2026-01-31T12:00:00Z".parse().ok());
        assert_eq!(transition_time("User initiated (2026-01-31 12:00:00 UTC)"), time);
        assert_eq!(transition_time("User initiated (2026-01-31 12:00:00 CET)"), None);
        assert_eq!(transition_time("Server.SpotInstanceTermination"), None);
        assert_eq!(transition_time(""), None);
    }

    #[test]
    fn terminated_instances_are_gone() {
        let instance = |id: &str, state| {
            let state = sdk::InstanceState::builder().name(state).build();
            sdk::Instance::builder().instance_id(id).state(state).build()
        };
        let reservation = sdk::Reservation::builder()
            .instances(instance("i-1", sdk::InstanceStateName::Running))
            .instances(instance("i-2", sdk::InstanceStateName::Terminated))
            .build();
        let left = present(Some(vec![reservation])).unwrap();
        let ids: Vec<_> = left.into_iter().filter_map(|(_, instance)| instance.instance_id).collect();
        assert_eq!(ids, ["i-1"]);
        assert_eq!(present(Some(vec![])), Some(vec![]));
        assert_eq!(present(None), None, "the answer lacks the list");
        assert_eq!(present(Some(vec![sdk::Reservation::builder().build()])), None, "a part lacks it");
    }

    #[test]
    fn metadata_options_keep_their_words() {
        let options = sdk::InstanceMetadataOptionsResponse::builder()
            .http_tokens(sdk::HttpTokensState::Required)
            .http_endpoint(sdk::InstanceMetadataEndpointState::Enabled)
            .http_put_response_hop_limit(2)
            .build();
        let options = metadata_options(options);
        assert_eq!(options.http_tokens, Read::Known(Some("required".into())));
        assert_eq!(options.http_endpoint, Read::Known(Some("enabled".into())));
        assert_eq!(options.http_put_response_hop_limit, Some(2));
    }

    #[test]
    fn metadata_options_that_are_not_known_are_not_read() {
        let new = |tokens: &str| sdk::InstanceMetadataOptionsResponse::builder().http_tokens(tokens.into()).build();
        assert!(metadata_options(new("required-v3")).http_tokens.known().is_none());
        assert!(metadata_options(new("required")).http_endpoint.known().is_none(), "the answer lacks it");
    }
}
