//! The calls of EC2 that kinds are filled from, and the permission each needs.
//!
//! Permissions: <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html>.

use cspm_core::{Per, Source};

/// A call of EC2 whose permission has the same name.
macro_rules! source {
    ($name:ident, $operation:literal, $per:expr) => {
        #[doc = concat!("The call `", $operation, "`.")]
        pub const $name: Source = Source::new("ec2", $operation, concat!("ec2:", $operation), $per);
    };
}

source!(DESCRIBE_ADDRESSES, "DescribeAddresses", Per::Region);
source!(DESCRIBE_FLOW_LOGS, "DescribeFlowLogs", Per::Region);
source!(DESCRIBE_IMAGE_ATTRIBUTE, "DescribeImageAttribute", Per::Resource("aws_ec2_ami"));
source!(DESCRIBE_IMAGES, "DescribeImages", Per::Region);
source!(DESCRIBE_INSTANCE_ATTRIBUTE, "DescribeInstanceAttribute", Per::Resource("aws_ec2_instance"));
source!(DESCRIBE_INSTANCE_IMAGE_METADATA, "DescribeInstanceImageMetadata", Per::Region);
source!(DESCRIBE_INSTANCES, "DescribeInstances", Per::Region);
source!(DESCRIBE_LAUNCH_TEMPLATE_VERSIONS, "DescribeLaunchTemplateVersions", Per::Region);
source!(DESCRIBE_LAUNCH_TEMPLATES, "DescribeLaunchTemplates", Per::Region);
source!(DESCRIBE_MANAGED_PREFIX_LISTS, "DescribeManagedPrefixLists", Per::Region);
source!(DESCRIBE_NETWORK_ACLS, "DescribeNetworkAcls", Per::Region);
source!(DESCRIBE_NETWORK_INTERFACES, "DescribeNetworkInterfaces", Per::Region);
source!(DESCRIBE_REGIONS, "DescribeRegions", Per::Account);
source!(DESCRIBE_ROUTE_TABLES, "DescribeRouteTables", Per::Region);
source!(DESCRIBE_SECURITY_GROUPS, "DescribeSecurityGroups", Per::Region);
source!(DESCRIBE_SNAPSHOT_ATTRIBUTE, "DescribeSnapshotAttribute", Per::Resource("aws_ebs_snapshot"));
source!(DESCRIBE_SNAPSHOTS, "DescribeSnapshots", Per::Region);
source!(DESCRIBE_SUBNETS, "DescribeSubnets", Per::Region);
source!(DESCRIBE_VOLUMES, "DescribeVolumes", Per::Region);
source!(DESCRIBE_VPC_PEERING_CONNECTIONS, "DescribeVpcPeeringConnections", Per::Region);
source!(DESCRIBE_VPCS, "DescribeVpcs", Per::Region);
source!(GET_EBS_DEFAULT_KMS_KEY_ID, "GetEbsDefaultKmsKeyId", Per::Region);
source!(GET_EBS_ENCRYPTION_BY_DEFAULT, "GetEbsEncryptionByDefault", Per::Region);
source!(GET_IMAGE_BLOCK_PUBLIC_ACCESS_STATE, "GetImageBlockPublicAccessState", Per::Region);
source!(GET_INSTANCE_METADATA_DEFAULTS, "GetInstanceMetadataDefaults", Per::Region);
source!(GET_MANAGED_PREFIX_LIST_ENTRIES, "GetManagedPrefixListEntries", Per::Resource("aws_ec2_managed_prefix_list"));
source!(GET_SNAPSHOT_BLOCK_PUBLIC_ACCESS_STATE, "GetSnapshotBlockPublicAccessState", Per::Region);
