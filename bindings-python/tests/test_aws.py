"""Scans of an emulated AWS, with different credentials at once."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import boto3
import cspm
import pytest

REGION = "us-east-1"
ACCOUNTS = {"111111111111": ["one-logs", "one-data"], "222222222222": ["two-logs"]}


@pytest.fixture(scope="module")
def keys(moto: str) -> dict[str, dict[str, str]]:
    """Credentials of two accounts, each with buckets of its own."""
    keys = {}
    for account, buckets in ACCOUNTS.items():
        root = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": REGION}
        sts = boto3.client("sts", endpoint_url=moto, **root)
        role = sts.assume_role(RoleArn=f"arn:aws:iam::{account}:role/Audit", RoleSessionName="test")
        given = role["Credentials"]
        keys[account] = {
            "access_key_id": given["AccessKeyId"],
            "secret_access_key": given["SecretAccessKey"],
            "session_token": given["SessionToken"],
        }
        s3 = boto3.client(
            "s3",
            endpoint_url=moto,
            region_name=REGION,
            **{f"aws_{name}": value for name, value in keys[account].items()},
        )
        for bucket in buckets:
            s3.create_bucket(Bucket=bucket)
    return keys


def account_of(moto: str, keys: dict[str, str]) -> cspm.Aws:
    return cspm.Aws(regions=[REGION], endpoint_url=moto, rate_share=float("inf"), **keys)  # type: ignore[arg-type]


def test_two_scans_with_different_credentials_at_once(moto: str, keys: dict[str, dict[str, str]]) -> None:
    rules = cspm.Rules(services=["s3"])

    def scan(account: str) -> cspm.Report:
        return cspm.scan(account_of(moto, keys[account]), rules)

    with ThreadPoolExecutor(4) as pool:
        reports = list(pool.map(scan, [*ACCOUNTS, *ACCOUNTS]))
    for account, report in zip([*ACCOUNTS, *ACCOUNTS], reports):
        (identity,) = report.identities
        assert identity["account"] == account
        assert sorted(bucket.name for bucket in report.inventory.of_kind("aws_s3_bucket")) == sorted(ACCOUNTS[account])
        assert {f.resource.account for f in report.findings} == {account}
        assert report.summary["fail"] > 0


def test_one_scan_of_two_accounts(moto: str, keys: dict[str, dict[str, str]]) -> None:
    both = [account_of(moto, keys[account]) for account in ACCOUNTS]
    report = cspm.scan(both, cspm.Rules(services=["s3"]))
    assert {resource.account for resource in report.inventory.of_kind("aws_s3_bucket")} == set(ACCOUNTS)


def test_an_aws_scan_tells_of_its_calls(moto: str, keys: dict[str, dict[str, str]]) -> None:
    aws, rules = account_of(moto, keys["111111111111"]), cspm.Rules(services=["s3"])
    planned = {f"{call['service']}:{call['operation']}" for call in cspm.plan(aws, rules).calls}
    report = cspm.scan(aws, rules)
    assert {call["call"] for call in report.coverage["calls"]} <= planned


def test_a_snapshot_in_s3(moto: str, keys: dict[str, dict[str, str]], report: cspm.Report, tmp_path: Path) -> None:
    report.inventory.save(tmp_path / "snap.json")
    account = keys["222222222222"]
    s3 = boto3.client(
        "s3", endpoint_url=moto, region_name=REGION, **{f"aws_{name}": value for name, value in account.items()}
    )
    s3.put_object(Bucket="two-logs", Key="snap.json", Body=(tmp_path / "snap.json").read_bytes())
    aws = account_of(moto, account)
    again = cspm.scan(cspm.Snapshot("s3://two-logs/snap.json", aws=aws))
    assert again.summary == report.summary
    with pytest.raises(cspm.CspmError):
        cspm.scan(cspm.Snapshot("s3://two-logs/snap.json", aws=aws, max_bytes=100))
    with pytest.raises(cspm.CspmError):
        cspm.scan(cspm.Snapshot("s3://two-logs/none.json", aws=aws))


def test_an_endpoint_that_nobody_answers() -> None:
    aws = cspm.Aws(
        access_key_id="a", secret_access_key="b", regions=[REGION], endpoint_url="http://127.0.0.1:9", connect_timeout=1
    )
    with pytest.raises(cspm.UnreachableError) as caught:
        cspm.scan(aws)
    assert caught.value.kind == "unreachable"
