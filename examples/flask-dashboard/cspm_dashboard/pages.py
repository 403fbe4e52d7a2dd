"""The page and its files, which hold no data and no key."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, send_from_directory

from .settings import Settings


def blueprint(settings: Settings) -> Blueprint:
    """What everybody may have."""
    pages = Blueprint("pages", __name__)

    def file(name: str) -> Response:
        response = send_from_directory(settings.dashboard_dir, name)
        # Asked for again each time, and answered with 304: a new version is never mixed with an old one.
        response.headers["Cache-Control"] = "no-cache"
        return response

    @pages.get("/")
    def index() -> Response:
        return file("index.html")

    @pages.get("/static/<path:name>")
    def static_file(name: str) -> Response:
        return file(name)

    @pages.get("/healthz")
    def healthz() -> Response:
        return jsonify(status="success")

    return pages
