"""``refold_receiver``: a receiver that keeps what arrives, and says what came where the expected did not."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from hookwright.harness.answers import Answer, Cut, Script
from hookwright.harness.background import BackgroundReceiver, serve_receiver_in_thread
from hookwright.harness.diagnosis import diagnose
from hookwright.model.delivery import Key, Received, Verdict, event_of
from hookwright.model.source import Json
from hookwright.pytest_plugin import threads
from hookwright.report.http import shown_event
from hookwright.report.style import printable
from hookwright.signing import SIGNATURE_HEADER

_LISTED: Final = 10


@dataclass(frozen=True, slots=True)
class Delivery:
    """A delivery that arrived.

    Attributes:
        received: all that is known of it: bytes, headers, times.
    """

    received: Received = field(repr=False)

    def __repr__(self) -> str:
        received = self.received
        return f"<Delivery {received.method} {received.path} {self.event!r} {received.signature}>"

    @property
    def event(self) -> str:
        """Name of the event, as the body says; empty where it says none."""
        return _event(self.received)

    @property
    def body(self) -> bytes:
        """The raw bytes of the body."""
        return self.received.body

    @property
    def payload(self) -> Json:
        """The body, which is JSON."""
        value: Json = json.loads(self.body)
        return value

    @property
    def path(self) -> str:
        """Path and query that it was sent to."""
        return self.received.path

    @property
    def attempt(self) -> int:
        """Which attempt of its delivery it was, from 1."""
        return self.received.attempt

    @property
    def signed(self) -> bool:
        """Whether its signature is valid."""
        return self.received.signature is Verdict.VALID

    def header(self, name: str) -> str | None:
        """The value of a header, in any case; None where there is none."""
        return self.received.header(name)


class RefoldReceiver:
    """A receiver of one test's own.

    Args:
        key: the API key that signatures are verified with.

    Attributes:
        url: its base URL; any path below it is received.
    """

    def __init__(self, key: str) -> None:
        self.url = ""
        self._key = Key("this test (refold_key)", key)
        self._script = Script()
        self._server: BackgroundReceiver | None = None
        self._expected: set[str] = set()

    @property
    def deliveries(self) -> tuple[Delivery, ...]:
        """What arrived so far, in order, whatever its signature."""
        return tuple(map(Delivery, self._received()))

    def answers(self, *answers: int | str | Answer, then: int | str | Answer = 200) -> None:
        """Say how the attempts of every delivery are answered from now on; at first each is answered with 200.

        Args:
            answers: to the first attempts of each delivery, in order: a status, ``"reset"`` or ``"drop"`` to end the
                connection instead, or an :class:`~hookwright.harness.answers.Answer` with headers, body and delay.
            then: to all further attempts.
        """
        __tracebackhide__ = True
        self._script = Script(tuple(map(_answer, answers)), _answer(then))

    def expect(
        self,
        event: str | None = None,
        *,
        within: float = 5.0,
        path: str | None = None,
        attempt: int | None = None,
        signed: bool = True,
    ) -> Delivery:
        """Wait for a delivery; gives the first one that fits and that was not given before.

        It blocks: in an asynchronous test, await :meth:`aexpect`.

        Args:
            event: name of the event that its body is to say; any where there is none.
            within: seconds to wait at most.
            path: path that it is to be sent to, with its query.
            attempt: which attempt of its delivery it is to be.
            signed: whether its signature is to be valid; False takes any.

        Raises:
            AssertionError: there was none; the message says what came instead, and why signatures did not match.
        """
        __tracebackhide__ = True
        deadline = time.monotonic() + within
        while True:
            came = self._received()
            for received in came:
                if received.id not in self._expected and _fits(received, event, path, attempt, signed=signed):
                    self._expected.add(received.id)
                    return Delivery(received)
            if not self._more(len(came), deadline):
                wanted = _words(event, path, attempt, signed=signed)
                raise AssertionError("\n".join([f"no {wanted} within {within:g} s at {self.url}", *self._instead()]))

    async def aexpect(
        self,
        event: str | None = None,
        *,
        within: float = 5.0,
        path: str | None = None,
        attempt: int | None = None,
        signed: bool = True,
    ) -> Delivery:
        """:meth:`expect` for asynchronous tests (asyncio): the event loop goes on."""
        __tracebackhide__ = True
        return await asyncio.to_thread(self.expect, event, within=within, path=path, attempt=attempt, signed=signed)

    def expect_nothing(self, event: str | None = None, *, within: float = 0.3) -> None:
        """Wait, and fail where a delivery arrives that was not expected before.

        Args:
            event: name of the event that must not come; None for any.
            within: seconds to wait.

        Raises:
            AssertionError: one came.
        """
        __tracebackhide__ = True
        deadline = time.monotonic() + within
        while True:
            came = self._received()
            for received in came:
                if received.id not in self._expected and _fits(received, event, None, None, signed=False):
                    raise AssertionError("\n".join([f"a delivery came to {self.url}", *self._instead()]))
            if not self._more(len(came), deadline):
                return

    async def aexpect_nothing(self, event: str | None = None, *, within: float = 0.3) -> None:
        """:meth:`expect_nothing` for asynchronous tests (asyncio): the event loop goes on."""
        __tracebackhide__ = True
        await asyncio.to_thread(self.expect_nothing, event, within=within)

    def _received(self) -> tuple[Received, ...]:
        return self._server.deliveries if self._server else ()

    def _more(self, count: int, deadline: float) -> bool:
        """Wait until there are more deliveries than so many; False where the time is over."""
        left = deadline - time.monotonic()
        if self._server is None or left <= 0:
            return False
        try:
            self._server.wait(count + 1, left)
        except TimeoutError:
            return False
        return True

    def _instead(self) -> Iterator[str]:
        came = self._received()
        if not came:
            yield "nothing came at all"
            if any(answer.delay for answer in (*self._script.first, self._script.then)):
                yield "answers are delayed, and a delivery is there once it is answered: wait longer than the delay"
            if threads.in_loop():
                yield "expect() blocks the event loop of the test: await aexpect()"
            return
        yield f"{len(came)} came:"
        for received in came[-_LISTED:]:
            expected = ", expected before" if received.id in self._expected else ""
            ended = "cut" if received.answered is None else str(received.answered)
            target = printable(received.path).replace("\n", "\\n")
            name = shown_event(_event(received))
            yield (
                f"  #{received.id} {received.method} {target} {name!r}: attempt {received.attempt}, "
                f"signature {received.signature}, answered {ended}{expected}"
            )
            if received.signature is not Verdict.VALID:
                found = diagnose(received.body, received.header(SIGNATURE_HEADER), [self._key])
                yield f"      {printable(found.message)}"
                if found.hint:
                    yield f"      hint: {found.hint}"

    @contextmanager
    def _serving(self) -> Iterator[RefoldReceiver]:
        with serve_receiver_in_thread(keys=[self._key], script=lambda _path: self._script) as server:
            self._server, self.url = server, server.url
            yield self


@contextmanager
def serve(key: str) -> Iterator[RefoldReceiver]:
    """Run a receiver while the ``with`` block runs."""
    with RefoldReceiver(key)._serving() as receiver:  # noqa: SLF001 - of this module
        yield receiver


def _answer(given: int | str | Answer) -> Answer:
    __tracebackhide__ = True
    match given:
        case Answer():
            return given
        case str() if given in set(Cut):
            return Answer(500, cut=Cut(given))
        case int() if 200 <= given <= 599:
            return Answer(given)
        case _:
            cuts = ", ".join(repr(str(cut)) for cut in Cut)
            raise ValueError(f"an answer is a status from 200 to 599, {cuts} or an Answer, not {given!r}")


def _event(received: Received) -> str:
    """The event of a delivery, however large it is: who sent it is the test."""
    return event_of(received.body, largest=len(received.body))


def _fits(received: Received, event: str | None, path: str | None, attempt: int | None, *, signed: bool) -> bool:
    return (
        (path is None or received.path == path)
        and (attempt is None or received.attempt == attempt)
        and (not signed or received.signature is Verdict.VALID)
        and (event is None or _event(received) == event)
    )


def _words(event: str | None, path: str | None, attempt: int | None, *, signed: bool) -> str:
    words = ["validly signed delivery" if signed else "delivery"]
    if attempt is not None:
        words.insert(0, f"attempt {attempt} of a")
    if event is not None:
        words.append(f"of {event!r}")
    if path is not None:
        words.append(f"to {path}")
    return " ".join(words)
