"""What goes wrong, as HTTP and JSON. Nobody outside sees more than a sentence."""

from __future__ import annotations

import logging

from flask import Flask, Response, jsonify
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

log = logging.getLogger(__name__)


class ApiError(Exception):
    """An answer other than success."""

    def __init__(self, code: int, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.headers = headers or {}


class ScanError(ApiError):
    """A scan could not be made."""


def register(app: Flask) -> None:
    """Makes JSON of every error."""

    @app.errorhandler(ApiError)
    def _api(error: ApiError) -> ResponseReturnValue:
        return _answer(error.message), error.code, error.headers

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> ResponseReturnValue:
        # The headers of the original say more than the code: Allow of a 405, Location of a redirect.
        headers = {k: v for k, v in error.get_headers() if k.lower() not in {"content-type", "content-length"}}
        return _answer(error.description or error.name), error.code or 500, headers

    @app.errorhandler(Exception)
    def _other(error: Exception) -> ResponseReturnValue:
        log.error("not expected", exc_info=error)
        return _answer("the service is at fault; its log says more"), 500


def _answer(message: str) -> Response:
    return jsonify(status="error", message=message)
