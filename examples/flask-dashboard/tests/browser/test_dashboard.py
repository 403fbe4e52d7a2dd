"""What a person does with the page."""

import json
import re

from playwright.sync_api import Page, expect
from support import inventories


def scan(page: Page):
    """Presses the button, and waits for what comes of it."""
    with page.expect_response(lambda r: r.request.method == "POST") as started:
        page.click("#run")
    # Those of an earlier scan may be on the page until then.
    expect(page.locator("#results")).to_have_attribute("data-scan", started.value.json()["id"])
    expect(page.locator("#live")).to_contain_text("is done")
    settled(page)
    expect(page.locator("#rows tr.finding").first).to_be_visible()


def settled(page: Page):
    """The table shows what was asked for last."""
    expect(page.locator("#table")).to_have_attribute("aria-busy", "false")


def count(page: Page, of=1) -> int:
    """How many findings the filters leave (0), or there are (1)."""
    settled(page)
    return int(page.inner_text("#count").replace(",", "").split(" of ")[of])


def only(page: Page, group: str, *values: str):
    """Presses chips until just these are chosen."""
    for chip in page.locator(f"#{group} .chip").all():
        if (chip.get_attribute("aria-pressed") == "true") != (chip.get_attribute("data-value") in values):
            chip.click()
            settled(page)
    for value in values:
        expect(page.locator(f"#{group} .chip[data-value={value}]")).to_have_attribute("aria-pressed", "true")
    settled(page)


def test_the_key_is_asked_for_once_and_stays_in_the_tab(page, target):
    expect(page.locator("#key-dialog")).to_be_visible()
    page.fill("#key", "not the key of this service")
    page.keyboard.press("Enter")
    expect(page.locator("#key-error")).to_contain_text("does not take this key")
    assert page.evaluate("sessionStorage.length") == 0
    page.fill("#key", target.key)
    page.keyboard.press("Enter")
    expect(page.locator("#key-dialog")).to_be_hidden()
    page.reload()
    expect(page.locator("#forget")).to_be_visible()
    expect(page.locator("#key-dialog")).to_be_hidden()
    assert page.evaluate("[localStorage.length, document.cookie]") == [0, ""]
    assert target.key not in page.content() and target.key not in page.url
    page.click("#forget")
    expect(page.locator("#key-dialog")).to_be_visible()


def test_a_scan_is_watched_and_shows_its_findings(signed_in, target):
    page = signed_in
    target.aws.delay(2)
    page.click("#run")
    expect(page.locator("#progress")).to_be_visible()
    expect(page.locator("#run")).to_be_disabled()
    expect(page.locator("#p-elapsed")).not_to_have_text("0.0 s")
    first = page.inner_text("#p-elapsed")
    expect(page.locator("#p-elapsed")).not_to_have_text(first)
    # Whoever opens the page meanwhile, or again, watches the same scan.
    page.reload()
    expect(page.locator("#progress")).to_be_visible()
    expect(page.locator("#live")).to_contain_text("is done")
    expect(page.locator("#progress")).to_be_hidden()
    expect(page.locator("#run")).to_be_enabled()

    summary = {
        name: int(page.inner_text(f".tile.{name} .big").replace(",", "")) for name in ("fail", "unknown", "pass")
    }
    assert summary["fail"] and summary["unknown"] and summary["pass"], summary
    # Failures and unknowns first, the worst on top.
    expect(page.locator("#count")).to_have_text(
        f"{summary['fail'] + summary['unknown']:,} of {sum(summary.values()):,}"
    )
    first = page.locator("#rows tr.finding").first
    expect(first.locator(".badge")).to_contain_text("fail")
    expect(first.locator(".severity")).to_have_text("critical")
    expect(page.locator("#share")).to_contain_text("verdicts could be given")
    expect(page.locator("#scores-body .scores li").first).to_be_visible()


def test_findings_are_filtered_by_status_severity_and_text(signed_in):
    page = signed_in
    scan(page)
    for status in ("fail", "unknown", "pass"):
        only(page, "statuses", status)
        expect(page.locator("#rows .badge").first).to_contain_text(status)
        assert set(page.locator("#rows .badge").all_inner_texts()) == {page.locator("#rows .badge").first.inner_text()}
        assert count(page, 0) == int(page.inner_text(f".tile.{status} .big").replace(",", ""))
    only(page, "statuses")
    assert count(page, 0) == count(page)
    seen = 0
    for severity in ("critical", "high", "medium", "low", "informational"):
        only(page, "severities", severity)
        seen += count(page, 0)
        assert set(page.locator("#rows .severity").all_inner_texts()) <= {severity}
    assert seen == count(page)
    only(page, "severities")
    page.fill("#search", "MEADOW-Photos")
    settled(page)
    assert set(page.locator("#rows .resource").all_inner_texts()) == {"meadow-photos"}
    page.fill("#search", "no such thing")
    expect(page.locator("#rows")).to_contain_text("No finding fits")
    # A tile is a filter as well.
    page.fill("#search", "")
    page.click(".tile.unknown")
    expect(page.locator("#statuses .chip[data-value=unknown]")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#rows .badge").first).to_contain_text("unknown")


def test_details_open_by_keyboard_and_say_what_to_do_and_what_was_not_read(signed_in):
    page = signed_in
    scan(page)
    only(page, "statuses", "fail")
    button = page.locator("#rows .open").first
    button.focus()
    page.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-expanded", "true")
    detail = page.locator(f"#{button.get_attribute('aria-controls')}")
    for title in ("Evidence", "Remediation", "About"):
        expect(detail.get_by_role("heading", name=title)).to_be_visible()
    page.keyboard.press("Enter")
    expect(detail).to_have_count(0)

    only(page, "statuses", "unknown")
    page.locator("#rows tr.finding").first.click()
    expect(page.locator(".detail .unread li").first).to_contain_text("not given")


def test_each_export_is_downloaded(signed_in, tmp_path):
    page = signed_in
    scan(page)
    formats = page.locator("#formats button").evaluate_all("all => all.map(b => b.dataset.format)")
    assert set(formats) == {"json", "ocsf", "asff", "sarif", "junit", "csv", "markdown", "html"}
    for name in formats:
        page.click("#export summary")
        with page.expect_download() as download:
            page.click(f"#formats [data-format={name}]")
        assert re.fullmatch(r"cspm-[\w-]+\.[\w.]+", download.value.suggested_filename)
        text = download.value.path().read_text()
        assert "meadow-photos" in text, name
        if name == "json":
            assert len(json.loads(text)["findings"]) == count(page)


def test_names_and_tags_are_text(signed_in, target):
    page = signed_in
    target.aws.put(inventories.HOSTILE)
    scan(page)
    expect(page.locator("#rows .resource").first).to_have_text(inventories.MARKUP)
    page.locator("#rows tr.finding").first.click()
    expect(page.locator(".detail").first).to_contain_text("</td><script>alert(2)</script>")
    assert page.locator("main img, main script").count() == 0
    page.fill("#search", "<IMG src=x")
    expect(page.locator("#rows .resource").first).to_have_text(inventories.MARKUP)


def test_were_there_a_hole_the_policy_would_be_in_the_way(context, target):
    page, blocked = context.new_page(), []
    page.on("console", lambda message: blocked.append(message.text))
    page.goto(target.url)
    ran = page.evaluate(
        """() => {
          document.body.insertAdjacentHTML("beforeend", "<b onclick='window.ran = 1' id=planted>x</b>");
          document.getElementById("planted").click();
          const script = document.createElement("script");
          script.textContent = "window.ran = 2";
          document.head.append(script);
          return window.ran ?? null;
        }"""
    )
    assert ran is None
    assert sum("Content Security Policy" in text for text in blocked) == 2, blocked


def test_a_scan_is_cancelled(signed_in, target):
    page = signed_in
    target.aws.delay(2)
    page.click("#run")
    expect(page.locator("#p-elapsed")).not_to_have_text("0.0 s")
    page.click("#cancel")
    expect(page.locator("#cancel")).to_be_disabled()
    expect(page.locator("#empty-title")).to_have_text("The scan was cancelled")
    expect(page.locator("#results")).to_be_hidden()
    expect(page.locator("#run")).to_be_enabled()


def test_a_scan_that_fails_says_why(signed_in, target):
    page = signed_in
    target.aws.delete()
    page.click("#run")
    expect(page.locator("#error")).to_contain_text("The scan failed")
    expect(page.locator("#error")).to_contain_text(target.aws.key)
    expect(page.locator("#results")).to_be_hidden()
    target.aws.put(inventories.MEADOW)
    scan(page)
    expect(page.locator("#error")).to_be_hidden()


def test_ten_thousand_findings_are_paged(signed_in, target):
    page = signed_in
    target.aws.put(inventories.many(1000))
    scan(page)
    only(page, "statuses")
    total = count(page)
    assert total > 10_000
    page.select_option("#limit", "200")
    expect(page.locator("#rows tr.finding")).to_have_count(200)
    page.click("#next")
    expect(page.locator("#page")).to_have_text(f"201\N{EN DASH}400 of {total:,}")
    # A frame: the page answers while all of them are there.
    took = page.evaluate(
        "() => { const t = performance.now(); document.body.offsetHeight; return performance.now() - t }"
    )
    assert took < 200
    page.fill("#search", "bucket-00777")
    settled(page)
    expect(page.locator("#rows .resource").first).to_have_text("bucket-00777")
    assert 0 < count(page, 0) < 100


def test_it_works_at_the_width_of_a_phone(signed_in):
    page = signed_in
    page.set_viewport_size({"width": 375, "height": 740})
    scan(page)
    page.locator("#rows .open").first.click()
    expect(page.locator(".detail").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    for name in ("#run", "#search", "#rows .open >> nth=0"):
        box = page.locator(name).bounding_box()
        assert box["height"] >= 30 and box["x"] + box["width"] <= 375, (name, box)


def test_what_is_shown_can_be_read_and_has_names(signed_in):
    page = signed_in
    scan(page)
    page.locator("#rows .open").first.click()
    page.wait_for_timeout(200)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        poor = page.evaluate(CONTRAST)
        assert not poor, (scheme, poor)
    nameless = page.evaluate(
        "[...document.querySelectorAll('button, input, select')].filter(e => e.checkVisibility()"
        " && !(e.innerText || e.ariaLabel || e.labels?.length)).map(e => e.outerHTML)"
    )
    assert not nameless, nameless


# WCAG's contrast of each text with what is behind it: 4.5, and 3 for large text.
CONTRAST = """() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (color) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const behind = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const color = rgba(getComputedStyle(e).backgroundColor);
      if (color[3] === 255) return color;
    }
    return [255, 255, 255];
  };
  const poor = new Set();
  for (const e of document.querySelectorAll("body *")) {
    const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    if (!own || !e.checkVisibility() || e.closest(":disabled, .sr, .skip")) continue;
    const style = getComputedStyle(e);
    const [a, b] = [light(rgba(style.color)), light(behind(e))].sort((x, y) => y - x);
    const size = parseFloat(style.fontSize);
    const needed = size >= 24 || (size >= 18.6 && style.fontWeight >= 700) ? 3 : 4.5;
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < needed) poor.add(`${e.className || e.tagName}: ${ratio.toFixed(2)}`);
  }
  return [...poor];
}"""
