"""Buckets, and what goes for all of them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from .account import ACCOUNT, PARTNER, SHOP, WAREHOUSE, Account, policy, statement

PREFIX = "meadow-goods-"
KEY = f"arn:aws:kms:{SHOP}:{ACCOUNT}:key/6f1d0c5e-0000-4000-8000-000000000001"
BLOCK_ALL = dict.fromkeys(
    ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"],
    True,
)
EVERYONE = "uri=http://acs.amazonaws.com/groups/global/AllUsers"
QUEUE = f"arn:aws:sqs:{SHOP}:{ACCOUNT}:uploads"


def arns(name: str) -> list[str]:
    """A bucket and its objects."""
    return [f"arn:aws:s3:::{PREFIX}{name}", f"arn:aws:s3:::{PREFIX}{name}/*"]


def tls_only(name: str) -> dict[str, Any]:
    """Nobody may come over plain HTTP. The emulator understands `{"AWS": "*"}` in more places than `"*"`."""
    condition = {"Bool": {"aws:SecureTransport": "false"}}
    return statement("Deny", "s3:*", arns(name), Principal={"AWS": "*"}, Condition=condition)


def everyone(name: str, actions: list[str], **rest: Any) -> dict[str, Any]:
    """A statement about everyone."""
    return statement("Allow", actions, arns(name), Principal="*", **rest)


@dataclass
class Bucket:
    """What a bucket is set to; what is left out is as S3 makes it."""

    name: str
    region: str = SHOP
    policy: str | None = None
    acl: str | None = None
    writers: str | None = None
    block: dict[str, bool] | None = None
    ownership: str | None = None
    algorithm: str | None = None
    versioning: str | None = None
    logs_to: str | None = None
    lifecycle: list[dict[str, Any]] = field(default_factory=list)
    lock: bool = False
    objects: dict[str, str] = field(default_factory=dict)
    website: bool = False
    events: dict[str, Any] | None = None
    team: str | None = None


def expire(days: int) -> list[dict[str, Any]]:
    """A rule that deletes old objects."""
    return [{"ID": "expire", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": days}}]


BUCKETS = [
    Bucket(
        "logs",
        policy=policy(
            tls_only("logs"),
            statement(
                "Allow",
                "s3:PutObject",
                f"arn:aws:s3:::{PREFIX}logs/*",
                Principal={"Service": "logging.s3.amazonaws.com"},
                Condition={"StringEquals": {"aws:SourceAccount": ACCOUNT}},
            ),
        ),
        block=BLOCK_ALL,
        ownership="BucketOwnerEnforced",
        algorithm="AES256",
        lifecycle=expire(400),
        team="platform",
    ),
    Bucket(
        "payroll",
        policy=policy(tls_only("payroll")),
        block=BLOCK_ALL,
        ownership="BucketOwnerEnforced",
        algorithm="aws:kms",
        versioning="Enabled",
        logs_to="logs",
        lifecycle=expire(3650),
        lock=True,
        objects={"2026/01.csv": "private"},
        team="finance",
    ),
    Bucket(
        "payroll-copy",
        region=WAREHOUSE,
        policy=policy(tls_only("payroll-copy")),
        block=BLOCK_ALL,
        ownership="BucketOwnerEnforced",
        algorithm="aws:kms",
        versioning="Enabled",
        lifecycle=expire(3650),
        team="finance",
    ),
    Bucket(
        "photos",
        policy=policy(everyone("photos", ["s3:GetObject"])),
        acl="public-read",
        algorithm="AES256",
        objects={"meadow.jpg": "public-read", "index.html": "public-read"},
        website=True,
        team="web",
    ),
    Bucket("partner-exchange", policy=policy(everyone("partner-exchange", ["s3:PutObject", "s3:GetObject"]))),
    Bucket(
        "reports",
        policy=policy(
            tls_only("reports"),
            statement("Allow", ["s3:GetObject", "s3:ListBucket"], arns("reports"), Principal={"AWS": PARTNER}),
        ),
        block=BLOCK_ALL,
        algorithm="AES256",
        versioning="Enabled",
        logs_to="logs",
    ),
    Bucket(
        "office-only",
        policy=policy(
            everyone("office-only", ["s3:GetObject"], Condition={"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}})
        ),
        block=BLOCK_ALL | {"BlockPublicPolicy": False},
        versioning="Suspended",
    ),
    Bucket("old-website", acl="authenticated-read", ownership="ObjectWriter", objects={"index.html": "public-read"}),
    Bucket(
        "customer-exports",
        region=WAREHOUSE,
        block=BLOCK_ALL | {"IgnorePublicAcls": False},
        objects={f"export-{number:02}.csv": "private" for number in range(12)},
    ),
    Bucket("drop-box", writers=EVERYONE),
    Bucket(
        "uploads",
        block=BLOCK_ALL,
        ownership="BucketOwnerPreferred",
        algorithm="aws:kms",
        events={"QueueConfigurations": [{"QueueArn": QUEUE, "Events": ["s3:ObjectCreated:*"]}]},
        lifecycle=[
            {
                "ID": "leftovers",
                "Status": "Enabled",
                "Filter": {"Prefix": "incoming/"},
                "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
            }
        ],
        team="web",
    ),
    Bucket("scratch"),
]


def present(account: Account) -> None:
    """Buckets, with what each is set to; the replication of one; what holds for the account."""
    account.client("sqs").create_queue(QueueName="uploads")
    for bucket in BUCKETS:
        create(account, bucket)
        access(account, bucket)
        keep(account, bucket)
        serve(account, bucket)
    predictable(account)
    replicate(account)
    access_points(account)
    account.client("s3control").put_public_access_block(
        AccountId=ACCOUNT, PublicAccessBlockConfiguration=dict.fromkeys(BLOCK_ALL, False) | {"BlockPublicAcls": True}
    )


def predictable(account: Account) -> None:
    """Buckets with names that AWS services look for: one is the account's own, one was taken by somebody else."""
    account.client("s3").create_bucket(Bucket=f"sagemaker-{SHOP}-{ACCOUNT}")
    role = f"arn:aws:iam::{PARTNER}:role/stranger"
    session = account.client("sts").assume_role(RoleArn=role, RoleSessionName="stranger")["Credentials"]
    stranger = account.client_as("s3", SHOP, session["AccessKeyId"], session["SecretAccessKey"])
    stranger.create_bucket(Bucket=f"aws-glue-assets-{ACCOUNT}-{SHOP}")


def create(account: Account, bucket: Bucket) -> None:
    """The bucket itself, its lock and its tags."""
    s3, name = account.client("s3", bucket.region), PREFIX + bucket.name
    options: dict[str, Any] = {"ObjectLockEnabledForBucket": True} if bucket.lock else {}
    if bucket.region != SHOP:
        options["CreateBucketConfiguration"] = {"LocationConstraint": bucket.region}
    s3.create_bucket(Bucket=name, **options)
    if bucket.lock:
        retention = {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 365}}
        lock = {"ObjectLockEnabled": "Enabled", "Rule": retention}
        s3.put_object_lock_configuration(Bucket=name, ObjectLockConfiguration=lock)
    if bucket.team:
        s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": [{"Key": "team", "Value": bucket.team}]})


def access(account: Account, bucket: Bucket) -> None:
    """Who may do what."""
    s3, name = account.client("s3", bucket.region), PREFIX + bucket.name
    # Before the policy: the emulator takes no notice of conditions, and would refuse.
    for key, acl in bucket.objects.items():
        s3.put_object(Bucket=name, Key=key, Body=b"meadow", ACL=acl)
    if bucket.ownership:
        rules = {"Rules": [{"ObjectOwnership": bucket.ownership}]}
        s3.put_bucket_ownership_controls(Bucket=name, OwnershipControls=rules)
    if bucket.acl:
        s3.put_bucket_acl(Bucket=name, ACL=bucket.acl)
    if bucket.writers:
        s3.put_bucket_acl(Bucket=name, GrantWrite=bucket.writers)
    if bucket.policy:
        s3.put_bucket_policy(Bucket=name, Policy=bucket.policy)
    if bucket.block:
        s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=bucket.block)


def keep(account: Account, bucket: Bucket) -> None:
    """How objects are kept. MFA delete cannot be set: the emulator does not keep it."""
    s3, name = account.client("s3", bucket.region), PREFIX + bucket.name
    if bucket.algorithm:
        default = {"SSEAlgorithm": bucket.algorithm}
        if bucket.algorithm == "aws:kms":
            default["KMSMasterKeyID"] = KEY.replace(SHOP, bucket.region)
        rules = {"Rules": [{"ApplyServerSideEncryptionByDefault": default, "BucketKeyEnabled": True}]}
        s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration=rules)
    if bucket.versioning:
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": bucket.versioning})
    if bucket.lifecycle:
        s3.put_bucket_lifecycle_configuration(Bucket=name, LifecycleConfiguration={"Rules": bucket.lifecycle})


def serve(account: Account, bucket: Bucket) -> None:
    """Logs, events and websites."""
    s3, name = account.client("s3", bucket.region), PREFIX + bucket.name
    if bucket.logs_to:
        target = {"TargetBucket": PREFIX + bucket.logs_to, "TargetPrefix": f"{bucket.name}/"}
        s3.put_bucket_logging(Bucket=name, BucketLoggingStatus={"LoggingEnabled": target})
    if bucket.events is not None:
        s3.put_bucket_notification_configuration(Bucket=name, NotificationConfiguration=bucket.events)
    if bucket.website:
        s3.put_bucket_website(Bucket=name, WebsiteConfiguration={"IndexDocument": {"Suffix": "index.html"}})


def replicate(account: Account) -> None:
    """The payroll is copied to another region."""
    rule = {
        "ID": "copy",
        "Status": "Enabled",
        "Priority": 1,
        "Filter": {"Prefix": ""},
        "DeleteMarkerReplication": {"Status": "Disabled"},
        "Destination": {"Bucket": f"arn:aws:s3:::{PREFIX}payroll-copy"},
    }
    configuration = {"Role": f"arn:aws:iam::{ACCOUNT}:role/replication", "Rules": [rule]}
    account.client("s3").put_bucket_replication(Bucket=f"{PREFIX}payroll", ReplicationConfiguration=configuration)


def access_points(account: Account) -> None:
    """One for the company, one that a policy opens to everyone, and one over two regions."""
    control = account.client("s3control")
    control.create_access_point(
        AccountId=ACCOUNT, Name="reports-team", Bucket=f"{PREFIX}reports", PublicAccessBlockConfiguration=BLOCK_ALL
    )
    open_to_all = dict.fromkeys(BLOCK_ALL, False)
    control.create_access_point(
        AccountId=ACCOUNT, Name="photos-all", Bucket=f"{PREFIX}photos", PublicAccessBlockConfiguration=open_to_all
    )
    point = f"arn:aws:s3:{SHOP}:{ACCOUNT}:accesspoint/photos-all"
    document = {
        "Version": "2012-10-17",
        "Statement": [statement("Allow", "s3:GetObject", f"{point}/object/*", Principal="*")],
    }
    control.put_access_point_policy(AccountId=ACCOUNT, Name="photos-all", Policy=json.dumps(document))
    # Multi-region access points are asked for in one region, whatever the buckets' regions are.
    account.client("s3control", "us-west-2").create_multi_region_access_point(
        AccountId=ACCOUNT,
        ClientToken="meadow",
        Details={
            "Name": "payroll-anywhere",
            "PublicAccessBlock": BLOCK_ALL,
            "Regions": [{"Bucket": f"{PREFIX}payroll"}, {"Bucket": f"{PREFIX}payroll-copy"}],
        },
    )
