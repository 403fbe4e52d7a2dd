"""What the example services stand while scans go on: 50 connections for half a minute, which must see no error.

Each service scans the sample from an emulated S3. Run it with scripts/bench-services.sh.
"""

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import boto3

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SAMPLE = ROOT / "examples/sample/inventory.json"
KEY = "a-key-for-the-benchmark-0123456789"
SECONDS = int(os.environ.get("BENCH_SECONDS", "30"))
AWS = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_REGION": "us-east-1",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}


class Client:
    """Calls of a service, each on a connection of its own."""

    def __init__(self, port):
        self.port = port

    def call(self, path, method="GET"):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        with contextlib.closing(connection):
            connection.request(method, path, headers={"X-API-Key": KEY})
            answer = connection.getresponse()
            return answer.status, answer.read()

    def json(self, path, method="GET"):
        status, body = self.call(path, method)
        if not 200 <= status < 300:
            raise RuntimeError(f"{method} {path}: {status} {body[:200]!r}")
        return json.loads(body)


class Scans:
    """Keeps scanning in the background. Two take turns, so that at least one always runs."""

    def __init__(self, client, ids):
        self.client, self.ids = client, ids
        self.done, self.errors = 0, []
        self._latest_done = None
        self._lock = threading.Lock()
        self._over = threading.Event()

    def __enter__(self):
        self._one()
        self._threads = [threading.Thread(target=self._loop, daemon=True) for _ in range(2)]
        for thread in self._threads:
            thread.start()
            time.sleep(0.3)
        return self

    def __exit__(self, *_):
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _loop(self):
        while not self._over.is_set():
            try:
                self._one()
            except Exception as error:
                self.errors.append(str(error))
                time.sleep(0.5)

    def _one(self):
        scan_id = self.client.json("/api/scans", "POST")["id"]
        self._note(latest=scan_id)
        while (scan := self.client.json(f"/api/scans/{scan_id}")["scan"])["state"] in {"queued", "running"}:
            time.sleep(0.1)
        if scan["state"] != "done":
            raise RuntimeError(f"a scan {scan['state']}: {scan['message']}")
        self._note(done=scan_id)

    def _note(self, latest=None, done=None):
        with self._lock:
            if done:
                self.done += 1
                self._latest_done = done
            # Whole or not at all: wrk reads it meanwhile.
            new = self.ids.with_suffix(".new")
            new.write_text(f"{self._latest_done or latest}\n{latest or done}\n")
            new.rename(self.ids)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


@contextlib.contextmanager
def emulator():
    """An emulator of AWS with the sample in a bucket."""
    env = {**os.environ, "MOTO_EC2_LOAD_DEFAULT_AMIS": "false"}
    command = [sys.executable, ROOT / "tests/support/moto_server.py"]
    with subprocess.Popen(command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as moto:
        try:
            url = f"http://127.0.0.1:{int(moto.stdout.readline())}"
            secret = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": "us-east-1"}
            s3 = boto3.client("s3", endpoint_url=url, **secret)
            s3.create_bucket(Bucket="inventories")
            s3.put_object(Bucket="inventories", Key="sample.json", Body=SAMPLE.read_bytes())
            yield url
        finally:
            moto.stdin.close()
            moto.terminate()


@contextlib.contextmanager
def service(command, folder, endpoint):
    """A service on a free port, as long as it is needed."""
    port = free_port()
    given = {"AWS_ENDPOINT_URL": endpoint, "BUCKET_NAME": "inventories", "OBJECT_KEY": "sample.json"}
    quiet = {"ACCESS_LOG": os.devnull, "LOG_LEVEL": "warn"}
    own = {"CSPM_API_KEY": KEY, "BIND": f"127.0.0.1:{port}"}
    env = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")} | AWS | given | quiet | own
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(command, cwd=folder, env=env, stdout=log, stderr=log)
        client = Client(port)
        try:
            until = time.monotonic() + 60
            while True:
                with contextlib.suppress(OSError):
                    if client.call("/healthz")[0] == 200:
                        break
                if process.poll() is not None or time.monotonic() > until:
                    log.seek(0)
                    raise SystemExit(f"the service did not start:\n{log.read()}")
                time.sleep(0.1)
            yield client, process.pid
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def memory(pid):
    """The resident memory of a process and its children, in MB."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    pages = [int(Path(f"/proc/{p}/statm").read_text().split()[1]) for p in [pid, *children]]
    return sum(pages) * os.sysconf("SC_PAGE_SIZE") >> 20


def wrk(client, script, ids):
    """One run; what `done.lua` says of it."""
    env = {**os.environ, "CSPM_API_KEY": KEY, "CSPM_IDS": str(ids), "CSPM_DONE_LUA": str(HERE / "done.lua")}
    command = ["wrk", "-t2", "-c50", f"-d{SECONDS}s", "--latency", "--timeout", "10s", "-s", HERE / script]
    url = f"http://127.0.0.1:{client.port}"
    out = subprocess.run([*command, url], env=env, capture_output=True, text=True, check=True).stdout
    return json.loads(out.splitlines()[-1])


def main():
    """Measures the services that are named: NAME=FOLDER=COMMAND..."""
    row = "{:<6} {:<10} {:>9} {:>9} {:>9} {:>9} {:>8} {:>8} {:>6} {:>7}"
    print(row.format("", "", "requests", "p50", "p99", "max", "not 2xx", "socket", "scans", "memory"))
    print(row.format("", "", "/s", "ms", "ms", "ms", "", "errors", "done", "MB"))
    bad = []
    with emulator() as endpoint, tempfile.TemporaryDirectory() as folder:
        ids = Path(folder) / "ids"
        for argument in sys.argv[1:]:
            name, where, command = argument.split("=", 2)
            with service(command.split(), where, endpoint) as (client, pid):
                for script in ("mix", "scan"):
                    with Scans(client, ids) as scans:
                        before = scans.done
                        r = wrk(client, f"{script}.lua", ids)
                        done, errors = scans.done - before, scans.errors
                    sockets = r["connect"] + r["read"] + r["write"] + r["timeout"]
                    figures = (f"{r[p]:.1f}" for p in ("p50", "p99", "max"))
                    rate = f"{r['requests'] / r['seconds']:.1f}"
                    what = {"mix": "reading", "scan": "/api/scan"}[script]
                    line = row.format(name, what, rate, *figures, r["status"], sockets, done, memory(pid))
                    print(line, flush=True)
                    bad += [f"{name}, {what}: {error}" for error in errors]
                    if r["status"] or sockets or not done or not r["requests"]:
                        bad.append(f"{name}, {what}: {r}, {done} scans")
    sys.exit("\n".join(bad) or 0)


if __name__ == "__main__":
    main()
