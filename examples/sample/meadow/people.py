"""Users, their groups and keys, the password policy, and how people sign in from elsewhere."""

from __future__ import annotations

from .account import SHOP, Account, policy, statement, tags

# Access keys by user: id and secret.
Keys = dict[str, list[tuple[str, str]]]

AWS_MANAGED = "arn:aws:iam::aws:policy"

# Who has a password for the console, long since or new, and who has access keys, and how many. The emulator takes the
# age of a user for the age of the password.
OLD_PASSWORDS = ["bob", "erin"]
NEW_PASSWORDS = ["alice", "carol", "dave"]
OLD_KEYS = {"erin": 1, "deploy-bot": 1, "backup-bot": 2}
NEW_KEYS = {"dave": 1, "reports-bot": 1}
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


def past(account: Account) -> Keys:
    """What was set up long ago: users, passwords and keys."""
    create(account, [*OLD_PASSWORDS, "deploy-bot", "backup-bot"])
    let_in(account, OLD_PASSWORDS)
    made = keys(account, OLD_KEYS)
    account.client("iam").update_access_key(UserName="erin", AccessKeyId=made["erin"][0][0], Status="Inactive")
    use_key(account, made["backup-bot"][0], "s3")
    return made


def present(account: Account, old: Keys) -> None:
    """What is newer, and the keys that are in use."""
    create(account, [*NEW_PASSWORDS, "reports-bot"])
    groups(account)
    let_in(account, NEW_PASSWORDS)
    made = keys(account, NEW_KEYS)
    second_factors(account)
    own_policies(account)
    password_policy(account)
    sign_in_from_elsewhere(account)
    use_key(account, old["deploy-bot"][0], "s3")
    use_key(account, made["reports-bot"][0], "sts")


def create(account: Account, users: list[str]) -> None:
    """Users, without any way to sign in."""
    for user in users:
        account.client("iam").create_user(UserName=user, Tags=tags(user, team="shop"))


def let_in(account: Account, users: list[str]) -> None:
    """Passwords for the console. When they are used cannot be said: nobody signs in to an emulator."""
    for user in users:
        account.client("iam").create_login_profile(UserName=user, Password=f"Meadow-{user}-2024")


def keys(account: Account, counts: dict[str, int]) -> Keys:
    """Access keys, by user."""
    made: Keys = {}
    for user, count in counts.items():
        for _ in range(count):
            key = account.client("iam").create_access_key(UserName=user)["AccessKey"]
            made.setdefault(user, []).append((key["AccessKeyId"], key["SecretAccessKey"]))
    return made


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
    """An identity provider, and the certificate of an old load balancer.

    The emulator looks into neither: a provider is valid until 2032, and a certificate was until 2012.
    """
    iam = account.client("iam")
    padding = "<!-- the metadata of the identity provider -->" * 30
    iam.create_saml_provider(Name="meadow-idp", SAMLMetadataDocument=f"<EntityDescriptor>{padding}</EntityDescriptor>")
    iam.upload_server_certificate(
        ServerCertificateName="shop-old", CertificateBody="a certificate", PrivateKey="no key: nobody looks at it"
    )
