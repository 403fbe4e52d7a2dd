"""A dashboard over the cspm library: a small Flask service, to be taken apart and built upon."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from flask import Flask

from . import api, errors, guard, pages
from .settings import Settings, SettingsError
from .store import Store

__all__ = ["Settings", "SettingsError", "create_app"]


def create_app(settings: Settings | None = None) -> Flask:
    """The service, as its environment wants it unless told otherwise."""
    settings = settings or Settings.from_env(os.environ)
    # Flask's own folder of static files would be open to names that we did not choose.
    app = Flask(__name__, static_folder=None)
    app.json.sort_keys = False  # type: ignore[attr-defined]
    errors.register(app)
    guard.register(app, settings)
    app.register_blueprint(pages.blueprint(settings))
    app.register_blueprint(api.blueprint(settings, Store(settings.state_dir or _own_folder(), settings)))
    return app


def _own_folder() -> Path:
    """A folder of this process alone: enough for one process, and gone with it."""
    folder = Path(tempfile.mkdtemp(prefix="cspm-dashboard-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
