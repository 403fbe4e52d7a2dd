"""The account that is filled: clients of its services, and what several parts need."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import boto3

# The account of an emulator, and the account of a partner.
ACCOUNT = "123456789012"
PARTNER = "210987654321"
# Where the shop runs, where the warehouse is, and a region that somebody tried once.
SHOP = "us-east-1"
WAREHOUSE = "eu-west-1"
TRIED = "eu-central-1"
REGIONS = [SHOP, WAREHOUSE, TRIED]


@dataclass
class Account:
    """Clients for one endpoint; each is made once."""

    endpoint: str
    clients: dict[tuple[str, str], Any] = field(default_factory=dict)

    def client(self, service: str, region: str = SHOP) -> Any:
        """The client of a service in a region."""
        key = (service, region)
        if key not in self.clients:
            self.clients[key] = self.client_as(service, region, "testing", "testing")
        return self.clients[key]

    def client_as(self, service: str, region: str, key_id: str, secret: str) -> Any:
        """A client that signs with an access key of its own."""
        client = boto3.client(
            service,
            region_name=region,
            endpoint_url=self.endpoint,
            aws_access_key_id=key_id,
            aws_secret_access_key=secret,
        )
        client.meta.events.register("before-sign.s3-control", without_account)
        return client


def without_account(request: Any, **_: Any) -> None:
    """Takes the account from the host name, where S3 Control puts it: an emulator has one host name."""
    request.url = request.url.replace(f"//{ACCOUNT}.", "//", 1)


def tags(name: str, **others: str) -> list[dict[str, str]]:
    """A name and other tags, as EC2 and IAM take them."""
    return [{"Key": "Name", "Value": name}, *({"Key": key, "Value": value} for key, value in others.items())]


def named(kind: str, name: str, **others: str) -> list[dict[str, Any]]:
    """The tags of something that EC2 makes."""
    return [{"ResourceType": kind, "Tags": tags(name, **others)}]


def statement(
    effect: str, action: str | list[str], resource: str | list[str] | None = None, **rest: Any
) -> dict[str, Any]:
    """A statement of a policy; trust policies have no resource."""
    made: dict[str, Any] = {"Effect": effect, "Action": action}
    if resource is not None:
        made["Resource"] = resource
    return made | rest


def policy(*statements: dict[str, Any]) -> str:
    """A policy document."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
