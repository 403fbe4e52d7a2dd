//! The collectors of EC2 against an emulator of AWS: `moto_server -p 5000`, then
//! `CSPM_TEST_AWS=http://127.0.0.1:5000 cargo test -p cspm-aws --features ec2 --test ec2_emulator -- --ignored`.
#![cfg(feature = "ec2")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, unreachable_pub, dead_code)]

mod emulator;

use std::collections::BTreeSet;

use aws_sdk_ec2::Client;
use aws_sdk_ec2::types as sdk;
use cspm_core::{Reads, Reason, Wanted};
use emulator::{collect, config, own};
use serde_json::json;

const USER_DATA: &str = "#!/bin/sh\nexport DB_PASSWORD=hunter22\n";

/// What was made, by id.
struct Made {
    instance: String,
    group: String,
    snapshot: String,
    template: String,
    list: String,
    log: String,
    peering: String,
}

async fn make(ec2: &Client) -> Made {
    let vpc = ec2.create_vpc().cidr_block("10.9.0.0/16").send().await.unwrap().vpc.unwrap().vpc_id.unwrap();
    let subnet = ec2.create_subnet().vpc_id(&vpc).cidr_block("10.9.1.0/24").send().await.unwrap();
    let subnet = subnet.subnet.unwrap().subnet_id.unwrap();
    let group = ec2.create_security_group().group_name("web").description("web").vpc_id(&vpc).send().await.unwrap();
    let group = group.group_id.unwrap();
    let entry = sdk::AddPrefixListEntry::builder().cidr("203.0.113.0/24").description("office").build();
    let list = ec2
        .create_managed_prefix_list()
        .prefix_list_name("offices")
        .address_family("IPv4")
        .max_entries(5)
        .entries(entry)
        .send()
        .await
        .unwrap();
    let list = list.prefix_list.unwrap().prefix_list_id.unwrap();
    let ssh = sdk::IpPermission::builder()
        .ip_protocol("tcp")
        .from_port(22)
        .to_port(22)
        .ip_ranges(sdk::IpRange::builder().cidr_ip("0.0.0.0/0").build())
        .prefix_list_ids(sdk::PrefixListId::builder().prefix_list_id(&list).build())
        .build();
    ec2.authorize_security_group_ingress().group_id(&group).ip_permissions(ssh).send().await.unwrap();

    let run = ec2
        .run_instances()
        .image_id("ami-0123456789abcdef0")
        .instance_type(sdk::InstanceType::T3Micro)
        .min_count(1)
        .max_count(1)
        .subnet_id(&subnet)
        .security_group_ids(&group)
        .user_data(aws_smithy_types::base64::encode(USER_DATA))
        .send()
        .await
        .unwrap();
    let instance = run.instances.unwrap().into_iter().next().unwrap().instance_id.unwrap();
    let named = sdk::Tag::builder().key("Name").value("web-1").build();
    ec2.create_tags().resources(&instance).tags(named).send().await.unwrap();
    ec2.create_image().instance_id(&instance).name("golden").send().await.unwrap();

    let volume = ec2.create_volume().availability_zone("eu-west-1a").size(8).send().await.unwrap().volume_id.unwrap();
    let snapshot = ec2.create_snapshot().volume_id(volume).send().await.unwrap().snapshot_id.unwrap();
    ec2.modify_snapshot_attribute()
        .snapshot_id(&snapshot)
        .attribute(sdk::SnapshotAttributeName::CreateVolumePermission)
        .operation_type(sdk::OperationType::Add)
        .group_names("all")
        .send()
        .await
        .unwrap();

    let data = sdk::RequestLaunchTemplateData::builder()
        .metadata_options(
            sdk::LaunchTemplateInstanceMetadataOptionsRequest::builder()
                .http_tokens(sdk::LaunchTemplateHttpTokensState::Required)
                .build(),
        )
        .user_data(aws_smithy_types::base64::encode(USER_DATA))
        .build();
    let template = ec2.create_launch_template().launch_template_name("web").launch_template_data(data).send().await;
    let template = template.unwrap().launch_template.unwrap().launch_template_id.unwrap();

    let log = ec2
        .create_flow_logs()
        .resource_ids(&vpc)
        .resource_type(sdk::FlowLogsResourceType::Vpc)
        .traffic_type(sdk::TrafficType::All)
        .log_destination_type(sdk::LogDestinationType::CloudWatchLogs)
        .log_group_name("flows")
        .deliver_logs_permission_arn("arn:aws:iam::123456789012:role/flows")
        .send()
        .await
        .unwrap();
    let log = log.flow_log_ids.unwrap().remove(0);
    let other = ec2.create_vpc().cidr_block("10.8.0.0/16").send().await.unwrap().vpc.unwrap().vpc_id.unwrap();
    let peering = ec2.create_vpc_peering_connection().vpc_id(&vpc).peer_vpc_id(other).send().await.unwrap();
    let peering = peering.vpc_peering_connection.unwrap().vpc_peering_connection_id.unwrap();
    ec2.allocate_address().domain(sdk::DomainType::Vpc).send().await.unwrap();
    Made { instance, group, snapshot, template, list, log, peering }
}

#[tokio::test]
#[ignore = "needs an emulator of AWS"]
async fn everything_that_was_made_is_collected() {
    let made = make(&Client::new(&config(own()))).await;
    let mut found = collect("ec2", Wanted::everything).await;
    let vpc = collect("vpc", Wanted::everything).await;
    found.resources.extend(vpc.resources);
    assert!(found.gaps.is_empty() && vpc.gaps.is_empty(), "{:?} {:?}", found.gaps, vpc.gaps);

    let instance = |path: &str| found.json("aws_ec2_instance", &made.instance, path);
    assert_eq!(&*found.of("aws_ec2_instance", &made.instance).name, "web-1");
    assert_eq!(instance("user_data_secrets"), json!([{"detector": "password_assignment", "line": 2}]));
    assert_eq!(instance("security_groups"), json!([{"group_id": made.group, "group_name": "web"}]));
    assert_eq!(instance("metadata_options.http_tokens"), json!("optional"));

    let permission =
        |path: &str| found.json("aws_vpc_security_group", &made.group, &format!("ip_permissions.0.{path}"));
    assert_eq!(permission("ip_ranges.0.cidr_ip"), json!("0.0.0.0/0"));
    assert_eq!(permission("prefix_list_ids.0.cidrs"), json!(["203.0.113.0/24"]));
    let entries = found.json("aws_ec2_managed_prefix_list", &made.list, "entries");
    assert_eq!(entries, json!([{"cidr": "203.0.113.0/24", "description": "office"}]));

    let snapshot = |path: &str| found.json("aws_ebs_snapshot", &format!("eu-west-1::snapshot/{}", made.snapshot), path);
    assert_eq!(snapshot("create_volume_permissions"), json!([{"group": "all", "user_id": null}]));
    assert_eq!(snapshot("encrypted"), json!(false));

    let template = |path: &str| found.json("aws_ec2_launch_template", &made.template, path);
    assert_eq!(template("versions.0.metadata_options.http_tokens"), json!("required"));
    assert_eq!(template("versions.0.user_data_secrets.0.line"), json!(2));

    assert_eq!(found.json("aws_vpc_flow_log", &made.log, "traffic_type"), json!("ALL"));
    let peering = found.json("aws_vpc_peering_connection", &made.peering, "requester_cidr_block");
    assert_eq!(peering, json!("10.9.0.0/16"));
    let encrypted = found.json("aws_ec2_regional_settings", "", "default_ebs_encryption_enabled");
    assert_eq!(encrypted, json!(false));

    let kinds: BTreeSet<&str> = found.resources.iter().map(|resource| &*resource.kind).collect();
    for kind in cspm_aws::kinds().unwrap().iter().filter(|kind| kind.list().service() == "ec2") {
        assert!(kinds.contains(&**kind.name()), "no {}", kind.name());
    }
    let text: String = found.resources.iter().map(|resource| format!("{resource:?}")).collect();
    assert!(!text.contains("hunter22"), "user data never leaves the collector");
}

#[tokio::test]
#[ignore = "needs an emulator of AWS"]
async fn what_is_not_wanted_is_not_called() {
    let found = collect("ec2", |kinds| {
        let mut reads = Reads::default();
        reads.fields.entry("aws_ebs_snapshot".into()).or_default().insert("encrypted".into());
        Wanted::of(kinds, [&reads])
    })
    .await;
    assert!(found.calls.contains_key("ec2:DescribeSnapshots"));
    assert!(!found.calls.contains_key("ec2:DescribeSnapshotAttribute"));
    assert!(!found.calls.contains_key("ec2:DescribeVpcs"));
    for snapshot in found.resources {
        let unread = snapshot.data.get("create_volume_permissions").and_then(|field| field.unread()).unwrap();
        assert_eq!(unread.reason, Reason::Skipped);
    }
}
