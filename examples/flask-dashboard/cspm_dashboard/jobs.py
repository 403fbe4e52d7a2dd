"""Scans in the background: a thread of the worker that was asked runs the scan, and tells the store how it goes."""

from __future__ import annotations

import atexit
import logging
import os
import secrets
import threading
import time
from typing import Any

import cspm

from . import results, scanning
from .errors import ScanError
from .settings import Settings
from .store import START, Store

log = logging.getLogger(__name__)

# How often the store hears of a scan, in seconds: many times per lease, and often enough to watch.
BEAT = 0.3
# How long a worker that is told to end waits for its scans to be cancelled.
PATIENCE = 3.0
STOPPED = "the service was stopped"


class Jobs:
    """The scans that this process runs. No thread starts before the first of them, so a fork is safe before that."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings
        self._name = secrets.token_hex(4)
        self._running: dict[str, tuple[_Job, threading.Thread]] = {}
        atexit.register(self.stop)

    def start(self) -> str:
        """Starts a scan and says its id."""
        scan_id = self._store.create(f"{os.getpid()}-{self._name}")
        job = _Job(self._store, self._settings, scan_id)
        # A daemon: the end of the process is announced by stop, not waited for without limit.
        thread = threading.Thread(target=self._run, args=(job,), name=f"scan {scan_id}", daemon=True)
        self._running[scan_id] = job, thread
        thread.start()
        return scan_id

    def stop(self) -> None:
        """Cancels what runs, as the process ends: its scans are reported at once, not when their lease is over."""
        running = list(self._running.values())
        for job, _ in running:
            job.stop(STOPPED)
        until = time.monotonic() + PATIENCE
        for job, thread in running:
            thread.join(max(0.0, until - time.monotonic()))
            # A call that does not come back is not waited for; the end is told for it.
            if thread.is_alive():
                self._store.finish(job.id, "failed", STOPPED)

    def _run(self, job: _Job) -> None:
        try:
            job.run()
        finally:
            self._running.pop(job.id, None)


class _Job:
    def __init__(self, store: Store, settings: Settings, scan_id: str) -> None:
        self.id = scan_id
        self._store = store
        self._settings = settings
        self._cancel = cspm.CancellationToken()
        self._over = threading.Event()
        self._stopped: str | None = None
        # Replaced as a whole by the scan, read by the beat.
        self._progress: dict[str, Any] = {}

    def stop(self, why: str) -> None:
        self._stopped = why
        self._cancel.cancel()

    def run(self) -> None:
        begun = time.monotonic()
        beats = threading.Thread(target=self._beat, args=(begun,), name=f"beat {self.id}", daemon=True)
        beats.start()
        state, parts = "failed", {}
        message: str | None = "the service is at fault; its log says more"
        try:
            parts = self._scan()
            state, message = "done", None
        except ScanError as error:
            message = error.message
        except scanning.Cancelled:
            if time.monotonic() - begun >= self._settings.scan_timeout:
                message = "the scan took longer than SCAN_TIMEOUT"
            elif self._stopped:
                message = self._stopped
            else:
                state, message = "cancelled", None
        except Exception:
            log.exception("scan %s", self.id)
        finally:
            self._over.set()
            beats.join()
            self._store.finish(self.id, state, message, **parts)

    def _scan(self) -> dict[str, Any]:
        def tell(progress: dict[str, Any]) -> None:
            self._progress = progress

        report = scanning.scan(self._settings, self._cancel, tell)
        size = results.save(report, self._store.results / self.id)
        # The end may come between two events of progress.
        summary, coverage = report.summary, report.coverage
        findings = summary["pass"] + summary["fail"] + summary["unknown"] + summary["excepted"]
        self._progress = self._progress | {"findings": findings, "resources": summary["resources"]}
        return {"size": size, "summary": summary, "coverage": coverage, "scores": report.scores}

    def _beat(self, begun: float) -> None:
        """Says every moment that the scan is alive: also while a slow call gives no event, or results are written."""
        while True:
            over = self._over.is_set()
            elapsed = round(time.monotonic() - begun, 2)
            try:
                if not self._store.beat(self.id, START | self._progress | {"elapsed": elapsed}):
                    self._cancel.cancel()
            except Exception:
                # A full disk or a locked file may pass; if it does not, the lease ends the scan.
                log.exception("beat of scan %s", self.id)
            if over:
                return
            self._over.wait(BEAT)
