"""The service as it is deployed: four processes that must behave as one."""

import contextlib
import os
import signal
import socket
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from support import inventories
from support.service import HERE, KEY, free_port, gunicorn


@pytest.fixture(scope="module")
def service(emulator):
    with gunicorn(emulator.env) as running:
        yield running


@pytest.fixture
def client(service, aws):
    aws.put(inventories.MEADOW)
    return service.client()


def owner(service, scan_id):
    """The process that runs a scan."""
    with sqlite3.connect(service.state / "scans.sqlite3") as db:
        (name,) = db.execute("select owner from scans where id = ?", (scan_id,)).fetchone()
    return int(name.split("-")[0])


def test_both_shapes_of_a_snapshot_are_scanned(client, aws):
    now = client.get("/api/scan")
    assert now.code == 200
    assert {f["resource"] for f in now.json["findings"]} >= {"meadow-photos", "meadow-logs"}
    aws.put((HERE.parent / "sample" / "inventory.json").read_bytes())
    recorded = client.get("/api/scan?status=fail").json
    assert recorded["summary"]["resources"] > 20 and recorded["findings"]


def test_every_worker_knows_every_scan(service, client, aws):
    aws.delay(1)
    scan_id = client.start()
    # New connections go to whoever is free: over so many each worker has its turn.
    with ThreadPoolExecutor(16) as pool:
        codes = list(pool.map(lambda _: service.client().get(f"/api/scans/{scan_id}").code, range(64)))
    assert set(codes) == {200}
    told = list(client.events(scan_id))
    assert {name for name, _, _ in told[:-1]} == {"progress"} and told[-1][0] == "done"
    elapsed = [data["elapsed"] for name, _, data in told if name == "progress"]
    assert len(elapsed) > 2 and elapsed == sorted(elapsed)
    last = told[-2][1]
    assert [name for name, _, _ in client.events(scan_id, last)] == ["done"]
    pages = [client.get(f"/api/scans/{scan_id}/findings?limit=500").body for _ in range(8)]
    assert len(set(pages)) == 1
    exports = [client.get(f"/api/scans/{scan_id}/report?format=csv").body for _ in range(8)]
    assert len(set(exports)) == 1 and b"meadow-photos" in exports[0]


def test_scans_are_cancelled_from_any_worker(service, client, aws):
    aws.delay(2)
    scan_id = client.start()
    client.until(scan_id, "running")
    answers = [service.client().call(f"/api/scans/{scan_id}", "DELETE").code for _ in range(8)]
    assert set(answers) == {202}
    client.until(scan_id, "cancelled")
    assert next(client.events(scan_id))[0] == "cancelled"


@pytest.mark.parametrize(
    "half",
    [
        b"GET /healthz HT",
        b"GET /healthz HTTP/1.1\r\nHost: x\r\n",
        b"POST /api/scans HTTP/1.1\r\nHost: x\r\nX-API-Key: " + KEY.encode() + b"\r\nContent-Length: 2\r\n\r\n{",
    ],
)
def test_half_requests_do_not_hold_the_service(emulator, half):
    with gunicorn(emulator.env | {"REQUEST_TIMEOUT": "1", "THREADS": "2"}, workers=2) as service:
        address = service.client().url.removeprefix("http://").split(":")
        with contextlib.ExitStack() as stack:
            for _ in range(40):
                connection = stack.enter_context(socket.create_connection((address[0], int(address[1]))))
                connection.sendall(half)
            begun = time.monotonic()
            assert service.client().get("/healthz").code == 200
            # Forty of them, a second each; one worker with its two threads may have taken them all.
            assert time.monotonic() - begun < 30
            # Those that go on byte by byte are let go too.
            slow = stack.enter_context(socket.create_connection((address[0], int(address[1]))))
            slow.settimeout(0.2)
            closed, end = False, time.monotonic() + 20
            while not closed and time.monotonic() < end:
                try:
                    slow.sendall(b"G")
                    closed = slow.recv(1) == b""
                except TimeoutError:
                    continue
                except OSError:
                    closed = True
            assert closed


def test_a_killed_worker_leaves_a_failed_scan(service, client, aws):
    aws.delay(30)
    scan_id = client.start()
    client.until(scan_id, "running")
    told = []
    watcher = threading.Thread(target=lambda: told.extend(_suppressed(client.events(scan_id))))
    watcher.start()
    time.sleep(0.5)
    killed = owner(service, scan_id)
    assert killed in service.workers()
    os.kill(killed, signal.SIGKILL)
    begun = time.monotonic()
    scan = client.until(scan_id, "failed", timeout=30)
    assert "process" in scan["message"]
    assert time.monotonic() - begun < 15
    watcher.join(30)
    # Unless the stream was the dead worker's own, its watcher was told; if it was, the client connects again.
    assert (told and told[-1][0] == "failed") or next(client.events(scan_id))[0] == "failed"
    aws.delay(0)
    # The master has made another worker, and life goes on.
    client.until(client.start(), "done")
    assert len(service.workers()) == 4 and killed not in service.workers()


def _suppressed(events):
    try:
        yield from events
    except OSError:
        return


def test_watchers_do_not_starve_the_workers(service, client, aws):
    aws.delay(4)
    scan_id = client.start()
    path = f"/api/scans/{scan_id}/events"

    def watch(_):
        answer = service.client().call(path)
        return answer.code

    # Those who ask and go away leave their places: at once, or when the next event cannot be sent.
    assert {service.client().call(path, "HEAD").code for _ in range(40)} == {200}
    for _ in range(8):
        service.client().open(path).close()
    time.sleep(1)
    with ThreadPoolExecutor(80) as pool:
        codes = [pool.submit(watch, i) for i in range(80)]
        time.sleep(1.5)
        begun = time.monotonic()
        for _ in range(20):
            assert service.client().get("/healthz").code == 200
        assert time.monotonic() - begun < 2
        codes = [code.result() for code in codes]
    # 32 places; the others are told to poll, at once.
    assert set(codes) == {200, 503} and 16 <= codes.count(200) <= 32
    client.until(scan_id, "done")


def test_fifty_connections_are_a_scan_of_each_worker_at_most(service, client, aws):
    aws.delay(0.5)
    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda _: service.client().get("/api/scan"), range(50)))
    assert {answer.code for answer in answers} == {200}
    assert len({answer.body for answer in answers}) == 1


def test_an_object_that_is_not_there_or_not_a_snapshot(client, aws):
    aws.delete()
    missing = client.get("/api/scan")
    assert missing.code == 502 and "NoSuchKey" in missing.json["message"]
    scan = client.until(client.start(), "failed")
    assert "NoSuchKey" in scan["message"]
    for body in (b"hello", b"{}", b'{"s3_buckets": [{"name": 7}]}', b"\x00" * 100):
        aws.put(body)
        answer = client.get("/api/scan")
        assert answer.code == 502 and answer.json["status"] == "error", body


def test_aws_that_cannot_be_reached(emulator):
    with gunicorn(emulator.env | {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{free_port()}"}, workers=1) as service:
        answer = service.client().get("/api/scan")
        assert answer.code == 502 and "cannot reach" in answer.json["message"]
        scan = service.client().until(service.client().start(), "failed")
        assert "cannot reach" in scan["message"]


def test_a_live_account(emulator):
    """Without an object the account is scanned, with progress by calls."""
    emulator.client("s3").create_bucket(Bucket="live-bucket")
    env = {k: v for k, v in emulator.env.items() if k not in {"BUCKET_NAME", "OBJECT_KEY"}}
    with gunicorn(env | {"SCAN_REGIONS": "us-east-1", "RULES_FRAMEWORKS": "cis_aws_7.0"}, workers=2) as service:
        client = service.client()
        scan_id = client.start()
        told = list(client.events(scan_id))
        assert told[-1][0] == "done"
        scan = client.scan(scan_id)
        assert scan["source"] == "AWS account, us-east-1"
        assert scan["progress"]["calls_done"] > 10 and scan["coverage"]["calls"]
        assert "cis_aws_7.0" in scan["scores"]["frameworks"]
        names = client.get(f"/api/scans/{scan_id}/findings?q=live-bucket").json["findings"]
        assert {f["resource"] for f in names} == {"live-bucket"}


def test_a_stop_ends_its_scans(emulator, tmp_path):
    emulator.put(inventories.MEADOW)
    emulator.delay(15)
    try:
        with gunicorn(emulator.env | {"STATE_DIR": str(tmp_path / "kept")}) as service:
            scan_id = service.client().start()
            service.client().until(scan_id, "running")
            begun = time.monotonic()
        assert time.monotonic() - begun < 12
        assert service.process.returncode == 0
    finally:
        emulator.delay(0)
    # The state was kept: after a restart the scan is known, and known to have failed.
    with gunicorn(emulator.env | {"STATE_DIR": str(tmp_path / "kept")}) as service:
        scan = service.client().scan(scan_id)
        assert scan["state"] == "failed" and "stopped" in scan["message"]
