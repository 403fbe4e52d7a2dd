"""The scans, in a SQLite file that all workers share: whoever is asked knows of every scan, whoever runs it."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .errors import ApiError
from .settings import Settings

# A worker that has not been heard of for so long is gone, and its scan with it.
LEASE = 10.0
ACTIVE = "state in ('queued', 'running')"
START = {"calls_done": 0, "calls_expected": 0, "resources": 0, "findings": 0, "elapsed": 0.0}
JSON_COLUMNS = ("progress", "summary", "coverage", "scores")

# Scans that run: those of the list, and those that answer a call and are not kept.
RUNNING = f"(select count(*) from scans where {ACTIVE}) + (select count(*) from places where beat >= ?)"
ENOUGH = "enough scans are running; wait for one of them"

SCHEMA = """
create table if not exists scans (
  id text primary key, state text not null, source text not null, owner text not null,
  created real not null, started real, ended real, beat real not null,
  seq integer not null default 0, cancel integer not null default 0,
  size integer not null default 0, progress text not null, message text, summary text, coverage text, scores text
);
create table if not exists places (id text primary key, beat real not null);
"""

Scan = dict[str, Any]


class Store:
    """What is known of each scan."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        self._folder = folder
        self._file = folder / "scans.sqlite3"
        self._settings = settings
        self._local = threading.local()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.results.mkdir(mode=0o700, exist_ok=True)

    @property
    def results(self) -> Path:
        """Where each scan that is done has a folder."""
        return self._folder / "results"

    def create(self, owner: str) -> str:
        """A new scan; refused where enough are active already."""
        db, now, scan_id = self._db(), time.time(), secrets.token_urlsafe(12)
        self.tidy()
        self._sweep()
        # One statement, so that two workers cannot both take the last place.
        made = db.execute(
            "insert into scans (id, state, source, owner, created, beat, progress) select ?, 'queued', ?, ?, ?, ?, ? "
            f"where {RUNNING} < ? returning id",
            (
                scan_id,
                self._settings.source,
                owner,
                now,
                now,
                json.dumps(START),
                now - LEASE,
                self._settings.max_active,
            ),
        ).fetchall()
        if not made:
            raise ApiError(429, ENOUGH, {"Retry-After": "10"})
        return scan_id

    @contextmanager
    def place(self) -> Iterator[None]:
        """The place of a scan that is not kept; refused where enough are active already.

        It is taken until the scan has ended, whether somebody still waits for it or not.
        """
        place, over = secrets.token_urlsafe(12), threading.Event()
        now = time.time()
        self._db().execute("delete from places where beat < ?", (now - LEASE,))
        made = self._db().execute(
            f"insert into places (id, beat) select ?, ? where {RUNNING} < ? returning id",
            (place, now, now - LEASE, self._settings.max_active),
        )
        if not made.fetchall():
            raise ApiError(429, ENOUGH, {"Retry-After": "10"})

        def beat() -> None:
            while not over.wait(LEASE / 4):
                self._db().execute("update places set beat = ? where id = ?", (time.time(), place))

        beats = threading.Thread(target=beat, name=f"place {place}", daemon=True)
        beats.start()
        try:
            yield
        finally:
            over.set()
            beats.join()
            self._db().execute("delete from places where id = ?", (place,))

    def beat(self, scan_id: str, progress: dict[str, Any]) -> bool:
        """Says that a scan runs, and how far it is. False where it should not: cancelled, or given up for lost."""
        now = time.time()
        rows = self._db().execute(
            "update scans set state = 'running', started = coalesce(started, ?), beat = ?, seq = seq + 1, progress = ? "
            f"where id = ? and {ACTIVE} returning cancel",
            (now, now, json.dumps(progress), scan_id),
        )
        return rows.fetchall() == [(0,)]

    def finish(self, scan_id: str, state: str, message: str | None = None, *, size: int = 0, **results: Any) -> None:
        """The end of a scan. Nothing happens where it has ended before."""
        self._db().execute(
            "update scans set state = ?, ended = ?, seq = seq + 1, message = ?, size = ?, summary = ?, coverage = ?, "
            f"scores = ? where id = ? and {ACTIVE}",
            (state, time.time(), message, size, *(_text(results.get(n)) for n in JSON_COLUMNS[1:]), scan_id),
        )

    def cancel(self, scan_id: str) -> None:
        """Asks whoever runs the scan to end it."""
        state = self.get(scan_id)["state"]
        asked = self._db().execute(f"update scans set cancel = 1 where id = ? and {ACTIVE} returning id", (scan_id,))
        if not asked.fetchall() and state != "cancelled":
            raise ApiError(409, "the scan has ended already")

    def get(self, scan_id: str) -> Scan:
        """A scan."""
        self.tidy()
        scans = self._read("where id = ?", (scan_id,))
        if not scans:
            raise ApiError(404, "there is no such scan, or no longer")
        return scans[0]

    def all(self) -> list[Scan]:
        """The scans, the latest first, without what is long."""
        self.tidy()
        return [brief(scan) for scan in self._read("order by created desc, id")]

    def tidy(self) -> None:
        """Scans of workers that are gone have failed; old results go. Done as one looks: nothing has to run for it."""
        db, now, limits = self._db(), time.time(), self._settings
        lost = f"{ACTIVE} and beat < ?"
        # Looked for first: most often there is nothing to write, and readers need not queue for the lock.
        if db.execute(f"select 1 from scans where {lost}", (now - LEASE,)).fetchone():
            db.execute(
                f"update scans set state = 'failed', ended = ?, seq = seq + 1, message = ? where {lost}",
                (now, "the process that ran the scan has ended", now - LEASE),
            )
        old = db.execute(
            "select id from (select id, ended, row_number() over latest n, sum(size) over latest bytes from scans "
            f"where not {ACTIVE} window latest as (order by ended desc, id)) "
            "where ended < ? or n > ? or (bytes > ? and n > 1)",
            (now - limits.max_age, limits.max_scans, limits.max_results * 1_000_000),
        ).fetchall()
        for (scan_id,) in old:
            db.execute("delete from scans where id = ?", (scan_id,))
            shutil.rmtree(self.results / scan_id, ignore_errors=True)

    def _sweep(self) -> None:
        """Removes results that no scan owns: their process ended between the two writes."""
        known = {row[0] for row in self._db().execute("select id from scans")}
        for folder in self.results.iterdir():
            # Younger ones may belong to a scan that was made since.
            if folder.stem not in known and folder.stat().st_mtime < time.time() - 60:
                shutil.rmtree(folder, ignore_errors=True)

    def _read(self, where: str, values: tuple[Any, ...] = ()) -> list[Scan]:
        cursor = self._db().execute(
            "select id, state, source, created, started, ended, seq, message, progress, summary, coverage, scores "
            f"from scans {where}",
            values,
        )
        names = [column[0] for column in cursor.description]
        scans = [dict(zip(names, row)) for row in cursor]
        for scan in scans:
            scan.update((name, json.loads(scan[name])) for name in JSON_COLUMNS if scan[name] is not None)
        return scans

    def _db(self) -> sqlite3.Connection:
        """This thread's connection, which a fork does not inherit."""
        owner: tuple[int, sqlite3.Connection] | None = getattr(self._local, "db", None)
        if owner is None or owner[0] != os.getpid():
            # Each statement is a transaction of its own.
            db = sqlite3.connect(self._file, timeout=10, isolation_level=None)
            db.execute("pragma journal_mode = wal")
            db.execute("pragma synchronous = normal")
            db.executescript(SCHEMA)
            owner = self._local.db = (os.getpid(), db)
        return owner[1]


def brief(scan: Scan) -> Scan:
    """A scan without what is long."""
    return {name: value for name, value in scan.items() if name not in {"coverage", "scores", "seq"}}


def _text(value: Any) -> str | None:
    return None if value is None else json.dumps(value)
