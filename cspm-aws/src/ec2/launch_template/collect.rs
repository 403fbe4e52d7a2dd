//! Launch templates, live.

use std::collections::HashMap;
use std::future::ready;

use aws_sdk_ec2::Client;
use aws_sdk_ec2::types as sdk;
use cspm_core::{Model, Read, Reason, Resource, Unread};

use super::{LaunchTemplate, TemplateInterface, Version};
use crate::client::{Miss, Site};
use crate::ec2::ami::BlockDeviceMapping;
use crate::ec2::convert::{each, id, tags, text, time};
use crate::ec2::instance::MetadataOptions;
use crate::ec2::sources::DESCRIBE_LAUNCH_TEMPLATE_VERSIONS as VERSIONS;
use crate::ec2::user_data;
use crate::live::given;

/// The default and the latest version of each template, by the template's id.
type Versions = Read<HashMap<String, Vec<Version>>>;

pub(in crate::ec2) async fn collect(site: &Site) {
    let ec2 = site.ec2();
    let versions = versions(site, &ec2).await;
    // Managed ones too, which are hidden otherwise where an account has chosen so.
    let list = || ec2.describe_launch_templates().include_managed_resources(true).max_results(200);
    site.list(&[LaunchTemplate::KIND], &LaunchTemplate::LIST)
        .each(
            |token| list().set_next_token(token).send(),
            |page| (page.launch_templates.unwrap_or_default(), page.next_token),
            |template| ready(describe(site, &versions, template)),
        )
        .await;
}

/// One list gives the versions of all templates.
async fn versions(site: &Site, ec2: &Client) -> Versions {
    let list = || {
        let list = ec2.describe_launch_template_versions().include_managed_resources(true).max_results(200);
        list.versions("$Default").versions("$Latest")
    };
    let read = site
        .call(&[LaunchTemplate::KIND], &VERSIONS)
        .read_all(
            |token| list().set_next_token(token).send(),
            |page| (page.launch_template_versions.unwrap_or_default(), page.next_token),
        )
        .await;
    let versions = read.unwrap_or_else(|_| Unread::new(Reason::Failed, VERSIONS.call()).into());
    versions.map(|versions| {
        let mut of = HashMap::<String, Vec<Version>>::new();
        for mut each in versions {
            let of = of.entry(each.launch_template_id.take().unwrap_or_default()).or_default();
            let version = version(each);
            // A version that is both default and latest may come twice.
            if !of.contains(&version) {
                of.push(version);
            }
        }
        of
    })
}

fn describe(site: &Site, versions: &Versions, template: sdk::LaunchTemplate) -> Result<Resource, Miss> {
    let tags = tags(template.tags);
    let launch_template_id = id(template.launch_template_id, LaunchTemplate::KIND)?;
    let versions = match versions {
        Read::Known(versions) => given(versions.get(&launch_template_id).cloned(), &VERSIONS),
        Read::Unread(unread) => unread.clone().into(),
    };
    let template = LaunchTemplate {
        launch_template_name: template.launch_template_name,
        created_time: time(template.create_time),
        created_by: template.created_by,
        default_version_number: template.default_version_number,
        latest_version_number: template.latest_version_number,
        versions,
        launch_template_id,
    };
    let uid = site.arn("ec2", &format!("launch-template/{}", template.launch_template_id));
    let name = template.launch_template_name.as_ref().unwrap_or(&template.launch_template_id).clone();
    site.resource(uid, name, tags, &template)
}

fn version(version: sdk::LaunchTemplateVersion) -> Version {
    let data = version.launch_template_data.unwrap_or_else(|| sdk::ResponseLaunchTemplateData::builder().build());
    let profile = data.iam_instance_profile.as_ref();
    Version {
        version_number: given(version.version_number, &VERSIONS),
        default_version: given(version.default_version, &VERSIONS),
        image_id: data.image_id,
        instance_type: text(data.instance_type),
        iam_instance_profile_arn: profile.and_then(|profile| profile.arn.clone()),
        iam_instance_profile_name: profile.and_then(|profile| profile.name.clone()),
        metadata_options: data.metadata_options.map(metadata_options),
        monitoring_enabled: data.monitoring.and_then(|monitoring| monitoring.enabled),
        security_group_ids: data.security_group_ids.unwrap_or_default(),
        network_interfaces: each(data.network_interfaces, interface),
        block_device_mappings: each(data.block_device_mappings, disk),
        user_data_secrets: user_data::secrets(data.user_data, &VERSIONS),
    }
}

fn metadata_options(options: sdk::LaunchTemplateInstanceMetadataOptions) -> MetadataOptions {
    MetadataOptions {
        http_tokens: text(options.http_tokens),
        http_endpoint: text(options.http_endpoint),
        http_put_response_hop_limit: options.http_put_response_hop_limit,
        http_protocol_ipv6: text(options.http_protocol_ipv6),
        instance_metadata_tags: text(options.instance_metadata_tags),
    }
}

fn interface(interface: sdk::LaunchTemplateInstanceNetworkInterfaceSpecification) -> TemplateInterface {
    TemplateInterface {
        device_index: interface.device_index,
        associate_public_ip_address: interface.associate_public_ip_address,
        network_interface_id: interface.network_interface_id,
        subnet_id: interface.subnet_id,
        groups: interface.groups.unwrap_or_default(),
    }
}

fn disk(mapping: sdk::LaunchTemplateBlockDeviceMapping) -> BlockDeviceMapping {
    let ebs = mapping.ebs.as_ref();
    BlockDeviceMapping {
        device_name: mapping.device_name,
        snapshot_id: ebs.and_then(|ebs| ebs.snapshot_id.clone()),
        encrypted: ebs.and_then(|ebs| ebs.encrypted),
        volume_size: ebs.and_then(|ebs| ebs.volume_size),
    }
}
