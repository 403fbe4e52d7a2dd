//! Flow logs, live.

use std::future::ready;

use aws_sdk_ec2::types as sdk;
use cspm_core::{Model, Resource};

use super::FlowLog;
use crate::client::{Miss, Page, Site};
use crate::ec2::convert::{id, name, tags};
use crate::live::{given, one_of, present, time, word};

pub(in crate::ec2) async fn collect(site: &Site) {
    let ec2 = site.ec2();
    site.list(&[FlowLog::KIND], &FlowLog::LIST)
        .each(
            |token| ec2.describe_flow_logs().max_results(1000).set_next_token(token).send(),
            |page| Page::new(page.flow_logs, page.next_token),
            |log| ready(describe(site, log)),
        )
        .await;
}

fn describe(site: &Site, log: sdk::FlowLog) -> Result<Resource, Miss> {
    let tags = tags(log.tags);
    let source = &FlowLog::LIST;
    let log = FlowLog {
        flow_log_id: id(log.flow_log_id, FlowLog::KIND)?,
        resource_id: given(log.resource_id, source),
        traffic_type: word(log.traffic_type, source),
        flow_log_status: present(one_of(log.flow_log_status, &["ACTIVE"], source), source).map(Some),
        deliver_logs_status: one_of(log.deliver_logs_status, &["SUCCESS", "FAILED"], source),
        deliver_logs_error_message: log.deliver_logs_error_message,
        deliver_logs_permission_arn: log.deliver_logs_permission_arn,
        log_destination_type: word(log.log_destination_type, source),
        log_destination: log.log_destination,
        log_group_name: log.log_group_name,
        log_format: log.log_format,
        max_aggregation_interval: log.max_aggregation_interval,
        creation_time: time(log.creation_time, source),
    };
    let uid = site.arn("ec2", &format!("vpc-flow-log/{}", log.flow_log_id));
    site.resource(uid, name(&tags, &log.flow_log_id), tags, &log)
}
