"""Who may ask, and what answers look like."""

import pytest
from cspm_dashboard import scanning
from cspm_dashboard.settings import LOCAL_HOSTS
from support.browser import Browser
from support.service import KEY


def test_nothing_below_api_answers_without_the_key(make):
    app = make()
    browser = Browser(app, key=None)
    calls = [
        (method, rule.rule.replace("<scan_id>", "x"))
        for rule in app.url_map.iter_rules()
        for method in rule.methods
        if rule.rule.startswith("/api")
    ]
    assert len(calls) >= 8
    for method, path in [*calls, ("GET", "/api/nothing"), ("GET", "/api")]:
        answer = browser.open(path, method=method)
        assert answer.status_code == 401, (method, path)
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        if method != "HEAD":
            assert answer.json == {"status": "error", "message": "the API key is missing or wrong"}


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"X-API-Key": KEY}, 200),
        ({"Authorization": f"Bearer {KEY}"}, 200),
        ({"Authorization": f"bearer {KEY}"}, 200),
        ({"Authorization": f"Basic {KEY}"}, 401),
        ({"X-API-Key": KEY + "x"}, 401),
        ({"X-API-Key": KEY[:-1]}, 401),
        ({"X-API-Key": "schlüssel"}, 401),
        # A wrong one is not made good by another place.
        ({"X-API-Key": "wrong", "Authorization": f"Bearer {KEY}"}, 401),
    ],
)
def test_the_key_counts_where_it_is_whole(make, headers, code):
    assert Browser(make(), key=None).get("/api/scans", headers=headers).status_code == code


def test_without_a_key_other_sites_cannot_start_scans(make):
    browser = Browser(make(api_key=None), key=None)
    assert browser.get("/api/scans").status_code == 200
    assert browser.get("/api/scans", headers={"Sec-Fetch-Site": "same-origin"}).status_code == 200
    for site in ("cross-site", "same-site"):
        answer = browser.post("/api/scans", headers={"Sec-Fetch-Site": site})
        assert answer.status_code == 403 and answer.json["status"] == "error"


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"Host": "localhost:8000"}, 200),
        ({"Host": "127.0.0.1:8000"}, 200),
        ({"Host": "[::1]:8000"}, 200),
        ({"Host": "scans.example"}, 200),
        ({"Host": "SCANS.example:443"}, 200),
        ({"Host": "scans.example", "Origin": "https://scans.example"}, 200),
        # A name of another site that leads to this address (DNS rebinding).
        ({"Host": "evil.example"}, 403),
        ({"Host": "localhost.evil.example"}, 403),
        ({"Host": "localhost@evil.example"}, 403),
        ({"Host": "evil.example", "Origin": "http://evil.example", "Sec-Fetch-Site": "same-origin"}, 403),
        # A page of another site, of which an old browser says no more than the origin.
        ({"Host": "localhost:8000", "Origin": "http://evil.example"}, 403),
        ({"Host": "localhost:8000", "Origin": "http://localhost:9000"}, 403),
        ({"Host": "localhost:8000", "Origin": "null"}, 403),
        ({"Host": "localhost:8000", "Origin": "http://["}, 403),
        ({"Host": "localhost:8000", "Origin": ""}, 403),
    ],
)
def test_without_a_key_the_names_of_the_service_alone_lead_to_it(make, headers, code):
    browser = Browser(make(api_key=None, hosts=(*LOCAL_HOSTS, "scans.example")), key=None)
    assert browser.get("/api/scans", headers=headers).status_code == code
    assert browser.post("/api/scans", headers=headers).status_code == (202 if code == 200 else code)


def test_with_a_key_any_name_leads_to_it(make):
    headers = {"Host": "scans.internal", "Origin": "https://elsewhere.example"}
    assert Browser(make()).get("/api/scans", headers=headers).status_code == 200


def test_every_answer_is_dressed(client):
    for path, code in (("/", 200), ("/static/app.js", 200), ("/healthz", 200), ("/api/scans", 200), ("/x", 404)):
        answer = client.get(path)
        assert answer.status_code == code, path
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "Strict-Transport-Security" not in answer.headers
        assert ("no-store" in answer.headers.get("Cache-Control", "")) == path.startswith("/api")
    secure = client.get("/", base_url="https://localhost")
    assert "max-age" in secure.headers["Strict-Transport-Security"]


def test_the_page_is_open_and_empty(make):
    browser = Browser(make(), key=None)
    page = browser.get("/")
    assert page.status_code == 200 and "<html" in page.text and KEY not in page.text
    assert "style=" not in page.text and "onclick" not in page.text
    assert browser.get("/healthz").json == {"status": "success"}
    for path in ("/static/../flask-dashboard/wsgi.py", "/static/%2e%2e/sample/inventory.json", "/static//etc/passwd"):
        assert browser.get(path).status_code in {404, 308}, path
    again = browser.get("/static/app.js", headers={"If-None-Match": browser.get("/static/app.js").headers["ETag"]})
    assert again.status_code == 304


def test_errors_are_json(client):
    for method, path, code in (("get", "/nothing", 404), ("get", "/api/nothing", 404), ("put", "/api/scan", 405)):
        answer = getattr(client, method)(path)
        assert answer.status_code == code and answer.json["status"] == "error" and answer.json["message"]
    assert "GET" in client.put("/api/scan").headers["Allow"]


def test_bodies_are_limited_and_checked(client):
    assert client.post("/api/scans", data=b"x" * 20_000).status_code == 413
    for body in (b"[]", b'{"bucket": "other"}', b"no json"):
        assert client.post("/api/scans", data=body).status_code == 400
    assert client.post("/api/scans", data=b"{}").status_code == 202


def test_a_fault_of_ours_tells_nothing_but_that(client, monkeypatch, caplog):
    def broken(*_):
        raise RuntimeError("inner workings")

    monkeypatch.setattr(scanning, "flat", broken)
    answer = client.get("/api/scan")
    assert answer.status_code == 500
    assert answer.json == {"status": "error", "message": "the service is at fault; its log says more"}
    assert "inner workings" in caplog.text
