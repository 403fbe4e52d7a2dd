"""The course of a scan as server-sent events. They are read from the store, so any worker can tell of any scan."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from typing import Any

from flask import Response, request

from .errors import ApiError
from .settings import Settings
from .store import Scan, Store, brief

LOOK = 0.25
HEARTBEAT = 15.0
# A stream holds a thread; a client that is still there connects again.
LONGEST = 600.0
ENDED = {"done", "failed", "cancelled"}


class Streams:
    """The open streams of this process."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        # Clients that wait must leave threads for those that ask.
        self._places = threading.BoundedSemaphore(settings.max_streams)

    def open(self, scan_id: str) -> Response:
        """The events of a scan."""
        scan = self._store.get(scan_id)
        sent = request.headers.get("Last-Event-ID", "")
        if not self._places.acquire(blocking=False):
            raise ApiError(503, "enough event streams are open; ask for the scan instead", {"Retry-After": "2"})
        response = Response(self._events(scan, sent), mimetype="text/event-stream")
        # Runs when the answer has ended, also when the client went away before the first event.
        response.call_on_close(self._places.release)
        # nginx would otherwise hold events back until it has a buffer full.
        response.headers["X-Accel-Buffering"] = "no"
        return response

    def _events(self, scan: Scan, sent: str) -> Iterator[str]:
        # Sends the headers through proxies, before there is anything to tell.
        yield ": connected\nretry: 1000\n\n"
        begun = spoke = time.monotonic()
        while True:
            now = time.monotonic()
            if scan["state"] in ENDED:
                yield _event(scan["state"], scan["seq"], brief(scan))
                return
            if str(scan["seq"]) != sent:
                sent, spoke = str(scan["seq"]), now
                yield _event("progress", scan["seq"], scan["progress"])
            elif now - spoke > HEARTBEAT:
                spoke = now
                yield ": still there\n\n"
            if now - begun > LONGEST:
                return
            time.sleep(LOOK)
            try:
                scan = self._store.get(scan["id"])
            except ApiError:
                return


def _event(name: str, number: int, data: dict[str, Any]) -> str:
    return f"id: {number}\nevent: {name}\ndata: {json.dumps(data)}\n\n"
