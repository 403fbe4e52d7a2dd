"""Instances, launch templates and addresses."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

from .account import SHOP, TRIED, WAREHOUSE, Account, named
from .network import Network

# A secret that is none, planted where a scan must find it.
USER_DATA = """#!/bin/sh
export SHOP_ENV=production
export DB_PASSWORD=correct-horse-battery-meadow
/opt/shop/start
"""
HARMLESS = "#!/bin/sh\nyum update -y\n"


@dataclass
class Server:
    """An instance; `public` asks for a public address."""

    name: str
    subnet: str
    groups: list[str]
    region: str = SHOP
    imdsv2: bool = True
    public: bool = False
    profile: str | None = None
    user_data: str = ""
    monitored: bool = False
    interfaces: int = 1
    stopped: bool = False


SERVERS = [
    Server("web-1", "shop-public-a", ["web"], public=True, profile="shop-web", monitored=True, user_data=HARMLESS),
    Server("web-2", "shop-public-b", ["web", "web-admin"], imdsv2=False, public=True),
    Server("orders-db", "shop-private-a", ["orders-db", "offices"], profile="orders-db", monitored=True),
    Server("reports-db", "shop-public-b", ["reports-db"], imdsv2=False, public=True, user_data=USER_DATA),
    Server("jump", "shop-public-a", ["jump"], public=True),
    Server("search", "shop-private-b", ["search", "cache"], profile="shop-web"),
    Server("router", "shop-private-b", ["offices"], interfaces=2, profile="shop-web"),
    Server("courier-hub", "shop-public-b", ["couriers"], public=True, imdsv2=False),
    Server("experiment", "lab-a", ["everything"], imdsv2=False, public=True, profile="legacy-ops"),
    Server("till-gateway", "warehouse-a", ["tills"], region=WAREHOUSE),
]


def past(account: Account) -> None:
    """Instances that somebody tried, in the default network of a region that nobody looks at. One was stopped."""
    ec2 = account.client("ec2", TRIED)
    for name, virtualization in [("try-out", "paravirtual"), ("batch-2024", "hvm")]:
        made = ec2.run_instances(
            ImageId=image(ec2, virtualization),
            InstanceType="t2.micro",
            MinCount=1,
            MaxCount=1,
            TagSpecifications=named("instance", name),
        )["Instances"][0]["InstanceId"]
        if name == "batch-2024":
            ec2.stop_instances(InstanceIds=[made])


def image(ec2: Any, virtualization: str = "hvm") -> str:
    """An image of Amazon's: the first by name, so that it is always the same one."""
    filters = [{"Name": "virtualization-type", "Values": [virtualization]}]
    images = ec2.describe_images(Owners=["amazon"], Filters=filters)["Images"]
    return min(images, key=lambda each: (each["Name"], each["ImageId"]))["ImageId"]


def present(account: Account, network: Network, groups: dict[str, str]) -> dict[str, str]:
    """The servers of the shop, the lab and the warehouse; their ids by name."""
    ids = {server.name: launch(account, network, groups, server) for server in SERVERS}
    addresses(account, ids)
    templates(account, groups)
    return ids


def launch(account: Account, network: Network, groups: dict[str, str], server: Server) -> str:
    """Starts one instance."""
    ec2 = account.client("ec2", server.region)
    interfaces = [
        {
            "DeviceIndex": number,
            "SubnetId": network.subnets[server.subnet],
            "Groups": [groups[name] for name in server.groups],
            "AssociatePublicIpAddress": server.public,
        }
        for number in range(server.interfaces)
    ]
    options: dict[str, Any] = {"IamInstanceProfile": {"Name": server.profile}} if server.profile else {}
    made = ec2.run_instances(
        ImageId=image(ec2),
        InstanceType="t3.micro",
        MinCount=1,
        MaxCount=1,
        NetworkInterfaces=interfaces,
        MetadataOptions={"HttpTokens": "required" if server.imdsv2 else "optional", "HttpEndpoint": "enabled"},
        Monitoring={"Enabled": server.monitored},
        UserData=server.user_data,
        TagSpecifications=named("instance", server.name, team="shop"),
        **options,
    )
    return made["Instances"][0]["InstanceId"]


def addresses(account: Account, ids: dict[str, str]) -> None:
    """An address in use, and one that nobody released."""
    ec2 = account.client("ec2", SHOP)
    used = ec2.allocate_address(Domain="vpc", TagSpecifications=named("elastic-ip", "shop-front"))
    ec2.associate_address(AllocationId=used["AllocationId"], InstanceId=ids["web-1"])
    ec2.allocate_address(Domain="vpc", TagSpecifications=named("elastic-ip", "left-over"))


def templates(account: Account, groups: dict[str, str]) -> None:
    """A template as it should be, and one with every slip."""
    good = {
        "InstanceType": "t3.micro",
        "MetadataOptions": {"HttpTokens": "required", "HttpEndpoint": "enabled"},
        "IamInstanceProfile": {"Name": "shop-web"},
        "Monitoring": {"Enabled": True},
        "SecurityGroupIds": [groups["web"]],
    }
    bad = {
        "InstanceType": "t3.micro",
        "MetadataOptions": {"HttpTokens": "optional", "HttpEndpoint": "enabled"},
        "NetworkInterfaces": [{"DeviceIndex": 0, "AssociatePublicIpAddress": True, "Groups": [groups["web-admin"]]}],
        "UserData": encoded(USER_DATA),
    }
    for name, data in [("shop-web", good), ("shop-web-2023", bad)]:
        account.client("ec2", SHOP).create_launch_template(LaunchTemplateName=name, LaunchTemplateData=data)


def encoded(text: str) -> str:
    """User data as templates take it."""
    return base64.b64encode(text.encode()).decode()
