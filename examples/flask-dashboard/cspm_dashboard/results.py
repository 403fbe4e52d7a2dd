"""The results of a scan that is done, in files: any worker can page through them, and no memory holds them."""

from __future__ import annotations

import gzip
import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import cspm

from .errors import ApiError
from .filters import SEVERITIES, STATUSES, Filter
from .scanning import FORMATS, flat

FINDINGS = "findings.sqlite3"
# What all findings of a rule share is kept once: it is the longer part.
OF_RULE = ("rule_id", "title", "remediation", "frameworks")
SEARCHED_OF_RULE = ("rule_id", "title")
SEARCHED = ("resource", "uid", "message", "kind", "account", "region")
# Formats repeat themselves: the least effort already gives a tenth.
EFFORT = 1
CHUNK = 1 << 18

SCHEMA = """
pragma journal_mode = off;
pragma synchronous = off;
create table rules (id text primary key, text text, json text) without rowid;
create table findings (status int, severity int, rule text, uid text, text text, json text);
"""
# A cross join is made in the order written: findings come by their index, and are not sorted.
JOINED = "findings f cross join rules r on r.id = f.rule"


def save(report: cspm.Report, folder: Path) -> int:
    """Writes the findings and every export, and says how many bytes that took. They appear at once."""
    making = folder.with_name(folder.name + ".part")
    making.mkdir(mode=0o700)
    try:
        _save_findings(report, making / FINDINGS)
        for name in FORMATS:
            plain = making / "plain"
            report.write(str(plain), format=name)
            with plain.open("rb") as source, gzip.open(making / name, "wb", EFFORT) as packed:
                shutil.copyfileobj(source, packed, CHUNK)
            plain.unlink()
        size = sum(file.stat().st_size for file in making.iterdir())
        making.rename(folder)
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return size


def page(folder: Path, wanted: Filter) -> dict[str, Any]:
    """A page of findings, the worst first."""
    statuses, severities = map(STATUSES.index, wanted.statuses), map(SEVERITIES.index, wanted.severities)
    ranks = set(statuses), set(severities)
    # They are numbers of ours, not the caller's text.
    chosen = "f.status in ({}) and f.severity in ({})".format(*(",".join(map(str, r)) for r in ranks))
    text = _folded(wanted.text)
    where, values = ("instr(f.text, ?1) or instr(r.text, ?1)", [text]) if text else ("true", [])
    counts: dict[str, dict[str, int]] = {status: {} for status in STATUSES}
    total = 0
    # Without a text the index alone can count.
    counted = JOINED if text else "findings f"
    with closing(_open(folder)) as db:
        for status, severity, n in db.execute(
            f"select f.status, f.severity, count(*) from {counted} where {where} group by 1, 2", values
        ):
            counts[STATUSES[status]][SEVERITIES[severity]] = n
            total += n if status in ranks[0] and severity in ranks[1] else 0
        rows = db.execute(
            f"select f.json, r.json from {JOINED} where ({where}) and {chosen} order by f.status, f.severity, f.rule, "
            f"f.uid limit {wanted.limit:d} offset {wanted.offset:d}",
            values,
        )
        findings = [json.loads(of_finding) | json.loads(of_rule) for of_finding, of_rule in rows]
    return {"total": total, "offset": wanted.offset, "limit": wanted.limit, "findings": findings, "counts": counts}


def export(folder: Path, name: str) -> Iterator[bytes]:
    """The text of an export."""
    try:
        # Now and not in the answer, so that it is read to its end also when the scan is dropped meanwhile.
        file = gzip.open(folder / name)  # noqa: SIM115
    except FileNotFoundError as error:
        raise _not_there() from error
    return _chunks(file)


def _chunks(file: gzip.GzipFile) -> Iterator[bytes]:
    with file:
        while chunk := file.read(CHUNK):
            yield chunk


def _save_findings(report: cspm.Report, file: Path) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as db:
        # It is of no use half written, so nothing needs to survive a crash.
        db.executescript(SCHEMA)
        db.execute("begin")
        db.executemany("insert into findings values (?, ?, ?, ?, ?, ?)", _rows(report, db))
        db.execute("create index by_rank on findings (status, severity, rule, uid)")
        db.execute("commit")


def _rows(report: cspm.Report, db: sqlite3.Connection) -> Iterator[tuple[int, int, str, str, str, str]]:
    rules = set()
    for finding in report.findings:
        f = flat(finding)
        rule = {name: f.pop(name) for name in OF_RULE}
        rule_id = rule["rule_id"]
        if rule_id not in rules:
            rules.add(rule_id)
            db.execute("insert into rules values (?, ?, ?)", (rule_id, _text(rule, SEARCHED_OF_RULE), json.dumps(rule)))
        status, severity = STATUSES.index(f["status"]), SEVERITIES.index(f["severity"])
        yield status, severity, rule_id, f["uid"], _text(f, SEARCHED), json.dumps(f)


def _text(of: dict[str, Any], names: tuple[str, ...]) -> str:
    return _folded("\n".join(of[name] for name in names))


def _folded(text: str) -> str:
    # SQLite's own folds only ASCII.
    return text.casefold()


def _open(folder: Path) -> sqlite3.Connection:
    try:
        return sqlite3.connect(f"{(folder / FINDINGS).resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    except sqlite3.OperationalError as error:
        raise _not_there() from error


def _not_there() -> ApiError:
    return ApiError(409, "the scan has no results: it is not done")
