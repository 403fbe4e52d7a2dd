"""The calls below /api."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, Response, jsonify, request, url_for
from flask.typing import ResponseReturnValue

from . import filters, results, scanning
from .errors import ApiError
from .events import Streams
from .jobs import Jobs
from .scan_now import ScanNow
from .settings import Settings
from .store import Store


def blueprint(settings: Settings, store: Store) -> Blueprint:
    """The calls, for one application."""
    api = Blueprint("api", __name__, url_prefix="/api")
    jobs, streams = Jobs(store, settings), Streams(store, settings)
    scan_now = ScanNow(settings, store)

    @api.get("/scan")
    def scan() -> ResponseReturnValue:
        return scan_now.answer(filters.of_scan())

    @api.post("/scans")
    def start() -> ResponseReturnValue:
        filters.only()
        if request.get_data() and request.get_json(force=True, silent=True) != {}:
            raise ApiError(400, "the body must be empty, or {}: what is scanned is a setting of the service")
        scan_id = jobs.start()
        return jsonify(status="success", id=scan_id), 202, {"Location": url_for(".state", scan_id=scan_id)}

    @api.get("/scans")
    def list_all() -> ResponseReturnValue:
        filters.only()
        return jsonify(status="success", source=settings.source, scans=store.all())

    @api.get("/scans/<scan_id>")
    def state(scan_id: str) -> ResponseReturnValue:
        filters.only()
        known = store.get(scan_id)
        del known["seq"]
        return jsonify(status="success", scan=known)

    @api.delete("/scans/<scan_id>")
    def cancel(scan_id: str) -> ResponseReturnValue:
        store.cancel(scan_id)
        return jsonify(status="success", id=scan_id), 202

    @api.get("/scans/<scan_id>/events")
    def events(scan_id: str) -> ResponseReturnValue:
        return streams.open(scan_id)

    @api.get("/scans/<scan_id>/findings")
    def findings(scan_id: str) -> ResponseReturnValue:
        wanted = filters.of_page()
        store.get(scan_id)
        return jsonify(status="success", **results.page(store.results / scan_id, wanted))

    @api.get("/scans/<scan_id>/report")
    def report(scan_id: str) -> ResponseReturnValue:
        filters.only("format")
        name = filters.one_of("format", scanning.FORMATS)
        ended = store.get(scan_id)["ended"] or 0
        suffix, mimetype = scanning.FORMATS[name]
        response = Response(results.export(store.results / scan_id, name), mimetype=mimetype)
        when = datetime.fromtimestamp(ended, UTC).strftime("%Y%m%d-%H%M%S")
        response.headers["Content-Disposition"] = f"attachment; filename=cspm-{when}.{suffix}"
        return response

    return api
