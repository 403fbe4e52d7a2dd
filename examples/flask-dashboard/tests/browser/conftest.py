"""The browser, and the service that it opens: ours, or any with the same interface.

For another service start tests/support/slow_aws.py, start the service with its endpoint, and set DASHBOARD_URL,
DASHBOARD_KEY, AWS_ENDPOINT_URL, BUCKET_NAME and OBJECT_KEY. The tests write the object that the service scans.
"""

import os
import shutil
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect, sync_playwright
from support import inventories
from support.aws import Aws

CHROMIUM = os.environ.get("CSPM_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP = {"width": 1360, "height": 950}


@dataclass
class Target:
    """The service under test, and what it scans."""

    url: str
    key: str
    aws: Aws


@pytest.fixture(scope="session")
def running(request):
    url = os.environ.get("DASHBOARD_URL")
    if url:
        names = ("AWS_ENDPOINT_URL", "BUCKET_NAME", "OBJECT_KEY")
        yield Target(url.rstrip("/"), os.environ["DASHBOARD_KEY"], Aws(*(os.environ[name] for name in names)))
        return
    from support.service import gunicorn

    aws = request.getfixturevalue("emulator")
    with gunicorn(aws.env) as service:
        yield Target(service.url, service.key, aws)


@pytest.fixture
def target(running):
    """The service with the ordinary account to scan."""
    running.aws.put(inventories.MEADOW)
    yield running
    running.aws.delay(0)


@pytest.fixture(scope="session")
def playwright():
    assert CHROMIUM, "no Chromium: scripts/chromium.sh installs it, CSPM_CHROMIUM names one"
    expect.set_options(timeout=60_000)
    with sync_playwright() as running:
        yield running


@pytest.fixture
def context(playwright, tmp_path):
    """A browser that nobody has used before."""
    context = playwright.chromium.launch_persistent_context(
        tmp_path / "profile", executable_path=CHROMIUM, args=ARGS, viewport=DESKTOP, accept_downloads=True
    )
    context.set_default_timeout(60_000)
    yield context
    context.close()


@pytest.fixture
def page(context, target) -> Page:
    """The page, before the key was given. It must not ask other hosts, open dialogs, or complain."""
    page, faults = context.new_page(), []
    # A 4xx or 5xx is in the console as well; the tests look at what the page makes of it.
    answered = "Failed to load resource: the server responded"
    page.on("console", lambda m: faults.append(m.text) if m.type == "error" and answered not in m.text else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("dialog", lambda dialog: (faults.append(f"a dialog: {dialog.message}"), dialog.dismiss()))
    page.on("request", lambda r: None if r.url.startswith((target.url, "blob:")) else faults.append(r.url))
    page.goto(target.url)
    yield page
    assert not faults, faults


@pytest.fixture
def signed_in(page, target) -> Page:
    """The page with the key."""
    page.fill("#key", target.key)
    page.click("#key-form button")
    expect(page.locator("#key-dialog")).to_be_hidden()
    # Scans of earlier tests may still be shown.
    expect(page.locator("#run")).to_be_enabled()
    return page
