"""The console command of the wheel."""

import signal
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

from support import interruptible

PROGRAM = Path(sysconfig.get_path("scripts")) / "cspm"


def run(*args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([PROGRAM, *args], capture_output=True, text=True)


def test_the_demo() -> None:
    done = run("demo")
    assert done.returncode == 1, done.stderr
    assert "Coverage: " in done.stdout


def test_the_same_as_a_module() -> None:
    done = subprocess.run([sys.executable, "-m", "cspm", "rules"], capture_output=True, text=True)
    assert done.returncode == 0
    assert "aws_s3_bucket_public_access_blocked" in done.stdout


def test_errors_of_use() -> None:
    done = run("scan", "nonsense")
    assert done.returncode == 2
    assert done.stderr.startswith("error: ")
    assert run("--no-such-option").returncode == 2
    assert run("--version").stdout.startswith("cspm ")


def test_a_query() -> None:
    done = run("query", "select count(*) as n from aws_s3_bucket", "--format", "json")
    assert done.returncode == 0, done.stderr
    assert '"n"' in done.stdout


def test_a_reader_that_goes_away_ends_it() -> None:
    done = subprocess.run(f"{PROGRAM} rules | head -1", shell=True, capture_output=True, text=True)
    assert len(done.stdout.splitlines()) == 1
    assert "Traceback" not in done.stderr


def test_ctrl_c_ends_it(tmp_path: Path) -> None:
    # A server that answers nothing.
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        environment = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "PATH": "/usr/bin"}
        command = [PROGRAM, "scan", "aws", "--regions", "us-east-1", "--endpoint-url", url]
        with interruptible(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) as program:
            time.sleep(1)
            program.send_signal(signal.SIGINT)
            program.communicate(timeout=20)
            assert program.returncode != 0
