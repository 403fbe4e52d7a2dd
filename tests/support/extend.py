"""Adds to the sample's company what no newcomer needs to see, but some call of a scan is made for."""

import sys

import boto3

ec2 = boto3.client(
    "ec2",
    region_name="us-east-1",
    endpoint_url=sys.argv[1],
    aws_access_key_id="testing",
    aws_secret_access_key="testing",
)


def tagged(name: str) -> list[dict]:
    return [{"Name": "tag:Name", "Values": [name]}]


# A route to a peered network through a prefix list, which must be read to know how much of the network it reaches.
peering = ec2.describe_vpc_peering_connections(Filters=tagged("lab-shop"))["VpcPeeringConnections"][0]
filters = [{"Name": "vpc-id", "Values": [peering["AccepterVpcInfo"]["VpcId"]]}]
tables = ec2.describe_route_tables(Filters=[*filters, {"Name": "association.main", "Values": ["true"]}])["RouteTables"]
lists = [each for each in ec2.describe_managed_prefix_lists()["PrefixLists"] if each["PrefixListName"] == "offices"]
ec2.create_route(
    RouteTableId=tables[0]["RouteTableId"],
    DestinationPrefixListId=lists[0]["PrefixListId"],
    VpcPeeringConnectionId=peering["VpcPeeringConnectionId"],
)
