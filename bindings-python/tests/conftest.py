"""What the tests share. They run against the installed wheel: see scripts/wheel-venv.sh."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import cspm
import pytest
from support import ROOT, scan_threads_left


@pytest.fixture(scope="session")
def report() -> cspm.Report:
    return cspm.scan(cspm.sample())


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def moto() -> Iterator[str]:
    """An emulator of AWS that knows nothing yet."""
    environment = {**os.environ, "MOTO_EC2_LOAD_DEFAULT_AMIS": "false"}
    program = [sys.executable, str(ROOT / "tests/support/moto_server.py")]
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment) as server:
        assert server.stdout
        yield f"http://127.0.0.1:{server.stdout.readline().strip()}"
        assert server.stdin
        server.stdin.close()


@pytest.fixture(autouse=True)
def no_threads_left() -> Iterator[None]:
    """No thread outlives a scan."""
    yield
    assert not scan_threads_left()
