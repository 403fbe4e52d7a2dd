"""Roles, who may take them, and the company's own policies."""

from __future__ import annotations

from typing import Any

from .account import ACCOUNT, PARTNER, Account, policy, statement, tags
from .people import AWS_MANAGED


def trusts(principal: dict[str, Any], condition: dict[str, Any] | None = None) -> str:
    """A trust policy for one principal."""
    rest: dict[str, Any] = {"Principal": principal}
    if condition:
        rest["Condition"] = condition
    return policy(statement("Allow", "sts:AssumeRole", **rest))


def service(name: str, confined: bool = False) -> str:
    """A trust policy for a service; confined to what it does for this account."""
    condition = {"StringEquals": {"aws:SourceAccount": ACCOUNT}} if confined else None
    return trusts({"Service": f"{name}.amazonaws.com"}, condition)


# Name, trust policy, AWS managed policies, inline policies.
ROLES: list[tuple[str, str, list[str], dict[str, str]]] = [
    ("shop-web", service("ec2"), ["AmazonSSMManagedInstanceCore"], {}),
    ("orders-db", service("ec2"), ["AmazonSSMManagedInstanceCore"], {}),
    (
        "deploy",
        trusts({"AWS": f"arn:aws:iam::{PARTNER}:root"}),
        ["AdministratorAccess"],
        {},
    ),
    ("support", trusts({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}), ["AWSSupportAccess"], {}),
    (
        "audit",
        trusts({"AWS": f"arn:aws:iam::{PARTNER}:root"}, {"StringEquals": {"sts:ExternalId": "meadow-audit"}}),
        ["SecurityAudit", "ReadOnlyAccess"],
        {},
    ),
    ("mailer", service("lambda"), ["service-role/AWSLambdaBasicExecutionRole"], {}),
    (
        "flow-logs",
        service("vpc-flow-logs", confined=True),
        [],
        {"write-logs": policy(statement("Allow", ["logs:CreateLogStream", "logs:PutLogEvents"], "*"))},
    ),
    (
        "replication",
        service("s3", confined=True),
        [],
        {
            "copy": policy(
                statement(
                    "Allow", ["s3:GetReplicationConfiguration", "s3:ListBucket"], "arn:aws:s3:::meadow-goods-payroll"
                ),
                statement("Allow", ["s3:ReplicateObject"], "arn:aws:s3:::meadow-goods-payroll-copy/*"),
            )
        },
    ),
    ("legacy-ops", service("ec2"), [], {"all-of-it": policy(statement("Allow", "*", "*"))}),
    (
        "key-keeper",
        service("lambda", confined=True),
        [],
        {"keys": policy(statement("Allow", "kms:*", "*")), "trail": policy(statement("Allow", "cloudtrail:*", "*"))},
    ),
    (
        "build",
        service("codebuild"),
        [],
        {"pass": policy(statement("Allow", ["iam:PassRole", "ec2:RunInstances"], "*"))},
    ),
]

# Name, document, and the role that it is attached to.
POLICIES: list[tuple[str, str, str | None]] = [
    ("everything-but-billing", policy(statement("Allow", "*", "*"), statement("Deny", "aws-portal:*", "*")), "build"),
    ("old-admin", policy(statement("Allow", "*", "*")), None),
    ("keys", policy(statement("Allow", ["kms:*"], "*")), "key-keeper"),
    ("trails", policy(statement("Allow", "cloudtrail:*", "*")), None),
    ("hop-anywhere", policy(statement("Allow", "sts:AssumeRole", "*")), "mailer"),
    ("make-policies", policy(statement("Allow", ["iam:CreatePolicyVersion", "iam:List*"], "*")), "build"),
    ("marketplace", policy(statement("Allow", "aws-marketplace:*", "*")), None),
    (
        "read-photos",
        policy(statement("Allow", ["s3:GetObject"], "arn:aws:s3:::meadow-goods-photos/*")),
        "shop-web",
    ),
    ("boundary", policy(statement("Allow", ["s3:*", "logs:*"], "*")), None),
]

PROFILES = ["shop-web", "orders-db", "legacy-ops"]


def present(account: Account) -> None:
    """Roles, policies, and the instance profiles of servers."""
    iam = account.client("iam")
    for name, trust, managed, inline in ROLES:
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust, Tags=tags(name, team="shop"))
        for policy_name in managed:
            iam.attach_role_policy(RoleName=name, PolicyArn=f"{AWS_MANAGED}/{policy_name}")
        for policy_name, document in inline.items():
            iam.put_role_policy(RoleName=name, PolicyName=policy_name, PolicyDocument=document)
    for name, document, role in POLICIES:
        arn = iam.create_policy(PolicyName=name, PolicyDocument=document)["Policy"]["Arn"]
        if role:
            iam.attach_role_policy(RoleName=role, PolicyArn=arn)
    boundary = f"arn:aws:iam::{ACCOUNT}:policy/boundary"
    iam.put_role_permissions_boundary(RoleName="build", PermissionsBoundary=boundary)
    iam.create_service_linked_role(AWSServiceName="autoscaling.amazonaws.com")
    for name in PROFILES:
        iam.create_instance_profile(InstanceProfileName=name)
        iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=name)
