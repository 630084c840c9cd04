"""Reading requests and writing answers: JSON in and out, and every failure in the platform's error shape."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from aiohttp import web

from hookwright.emulator import triggers
from hookwright.emulator.jsontext import encode, parse
from hookwright.emulator.state import CallError, bad_request
from hookwright.model.source import Json

MAX_BODY: Final = 1024 * 1024
"""Largest body of a call, in bytes."""

_API: Final = "/api/v2/public/"
_MULTIPART: Final = "multipart/form-data"
_CODES: Final = {404: "NOT_FOUND", 405: "METHOD_NOT_ALLOWED", 413: "PAYLOAD_TOO_LARGE"}


def answer(value: Json, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    """An answer in JSON."""
    return web.Response(body=encode(value), status=status, headers=headers, content_type="application/json")


def failure(error: CallError, path: str) -> web.Response:
    """An error in the shape that the service behind a path uses."""
    code_field, type_field = _fields(path)
    envelope = error.envelope(code_field=code_field, type_field=type_field, request_id=uuid.uuid4().hex)
    return answer(envelope, error.status, error.headers)


def from_aiohttp(error: web.HTTPException) -> CallError:
    """What the HTTP server itself refuses (no such path, wrong method, too large), as an error of the platform."""
    code = _CODES.get(error.status, "BAD_REQUEST")
    headers = {name: value for name, value in error.headers.items() if name == "Allow"}
    return CallError(error.status, code, HTTPStatus(error.status).phrase, headers=headers)


async def read_json(request: web.Request, *, multipart: bool = False) -> Json:
    """The body of a call.

    Args:
        request: the call.
        multipart: whether a multipart form is taken too, as the calls that fire an event do.

    Raises:
        CallError: 400 where it is not JSON, 413 where it is too large, 415 where it says to be something else.
    """
    kind = request.content_type
    form = multipart and kind == _MULTIPART
    if not form and kind != "application/json":
        raise CallError(415, "UNSUPPORTED_MEDIA_TYPE", "Content-Type must be application/json")
    try:
        body = await request.read()
    except web.HTTPRequestEntityTooLarge as error:
        raise from_aiohttp(error) from error
    except (web.RequestPayloadError, ConnectionError, ValueError) as error:
        raise bad_request("the body cannot be read") from error
    if form:
        return triggers.from_multipart(request.headers.get("Content-Type", ""), body)
    try:
        return parse(body)
    except ValueError as error:
        raise bad_request(f"the body is not JSON: {error}") from error


def _fields(path: str) -> tuple[str, str]:
    """The names of the fields for the error's code and its kind, which differ between the platform's services."""
    if path.startswith(_API + "event/"):
        return "error_code", "error_type"
    if path.startswith(_API) and not path.startswith(_API + "webhook"):
        return "error_code", "http_error_type"
    return "error", "http_error_type"
