"""Send deliveries: many at once, each byte as built, redirects never followed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import aiohttp

from hookwright.harness.http import FAILURES, explain, open_session, payload, prepare, read_answer, second_tries
from hookwright.model.delivery import Attempt, DeliveryRequest, Sent

ANSWER_LIMIT: Final = 64 * 1024
"""Bytes of an answer that are read and kept."""


@dataclass(frozen=True, slots=True)
class SendOptions:
    """How deliveries are sent.

    Attributes:
        concurrency: how many are on their way at once.
        timeout: seconds that one attempt may take in all. The platform's is not documented.
        retries: how many more attempts a failed delivery gets; the platform makes up to 3.
        retry_base: seconds before the first of them. The platform's is not documented.
        retry_factor: by how much each pause is longer than the one before.
        user_agent: ``User-Agent`` of requests that declare none; None for none at all.
    """

    concurrency: int = 10
    timeout: float = 10.0
    retries: int = 0
    retry_base: float = 1.0
    retry_factor: float = 2.0
    user_agent: str | None = "hookwright"


async def send_all(
    requests: Iterable[DeliveryRequest],
    options: SendOptions,
    *,
    done: Callable[[int, Sent], None] | None = None,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> list[Sent]:
    """Send many deliveries.

    Args:
        requests: the requests; taken one by one, as they are sent.
        options: how.
        done: called when a delivery has ended, with its place among the requests, in order of their ends.
        sleep: waits between attempts; a test passes its own.

    Returns:
        How each went, in the order of the requests. A delivery that fails is no exception.
    """
    ended: dict[int, Sent] = {}
    source = enumerate(requests)

    async def work(session: aiohttp.ClientSession, source: Iterator[tuple[int, DeliveryRequest]]) -> None:
        for place, request in source:
            ended[place] = await _deliver(session, request, options, sleep)
            if done:
                done(place, ended[place])

    async with (
        open_session(
            connections=options.concurrency, timeout=options.timeout, user_agent=options.user_agent
        ) as session,
        asyncio.TaskGroup() as group,
    ):
        for _ in range(options.concurrency):
            group.create_task(work(session, source))
    return [ended[place] for place in range(len(ended))]


async def _deliver(
    session: aiohttp.ClientSession,
    request: DeliveryRequest,
    options: SendOptions,
    sleep: Callable[[float], Awaitable[None]],
) -> Sent:
    attempts = [await _attempt(session, request, options)]
    if not options.retries:
        return Sent(tuple(attempts))
    pause = options.retry_base
    while len(attempts) <= options.retries and not Sent((attempts[-1],)).delivered:
        await sleep(pause)
        pause *= options.retry_factor
        attempts.append(await _attempt(session, request, options))
    return Sent(tuple(attempts))


async def _attempt(session: aiohttp.ClientSession, request: DeliveryRequest, options: SendOptions) -> Attempt:
    url, headers = prepare(request.url, request.headers)
    begun = time.perf_counter()
    status: int | None = None
    try:
        async with session.request(
            request.method,
            url,
            headers=headers,
            data=payload(request.body),
            allow_redirects=False,
            middlewares=second_tries(request.method),
        ) as response:
            status = response.status
            answer = await read_answer(response, ANSWER_LIMIT)
    except FAILURES as error:
        return Attempt(status, time.perf_counter() - begun, error=explain(error, options.timeout))
    return Attempt(status, time.perf_counter() - begun, len(answer), answer)
