"""moto's server on a free port, which it prints, until its input is closed. `PUT /__delay/SECONDS` makes it slow.

A scan that takes a while is what progress, cancelling and dying workers are tested with.
"""

import logging
import sys
import threading
import time

from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

logging.getLogger("werkzeug").setLevel(logging.CRITICAL)


class Slow:
    """The emulator, some time later."""

    def __init__(self):
        self.moto = DomainDispatcherApplication(create_backend_app)
        self.delay = 0.0

    def __call__(self, environ, start_response):
        control, _, value = environ["PATH_INFO"].lstrip("/").partition("/")
        if control == "__delay":
            self.delay = float(value)
            start_response("204 No Content", [])
            return [b""]
        time.sleep(self.delay)
        try:
            return self.moto(environ, start_response)
        except NotImplementedError:
            # What the emulator does not know is a failed call, not a page of its traceback.
            start_response("501 Not Implemented", [("Content-Length", "0")])
            return [b""]


server = make_server("127.0.0.1", 0, Slow(), threaded=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.port, flush=True)
sys.stdin.read()
