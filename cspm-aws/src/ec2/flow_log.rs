//! Flow logs: `aws_vpc_flow_log`.

#[cfg(feature = "ec2")]
pub(super) mod collect;

use cspm_core::{Model, Read, Reference, Relation, Scope, Source};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::sources;

/// A log of the traffic of a VPC, a subnet or a network interface.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FlowLog {
    /// The id, `fl-…`.
    pub flow_log_id: String,
    /// What is logged: the id of a VPC, subnet, network interface or transit gateway.
    #[schemars(extend("x-ref" = Reference::new(Relation::Attachment, "aws_vpc", "vpc_id")))]
    pub resource_id: Read<String>,
    /// Which traffic is logged: `ACCEPT`, `REJECT` or `ALL`.
    pub traffic_type: Read<Option<String>>,
    /// `ACTIVE`.
    pub flow_log_status: Read<Option<String>>,
    /// Whether the log arrives: `SUCCESS` or `FAILED`.
    pub deliver_logs_status: Read<Option<String>>,
    /// Why it does not arrive: `Rate limited`, `Access error` or `Unknown error`.
    pub deliver_logs_error_message: Option<String>,
    /// The role that delivers to CloudWatch Logs, by ARN.
    #[schemars(extend("x-ref" = Reference::new(Relation::Reference, "aws_iam_role", "uid")))]
    pub deliver_logs_permission_arn: Option<String>,
    /// `cloud-watch-logs`, `s3` or `kinesis-data-firehose`.
    pub log_destination_type: Read<Option<String>>,
    /// Where the log goes, by ARN.
    pub log_destination: Option<String>,
    /// The log group, where the log goes to CloudWatch Logs.
    pub log_group_name: Option<String>,
    /// The fields of a record.
    pub log_format: Option<String>,
    /// For how long packets are gathered in one record, in seconds.
    pub max_aggregation_interval: Option<i32>,
    /// When the log was made.
    pub creation_time: Read<Option<Timestamp>>,
}

impl Model for FlowLog {
    const KIND: &'static str = "aws_vpc_flow_log";
    const PROVIDER: &'static str = "aws";
    const SERVICE: &'static str = "vpc";
    const SCOPE: Scope = Scope::Region;
    const LIST: Source = sources::DESCRIBE_FLOW_LOGS;
}
