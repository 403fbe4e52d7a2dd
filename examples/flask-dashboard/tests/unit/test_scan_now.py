"""GET /api/scan."""

import threading
import time

import cspm
import pytest
from cspm_dashboard import scanning
from cspm_dashboard.single_flight import SingleFlight
from support.browser import Browser

FIELDS = {
    *(
        "id",
        "resource",
        "uid",
        "kind",
        "account",
        "region",
        "tags",
        "issue",
        "message",
        "severity",
        "status",
        "rule_id",
    ),
    *("title", "evidence", "unread", "remediation", "frameworks"),
}


def test_it_answers_with_what_fails_and_what_is_unknown(client):
    answer = client.get("/api/scan")
    assert answer.status_code == 200 and answer.json["status"] == "success"
    findings = answer.json["findings"]
    assert {f["status"] for f in findings} == {"fail", "unknown"}
    for finding in findings:
        assert set(finding) == FIELDS
        assert bool(finding["unread"]) == (finding["status"] == "unknown")
        assert finding["issue"] == finding["message"]
    public = next(f for f in findings if f["resource"] == "meadow-photos" and f["status"] == "fail")
    assert public["kind"] == "aws_s3_bucket" and public["account"] == "123456789012" and public["remediation"]["text"]
    summary = answer.json["summary"]
    assert summary["fail"] + summary["unknown"] == len(findings)
    assert answer.json["coverage"]["verdicts_unknown"] == summary["unknown"]


def test_it_filters(client):
    everything = client.get("/api/scan?status=fail,unknown,pass").json["findings"]
    assert {f["status"] for f in everything} == {"fail", "unknown", "pass"}
    some = client.get("/api/scan?status=fail&severity=high,critical").json["findings"]
    assert some == [f for f in everything if f["status"] == "fail" and f["severity"] in {"high", "critical"}]
    assert client.get("/api/scan?severity=high&severity=critical&status=fail").json["findings"] == some


@pytest.mark.parametrize("query", ["status=failed", "severity=HIGH", "status=fail,", "stauts=fail", "q=x"])
def test_parameters_are_checked(client, query):
    answer = client.get(f"/api/scan?{query}")
    if query == "status=fail,":
        assert answer.status_code == 200
    else:
        assert answer.status_code == 400 and answer.json["status"] == "error"


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("unreachable", 502),
        ("access_denied", 502),
        ("credentials", 502),
        ("io", 502),
        ("format", 502),
        ("config", 500),
        ("rule", 500),
    ],
)
def test_what_the_library_says_becomes_a_code(client, monkeypatch, kind, code):
    def fail(*_, **__):
        error = cspm.CspmError("cannot do that")
        error.kind = kind
        raise error

    monkeypatch.setattr(cspm, "scan", fail)
    answer = client.get("/api/scan")
    assert answer.status_code == code
    assert answer.json == {"status": "error", "message": "cannot do that"}
    # The background says the same.
    scan_id = client.done(state="failed")
    assert client.get(f"/api/scans/{scan_id}").json["scan"]["message"] == "cannot do that"


def test_a_real_error_of_the_library(client, inventory):
    inventory["now"] = {"s3_buckets": [{"name": 7}]}
    answer = client.get("/api/scan")
    assert answer.status_code == 502 and "s3_buckets" in answer.json["message"]


def test_an_unknown_framework_is_a_misconfiguration(make):
    answer = Browser(make(frameworks=("cis_aws_99",))).get("/api/scan")
    assert answer.status_code == 500 and "cis_aws_99" in answer.json["message"]


def test_a_scan_that_takes_too_long_is_ended(make, slow):
    browser = Browser(make(scan_timeout=0.3))
    assert browser.get("/api/scan").status_code == 504
    scan_id = browser.done(state="failed")
    assert "SCAN_TIMEOUT" in browser.get(f"/api/scans/{scan_id}").json["scan"]["message"]


def test_fifty_callers_are_one_scan(make, slow, monkeypatch):
    app, scans, answers = make(), [], []
    inner = scanning.scan
    monkeypatch.setattr(scanning, "scan", lambda *a: scans.append(1) or inner(*a))
    callers = [threading.Thread(target=lambda: answers.append(Browser(app).get("/api/scan"))) for _ in range(50)]
    for caller in callers:
        caller.start()
    time.sleep(0.5)
    slow()
    for caller in callers:
        caller.join()
    assert len(scans) == 1
    assert len(answers) == 50 and len({answer.data for answer in answers}) == 1
    # Whoever comes later gets a newer scan.
    Browser(app).get("/api/scan")
    assert len(scans) == 2


def test_a_scan_that_was_left_counts_among_those_that_run(make, slow):
    app = make(max_active=1)
    browser, left = Browser(app), []
    # Its caller could be gone by now: the service cannot know.
    caller = threading.Thread(target=lambda: left.append(browser.get("/api/scan")))
    caller.start()
    time.sleep(0.5)
    answer = browser.post("/api/scans")
    assert answer.status_code == 429 and answer.headers["Retry-After"]
    slow()
    caller.join()
    assert left[0].status_code == 200
    browser.done()


def test_a_scan_is_refused_where_enough_run(make, slow):
    browser = Browser(make(max_active=1))
    scan_id = browser.post("/api/scans").json["id"]
    assert browser.get("/api/scan").status_code == 429
    slow()
    browser.done(scan_id)
    assert browser.get("/api/scan").status_code == 200


def test_those_who_wait_share_an_error_and_the_next_may_try_again():
    flight, gate, seen = SingleFlight(), threading.Event(), []

    def fail():
        gate.wait(5)
        raise ValueError("once")

    def caller():
        try:
            flight.run(fail)
        except ValueError as error:
            seen.append(error)

    callers = [threading.Thread(target=caller) for _ in range(5)]
    for c in callers:
        c.start()
    time.sleep(0.1)
    gate.set()
    for c in callers:
        c.join()
    assert len(seen) == 5
    assert flight.run(lambda: 7) == 7
