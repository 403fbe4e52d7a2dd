"""Security groups."""

from __future__ import annotations

from typing import Any

from .account import SHOP, WAREHOUSE, Account, named
from .network import Network

ANY4 = "0.0.0.0/0"
ANY6 = "::/0"


def rule(protocol: str, ports: tuple[int, int] | None, *sides: str, why: str = "") -> dict[str, Any]:
    """A permission: IPv4 and IPv6 ranges, prefix lists (`pl-`) and groups (`sg-`) are told apart by their form."""
    made: dict[str, Any] = {"IpProtocol": protocol}
    if ports:
        made |= {"FromPort": ports[0], "ToPort": ports[1]}
    note = {"Description": why} if why else {}
    for side in sides:
        if side.startswith("pl-"):
            made.setdefault("PrefixListIds", []).append({"PrefixListId": side} | note)
        elif side.startswith("sg-"):
            made.setdefault("UserIdGroupPairs", []).append({"GroupId": side} | note)
        elif ":" in side:
            made.setdefault("Ipv6Ranges", []).append({"CidrIpv6": side} | note)
        else:
            made.setdefault("IpRanges", []).append({"CidrIp": side} | note)
    return made


def tcp(port: int, *sides: str, to: int | None = None, why: str = "") -> dict[str, Any]:
    """A permission for TCP ports."""
    return rule("tcp", (port, to or port), *sides, why=why)


def present(account: Account, network: Network) -> dict[str, str]:
    """Security groups in both regions; their ids by name."""
    groups = shop(account, network) | lab(account, network) | warehouse(account, network)
    close_default_group(account, network)
    return groups


def shop(account: Account, network: Network) -> dict[str, str]:
    """The groups of the shop. What a group refers to is made before it."""
    lists = network.prefix_lists
    made: dict[str, str] = {}

    def add(name: str, description: str, *rules: dict[str, Any]) -> None:
        made[name] = create(account, SHOP, network.vpcs["shop"], name, description, list(rules))

    add("web", "the shop's front", tcp(80, ANY4, ANY6), tcp(443, ANY4, ANY6))
    add("web-admin", "ssh for the move", tcp(22, ANY4, why="remove after the move"))
    add("jump", "remote desktop", tcp(3389, ANY6), rule("udp", (3389, 3389), "203.0.113.10/32"))
    add("orders-db", "database of the orders", tcp(5432, made["web"]))
    add("reports-db", "database of the reports", tcp(3306, ANY4), tcp(1433, "0.0.0.0/1"))
    add("search", "search of the shop", tcp(9200, ANY4, to=9300))
    add("cache", "cache of the shop", tcp(6379, "10.0.0.0/8"), rule("udp", (11211, 11211), ANY4))
    add("offices", "from the offices alone", tcp(22, lists["offices"]), tcp(3389, lists["offices"]))
    add("couriers", "handhelds of the couriers", tcp(21, lists["couriers"], to=23))
    add("partners", "every partner by address", tcp(443, *[f"192.0.2.{number}/32" for number in range(1, 52)]))
    add("nobody", "left over from 2023", tcp(27017, ANY4))
    return made


def lab(account: Account, network: Network) -> dict[str, str]:
    """The groups of the lab: open, and made by clicking."""
    vpc = network.vpcs["lab"]
    everything = create(account, SHOP, vpc, "everything", "to get it working", [rule("-1", None, ANY4, ANY6)])
    ssh = [tcp(22, ANY4)]
    wizard = create(account, SHOP, vpc, "launch-wizard-1", "launch-wizard-1 created 2024-05-02", ssh)
    return {"everything": everything, "launch-wizard-1": wizard}


def warehouse(account: Account, network: Network) -> dict[str, str]:
    """One group, which trusts a wide range of a provider."""
    rules = [tcp(443, "198.51.0.0/16", why="the provider of the tills"), rule("icmp", (-1, -1), ANY4)]
    made = create(account, WAREHOUSE, network.vpcs["warehouse"], "tills", "tills and scanners", rules)
    return {"tills": made}


def create(account: Account, region: str, vpc: str, name: str, description: str, rules: list[dict[str, Any]]) -> str:
    """A group with its ingress rules; its id."""
    ec2 = account.client("ec2", region)
    made = ec2.create_security_group(
        GroupName=name, Description=description, VpcId=vpc, TagSpecifications=named("security-group", name)
    )["GroupId"]
    ec2.authorize_security_group_ingress(GroupId=made, IpPermissions=rules)
    return made


def close_default_group(account: Account, network: Network) -> None:
    """The shop's default group lets nothing through, as it should; the others are as AWS made them."""
    ec2 = account.client("ec2", SHOP)
    filters = [
        {"Name": "vpc-id", "Values": [network.vpcs["shop"]]},
        {"Name": "group-name", "Values": ["default"]},
    ]
    group = ec2.describe_security_groups(Filters=filters)["SecurityGroups"][0]
    if group["IpPermissions"]:
        ec2.revoke_security_group_ingress(GroupId=group["GroupId"], IpPermissions=group["IpPermissions"])
    if group["IpPermissionsEgress"]:
        ec2.revoke_security_group_egress(GroupId=group["GroupId"], IpPermissions=group["IpPermissionsEgress"])
