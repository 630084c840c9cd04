"""The control calls, ``/_emulator/*``: what a test needs and the platform does not offer. For this machine only."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from typing import Final

from aiohttp import web

from hookwright.emulator import openapi, workflows
from hookwright.emulator.faults import Faults, RuleError, parse_rules
from hookwright.emulator.http import answer, read_json
from hookwright.emulator.platform import Platform
from hookwright.emulator.records import Attempt, Delivery, HeaderList
from hookwright.emulator.requestlog import KEPT, RequestLog
from hookwright.emulator.sender import is_loopback
from hookwright.emulator.state import CallError, Organization, Outcome, Record, bad_request, timestamp

PREFIX: Final = "/_emulator"
MAX_DELIVERIES: Final = 1000
_ID: Final = re.compile(r"[0-9a-f]{24}")
_LIMIT: Final = re.compile(r"[0-9]{1,6}")


class Control:
    """The handlers of the control calls.

    Args:
        platform: the platform that is controlled.
        faults: its faults.
        log: the calls that came in.
    """

    def __init__(self, platform: Platform, faults: Faults, log: RequestLog) -> None:
        self._platform = platform
        self._faults = faults
        self._log = log

    def routes(self) -> list[web.RouteDef]:
        """The routes of the control calls."""
        return [
            web.post(f"{PREFIX}/emit", self._emit),
            web.get(f"{PREFIX}/deliveries", self._deliveries, allow_head=False),
            web.get(f"{PREFIX}/deliveries/{{id:[^/]+}}", self._delivery, allow_head=False),
            web.get(f"{PREFIX}/workflows", self._get_workflows, allow_head=False),
            web.put(f"{PREFIX}/workflows", self._put_workflows),
            web.get(f"{PREFIX}/faults", self._get_faults, allow_head=False),
            web.post(f"{PREFIX}/faults", self._post_faults),
            web.delete(f"{PREFIX}/faults", self._delete_faults),
            web.get(f"{PREFIX}/requests", self._requests, allow_head=False),
            web.post(f"{PREFIX}/reset", self._reset),
            web.get(f"{PREFIX}/openapi.json", self._openapi, allow_head=False),
        ]

    async def _emit(self, request: web.Request) -> web.Response:
        key = request.headers.get("x-api-key", "")
        organization = self._platform.authenticate(key)
        ids = await self._platform.emit(organization, key, await read_json(request))
        return answer({"deliveries": ids})

    async def _deliveries(self, request: web.Request) -> web.Response:
        organization = self._chosen(request)
        after = request.query.get("after")
        if after is not None and not _ID.fullmatch(after):
            raise bad_request("after must be the id of a delivery")
        limit = _limit(request.query, default=100, most=MAX_DELIVERIES)
        found = await self._platform.journal.find(organization=organization, after=after or "", limit=limit)
        return answer({"deliveries": [_summary(delivery, attempts) for delivery, attempts in found]})

    async def _delivery(self, request: web.Request) -> web.Response:
        organization, key = self._chosen(request), request.match_info["id"]
        found = await self._platform.journal.find(organization=organization, key=key) if _ID.fullmatch(key) else []
        if not found:
            raise CallError(404, "RESOURCE_NOT_FOUND", "Delivery not found")
        return answer(_full(*found[0]))

    async def _get_workflows(self, request: web.Request) -> web.Response:
        return answer(
            await self._platform.perform(
                lambda asked: Outcome(list(asked.organization.workflows)), self._organization(request)
            )
        )

    async def _put_workflows(self, request: web.Request) -> web.Response:
        organization = self._organization(request)
        body = await read_json(request)
        return answer(await self._platform.perform(workflows.replace_workflows, organization, body=body))

    async def _get_faults(self, _request: web.Request) -> web.Response:
        return answer({"rules": self._faults.describe()})

    async def _post_faults(self, request: web.Request) -> web.Response:
        try:
            self._faults.add(parse_rules(await read_json(request)))
        except RuleError as error:
            raise bad_request(str(error)) from error
        return await self._get_faults(request)

    async def _delete_faults(self, request: web.Request) -> web.Response:
        self._faults.clear()
        return await self._get_faults(request)

    async def _requests(self, request: web.Request) -> web.Response:
        limit = _limit(request.query, default=KEPT, most=KEPT)
        return answer({"requests": self._log.describe(self._chosen(request), limit)})

    async def _reset(self, request: web.Request) -> web.Response:
        organization = self._chosen(request)
        await self._platform.reset(organization)
        self._log.clear(organization)
        if not organization:
            self._faults.clear()
        return answer({"message": "reset"})

    async def _openapi(self, _request: web.Request) -> web.Response:
        return answer(openapi.document())

    def _organization(self, request: web.Request) -> Organization:
        return self._platform.authenticate(request.headers.get("x-api-key"))

    def _chosen(self, request: web.Request) -> str:
        """The id of the organization whose key is sent; an empty string, for all, where none is."""
        return self._organization(request).id if "x-api-key" in request.headers else ""


def guard(request: web.Request) -> None:
    """Let only this machine use the control calls.

    A browser on this machine runs pages of strangers: a page whose host name was made to resolve to 127.0.0.1 (DNS
    rebinding) still says its own name in ``Host``, and one that posts here from elsewhere says where in ``Origin``.

    Raises:
        CallError: 403.
    """
    named = [_hostname(request.headers.get("Host", ""))]
    if "Origin" in request.headers:
        named.append(_hostname(request.headers["Origin"].partition("://")[2]))
    if not is_loopback(request.remote or "") or not all(map(is_loopback, named)):
        raise CallError(403, "FORBIDDEN", "Control calls are for this machine only.")


def _hostname(authority: str) -> str:
    if authority.startswith("["):
        return authority[1:].partition("]")[0]
    return authority.partition(":")[0]


def _limit(query: Mapping[str, str], *, default: int, most: int) -> int:
    text = query.get("limit", str(default))
    if not _LIMIT.fullmatch(text) or not 1 <= int(text) <= most:
        raise bad_request(f"limit must be a number from 1 to {most}")
    return int(text)


def _summary(delivery: Delivery, attempts: Sequence[Attempt]) -> Record:
    return {
        "id": delivery.id,
        "org_id": delivery.organization,
        "webhook_id": delivery.webhook_id,
        "event": delivery.event,
        "status": delivery.status,
        "method": delivery.method,
        "url": delivery.url,
        "bytes": len(delivery.body),
        "created_at": timestamp(delivery.created),
        "next_attempt_at": None if delivery.due is None else timestamp(delivery.due),
        "attempts": [
            {
                "number": attempt.number,
                "started_at": timestamp(attempt.started),
                "time": attempt.started,
                "duration_ms": round(attempt.duration * 1000, 3),
                "status": attempt.status,
                "error": attempt.error,
                "bytes": len(attempt.body),
            }
            for attempt in attempts
        ],
    }


def _full(delivery: Delivery, attempts: Sequence[Attempt]) -> Record:
    made = _summary(delivery, attempts)
    made["request"] = _message(delivery.headers, delivery.body)
    for shown, attempt in zip(made["attempts"], attempts, strict=True):
        shown["response"] = _message(attempt.headers, attempt.body)
    return made


def _message(headers: HeaderList, body: bytes) -> Record:
    return {"headers": [list(pair) for pair in headers], "body_base64": base64.b64encode(body).decode("ascii")}
