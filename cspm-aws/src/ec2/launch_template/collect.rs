//! Launch templates, live.

use std::collections::HashMap;
use std::future::ready;

use aws_sdk_ec2::Client;
use aws_sdk_ec2::types as sdk;
use cspm_core::{Model, Read, Resource};

use super::{LaunchTemplate, TemplateInterface, Version};
use crate::client::{Miss, Page, Site};
use crate::ec2::ami::BlockDeviceMapping;
use crate::ec2::convert::{id, tags, text};
use crate::ec2::instance::MetadataOptions;
use crate::ec2::sources::DESCRIBE_LAUNCH_TEMPLATE_VERSIONS as VERSIONS;
use crate::ec2::user_data;
use crate::live::{each, flat, given, settled, time, word};

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
            |page| Page::new(page.launch_templates, page.next_token),
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
            |page| Page::new(page.launch_template_versions, page.next_token),
        )
        .await;
    flat(settled(read, &VERSIONS).map(by_template))
}

/// The versions by their templates. One that does not say whose it is may be anybody's.
fn by_template(versions: Vec<sdk::LaunchTemplateVersion>) -> Versions {
    let mut of = HashMap::<String, Vec<Version>>::new();
    for mut each in versions {
        let Some(template) = each.launch_template_id.take() else {
            return given(None, &VERSIONS);
        };
        // A version without its data is one that the answer lacks.
        let of = of.entry(template).or_default();
        let Some(data) = each.launch_template_data.take() else { continue };
        let version = version(&each, data);
        // A version that is both default and latest may come twice.
        if !of.contains(&version) {
            of.push(version);
        }
    }
    Read::Known(of)
}

/// What the answer has of a template's versions, with what it lacks: the default and the latest must be there.
fn of_template(versions: &Versions, template: &sdk::LaunchTemplate, id: &str) -> Read<Vec<Read<Version>>> {
    let versions = match versions {
        Read::Known(versions) => versions.get(id).map_or(&[][..], Vec::as_slice),
        Read::Unread(unread) => return unread.clone().into(),
    };
    let has =
        |number: Option<i64>| number.is_some() && versions.iter().any(|v| v.version_number.known() == number.as_ref());
    let mut all: Vec<Read<Version>> = versions.iter().cloned().map(Read::Known).collect();
    if !has(template.default_version_number) || !has(template.latest_version_number) {
        all.push(given(None, &VERSIONS));
    }
    Read::Known(all)
}

fn describe(site: &Site, versions: &Versions, template: sdk::LaunchTemplate) -> Result<Resource, Miss> {
    let launch_template_id = id(template.launch_template_id.clone(), LaunchTemplate::KIND)?;
    let versions = of_template(versions, &template, &launch_template_id);
    let tags = tags(template.tags);
    let template = LaunchTemplate {
        launch_template_name: template.launch_template_name,
        created_time: time(template.create_time, &LaunchTemplate::LIST),
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

fn version(version: &sdk::LaunchTemplateVersion, data: sdk::ResponseLaunchTemplateData) -> Version {
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
        http_tokens: word(options.http_tokens, &VERSIONS),
        http_endpoint: word(options.http_endpoint, &VERSIONS),
        http_put_response_hop_limit: options.http_put_response_hop_limit,
        http_protocol_ipv6: word(options.http_protocol_ipv6, &VERSIONS),
        instance_metadata_tags: word(options.instance_metadata_tags, &VERSIONS),
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
