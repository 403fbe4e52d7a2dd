//! From the SDK's types to those of the models.

use aws_sdk_ec2::types::{self as sdk, GroupIdentifier as SdkGroup, Tag};
use cspm_core::{Read, Source};

use super::instance::GroupIdentifier;
use crate::client::Miss;
use crate::live::{each, enumerations, filled, given, items, needed};

enumerations!(
    sdk::ArchitectureValues,
    sdk::AttachmentStatus,
    sdk::DeviceType,
    sdk::DomainType,
    sdk::HttpTokensEnforcedState,
    sdk::DefaultInstanceMetadataEndpointState,
    sdk::DefaultInstanceMetadataTagsState,
    sdk::HttpTokensState,
    sdk::ImageState,
    sdk::ImdsSupportValues,
    sdk::InstanceLifecycleType,
    sdk::InstanceMetadataEndpointState,
    sdk::InstanceMetadataProtocolState,
    sdk::InstanceMetadataTagsState,
    sdk::InstanceStateName,
    sdk::LaunchTemplateHttpTokensState,
    sdk::LaunchTemplateInstanceMetadataEndpointState,
    sdk::LaunchTemplateInstanceMetadataProtocolIpv6,
    sdk::LaunchTemplateInstanceMetadataTagsState,
    sdk::LogDestinationType,
    sdk::MetadataDefaultHttpTokensState,
    sdk::MonitoringState,
    sdk::NetworkInterfaceStatus,
    sdk::NetworkInterfaceType,
    sdk::PermissionGroup,
    sdk::PlatformValues,
    sdk::PrefixListState,
    sdk::RouteOrigin,
    sdk::RouteState,
    sdk::RouteTableAssociationStateCode,
    sdk::RuleAction,
    sdk::SnapshotBlockPublicAccessState,
    sdk::SnapshotState,
    sdk::StorageTier,
    sdk::SubnetCidrBlockStateCode,
    sdk::SubnetState,
    sdk::Tenancy,
    sdk::TrafficType,
    sdk::VirtualizationType,
    sdk::VolumeAttachmentState,
    sdk::VolumeState,
    sdk::VpcCidrBlockStateCode,
    sdk::VpcPeeringConnectionStateReasonCode,
    sdk::VpcState,
);

/// The id, without which there is no resource.
pub(super) fn id(value: Option<String>, kind: &str) -> Result<String, Miss> {
    needed(value.and_then(filled), &format!("the id of an {kind}"))
}

/// The text of an enumeration to which AWS adds words all the time, and in which one that is not known stands for itself:
/// types of instances and volumes.
pub(super) fn text(value: Option<impl AsRef<str>>) -> Option<String> {
    value.map(|value| value.as_ref().to_owned())
}

/// The tags.
pub(super) fn tags(tags: Option<Vec<Tag>>) -> Vec<(String, String)> {
    each(tags, |tag| Some((tag.key?, tag.value.unwrap_or_default()))).into_iter().flatten().collect()
}

/// What people call a resource: its tag `Name`, else its id.
pub(super) fn name(tags: &[(String, String)], id: &str) -> String {
    tags.iter().find(|(key, value)| key == "Name" && !value.is_empty()).map_or(id, |(_, value)| value).to_owned()
}

/// Security groups by id and name.
pub(super) fn groups(groups: Option<Vec<SdkGroup>>, source: &Source) -> Read<Vec<GroupIdentifier>> {
    items(groups, source, |group| GroupIdentifier {
        group_id: given(group.group_id, source),
        group_name: group.group_name,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_is_the_tag_or_the_id() {
        let tagged = tags(Some(vec![Tag::builder().key("Name").value("web").build()]));
        assert_eq!(name(&tagged, "i-1"), "web");
        assert_eq!(name(&tags(Some(vec![Tag::builder().key("Name").value("").build()])), "i-1"), "i-1");
        assert_eq!(name(&[], "i-1"), "i-1");
    }

    #[test]
    fn without_an_id_there_is_no_resource() {
        assert!(matches!(id(None, "aws_vpc"), Err(Miss::Broken(_))));
        assert!(matches!(id(Some(String::new()), "aws_vpc"), Err(Miss::Broken(_))));
        assert_eq!(id(Some("vpc-1".into()), "aws_vpc").ok().as_deref(), Some("vpc-1"));
    }
}
