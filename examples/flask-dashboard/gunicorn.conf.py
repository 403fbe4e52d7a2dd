"""How gunicorn runs the service: `gunicorn wsgi:app` reads this file."""

import os
import shutil
import sys
import tempfile
from pathlib import Path

from cspm_dashboard.settings import Settings, SettingsError

bind = os.environ.get("BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WORKERS", "4"))
# Threads, with limits on slow clients: REQUEST_TIMEOUT and ANSWER_TIMEOUT.
worker_class = "cspm_dashboard.worker.Worker"
# Who watches a scan holds a thread, at most MAX_STREAMS (8) of a worker; who waits for GET /api/scan holds one too.
threads = int(os.environ.get("THREADS", "16"))
# Each worker imports the library itself, so that nothing of it is forked.
preload_app = False
# Of a worker that does not answer its master, not of a request: scans may take as long as they need.
timeout = 60
graceful_timeout = 10
umask = 0o077
limit_request_line = 4094
limit_request_fields = 50
limit_request_field_size = 8190
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None
accesslog = os.environ.get("ACCESS_LOG", "-")

# All workers share the state: the master makes the folder, before it forks, and takes it away in the end.
_made = None
if not os.environ.get("STATE_DIR"):
    _made = os.environ["STATE_DIR"] = tempfile.mkdtemp(prefix="cspm-dashboard-")


def on_starting(server):
    """Refuses to start with a sentence, where each worker would fail with a traceback."""
    try:
        Settings.from_env(os.environ)
    except SettingsError as error:
        on_exit(server)
        sys.exit(f"cspm-dashboard: {error}")


def on_exit(server):
    """The end of the master."""
    if _made:
        shutil.rmtree(_made, ignore_errors=True)
