"""The one place that knows the library: what is scanned, by which rules, and what its answers mean over HTTP."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import cspm
from cspm.types import Format

from .errors import ScanError
from .settings import Settings

FORMATS: dict[Format, tuple[str, str]] = {
    "json": ("json", "application/json"),
    "ocsf": ("ocsf.json", "application/json"),
    "asff": ("asff.json", "application/json"),
    "sarif": ("sarif", "application/sarif+json"),
    "junit": ("xml", "application/xml"),
    "csv": ("csv", "text/csv"),
    "markdown": ("md", "text/markdown"),
    "html": ("html", "text/html"),
}

# Whose fault it is: what is not here is that of what was scanned, or of the way there.
OURS = {"config", "rule", "model", "extension", "internal"}


class Cancelled(Exception):  # noqa: N818, nothing went wrong
    """The scan was cancelled, by somebody or by SCAN_TIMEOUT."""


def scan(
    settings: Settings,
    cancel: cspm.CancellationToken,
    on_progress: Callable[[dict[str, Any]], None] | None = None,
) -> cspm.Report:
    """Scans what the settings name. It blocks, without the GIL; a cancelled token ends it soon, as Cancelled."""
    timer = threading.Timer(settings.scan_timeout, cancel.cancel)
    timer.daemon = True
    timer.start()
    try:
        # A session per scan: credentials may have been renewed since the last, and none are kept in between.
        report = cspm.scan(
            [_source(settings)],
            cspm.Rules(frameworks=list(settings.frameworks) or None),
            on_event=None if on_progress is None else _progress(on_progress),
            # Only progress is of interest: without this, each finding of a large account would call Python.
            progress_only=True,
            cancel=cancel,
        )
    except cspm.CspmError as error:
        if cancel.cancelled:
            raise Cancelled from error
        raise ScanError(500 if error.kind in OURS else 502, str(error)) from error
    finally:
        timer.cancel()
    # There is a report of the part that was done, which nobody asked for.
    if cancel.cancelled:
        raise Cancelled
    return report


def _source(settings: Settings) -> cspm.Aws | cspm.Snapshot:
    aws = cspm.Aws(regions=list(settings.regions) or None, endpoint_url=settings.endpoint_url)
    return cspm.Snapshot(settings.source, aws=aws) if settings.bucket else aws


def _progress(tell: Callable[[dict[str, Any]], None]) -> Callable[[Any], None]:
    def on_event(event: Any) -> None:
        if event.type == "progress":
            names = ("calls_done", "calls_expected", "resources", "findings", "elapsed")
            tell({name: getattr(event, name) for name in names})

    return on_event


def flat(finding: cspm.Finding) -> dict[str, Any]:
    """A finding as the services give it (examples/dashboard/API.md)."""
    data = finding.to_dict()
    resource = data["resource"]
    entry = {
        "id": data["id"],
        "resource": resource["name"],
        "uid": resource["uid"],
        "kind": resource["kind"],
        "account": resource["account"],
        "region": resource["region"],
        "tags": resource["tags"],
        "issue": data["message"],
    }
    names = ("message", "severity", "status", "rule_id", "title", "evidence", "unread", "remediation", "frameworks")
    entry.update((name, data[name]) for name in names)
    if data.get("exception"):
        entry["exception"] = data["exception"]
    return entry
