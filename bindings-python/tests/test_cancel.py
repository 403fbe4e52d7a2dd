"""A scan that is cancelled before it has begun ends soon, with a report."""

import socket
import threading
import time
from collections.abc import Iterator

import cspm
import pytest


@pytest.fixture
def silent() -> Iterator[str]:
    """An endpoint that takes calls, and answers none."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def test_a_source_that_does_not_answer_holds_up_no_cancelling(silent: str) -> None:
    aws = cspm.Aws(regions=["us-east-1"], access_key_id="a", secret_access_key="b", endpoint_url=silent)
    for sources in (aws, cspm.Snapshot("s3://bucket/snap.json", aws=aws), [cspm.Snapshot("s3://b/k", aws=aws), aws]):
        cancel = cspm.CancellationToken()
        threading.Timer(0.5, cancel.cancel).start()
        began = time.monotonic()
        report = cspm.scan(sources, cspm.Rules(services=["s3"]), cancel=cancel)
        assert 0.4 < time.monotonic() - began < 2
        assert report.coverage["cancelled"] is True
        assert {(gap["kind"], gap["reason"]) for gap in report.inventory.gaps} >= {("aws_s3_bucket", "cancelled")}
        assert report.summary["unknown"] == len(report.findings) > 0


def test_a_scan_that_is_cancelled_before_it_begins_makes_no_call() -> None:
    cancel = cspm.CancellationToken()
    cancel.cancel()
    # Neither is there.
    sources = [cspm.Kubernetes(kubeconfig="/no/such/file"), cspm.Snapshot("no-such-file.json")]
    report = cspm.scan(sources, cancel=cancel)
    assert report.coverage["cancelled"] is True
    assert report.summary["unknown"] == len(report.findings) > 0
