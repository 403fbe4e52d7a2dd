"""GET /api/scan: one scan for all who ask at once, and an answer to each that is never whole in memory."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import cspm
from flask import Response

from . import scanning
from .errors import ApiError
from .filters import Filter
from .settings import Settings
from .single_flight import SingleFlight
from .store import Store


class _Entry(NamedTuple):
    status: str
    severity: str
    text: str


class _Result(NamedTuple):
    # Encoded once, for all who share it; and text takes a third of what dictionaries do.
    findings: list[_Entry]
    rest: dict[str, Any]


class ScanNow:
    """The call, for one application."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self._settings = settings
        self._store = store
        self._flight: SingleFlight[_Result] = SingleFlight()

    def answer(self, wanted: Filter) -> Response:
        """Scans, or waits for the scan that is under way, and answers with what is wanted of it."""
        result = self._flight.run(self._scan)
        return Response(_written(result, wanted), mimetype="application/json")

    def _scan(self) -> _Result:
        try:
            # WSGI does not say that a caller has left: what it left behind counts until it has ended.
            with self._store.place():
                report = scanning.scan(self._settings, cspm.CancellationToken())
        except scanning.Cancelled as error:
            # Nobody else has the token.
            raise ApiError(504, "the scan took longer than SCAN_TIMEOUT") from error
        findings = [_Entry(f["status"], f["severity"], json.dumps(f)) for f in map(scanning.flat, report.findings)]
        return _Result(findings, {"summary": report.summary, "coverage": report.coverage})


def _written(result: _Result, wanted: Filter) -> Iterator[str]:
    yield '{"status": "success", "findings": ['
    some: list[str] = []
    for status, severity, text in result.findings:
        if status in wanted.statuses and severity in wanted.severities:
            some.append(text)
            # Not one by one: each is a chunk of its own on the wire.
            if len(some) == 100:
                yield ",\n".join(some)
                some = [""]
    yield ",\n".join(some) if some != [""] else ""
    yield f"], {json.dumps(result.rest)[1:]}"
