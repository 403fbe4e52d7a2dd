"""An embeddable scan engine for cloud security posture: verdicts you can trust.

    import cspm

    report = cspm.scan(cspm.sample(), cspm.Rules(frameworks=["cis_aws_7.0"]))
    for finding in report.findings:
        if finding.status == "fail":
            print(finding.severity, finding.message)

What could not be read is unknown, with the call and the reason, and never a pass or a failure.
"""

from . import types
from ._collector import Collector, Gap
from ._cspm import (
    Aws,
    CancellationToken,
    DeniedEvent,
    DoneEvent,
    FailedEvent,
    Finding,
    FindingEvent,
    Inventory,
    Kubernetes,
    Manifests,
    Plan,
    PlannedEvent,
    ProgressEvent,
    Report,
    Resource,
    ResourceEvent,
    RuleInfo,
    Rules,
    Snapshot,
    ThrottledEvent,
    Wanted,
    __version__,
    kinds,
    plan,
    sample,
)
from ._errors import (
    AccessDeniedError,
    CancelledScanError,
    ConfigError,
    CredentialsError,
    CspmError,
    ExtensionError,
    FileError,
    FormatError,
    LimitError,
    ModelError,
    RuleError,
    UnreachableError,
    UnreadError,
    VersionError,
)
from ._rows import Rows
from ._rule import Rule, Status, Verdict, rule
from ._scan import Event, evaluate, scan, scan_async, stream
from ._unread import Unread

__all__ = [
    "AccessDeniedError",
    "Aws",
    "CancellationToken",
    "CancelledScanError",
    "Collector",
    "ConfigError",
    "CredentialsError",
    "CspmError",
    "DeniedEvent",
    "DoneEvent",
    "Event",
    "ExtensionError",
    "FailedEvent",
    "FileError",
    "Finding",
    "FindingEvent",
    "FormatError",
    "Gap",
    "Inventory",
    "Kubernetes",
    "LimitError",
    "Manifests",
    "ModelError",
    "Plan",
    "PlannedEvent",
    "ProgressEvent",
    "Report",
    "Resource",
    "ResourceEvent",
    "Rows",
    "Rule",
    "RuleError",
    "RuleInfo",
    "Rules",
    "Snapshot",
    "Status",
    "ThrottledEvent",
    "UnreachableError",
    "Unread",
    "UnreadError",
    "Verdict",
    "VersionError",
    "Wanted",
    "__version__",
    "evaluate",
    "kinds",
    "plan",
    "rule",
    "sample",
    "scan",
    "scan_async",
    "stream",
    "types",
]
