"""Resources: what was read, what was not, and what does not exist."""

import copy
import json
import pickle
from typing import Any

import cspm
import pytest

GIVEN: dict[str, Any] = {
    "uid": "arn:aws:s3:::logs",
    "kind": "aws_s3_bucket",
    "name": "logs",
    "account": "1",
    "region": "eu-west-1",
    "tags": {"team": "blue"},
    "collected_at": "2026-01-02T03:04:05.678901Z",
    "data": {
        "name": "logs",
        "policy": cspm.Unread("access_denied", "s3:GetBucketPolicy", "no"),
        "logging": {"target_bucket": "x", "target_prefix": cspm.Unread("throttled")},
        "versioning_enabled": True,
        "size": 2**70,
        "nothing": None,
    },
}


@pytest.fixture
def bucket() -> cspm.Resource:
    return cspm.Resource.from_dict(GIVEN)


def test_fields_of_all_resources(bucket: cspm.Resource) -> None:
    assert (bucket.uid, bucket.kind, bucket.provider) == ("arn:aws:s3:::logs", "aws_s3_bucket", "aws")
    assert (bucket.account, bucket.region, bucket.name, bucket.tags) == ("1", "eu-west-1", "logs", {"team": "blue"})
    assert bucket.collected_at.isoformat() == "2026-01-02T03:04:05.678901+00:00"
    assert bucket.origin is None


def test_what_was_not_read_is_listed(bucket: cspm.Resource) -> None:
    assert bucket.unread == [
        {"field": "logging.target_prefix", "call": "", "reason": "throttled"},
        {"field": "policy", "call": "s3:GetBucketPolicy", "reason": "access_denied", "detail": "no"},
    ]
    whole = cspm.Resource.from_dict({"uid": "x", "kind": "acme", "data": cspm.Unread("throttled", "acme:List")})
    assert whole.unread == [{"field": "", "call": "acme:List", "reason": "throttled"}]


def test_fields_are_looked_up(bucket: cspm.Resource) -> None:
    assert bucket["versioning_enabled"] is True
    assert bucket["logging.target_bucket"] == bucket["logging"]["target_bucket"] == "x"
    assert bucket["region"] == "eu-west-1"
    assert bucket["tags"] == {"team": "blue"}
    assert bucket.get("nothing", 7) is None
    assert bucket["size"] == float(2**70)
    assert "name" in bucket


def test_what_does_not_exist_is_a_key_error(bucket: cspm.Resource) -> None:
    with pytest.raises(KeyError):
        bucket["no_such_field"]
    assert bucket.get("no_such_field", 7) == 7
    assert "no_such_field" not in bucket


def test_what_was_not_read_raises(bucket: cspm.Resource) -> None:
    with pytest.raises(cspm.UnreadError) as caught:
        bucket["policy"]
    error = caught.value
    parts = (error.field, error.reason, error.call, error.detail)
    assert parts == ("policy", "access_denied", "s3:GetBucketPolicy", "no")
    assert pickle.loads(pickle.dumps(error)).field == "policy"
    with pytest.raises(cspm.UnreadError, match="policy"):
        bucket.get("policy.Statement", {})
    with pytest.raises(cspm.UnreadError, match=r"logging\.target_prefix"):
        bucket["logging.target_prefix"]


def test_what_was_not_given_of_a_model_is_not_known(bucket: cspm.Resource) -> None:
    with pytest.raises(cspm.UnreadError) as caught:
        bucket["block_public_acls"]
    assert caught.value.reason == "not_given"
    assert caught.value.call.startswith("s3:")
    pod = cspm.Resource.from_dict({"uid": "p", "kind": "kubernetes_pod", "data": {"spec": {}}})
    assert pod.get("spec.hostNetwork", False) is False


def test_an_unread_part_is_no_value(bucket: cspm.Resource) -> None:
    unread = bucket["logging"]["target_prefix"]
    assert isinstance(unread, cspm.Unread)
    assert (unread.reason, unread.field) == ("throttled", "logging.target_prefix")
    assert unread == cspm.Unread("throttled")
    uses: list[Any] = [
        lambda: bool(unread),
        lambda: unread == "x",
        lambda: unread != "x",
        lambda: unread in {"x"},
        lambda: "x" in unread,
        lambda: list(unread),
        lambda: len(unread),
        lambda: unread["x"],
        lambda: unread.startswith("x"),
        lambda: unread < 3,
        lambda: int(unread),
        lambda: unread + 1,
    ]
    for use in uses:
        with pytest.raises(cspm.UnreadError, match=r"logging\.target_prefix"):
            use()
    assert repr(unread) == str(unread) == "Unread('throttled', field='logging.target_prefix')"
    copied = copy.deepcopy(unread)
    assert copied == unread
    assert pickle.loads(pickle.dumps(unread)) == unread


def test_data_has_its_unread_parts(bucket: cspm.Resource) -> None:
    data = bucket.data
    assert isinstance(data, dict)
    assert isinstance(data["policy"], cspm.Unread)
    assert data["policy"].call == "s3:GetBucketPolicy"


def test_a_resource_goes_out_and_comes_back(bucket: cspm.Resource) -> None:
    written = bucket.to_dict()
    assert written["data"]["policy"] is None
    assert {row["path"] for row in written["unread"]} == {"/policy", "/logging/target_prefix"}
    again = cspm.Resource.from_dict(json.loads(json.dumps(written)))
    assert again == bucket
    assert hash(again) == hash(bucket)
    assert bucket != 7
    assert pickle.loads(pickle.dumps(bucket)) == bucket
    assert json.loads(bucket.to_json()) == written


def test_the_resources_of_a_report_give_the_same_verdicts(report: cspm.Report) -> None:
    whole = cspm.evaluate(report.inventory)
    assert [f.to_json() for f in whole.findings] == [f.to_json() for f in report.findings]
    rule = cspm.Rules(ids=["aws_s3_bucket_public_access_blocked"])
    alone = cspm.evaluate([r.to_dict() for r in report.inventory], rule)
    assert [f.to_json() for f in alone.findings] == [
        f.to_json() for f in cspm.evaluate(list(report.inventory), rule).findings
    ]


def test_a_list_that_could_not_be_made_is_not_known_by_any_name() -> None:
    unlisted = {"uid": "unlisted://x", "kind": "aws_s3_bucket", "data": cspm.Unread("access_denied", "s3:ListBuckets")}
    resource = cspm.Resource.from_dict(unlisted)
    assert isinstance(resource.data, cspm.Unread)
    with pytest.raises(cspm.UnreadError):
        resource["name"]
