"""The part of Python in `cargo bench --bench bindings`."""

import json
import sys
import time
from pathlib import Path

import cspm


def peak():
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) // 1024 for line in status.splitlines() if line.startswith("VmHWM:"))


def resident():
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4096 / (1 << 20)


def measure(snapshot):
    began = time.perf_counter()
    report = cspm.scan([cspm.Snapshot(snapshot)], cspm.Rules())
    scan = time.perf_counter() - began
    began = time.perf_counter()
    text = 0
    for finding in report.findings:
        text += len(finding.id) + len(finding.status) + len(finding.resource.uid)
    touch = time.perf_counter() - began
    assert text
    return {"scan": scan, "touch": touch, "findings": len(report.findings), "peak": peak()}


def repeat(times):
    for n in range(times):
        if n == times // 10:
            before = resident()
        assert len(cspm.scan([cspm.sample()], cspm.Rules()).findings)
    return {"before": before, "after": resident()}


what, argument = sys.argv[1:]
print(json.dumps(measure(argument) if what == "scan" else repeat(int(argument))))
