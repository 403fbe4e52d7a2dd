"""Who may ask, how much, and what browsers may do with the answers."""

from __future__ import annotations

import hmac
from urllib.parse import urlsplit

from flask import Flask, Response, request

from .errors import ApiError
from .settings import Settings

# Everything else wants the key, also what will be added later.
OPEN_ENDPOINTS = {"pages.index", "pages.static_file", "pages.healthz"}
LARGEST_BODY = 16 * 1024

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def register(app: Flask, settings: Settings) -> None:
    """Guards every request and dresses every answer."""
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    expected = settings.api_key.encode() if settings.api_key else None

    @app.before_request
    def _admit() -> None:
        if (request.content_length or 0) > LARGEST_BODY:
            raise ApiError(413, f"a request of more than {LARGEST_BODY} bytes")
        # What is neither ours nor below /api is nothing: the answer is 404.
        if request.endpoint in OPEN_ENDPOINTS or (request.endpoint is None and not request.path.startswith("/api")):
            return
        if expected is None:
            _refuse_other_sites(settings.hosts)
        elif not hmac.compare_digest(_given_key(), expected):
            raise ApiError(401, "the API key is missing or wrong", {"WWW-Authenticate": "Bearer"})

    @app.after_request
    def _dress(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if request.path.startswith("/api"):
            response.headers["Cache-Control"] = "no-store"
        # gunicorn knows the scheme from a proxy that it trusts (forwarded_allow_ips).
        if request.is_secure:
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        return response


def _refuse_other_sites(hosts: tuple[str, ...]) -> None:
    """Without a key, these headers alone keep pages of other sites from reading findings and starting scans."""
    # A site can have its own name lead to this address (DNS rebinding); the browser then says that name.
    host = request.headers.get("Host", "")
    if _host_name(host) not in hosts:
        raise ApiError(403, "the service is not asked under this name: name it in ALLOWED_HOSTS")
    origin = request.headers.get("Origin")
    if origin is not None and origin.lower() not in {f"http://{host.lower()}", f"https://{host.lower()}"}:
        raise ApiError(403, "not for other sites")
    # Browsers send it also where they send no Origin.
    if request.headers.get("Sec-Fetch-Site", "none") not in {"none", "same-origin"}:
        raise ApiError(403, "not for other sites")


def _host_name(host: str) -> str | None:
    """The name in a Host header, without the port."""
    try:
        parts = urlsplit(f"//{host}")
        return parts.hostname if parts.netloc == host else None
    except ValueError:
        return None


def _given_key() -> bytes:
    key = request.headers.get("X-API-Key", "")
    if not key:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        key = token.strip() if scheme.lower() == "bearer" else ""
    # Headers are Latin-1 on the wire; a key in UTF-8 is the same bytes again.
    return key.encode("latin-1", "replace")
