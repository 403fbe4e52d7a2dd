"""gunicorn's worker of threads, with a limit on how long a client may take to ask, and to take a piece of the answer.

A thread reads a request and writes its answer. Clients that send half a request and wait, or never read, would hold all
of them.
"""

from __future__ import annotations

import errno
import os
import socket
import time
from typing import Any

from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped]

# Seconds for the whole of a request, headers and body.
REQUEST_TIMEOUT = float(os.environ.get("REQUEST_TIMEOUT", "10"))
# Seconds in which a client must take something of an answer.
ANSWER_TIMEOUT = float(os.environ.get("ANSWER_TIMEOUT", "60"))


class TimedSocket:
    """A socket that is over when its client has taken too long."""

    def __init__(self, inner: socket.socket) -> None:
        self._inner = inner
        self._until = 0.0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def expect_request(self) -> None:
        """From now on the client has REQUEST_TIMEOUT for the next request."""
        self._until = time.monotonic() + REQUEST_TIMEOUT

    def recv(self, *args: Any) -> bytes:
        """What has come; nothing, as at the end of a connection, where the time is over."""
        left = self._until - time.monotonic()
        if left <= 0:
            return b""
        self._inner.settimeout(left)
        try:
            return self._inner.recv(*args)
        except TimeoutError:
            return b""
        finally:
            self._inner.settimeout(None)

    def sendall(self, data: bytes) -> None:
        """Sends all of it, in pieces that the client must take in time."""
        self._inner.settimeout(ANSWER_TIMEOUT)
        try:
            view = memoryview(data)
            while view:
                view = view[self._inner.send(view) :]
        except TimeoutError as error:
            # What gunicorn takes for a client that has left.
            raise BrokenPipeError(errno.EPIPE, "the client does not read") from error
        finally:
            self._inner.settimeout(None)


class Worker(ThreadWorker):  # type: ignore[misc]
    """The worker that gunicorn.conf.py names."""

    def handle(self, conn: Any) -> Any:
        """Reads a request of a connection, and answers it."""
        if not isinstance(conn.sock, TimedSocket):
            conn.sock = TimedSocket(conn.sock)
        conn.sock.expect_request()
        return super().handle(conn)
