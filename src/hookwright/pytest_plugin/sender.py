"""``refold_sender``: events, rendered and signed as the platform does it, at the receiver under test."""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from hookwright import __version__
from hookwright.harness.reach import read_target
from hookwright.harness.request import build_request
from hookwright.harness.sender import SendOptions, send_all
from hookwright.model.delivery import DeliveryRequest
from hookwright.model.resources import PLATFORM_EVENTS, Kind, Webhook
from hookwright.model.source import Json
from hookwright.pytest_plugin import threads
from hookwright.pytest_plugin.declared import DeclaredProject, readable

_NOWHERE: Final = "http://127.0.0.1/"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a receiver answered.

    Attributes:
        status: HTTP status; None where there was no answer.
        body: the first 64 KiB of the answer's body.
        error: why there was no whole answer, or an empty string.
        duration: seconds from the start of the request to the end of the answer.
        request: what was sent.
    """

    status: int | None
    body: bytes
    error: str
    duration: float
    request: DeliveryRequest

    @property
    def delivered(self) -> bool:
        """Whether the platform would count it as delivered: 200, and nothing else."""
        return self.status == 200 and not self.error

    def json(self) -> Json:
        """The body, which is JSON."""
        value: Json = json.loads(self.body)
        return value


class RefoldSender:
    """Fires events at receivers.

    Args:
        key: the API key to sign with.
        project: where declared webhooks are found.

    Attributes:
        key: the API key to sign with.
    """

    def __init__(self, key: str, project: DeclaredProject) -> None:
        self.key = key
        self._project = project

    def request(
        self,
        event: str,
        *,
        to: str = _NOWHERE,
        webhook: str | None = None,
        payload: Mapping[str, Json] | None = None,
        workflow_response: Json = None,
        key: str | None = None,
    ) -> DeliveryRequest:
        """The request of a delivery, to the byte, for a test client that calls the receiver without a network.

        Args:
            event: name of the event; of a platform event, unless a payload or a webhook is given.
            to: URL of the receiver.
            webhook: name of a declared webhook: the request has its method, headers and body.
            payload: keys to set in the documented payload of the event.
            workflow_response: what the workflow's Response node gave, any JSON.
            key: another key to sign with, for a test of what is to be rejected.
        """
        from hookwright.cli.samples import Sample

        __tracebackhide__ = True
        if webhook is None and payload is None and event not in PLATFORM_EVENTS:
            raise _unknown(event)
        with readable():
            made = Webhook(to, (event,)) if webhook is None else self._project.webhook(webhook, event)
            filled = Sample(event, payload or {}, workflow_response).payload(event, Kind.TEST)
            return build_request(replace(made, url=to), filled, workflow_response, key=key or self.key)

    def fire(
        self,
        event: str,
        *,
        to: str,
        webhook: str | None = None,
        payload: Mapping[str, Json] | None = None,
        workflow_response: Json = None,
        key: str | None = None,
        timeout: float = 10.0,
    ) -> Answer:
        """Make a delivery, once, and give what the receiver answered; see :meth:`request`.

        It blocks: in an asynchronous test whose receiver runs in the same event loop, await :meth:`afire`.

        Args:
            event: name of the event.
            to: URL of the receiver.
            webhook: name of a declared webhook.
            payload: keys to set in the documented payload.
            workflow_response: what the workflow's Response node gave.
            key: another key to sign with.
            timeout: seconds to wait for the whole answer.
        """
        __tracebackhide__ = True
        request = self.request(
            event, to=to, webhook=webhook, payload=payload, workflow_response=workflow_response, key=key
        )
        with readable():
            answer = threads.run(lambda: _send(request, timeout))
        if answer.error and threads.in_loop():
            answer = replace(answer, error=f"{answer.error}; fire() blocks the event loop of the test: await afire()")
        return answer

    async def afire(
        self,
        event: str,
        *,
        to: str,
        webhook: str | None = None,
        payload: Mapping[str, Json] | None = None,
        workflow_response: Json = None,
        key: str | None = None,
        timeout: float = 10.0,  # noqa: ASYNC109 - of the request, and told as its outcome
    ) -> Answer:
        """:meth:`fire` for asynchronous tests (asyncio): the event loop goes on."""
        __tracebackhide__ = True
        request = self.request(
            event, to=to, webhook=webhook, payload=payload, workflow_response=workflow_response, key=key
        )
        with readable():
            return await _send(request, timeout)


async def _send(request: DeliveryRequest, timeout: float) -> Answer:  # noqa: ASYNC109 - as above
    read_target(request.url)
    (sent,) = await send_all([request], SendOptions(timeout=timeout, user_agent=f"hookwright/{__version__}"))
    last = sent.last
    return Answer(last.status, last.answer, last.error, last.duration, request)


def _unknown(event: str, known: Sequence[str] = PLATFORM_EVENTS) -> ValueError:
    near = difflib.get_close_matches(event, known, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(known)}"
    return ValueError(f"no platform event is called {event!r}; {hint} Give a payload to send another event.")
