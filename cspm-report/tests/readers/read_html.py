"""Chromium shows the page: no name runs, nothing is asked for, filters and the keyboard work."""

import os
import shutil
import sys
from collections import Counter

from expected import excepted, findings, folder, report
from playwright import sync_api

CHROMIUM = os.environ.get("CSPM_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
if not CHROMIUM:
    assert "CI" not in os.environ, "no Chromium: install the package chromium, or set CSPM_CHROMIUM"
    print("ok: SKIPPED, no Chromium: install the package chromium, or set CSPM_CHROMIUM")
    sys.exit()

STANDINGS = ("fail", "unknown", "excepted", "pass")
# More than anybody would print is not printed.
PRINTED = 2000

by_standing = Counter("excepted" if excepted(f) else f["status"] for f in findings)
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
    expect(by_standing["fail"] + by_standing["unknown"] or len(findings))
    worst = next(standing for standing in STANDINGS if by_standing[standing])
    assert page.inner_text("#rows tr:first-child td:first-child").strip() == worst

    page.click("#clear")
    expect(len(findings))
    for standing in STANDINGS:
        chip(standing)
        expect(by_standing[standing])
        assert page.get_attribute(f"button.chip[data-value={standing}]", "aria-pressed") == "true"
        assert (page.locator("#rows .badge." + standing).count() > 0) == (by_standing[standing] > 0)
        chip(standing)
    for severity in ("critical", "high", "medium", "low", "informational"):
        chip(severity)
        expect(sum(f["severity"] == severity for f in findings))
        chip(severity)
    # A finding does not name its service, but each has one.
    by_service = {name: sum(score[s] for s in STANDINGS) for name, score in report["scores"]["services"].items()}
    assert sum(by_service.values()) == len(findings)
    for service, count in by_service.items():
        page.select_option("select[data-filter=service]", service)
        expect(count)
    page.select_option("select[data-filter=service]", "")
    for framework in report["scores"]["frameworks"]:
        page.select_option("select[data-filter=framework]", framework)
        expect(sum(framework in f["frameworks"] for f in findings))
    page.select_option("select[data-filter=framework]", "")

    # Free text, reached by keyboard.
    page.keyboard.press("/")
    page.keyboard.type("<SCRIPT>window.pwned")
    expect(sum("<script>window.pwned" in f["resource"]["name"] for f in findings))
    page.fill("#search", "no such thing anywhere")
    expect(0)
    assert "No finding" in page.inner_text("#rows")
    page.fill("#search", "")
    expect(len(findings))

    # Every page of the findings, each opened: the first page by keyboard.
    for button in page.locator("#rows button.open").all():
        button.focus()
        page.keyboard.press("Enter")
        assert button.get_attribute("aria-expanded") == "true"
    page.select_option("#pager select", "100")
    seen = 0
    while True:
        page.evaluate("document.querySelectorAll('#rows [aria-expanded=false]').forEach(button => button.click())")
        opened = page.locator("#rows button.open[aria-expanded=true]").count()
        assert opened == page.locator("#rows .finding").count() == page.locator("#rows .detail").count()
        seen += opened
        if page.is_disabled("button[data-page=Next]"):
            break
        page.click("button[data-page=Next]")
    assert seen == len(findings), seen

    page.click("th.of-resource button")
    assert page.get_attribute("th.of-resource", "aria-sort") == "ascending"
    page.click("th.of-resource button")
    assert page.get_attribute("th.of-resource", "aria-sort") == "descending"

    # A name is shown as it is, the worst too.
    named = next((f for f in findings if "<img" in f["resource"]["name"]), findings[0])
    page.fill("#search", named["id"])
    expect(1)
    assert named["resource"]["name"] in page.inner_text("#rows tr:first-child")

    # Coverage: calls that were not answered stand out with their reasons; those that all were come on demand.
    account = page.input_value("#matrix-account")
    calls = [row for row in report["coverage"]["calls"] if row["account"] == account]
    regions = sorted({row["region"] for row in calls})
    missed = [row for row in calls if row.get("reasons")]

    def listed():
        return set(page.locator("#matrix tbody th").all_inner_texts())

    assert listed() == {row["call"] for row in missed}
    for row in missed:
        line = page.locator("#matrix tbody tr", has=page.get_by_text(row["call"], exact=True))
        cell = line.locator("td").nth(regions.index(row["region"]))
        text = cell.inner_text()
        assert text.startswith(f"{row['done']:,}/{row['done'] + sum(row['reasons'].values()):,}"), text
        assert all(f"{reason.replace('_', ' ')} {count:,}" in text for reason, count in row["reasons"].items()), text
        assert "done" not in cell.get_attribute("class").split()
    page.check("#matrix-all")
    assert listed() == {row["call"] for row in calls}

    page.click("#theme")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.click("#clear")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("#rows .finding").count() == min(len(findings), PRINTED)

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
