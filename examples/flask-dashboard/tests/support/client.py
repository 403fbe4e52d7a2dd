"""A small HTTP client: the standard library's, with JSON, errors as answers, and event streams."""

import json
import time
import urllib.error
import urllib.request
from dataclasses import dataclass


@dataclass
class Answer:
    """An answer, whatever its code."""

    code: int
    headers: dict
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)


class Client:
    """Calls of the interface with a key."""

    def __init__(self, url, key):
        self.url, self.key = url, key

    def open(self, path, method="GET", headers=None, timeout=60):
        """The raw answer, to be read as it comes."""
        headers = {"X-API-Key": self.key} | (headers or {})
        request = urllib.request.Request(self.url + path, method=method, headers=headers)
        return urllib.request.urlopen(request, timeout=timeout)

    def call(self, path, method="GET", headers=None):
        try:
            with self.open(path, method, headers) as response:
                return Answer(response.status, dict(response.headers), response.read())
        except urllib.error.HTTPError as error:
            return Answer(error.code, dict(error.headers), error.read())

    def get(self, path):
        return self.call(path)

    def start(self):
        """A scan in the background; its id."""
        answer = self.call("/api/scans", "POST")
        assert answer.code == 202, answer
        assert answer.headers["Location"] == f"/api/scans/{answer.json['id']}"
        return answer.json["id"]

    def scan(self, scan_id):
        answer = self.get(f"/api/scans/{scan_id}")
        assert answer.code == 200, answer
        return answer.json["scan"]

    def until(self, scan_id, *states, timeout=60):
        """The scan, once it is in one of these states."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            scan = self.scan(scan_id)
            if scan["state"] in states:
                return scan
            assert scan["state"] in {"queued", "running"}, scan
            time.sleep(0.1)
        raise AssertionError(f"not {states} in {timeout} s: {scan}")

    def events(self, scan_id, last=None):
        """The events of a scan until the stream ends."""
        headers = {"Last-Event-ID": last} if last else {}
        with self.open(f"/api/scans/{scan_id}/events", headers=headers) as response:
            assert response.headers["Content-Type"].startswith("text/event-stream")
            event = {}
            for line in response:
                name, _, value = line.decode().rstrip("\n").partition(": ")
                if name in {"id", "event", "data"}:
                    event[name] = value
                elif not name and "data" in event:
                    yield event["event"], event["id"], json.loads(event["data"])
                    event = {}
