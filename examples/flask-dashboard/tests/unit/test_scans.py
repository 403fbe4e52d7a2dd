"""Scans in the background, and what is kept of them."""

import sqlite3
import time

import pytest
from cspm_dashboard import jobs, results, store
from support import inventories
from support.browser import Browser


def findings(client, scan_id, query=""):
    answer = client.get(f"/api/scans/{scan_id}/findings?{query}")
    assert answer.status_code == 200, answer.json
    return answer.json


def events(answer):
    """The events of a stream that has ended."""
    parts = [dict(line.split(": ", 1) for line in part.split("\n")) for part in answer.text.strip().split("\n\n")]
    return [(part["event"], part["id"]) for part in parts if "event" in part]


def test_a_scan_from_its_start_to_its_results(client):
    started = client.post("/api/scans")
    assert started.status_code == 202
    scan_id = started.json["id"]
    assert started.headers["Location"] == f"/api/scans/{scan_id}"
    client.done(scan_id)
    scan = client.get(f"/api/scans/{scan_id}").json["scan"]
    assert scan["state"] == "done" and scan["source"] == "s3://b/k" and scan["message"] is None
    assert scan["created"] <= scan["started"] <= scan["ended"]
    assert scan["summary"]["resources"] == scan["progress"]["resources"] == 4
    assert scan["coverage"]["calls"] == [] and scan["scores"]["total"]["fail"] == scan["summary"]["fail"]
    listed = client.get("/api/scans").json
    assert listed["source"] == "s3://b/k"
    assert [s["id"] for s in listed["scans"]] == [scan_id] and "coverage" not in listed["scans"][0]


def test_findings_come_in_pages_the_worst_first(client):
    scan_id = client.done()
    page = findings(client, scan_id, "limit=500")
    everything, total = page["findings"], page["total"]
    now = client.get("/api/scan?status=fail,unknown,pass").json["findings"]
    assert sorted(f["id"] for f in everything) == sorted(f["id"] for f in now) and len(everything) == total
    ranks = [
        (("fail", "unknown", "pass").index(f["status"]), ("critical", "high", "medium", "low").index(f["severity"]))
        for f in everything
    ]
    assert ranks == sorted(ranks)
    paged = [f for at in range(0, total, 7) for f in findings(client, scan_id, f"limit=7&offset={at}")["findings"]]
    assert paged == everything
    assert findings(client, scan_id, f"offset={total}")["findings"] == []


def test_findings_are_filtered_and_counted(client):
    scan_id = client.done()
    everything = findings(client, scan_id, "limit=500")["findings"]
    page = findings(client, scan_id, "status=unknown&severity=high,medium&limit=500")
    wanted = [f for f in everything if f["status"] == "unknown" and f["severity"] in {"high", "medium"}]
    assert page["findings"] == wanted and page["total"] == len(wanted)
    # The counts are of everything, so that filters can say what they would give.
    assert sum(n for of in page["counts"].values() for n in of.values()) == len(everything)
    photos = findings(client, scan_id, "q=Meadow-PHOTOS&limit=500")
    assert {f["resource"] for f in photos["findings"]} == {"meadow-photos"}
    assert sum(n for of in photos["counts"].values() for n in of.values()) == photos["total"]
    for text in ("%25", "_____", "' or 1=1 --", "no such thing"):
        assert findings(client, scan_id, f"q={text}")["total"] == 0, text


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=501",
        "limit=x",
        "offset=-1",
        "offset=²",
        "status=open",
        f"q={'x' * 201}",
        "page=2",
        "limit=1e1",
    ],
)
def test_parameters_of_pages_are_checked(client, query):
    assert client.get(f"/api/scans/{client.done()}/findings?{query}").status_code == 400


@pytest.mark.parametrize("name", ["json", "ocsf", "asff", "sarif", "junit", "csv", "markdown", "html"])
def test_exports(client, name):
    answer = client.get(f"/api/scans/{client.done()}/report?format={name}")
    assert answer.status_code == 200 and "meadow-photos" in answer.text
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=cspm-")
    assert answer.headers["Cache-Control"] == "no-store"


def test_what_is_not_there(client):
    for path in ("", "/events", "/findings", "/report?format=csv"):
        assert client.get(f"/api/scans/nothing{path}").status_code == 404, path
    assert client.delete("/api/scans/nothing").status_code == 404
    scan_id = client.done()
    assert client.get(f"/api/scans/{scan_id}/report").status_code == 400
    assert client.get(f"/api/scans/{scan_id}/report?format=../scans.sqlite3").status_code == 400
    assert client.delete(f"/api/scans/{scan_id}").status_code == 409


def test_results_of_a_scan_that_goes_on(client, slow):
    scan_id = client.post("/api/scans").json["id"]
    assert client.get(f"/api/scans/{scan_id}/findings").status_code == 409
    assert client.get(f"/api/scans/{scan_id}/report?format=csv").status_code == 409
    slow()
    client.done(scan_id)


def test_cancelling(client, slow):
    scan_id = client.post("/api/scans").json["id"]
    assert client.delete(f"/api/scans/{scan_id}").status_code == 202
    client.done(scan_id, state="cancelled")
    assert client.delete(f"/api/scans/{scan_id}").status_code == 202
    assert events(client.get(f"/api/scans/{scan_id}/events"))[0][0] == "cancelled"
    assert client.get(f"/api/scans/{scan_id}/findings").status_code == 409


def test_events(client, slow):
    scan_id = client.post("/api/scans").json["id"]
    stream = client.get(f"/api/scans/{scan_id}/events")
    assert stream.mimetype == "text/event-stream" and stream.headers["Cache-Control"] == "no-store"
    slow()
    told = events(stream)
    assert {name for name, _ in told[:-1]} == {"progress"} and told[-1][0] == "done"
    numbers = [int(number) for _, number in told]
    assert numbers == sorted(set(numbers))
    # Again: the end is told again, however often one asks.
    assert events(client.get(f"/api/scans/{scan_id}/events", headers={"Last-Event-ID": told[-1][1]}))[-1] == told[-1]


def test_streams_leave_threads_for_others(make, slow):
    client = Browser(make(max_streams=2))
    scan_id = client.post("/api/scans").json["id"]
    path = f"/api/scans/{scan_id}/events"
    streams = [client.get(path) for _ in range(2)]
    assert client.get(path).status_code == 503
    streams[0].close()
    assert client.get(path).status_code == 200
    slow()
    client.done(scan_id)


def test_as_many_as_are_allowed_run_at_once(make, slow):
    client = Browser(make(max_active=2))
    ids = [client.post("/api/scans").json["id"] for _ in range(2)]
    refused = client.post("/api/scans")
    assert refused.status_code == 429 and refused.headers["Retry-After"]
    slow()
    for scan_id in ids:
        client.done(scan_id)
    assert client.post("/api/scans").status_code == 202


def test_old_scans_and_their_files_go(make, tmp_path, monkeypatch):
    client = Browser(make(max_scans=2))
    ids = [client.done() for _ in range(4)]
    assert [s["id"] for s in client.get("/api/scans").json["scans"]] == ids[:1:-1]
    assert {folder.name for folder in (tmp_path / "state" / "results").iterdir()} == set(ids[2:])
    # And as many as there is room for; the last always.
    small = Browser(make(max_results=1))
    monkeypatch.setattr(results, "save", lambda *_: 600_000)
    ids = [small.done() for _ in range(3)]
    assert [s["id"] for s in small.get("/api/scans").json["scans"]] == ids[2:]
    young = Browser(make(max_age=0.01))
    time.sleep(0.05)
    assert young.get("/api/scans").json["scans"] == []
    assert list((tmp_path / "state" / "results").iterdir()) == []


def test_a_scan_whose_process_is_gone_has_failed(client, slow, tmp_path, monkeypatch):
    monkeypatch.setattr(jobs._Job, "_beat", lambda *_: None)
    scan_id = client.post("/api/scans").json["id"]
    with sqlite3.connect(tmp_path / "state" / "scans.sqlite3") as db:
        db.execute("update scans set beat = beat - ?", (store.LEASE + 1,))
    scan = client.get(f"/api/scans/{scan_id}").json["scan"]
    assert scan["state"] == "failed" and "process" in scan["message"]
    slow()


def test_files_are_for_the_owner_alone(client, tmp_path):
    scan_id = client.done()
    for folder in (tmp_path / "state", tmp_path / "state" / "results", tmp_path / "state" / "results" / scan_id):
        assert folder.stat().st_mode & 0o077 == 0, folder


def test_names_come_back_as_they_are(client, inventory):
    inventory["now"] = inventories.HOSTILE
    page = findings(client, client.done(), "q=<img")
    assert page["findings"][0]["resource"] == inventories.MARKUP


@pytest.mark.parametrize("last", ["", "x", "7.12", "-1", "9" * 400, "1, 2", "\u00fc", "%0a", "0x1"])
def test_a_stream_takes_any_last_event_id(client, last):
    scan_id = client.done()
    answer = client.get(f"/api/scans/{scan_id}/events", headers={"Last-Event-ID": last})
    assert answer.status_code == 200 and [name for name, _ in events(answer)] == ["done"]
