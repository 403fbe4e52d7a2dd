"""Chromium shows the page: no name runs, nothing is asked for, filters and the keyboard work."""

import os
import shutil
import sys

from expected import excepted, findings, folder
from playwright import sync_api

CHROMIUM = os.environ.get("CSPM_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
if not CHROMIUM:
    assert "CI" not in os.environ, "no Chromium: install the package chromium, or set CSPM_CHROMIUM"
    print("ok: SKIPPED, no Chromium: install the package chromium, or set CSPM_CHROMIUM")
    sys.exit()

by_status = {status: sum(f["status"] == status for f in findings) for status in ("pass", "fail", "unknown")}
failures = [f for f in findings if f["status"] == "fail" and not excepted(f)]
url = (folder / "report.html").as_uri()
faults = []

with sync_api.sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    page.on("console", lambda message: faults.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("dialog", lambda dialog: (faults.append("a dialog opened"), dialog.dismiss()))
    page.on("request", lambda request: faults.append(request.url) if request.url != url else None)
    page.goto(url)

    def expect(count):
        sync_api.expect(page.locator("#count")).to_have_text(f"{count:,} of {len(findings):,} findings")

    def chip(value):
        page.click(f"button.chip[data-value={value}]")

    # Failures and unknowns first, the worst on top.
    expect(len(failures) + by_status["unknown"])
    assert page.inner_text("#rows tr:first-child td:first-child").strip() == "fail"

    page.click("#clear")
    expect(len(findings))
    for status, count in (("fail", len(failures)), ("unknown", by_status["unknown"]), ("pass", by_status["pass"])):
        chip(status)
        expect(count)
        assert page.get_attribute(f"button.chip[data-value={status}]", "aria-pressed") == "true"
        assert page.locator("#rows .badge." + status).count() > 0
        chip(status)
    chip("excepted")
    expect(1)
    page.click("#clear")
    for severity in ("critical", "high", "medium", "low", "informational"):
        chip(severity)
        expect(sum(f["severity"] == severity for f in findings))
        chip(severity)
    page.select_option("select[data-filter=service]", "workloads")
    expect(1)
    page.select_option("select[data-filter=service]", "")
    page.select_option("select[data-filter=framework]", "cis_aws_7.0")
    expect(sum("cis_aws_7.0" in f["frameworks"] for f in findings))
    page.select_option("select[data-filter=framework]", "")

    # Free text, reached by keyboard; every page of the findings, each opened.
    page.keyboard.press("/")
    page.keyboard.type("<SCRIPT>window.pwned")
    expect(sum("<script>window.pwned" in f["resource"]["name"] for f in findings))
    page.fill("#search", "no such thing anywhere")
    expect(0)
    assert "No finding" in page.inner_text("#rows")
    page.fill("#search", "")
    expect(len(findings))
    seen = 0
    while True:
        for button in page.locator("#rows button.open").all():
            button.focus()
            page.keyboard.press("Enter")
            assert button.get_attribute("aria-expanded") == "true"
            seen += 1
        if page.is_disabled("button[data-page=Next]"):
            break
        page.click("button[data-page=Next]")
    assert seen == len(findings), seen

    page.click("th.of-resource button")
    assert page.get_attribute("th.of-resource", "aria-sort") == "ascending"
    page.click("th.of-resource button")
    assert page.get_attribute("th.of-resource", "aria-sort") == "descending"

    # A name is shown as it is.
    page.fill("#search", "onerror good")
    expect(sum("onerror" in f["resource"]["name"] and "good" in f["resource"]["name"] for f in findings))
    assert '</script><img src=x onerror="window.pwned = 1">' in page.inner_text("#rows tr:first-child")

    # Coverage: the denied call stands out with its reason; calls that were all answered come on demand.
    assert page.locator("#matrix .cell.denied").inner_text().startswith("1/2")
    assert "access denied 1" in page.inner_text("#matrix")
    assert "s3:ListBuckets" not in page.inner_text("#matrix")
    page.check("#matrix-all")
    assert "s3:ListBuckets" in page.inner_text("#matrix")

    page.click("#theme")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.click("#clear")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("#rows .finding").count() == len(findings)

    assert page.evaluate("window.pwned") is None
    assert page.locator("script").count() == 2 and page.locator("img").count() == 0
    assert page.locator("a[href^='javascript']").count() == 0
    assert not faults, faults
    blocked = page.evaluate(
        "() => { const s = document.createElement('script'); s.textContent = 'window.pwned = 2';"
        " document.head.append(s); return window.pwned; }"
    )
    assert blocked is None, "the policy lets another script run"
    assert all("Content Security Policy" in fault for fault in faults), faults
    browser.close()
print("ok", seen)
