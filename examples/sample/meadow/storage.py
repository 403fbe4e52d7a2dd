"""Volumes, snapshots, images, and what holds for new volumes."""

from __future__ import annotations

from .account import PARTNER, SHOP, WAREHOUSE, Account, named


def past(account: Account) -> None:
    """A volume and a snapshot that outlived their server."""
    ec2 = account.client("ec2", SHOP)
    volume = ec2.create_volume(AvailabilityZone=f"{SHOP}b", Size=100, TagSpecifications=named("volume", "shop-2022"))[
        "VolumeId"
    ]
    ec2.create_snapshot(
        VolumeId=volume, Description="before the move", TagSpecifications=named("snapshot", "shop-2022")
    )


def present(account: Account, servers: dict[str, str]) -> None:
    """Volumes and snapshots, encrypted and not, public, shared and private; images likewise."""
    volumes(account)
    images(account, servers)
    # New volumes are encrypted in one region alone. The emulator has no calls for the settings that keep snapshots and
    # images from becoming public, nor for the defaults of the metadata service.
    account.client("ec2", SHOP).enable_ebs_encryption_by_default()


def volumes(account: Account) -> None:
    """Two volumes, and three snapshots of them."""
    ec2 = account.client("ec2", SHOP)
    encrypted = ec2.create_volume(
        AvailabilityZone=f"{SHOP}a", Size=50, Encrypted=True, TagSpecifications=named("volume", "orders")
    )["VolumeId"]
    plain = account.client("ec2", WAREHOUSE).create_volume(
        AvailabilityZone=f"{WAREHOUSE}a", Size=20, TagSpecifications=named("volume", "tills")
    )["VolumeId"]
    ec2.create_snapshot(VolumeId=encrypted, TagSpecifications=named("snapshot", "orders-nightly"))
    ec2 = account.client("ec2", WAREHOUSE)
    for name, share in [("tills-image", {"GroupNames": ["all"]}), ("tills-partner", {"UserIds": [PARTNER]})]:
        snapshot = ec2.create_snapshot(VolumeId=plain, TagSpecifications=named("snapshot", name))["SnapshotId"]
        ec2.modify_snapshot_attribute(
            SnapshotId=snapshot, Attribute="createVolumePermission", OperationType="add", **share
        )


def images(account: Account, servers: dict[str, str]) -> None:
    """An image for the company, and one that everyone can launch."""
    ec2 = account.client("ec2", SHOP)
    ec2.create_image(InstanceId=servers["web-1"], Name="shop-web", TagSpecifications=named("image", "shop-web"))
    public = ec2.create_image(InstanceId=servers["web-2"], Name="shop-demo")["ImageId"]
    ec2.modify_image_attribute(ImageId=public, LaunchPermission={"Add": [{"Group": "all"}]})
