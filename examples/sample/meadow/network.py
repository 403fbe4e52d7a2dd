"""VPCs, subnets, routes, network ACLs, peering and flow logs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .account import ACCOUNT, SHOP, WAREHOUSE, Account, named


@dataclass
class Network:
    """The ids that other parts need, by name."""

    vpcs: dict[str, str] = field(default_factory=dict)
    subnets: dict[str, str] = field(default_factory=dict)
    prefix_lists: dict[str, str] = field(default_factory=dict)


# VPC: region, range, subnets (name, zone, range, public addresses).
VPCS: dict[str, tuple[str, str, list[tuple[str, str, str, bool]]]] = {
    "shop": (
        SHOP,
        "10.10.0.0/16",
        [
            ("shop-public-a", "a", "10.10.1.0/24", True),
            ("shop-public-b", "b", "10.10.2.0/24", False),
            ("shop-private-a", "a", "10.10.11.0/24", False),
            ("shop-private-b", "b", "10.10.12.0/24", False),
        ],
    ),
    "lab": (SHOP, "10.30.0.0/16", [("lab-a", "a", "10.30.1.0/24", True)]),
    "warehouse": (WAREHOUSE, "10.20.0.0/16", [("warehouse-a", "a", "10.20.1.0/24", False)]),
}


def present(account: Account) -> Network:
    """Networks in two regions. The third region keeps the default network that nobody has looked at."""
    network = Network()
    for name, (region, cidr, subnets) in VPCS.items():
        ec2 = account.client("ec2", region)
        vpc = ec2.create_vpc(CidrBlock=cidr, TagSpecifications=named("vpc", name))["Vpc"]["VpcId"]
        network.vpcs[name] = vpc
        for subnet, zone, part, public in subnets:
            made = ec2.create_subnet(
                VpcId=vpc,
                CidrBlock=part,
                AvailabilityZone=region + zone,
                TagSpecifications=named("subnet", subnet),
            )["Subnet"]["SubnetId"]
            network.subnets[subnet] = made
            if public:
                ec2.modify_subnet_attribute(SubnetId=made, MapPublicIpOnLaunch={"Value": True})
    routes(account, network)
    acls(account, network)
    peer(account, network)
    flow_logs(account, network)
    prefix_lists(account, network)
    return network


def routes(account: Account, network: Network) -> None:
    """Ways to the internet for the public subnets of the shop and for all of the lab."""
    ec2 = account.client("ec2", SHOP)
    for vpc, subnets in [("shop", ["shop-public-a", "shop-public-b"]), ("lab", ["lab-a"])]:
        gateway = ec2.create_internet_gateway(TagSpecifications=named("internet-gateway", vpc))
        gateway_id = gateway["InternetGateway"]["InternetGatewayId"]
        ec2.attach_internet_gateway(InternetGatewayId=gateway_id, VpcId=network.vpcs[vpc])
        table = ec2.create_route_table(
            VpcId=network.vpcs[vpc], TagSpecifications=named("route-table", f"{vpc}-public")
        )["RouteTable"]["RouteTableId"]
        ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway_id)
        for subnet in subnets:
            ec2.associate_route_table(RouteTableId=table, SubnetId=network.subnets[subnet])


def entry(number: int, protocol: str, action: str, cidr: str, ports: tuple[int, int] | None = None) -> dict[str, Any]:
    """An ingress entry of a network ACL."""
    made: dict[str, Any] = {"RuleNumber": number, "Protocol": protocol, "RuleAction": action, "CidrBlock": cidr}
    if ports:
        made["PortRange"] = {"From": ports[0], "To": ports[1]}
    return made | {"Egress": False}


# ACL: VPC, entries. None is associated with a subnet but `shop-edge`.
ACLS: dict[str, tuple[str, list[dict[str, Any]]]] = {
    "shop-edge": (
        "shop",
        [
            entry(90, "6", "deny", "0.0.0.0/0", (22, 22)),
            entry(91, "-1", "deny", "198.51.100.0/24"),
            entry(100, "6", "allow", "0.0.0.0/0", (443, 443)),
            entry(110, "6", "allow", "0.0.0.0/0", (1024, 65535)),
        ],
    ),
    "shop-admin": (
        "shop",
        [entry(100, "6", "allow", "0.0.0.0/0", (22, 22)), entry(110, "17", "allow", "0.0.0.0/0", (3389, 3389))],
    ),
    "lab-open": ("lab", [entry(100, "-1", "allow", "0.0.0.0/0")]),
}


def acls(account: Account, network: Network) -> None:
    """Network ACLs beside the default ones, which let everything through."""
    ec2 = account.client("ec2", SHOP)
    for name, (vpc, entries) in ACLS.items():
        acl = ec2.create_network_acl(VpcId=network.vpcs[vpc], TagSpecifications=named("network-acl", name))
        acl_id = acl["NetworkAcl"]["NetworkAclId"]
        for one in entries:
            ec2.create_network_acl_entry(NetworkAclId=acl_id, **one)
        if name == "shop-edge":
            filters = [{"Name": "association.subnet-id", "Values": [network.subnets["shop-public-a"]]}]
            current = ec2.describe_network_acls(Filters=filters)["NetworkAcls"][0]["Associations"]
            wanted = network.subnets["shop-public-a"]
            association = next(a["NetworkAclAssociationId"] for a in current if a["SubnetId"] == wanted)
            ec2.replace_network_acl_association(AssociationId=association, NetworkAclId=acl_id)


def peer(account: Account, network: Network) -> None:
    """The lab reaches the whole shop; the shop reaches one subnet of the lab."""
    ec2 = account.client("ec2", SHOP)
    peering = ec2.create_vpc_peering_connection(
        VpcId=network.vpcs["lab"],
        PeerVpcId=network.vpcs["shop"],
        TagSpecifications=named("vpc-peering-connection", "lab-shop"),
    )["VpcPeeringConnection"]["VpcPeeringConnectionId"]
    ec2.accept_vpc_peering_connection(VpcPeeringConnectionId=peering)
    for vpc, cidr in [("lab", "10.10.0.0/16"), ("shop", "10.30.1.0/24")]:
        filters = [
            {"Name": "vpc-id", "Values": [network.vpcs[vpc]]},
            {"Name": "association.main", "Values": ["true"]},
        ]
        table = ec2.describe_route_tables(Filters=filters)["RouteTables"][0]["RouteTableId"]
        ec2.create_route(RouteTableId=table, DestinationCidrBlock=cidr, VpcPeeringConnectionId=peering)


def flow_logs(account: Account, network: Network) -> None:
    """The shop logs rejected traffic; the lab logs what is accepted alone, and the warehouse nothing."""
    logs = account.client("logs", SHOP)
    for vpc, traffic in [("shop", "REJECT"), ("lab", "ACCEPT")]:
        logs.create_log_group(logGroupName=f"/vpc/{vpc}")
        account.client("ec2", SHOP).create_flow_logs(
            ResourceIds=[network.vpcs[vpc]],
            ResourceType="VPC",
            TrafficType=traffic,
            LogGroupName=f"/vpc/{vpc}",
            DeliverLogsPermissionArn=f"arn:aws:iam::{ACCOUNT}:role/flow-logs",
            TagSpecifications=named("vpc-flow-log", vpc),
        )


def prefix_lists(account: Account, network: Network) -> None:
    """The offices, and a list that somebody added everyone to."""
    ec2 = account.client("ec2", SHOP)
    for name, cidrs in {"offices": ["203.0.113.0/28", "203.0.113.64/28"], "couriers": ["0.0.0.0/0"]}.items():
        made = ec2.create_managed_prefix_list(
            PrefixListName=name,
            AddressFamily="IPv4",
            MaxEntries=5,
            Entries=[{"Cidr": cidr} for cidr in cidrs],
            TagSpecifications=named("prefix-list", name),
        )
        network.prefix_lists[name] = made["PrefixList"]["PrefixListId"]
