"""Flask's test client, as the page uses the service."""

import time

from support.service import KEY


class Browser:
    """Flask's test client with the key."""

    def __init__(self, app, key=KEY):
        self.http = app.test_client()
        self.headers = {"X-API-Key": key} if key else {}

    def __getattr__(self, method):
        def call(path, headers=None, **more):
            return getattr(self.http, method)(path, headers=self.headers | (headers or {}), **more)

        return call

    def done(self, scan_id=None, state="done"):
        """The id of a scan that has ended; a new one unless it is given."""
        scan_id = scan_id or self.post("/api/scans").json["id"]
        end = time.monotonic() + 20
        while time.monotonic() < end:
            scan = self.get(f"/api/scans/{scan_id}").json["scan"]
            if scan["state"] not in {"queued", "running"}:
                assert scan["state"] == state, scan
                return scan_id
            time.sleep(0.05)
        raise AssertionError(scan)
