//! Flow logs, live.

use std::future::ready;

use aws_sdk_ec2::types as sdk;
use cspm_core::{Model, Resource};

use super::FlowLog;
use crate::client::{Miss, Site};
use crate::ec2::convert::{id, name, tags, text, time};

pub(in crate::ec2) async fn collect(site: &Site) {
    let ec2 = site.ec2();
    site.list(&[FlowLog::KIND], &FlowLog::LIST)
        .each(
            |token| ec2.describe_flow_logs().max_results(1000).set_next_token(token).send(),
            |page| (page.flow_logs.unwrap_or_default(), page.next_token),
            |log| ready(describe(site, log)),
        )
        .await;
}

fn describe(site: &Site, log: sdk::FlowLog) -> Result<Resource, Miss> {
    let tags = tags(log.tags);
    let log = FlowLog {
        flow_log_id: id(log.flow_log_id, FlowLog::KIND)?,
        resource_id: log.resource_id,
        traffic_type: text(log.traffic_type),
        flow_log_status: log.flow_log_status,
        deliver_logs_status: log.deliver_logs_status,
        deliver_logs_error_message: log.deliver_logs_error_message,
        deliver_logs_permission_arn: log.deliver_logs_permission_arn,
        log_destination_type: text(log.log_destination_type),
        log_destination: log.log_destination,
        log_group_name: log.log_group_name,
        log_format: log.log_format,
        max_aggregation_interval: log.max_aggregation_interval,
        creation_time: time(log.creation_time),
    };
    let uid = site.arn("ec2", &format!("vpc-flow-log/{}", log.flow_log_id));
    site.resource(uid, name(&tags, &log.flow_log_id), tags, &log)
}
