"""The service in this process, over an account in a file: the library is the real one, the network is not there."""

import json
import time

import cspm
import pytest
from cspm_dashboard import Settings, create_app, scanning
from support import inventories
from support.browser import Browser
from support.service import KEY


@pytest.fixture
def inventory(monkeypatch, tmp_path):
    """What is scanned; a test may put another account into it."""
    account, file = {"now": inventories.MEADOW}, tmp_path / "account.json"

    def source(settings):
        file.write_text(json.dumps(account["now"]))
        return cspm.Snapshot(file)

    monkeypatch.setattr(scanning, "_source", source)
    return account


@pytest.fixture
def make(tmp_path, inventory):
    """Makes a service with these settings."""

    def make(**settings):
        given = {"api_key": KEY, "bucket": "b", "key": "k", "state_dir": tmp_path / "state"} | settings
        return create_app(Settings(**given))

    return make


@pytest.fixture
def client(make):
    return Browser(make())


@pytest.fixture
def slow(monkeypatch):
    """Scans take until they are cancelled, or until the test lets them go on."""
    real, go = scanning.cspm.scan, []

    def scan(*args, cancel, **more):
        end = time.monotonic() + 20
        while not go and not cancel.cancelled and time.monotonic() < end:
            time.sleep(0.02)
        return real(*args, cancel=cancel, **more)

    monkeypatch.setattr(scanning.cspm, "scan", scan)
    return lambda: go.append(True)
