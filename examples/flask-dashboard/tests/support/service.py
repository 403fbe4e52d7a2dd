"""The service under gunicorn, as it is deployed."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from support.client import Client

HERE = Path(__file__).resolve().parents[2]
KEY = "a-key-for-the-tests-0123456789"


class Service:
    """A running service."""

    def __init__(self, url, state, log, process):
        self.url, self.state, self.log, self.process = url, state, log, process
        self.key = KEY

    def client(self, key=KEY):
        """A client on a connection of its own each time, so that any worker may answer."""
        return Client(self.url, key)

    def workers(self):
        """The processes that the master has made."""
        pid = self.process.pid
        return [int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def environment(env):
    """Without what the caller's own environment says about AWS and the service."""
    own = ("AWS_", "CSPM_", "SCAN_", "RULES_", "BUCKET_", "OBJECT_", "STATE_", "MAX_")
    return {k: v for k, v in os.environ.items() if not k.startswith(own)} | env


@contextlib.contextmanager
def gunicorn(env, workers=4):
    """The service, for as long as it is needed."""
    with tempfile.TemporaryDirectory(prefix="cspm-test-") as folder:
        state, port = Path(folder) / "state", free_port()
        given = {"CSPM_API_KEY": KEY, "WORKERS": str(workers), "BIND": f"127.0.0.1:{port}", "STATE_DIR": str(state)}
        with (Path(folder) / "log").open("w+") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", "wsgi:app"],
                cwd=HERE,
                env=environment(given | env),
                stdout=log,
                stderr=log,
            )
            service = Service(f"http://127.0.0.1:{port}", state, Path(log.name), process)
            try:
                _wait(service)
                yield service
            finally:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(20)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
                    raise
            text = service.log.read_text()
            assert "Traceback" not in text, text


def _wait(service):
    until = time.monotonic() + 60
    while time.monotonic() < until and service.process.poll() is None:
        with contextlib.suppress(OSError):
            if service.client().get("/healthz").code == 200:
                return
        time.sleep(0.1)
    raise AssertionError(f"the service did not start:\n{service.log.read_text()}")
