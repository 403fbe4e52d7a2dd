//! The kinds of EC2, EBS and VPC.

pub mod ami;
#[cfg(feature = "ec2")]
mod convert;
pub mod eip;
pub mod flow_log;
pub mod instance;
pub mod launch_template;
pub mod managed_prefix_list;
pub mod network_acl;
pub mod network_interface;
pub mod peering_connection;
#[cfg(feature = "ec2")]
mod prefix_lists;
pub mod regional_settings;
pub mod route_table;
pub mod security_group;
pub mod snapshot;
pub mod sources;
pub mod subnet;
#[cfg(feature = "ec2")]
mod user_data;
pub mod volume;
pub mod vpc;

use cspm_core::{Kind, Result};

/// Every kind of this service.
pub(crate) fn kinds() -> Result<Vec<Kind>> {
    Ok(vec![
        Kind::of::<ami::Ami>()?,
        Kind::of::<eip::Eip>()?,
        Kind::of::<flow_log::FlowLog>()?,
        Kind::of::<instance::Instance>()?,
        Kind::of::<launch_template::LaunchTemplate>()?,
        Kind::of::<managed_prefix_list::ManagedPrefixList>()?,
        Kind::of::<network_acl::NetworkAcl>()?,
        Kind::of::<network_interface::NetworkInterface>()?,
        Kind::of::<peering_connection::PeeringConnection>()?,
        Kind::of::<regional_settings::RegionalSettings>()?,
        Kind::of::<route_table::RouteTable>()?,
        Kind::of::<security_group::SecurityGroup>()?,
        Kind::of::<snapshot::Snapshot>()?,
        Kind::of::<subnet::Subnet>()?,
        Kind::of::<volume::Volume>()?,
        Kind::of::<vpc::Vpc>()?,
    ])
}

/// The calls that no field names: there are none.
#[cfg(feature = "ec2")]
pub(crate) fn prerequisites(_: &cspm_core::Wanted) -> Vec<cspm_core::Source> {
    Vec::new()
}

/// Collects the wanted kinds of this service in one region.
#[cfg(feature = "ec2")]
pub(crate) async fn collect(site: &crate::client::Site) {
    let lists = prefix_lists::PrefixLists::default();
    futures::join!(
        ami::collect::collect(site),
        eip::collect::collect(site),
        flow_log::collect::collect(site),
        instance::collect::collect(site),
        launch_template::collect::collect(site),
        managed_prefix_list::collect::collect(site, &lists),
        network_acl::collect::collect(site),
        network_interface::collect::collect(site),
        peering_connection::collect::collect(site),
        regional_settings::collect::collect(site),
        route_table::collect::collect(site),
        security_group::collect::collect(site, &lists),
        snapshot::collect::collect(site),
        subnet::collect::collect(site),
        volume::collect::collect(site),
        vpc::collect::collect(site),
    );
}
