"""Collectors in Python, and what goes wrong in them."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

import cspm
import pytest

KIND = "acme_server"
SCHEMA = {"type": "object", "properties": {"encrypted": {"type": "boolean"}, "name": {"type": "string"}}}


@cspm.rule(id="acme_server_encrypted", kind=KIND, title="Servers are encrypted")
def encrypted(resource: cspm.Resource) -> bool:
    return bool(resource["encrypted"])


RULES = cspm.Rules(builtin=False, extra=[encrypted])


class Servers(cspm.Collector):
    name = "cmdb"
    provider = "acme"
    kinds = {KIND: SCHEMA}  # noqa: RUF012, it never changes

    def __init__(self, *what: Any) -> None:
        self.what = what
        self.closed = False
        self.thread: threading.Thread | None = None

    def collect(self, wanted: cspm.Wanted) -> Iterator[Any]:
        self.thread = threading.current_thread()
        try:
            for item in self.what:
                if isinstance(item, BaseException):
                    raise item
                yield item
        finally:
            self.closed = True


def server(n: int, **data: Any) -> dict[str, Any]:
    return {"uid": f"acme:{n}", "kind": KIND, "name": f"server {n}", "data": data}


def test_resources_are_taken() -> None:
    collector = Servers(server(1, encrypted=True), server(2, encrypted=False), {**server(3), "region": "north"})
    report = cspm.scan(collector, RULES)
    assert [f.status for f in report.findings] == ["pass", "fail", "unknown"]
    assert report.findings[2].unread[0]["reason"] == "not_given", "the kind has a model"
    assert {f.resource.provider for f in report.findings} == {"acme"}
    assert report.inventory.of_kind(KIND)[2].region == "north"
    (call,) = report.coverage["calls"]
    assert (call["call"], call["done"]) == ("cmdb:collect", 1)
    assert collector.closed
    assert collector.thread is not threading.main_thread()


def test_many_resources_are_taken() -> None:
    report = cspm.scan(Servers(*(server(n, encrypted=n % 2 == 0) for n in range(2000))), RULES)
    assert (report.summary["pass"], report.summary["fail"]) == (1000, 1000)


def test_the_plan_knows_the_collector() -> None:
    plan = cspm.plan(Servers(), RULES)
    (call,) = plan.calls
    assert (call["service"], call["operation"], call["fills"]) == ("cmdb", "collect", [KIND])


def test_what_is_wanted_is_told() -> None:
    asked: list[list[str]] = []

    class Two(Servers):
        kinds = [KIND, "acme_disk"]  # noqa: RUF012, it never changes

        def collect(self, wanted: cspm.Wanted) -> Iterator[Any]:
            asked.append(wanted.kinds)
            assert wanted.wants(KIND)
            assert not wanted.wants("acme_disk")
            yield server(1, encrypted=True)

    assert cspm.scan(Two(), RULES).summary["pass"] == 1
    assert asked == [[KIND]]


def test_parts_that_were_not_read() -> None:
    unread = cspm.Unread("access_denied", "acme:GetDisk", "no")
    report = cspm.scan(Servers(server(1, encrypted=unread)), RULES)
    (finding,) = report.findings
    assert finding.unread == [{"field": "encrypted", "call": "acme:GetDisk", "reason": "access_denied", "detail": "no"}]


def test_a_gap_is_unknown() -> None:
    gap = cspm.Gap(KIND, reason="throttled", call="acme:List", region="north")
    report = cspm.scan(Servers(server(1, encrypted=True), gap), RULES)
    assert sorted(f.status for f in report.findings) == ["pass", "unknown"]
    (row,) = report.inventory.gaps
    assert (row["kind"], row["reason"], row["region"], row["provider"]) == (KIND, "throttled", "north", "acme")


def test_the_kind_says_the_provider_unless_the_class_does() -> None:
    class Plain(Servers):
        provider = None

    class Named(Servers):
        provider = "cmdb"

    given = server(1, encrypted=True), {**server(2), "provider": "own"}, cspm.Gap(KIND, region="north")
    for collector, provider in ((Plain, "acme"), (Named, "cmdb")):
        inventory = cspm.scan(collector(*given), RULES).inventory
        assert [resource.provider for resource in inventory] == [provider, "own"]
        assert [gap["provider"] for gap in inventory.gaps] == [provider]


def test_an_exception_is_in_the_coverage_and_the_scan_goes_on() -> None:
    broken = Servers(server(1, encrypted=True), ValueError("no such table"))
    report = cspm.scan([broken, cspm.sample()], RULES)
    assert sorted(f.status for f in report.findings) == ["pass", "unknown"], "there may be more of them"
    assert len(report.inventory) > 100
    (failure,) = report.coverage["failures"]
    assert "cmdb" in failure["error"]
    assert "Traceback" in failure["error"]
    assert "in collect" in failure["error"]
    assert "ValueError: no such table" in failure["error"]
    call = next(call for call in report.coverage["calls"] if call["call"] == "cmdb:collect")
    assert (call["failed"], call["detail"]) == (1, "ValueError: no such table")
    assert not report.is_complete


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ({"kind": KIND}, "no uid"),
        ({"uid": "acme:9", "kind": KIND, "nmae": "x"}, "acme:9"),
        ({"uid": "acme:9", "kind": KIND, "data": {"x": object()}}, "acme:9"),
        (7, "int"),
    ],
)
def test_a_bad_resource_is_named_and_the_others_are_taken(bad: Any, says: str) -> None:
    report = cspm.scan(Servers(server(1, encrypted=True), bad, server(2, encrypted=True)), RULES)
    assert report.summary["pass"] == 2
    assert report.summary["unknown"] == 1, "something of the kind is not there"
    (failure,) = report.coverage["failures"]
    assert says in failure["error"]


def test_many_bad_resources_are_counted() -> None:
    report = cspm.scan(Servers(*({"uid": f"{n}"} for n in range(50))), RULES)
    assert len(report.coverage["failures"]) == 11
    assert any("40 more" in failure["error"] for failure in report.coverage["failures"])


def test_a_collector_that_cannot_connect() -> None:
    class Offline(Servers):
        def connect(self) -> None:
            raise ConnectionError("no route")

    with pytest.raises(cspm.ExtensionError, match="no route") as caught:
        cspm.scan(Offline(), RULES)
    assert isinstance(caught.value.__cause__, ConnectionError)
    assert caught.value.attempted == "connect cmdb"
    report = cspm.scan([Offline(), cspm.sample()], RULES)
    assert report.summary["unknown"] == 1

    class Refused(Servers):
        def connect(self) -> None:
            raise cspm.CredentialsError("expired")

    with pytest.raises(cspm.CredentialsError):
        cspm.scan(Refused(), RULES)


def test_an_asynchronous_generator_is_taken() -> None:
    class Later(Servers):
        async def collect(self, wanted: cspm.Wanted) -> AsyncIterator[Any]:  # type: ignore[override]
            for n in range(3):
                await asyncio.sleep(0.001)
                yield server(n, encrypted=True)

    assert cspm.scan(Later(), RULES).summary["pass"] == 3


def test_collectors_without_kinds_yield_what_they_have() -> None:
    class Anything(cspm.Collector):
        def collect(self, wanted: cspm.Wanted) -> Iterator[Any]:
            assert wanted.kinds == []
            yield server(1, encrypted=True)
            raise ValueError("broken")

    report = cspm.scan(Anything(), RULES)
    assert sorted(f.status for f in report.findings) == ["pass", "unknown"]
    assert "anything" in report.coverage["failures"][0]["error"]


def test_a_slow_generator_holds_up_nobody_and_is_closed_when_cancelled() -> None:
    cancel, events = cspm.CancellationToken(), []

    class Slow(Servers):
        def collect(self, wanted: cspm.Wanted) -> Iterator[Any]:
            try:
                for n in range(10_000):
                    time.sleep(0.01)
                    yield server(n, encrypted=True)
            finally:
                self.closed = True

    slow = Slow()
    threading.Timer(0.5, cancel.cancel).start()
    began = time.monotonic()
    report = cspm.scan([slow, cspm.sample()], RULES, cancel=cancel, on_event=events.append)
    assert time.monotonic() - began < 3
    assert slow.closed
    assert report.coverage["cancelled"] is True
    assert report.summary["pass"] > 10
    assert any(gap["kind"] == KIND and gap["reason"] == "cancelled" for gap in report.inventory.gaps)
    sample = [at for at, event in enumerate(events) if event.type == "resource" and event.resource.provider == "aws"]
    assert sample[-1] < len(events) - 20, "the sample was there before the slow ones"


def test_a_class_without_collect_is_none() -> None:
    with pytest.raises(TypeError):
        cspm.Collector()  # type: ignore[abstract]


def test_rules_in_files_know_the_kinds_of_a_collector(tmp_path: Any) -> None:
    text = """
id: acme_server_is_encrypted
title: Servers are encrypted
kind: acme_server
service: custom
severity: high
expression: resource.encrypted
message: "{resource.name} is not."
rationale: It matters.
remediation: {text: Encrypt it.}
references: [https://example.com]
tests:
  pass: [{encrypted: true}]
  fail: [{encrypted: false}]
  unknown: [{encrypted: {unread: access_denied}}]
"""
    (tmp_path / "acme_server_is_encrypted.yaml").write_text(text)
    with pytest.raises(cspm.RuleError):
        cspm.Rules(paths=[tmp_path])
    rules = cspm.Rules(paths=[tmp_path], kinds={KIND: SCHEMA})
    assert cspm.scan(Servers(server(1, encrypted=False)), rules).summary["fail"] == 1
