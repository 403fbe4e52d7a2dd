"""Records `inventory.json`, the sample: starts moto's server, fills it, and scans it with our own collectors.

Run it by `record.sh`, which brings the Python packages. Ids are the same in each recording, since the emulator's source
of chance is seeded; times are not.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import fill
from freezegun import freeze_time
from meadow.account import REGIONS, Account
from moto.server import ThreadedMotoServer

HERE = Path(__file__).resolve().parent
INVENTORY = HERE / "inventory.json"
ROOT = HERE.parent.parent
# How long ago the company began.
AGE = timedelta(days=400)


def scan(endpoint: str) -> None:
    """Scans the endpoint with the command line, and saves everything."""
    command = ["cargo", "run", "--quiet", "--example", "cspm", "--features", "aws", "--", "scan", "aws"]
    command += ["--endpoint-url", endpoint, "--regions", ",".join(REGIONS), "--everything", "--quiet"]
    command += ["--save", str(INVENTORY), "--format", "json", "--output", os.devnull]
    none = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_SESSION_TOKEN": "testing"}
    status = subprocess.run(command, cwd=ROOT, env=os.environ | none, check=False).returncode
    # 1 says that some rule failed, as it must here.
    if status not in (0, 1):
        raise SystemExit(f"the scan ended with status {status}")


def rewrite(path: Path) -> None:
    """Writes a resource on a line of its own, so that changes can be read, and mends what only the emulator does."""
    snapshot = json.loads(path.read_text())
    resources = snapshot.pop("resources")
    for resource in resources:
        # The emulator lists an access point in each region; AWS does in its own, which the ARN names.
        if resource["kind"] == "aws_s3_access_point":
            resource["region"] = resource["uid"].split(":")[3]
    head = json.dumps(snapshot, separators=(",", ":"))[:-1]
    rows = ",\n".join(json.dumps(resource, separators=(",", ":"), ensure_ascii=False) for resource in resources)
    path.write_text(f'{head},"resources":[\n{rows}\n]}}\n')


def main() -> None:
    """Records the sample."""
    # The emulator logs each call that it does not know, with its whole stack.
    logging.disable(logging.CRITICAL)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        endpoint = f"http://{host}:{port}"
        account = Account(endpoint)
        fill.prepare(account)
        with freeze_time(datetime.now(UTC) - AGE, tick=True):
            keys = fill.past(account)
        # Clients of before keep signing with their own clock; new ones are as cheap.
        fill.present(Account(endpoint), keys)
        scan(endpoint)
    finally:
        server.stop()
    rewrite(INVENTORY)


if __name__ == "__main__":
    main()
