"""Users, their groups and keys, the password policy, and how people sign in from elsewhere."""

from __future__ import annotations

from .account import SHOP, Account, policy, statement, tags

AWS_MANAGED = "arn:aws:iam::aws:policy"

# Who has a password for the console, and who has access keys, and how many.
PASSWORDS = ["alice", "bob", "carol", "dave", "erin"]
KEYS = {"dave": 1, "erin": 1, "deploy-bot": 1, "backup-bot": 2, "reports-bot": 1}
GROUPS = {
    "admins": ["alice", "dave"],
    "developers": ["bob", "carol", "deploy-bot"],
    "finance": ["erin"],
    "auditors": [],
}
GROUP_POLICIES = {
    "admins": ["AdministratorAccess"],
    "developers": ["PowerUserAccess", "AWSCloudShellFullAccess"],
    "auditors": ["SecurityAudit"],
}


def past(account: Account) -> dict[str, list[tuple[str, str]]]:
    """What was set up long ago: users, passwords and keys. Returns the keys (id and secret) by user."""
    iam = account.client("iam")
    for user in ["alice", "bob", "carol", "dave", "erin", "deploy-bot", "backup-bot", "reports-bot"]:
        iam.create_user(UserName=user, Tags=tags(user, team="shop"))
    for user in PASSWORDS:
        iam.create_login_profile(UserName=user, Password=f"Meadow-{user}-2024")
    keys: dict[str, list[tuple[str, str]]] = {}
    for user, count in KEYS.items():
        for _ in range(count):
            key = iam.create_access_key(UserName=user)["AccessKey"]
            keys.setdefault(user, []).append((key["AccessKeyId"], key["SecretAccessKey"]))
    iam.update_access_key(UserName="erin", AccessKeyId=keys["erin"][0][0], Status="Inactive")
    use_key(account, keys["backup-bot"][0], "s3")
    return keys


def present(account: Account, keys: dict[str, list[tuple[str, str]]]) -> None:
    """What is newer, and the keys that are in use."""
    groups(account)
    second_factors(account)
    own_policies(account)
    password_policy(account)
    sign_in_from_elsewhere(account)
    use_key(account, keys["deploy-bot"][0], "s3")
    use_key(account, keys["reports-bot"][0], "sts")


def use_key(account: Account, key: tuple[str, str], service: str) -> None:
    """Makes a call with an access key, so that IAM knows when and for what it was last used."""
    client = account.client_as(service, SHOP, *key)
    if service == "sts":
        client.get_caller_identity()
    else:
        client.list_buckets()


def groups(account: Account) -> None:
    """Groups, their members and their policies."""
    iam = account.client("iam")
    for group, members in GROUPS.items():
        iam.create_group(GroupName=group)
        for member in members:
            iam.add_user_to_group(GroupName=group, UserName=member)
        for name in GROUP_POLICIES.get(group, []):
            iam.attach_group_policy(GroupName=group, PolicyArn=f"{AWS_MANAGED}/{name}")
    trail = policy(statement("Allow", "cloudtrail:*", "*"))
    iam.put_group_policy(GroupName="developers", PolicyName="look-at-trails", PolicyDocument=trail)
    marketplace = policy(statement("Allow", "aws-marketplace:Subscribe", "*"))
    iam.put_group_policy(GroupName="finance", PolicyName="buy-software", PolicyDocument=marketplace)


def second_factors(account: Account) -> None:
    """A virtual device for one, a hardware token for another, nothing for the rest."""
    iam = account.client("iam")
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName="alice-phone")["VirtualMFADevice"]["SerialNumber"]
    for user, serial in [("alice", device), ("carol", "GAHT00012345")]:
        iam.enable_mfa_device(
            UserName=user, SerialNumber=serial, AuthenticationCode1="123456", AuthenticationCode2="654321"
        )


def own_policies(account: Account) -> None:
    """Policies that users have of their own, which groups should have instead."""
    iam = account.client("iam")
    iam.attach_user_policy(UserName="deploy-bot", PolicyArn=f"{AWS_MANAGED}/AdministratorAccess")
    iam.attach_user_policy(UserName="backup-bot", PolicyArn=f"{AWS_MANAGED}/AmazonS3FullAccess")
    escalation = policy(statement("Allow", ["iam:CreateAccessKey", "iam:AttachUserPolicy", "iam:Get*"], "*"))
    iam.put_user_policy(UserName="dave", PolicyName="help-with-accounts", PolicyDocument=escalation)
    reports = policy(statement("Allow", ["s3:GetObject"], "arn:aws:s3:::meadow-goods-reports/*"))
    iam.put_user_policy(UserName="reports-bot", PolicyName="read-reports", PolicyDocument=reports)


def password_policy(account: Account) -> None:
    """Long enough for 2015."""
    account.client("iam").update_account_password_policy(
        MinimumPasswordLength=10,
        RequireLowercaseCharacters=True,
        RequireUppercaseCharacters=True,
        RequireNumbers=True,
        RequireSymbols=False,
        AllowUsersToChangePassword=True,
        MaxPasswordAge=365,
        PasswordReusePrevention=5,
    )


def sign_in_from_elsewhere(account: Account) -> None:
    """An identity provider, and certificates of old load balancers.

    The emulator looks into neither: it says 2032 of every provider, and nothing of when a certificate ends.
    """
    iam = account.client("iam")
    padding = "<!-- the metadata of the identity provider -->" * 30
    iam.create_saml_provider(Name="meadow-idp", SAMLMetadataDocument=f"<EntityDescriptor>{padding}</EntityDescriptor>")
    for name in ["shop-2023", "shop-2026"]:
        iam.upload_server_certificate(
            ServerCertificateName=name, CertificateBody="a certificate", PrivateKey="no key: nobody looks at it"
        )
