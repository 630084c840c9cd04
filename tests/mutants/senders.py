"""Wrong senders: emulators with one fault each, to prove that every check of a sender can fail."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import aiohttp

from hookwright.cli.rendering import TemplateRenderer
from hookwright.emulator import Emulator, Options, VirtualClock
from hookwright.emulator.deliveries import Deliveries
from hookwright.emulator.ids import Ids
from hookwright.emulator.journal import Journal
from hookwright.emulator.lanes import Lanes
from hookwright.emulator.outgoing import Occurrence
from hookwright.emulator.platform import Platform
from hookwright.emulator.records import Delivery
from hookwright.emulator.sender import Answer, Sender, within
from hookwright.emulator.store import Store
from hookwright.model.source import Json
from hookwright.signing import SIGNATURE_HEADER, sign

KEY = "tk_test_key_of_the_mutants"
"""What the first environment signs with; some mutants must know it to sign what they should not send."""


@dataclass(frozen=True)
class Parts:
    """The parts of an emulator that a mutant puts others in the place of."""

    sender: type[Sender] = Sender
    schedule: type[Deliveries] = Deliveries
    platform: type[Platform] = Platform
    renderer: type[TemplateRenderer] = TemplateRenderer
    retries: Mapping[str, float] | None = None


@dataclass(frozen=True)
class Mutant:
    """A wrong sender.

    Attributes:
        name: its name.
        fault: what it does wrong, as the page has it.
        fails: the checks that it fails.
        parts: what is wrong in it.
    """

    name: str
    fault: str
    fails: frozenset[str]
    parts: Parts

    def __call__(self, options: Options, clock: VirtualClock | None) -> Emulator:
        return _Built(self.parts, options, clock)


class _Built(Emulator):
    def __init__(self, parts: Parts, options: Options, clock: VirtualClock | None) -> None:
        if parts.retries:
            options = replace(options, retries=replace(options.retries, **parts.retries))
        super().__init__(options, parts.renderer(), clock)
        self._parts = parts

    def sender(self, options: Options) -> Sender:
        return self._parts.sender(
            options.timeout, self.clock, allow_any_host=options.allow_any_host, trust=options.trust
        )

    def schedule(self, options: Options, journal: Journal, sender: Sender) -> Deliveries:
        return self._parts.schedule(journal, sender, self.clock, options.retries)

    def platform(self, options: Options, store: Store, journal: Journal, deliveries: Deliveries, ids: Ids) -> Platform:
        made = super().platform(options, store, journal, deliveries, ids)
        made.__class__ = self._parts.platform
        return made


# --- what is sent


def with_header(delivery: Delivery, name: str, value: str | None) -> Delivery:
    headers = tuple(pair for pair in delivery.headers if pair[0] != name)
    return replace(delivery, headers=headers if value is None else (*headers, (name, value)))


class UnsignedRetries(Sender):
    async def send(self, delivery: Delivery) -> Answer:
        return await super().send(with_header(delivery, SIGNATURE_HEADER, None) if delivery.attempts else delivery)


class OtherBody(Sender):
    async def send(self, delivery: Delivery) -> Answer:
        if delivery.attempts:
            body = delivery.body + b"\n" * delivery.attempts
            delivery = with_header(replace(delivery, body=body), SIGNATURE_HEADER, sign(body, KEY))
        return await super().send(delivery)


class SignsOtherBytes(Sender):
    async def send(self, delivery: Delivery) -> Answer:
        reserialised = json.dumps(json.loads(delivery.body)).encode()
        return await super().send(with_header(delivery, SIGNATURE_HEADER, sign(reserialised, KEY)))


class WrongKey(Sender):
    async def send(self, delivery: Delivery) -> Answer:
        return await super().send(with_header(delivery, SIGNATURE_HEADER, sign(delivery.body, "tk_another")))


class OtherMethod(Sender):
    async def send(self, delivery: Delivery) -> Answer:
        return await super().send(replace(delivery, method="PUT") if delivery.attempts else delivery)


class AttemptHeader(Sender):
    async def send(self, delivery: Delivery) -> Answer:
        return await super().send(with_header(delivery, "X-Attempt", str(delivery.attempts)))


# --- what is made of an answer


class FollowsRedirects(Sender):
    async def send(self, delivery: Delivery) -> Answer:
        answer = await super().send(delivery)
        location = dict(answer.headers).get("Location")
        return await super().send(replace(delivery, url=location)) if location else answer


class AnySuccess(Sender):
    async def send(self, delivery: Delivery) -> Answer:
        answer = await super().send(delivery)
        return Answer(200) if answer.status and answer.status // 100 == 2 and not answer.error else answer


class ClientErrorsEnd(Sender):
    async def send(self, delivery: Delivery) -> Answer:
        answer = await super().send(delivery)
        return replace(answer, refused=answer.refused or bool(answer.status and answer.status // 100 == 4))


class RefusedConnectionsEnd(Sender):
    async def send(self, delivery: Delivery) -> Answer:
        answer = await super().send(delivery)
        return replace(answer, refused=answer.refused or "Connect call failed" in (answer.error or ""))


class BrokenConnectionsEnd(Sender):
    async def send(self, delivery: Delivery) -> Answer:
        answer = await super().send(delivery)
        return replace(answer, refused=answer.refused or "the connection broke" in (answer.error or ""))


class SilentRepeat(Sender):
    async def send(self, delivery: Delivery) -> Answer:
        answer = await super().send(delivery)
        return await super().send(delivery) if "the connection broke" in (answer.error or "") else answer


class SendsAgain(Deliveries):
    """Makes one attempt more after a first one that was accepted."""

    def _conclude(self, delivery: Delivery, answer: Answer, started: float) -> None:
        super()._conclude(delivery, answer if delivery.attempts else replace(answer, status=500), started)


class FirstAnswerOnly(Deliveries):
    """Takes only the answer to the first attempt for a success."""

    def _conclude(self, delivery: Delivery, answer: Answer, started: float) -> None:
        super()._conclude(delivery, replace(answer, status=500) if delivery.attempts else answer, started)


# --- how long it waits


class NoTimeOut(Sender):
    def __init__(self, timeout: float, *parts: Any, **options: Any) -> None:
        super().__init__(1e6, *parts, **options)


class TimeOutForHead(Sender):
    """Forgets its time-out once the head of an answer is there."""

    async def send(self, delivery: Delivery) -> Answer:
        if not delivery.url.startswith("http://127.0.0.1:"):
            return await super().send(delivery)
        request: dict[str, Any] = {"headers": delivery.headers, "data": delivery.body, "allow_redirects": False}
        try:
            async with within(self._timeout, self._clock):
                response = await self._session.request(delivery.method, delivery.url, **request)
            async with response:
                await response.read()
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            return Answer(error=str(error))
        return Answer(response.status)


class Impatient(Sender):
    def __init__(self, timeout: float, *parts: Any, **options: Any) -> None:
        super().__init__(timeout * 0.45, *parts, **options)


# --- whom it believes, and where it goes


class BelievesAll(Sender):
    def __init__(self, *parts: Any, **options: Any) -> None:
        super().__init__(*parts, **options)
        connector = self._session.connector
        assert isinstance(connector, aiohttp.TCPConnector)
        connector._ssl = False


class NoHostCheck(Sender):
    def __init__(self, *parts: Any, **options: Any) -> None:
        super().__init__(*parts, **options)
        connector = self._session.connector
        assert isinstance(connector, aiohttp.TCPConnector)
        if not isinstance(connector._ssl, bool):
            connector._ssl.check_hostname = False


class NoDateCheck(Sender):
    def __init__(self, *parts: Any, **options: Any) -> None:
        super().__init__(*parts, **options)
        connector = self._session.connector
        assert isinstance(connector, aiohttp.TCPConnector)
        if not isinstance(connector._ssl, bool):
            connector._ssl.verify_flags |= 0x200000  # X509_V_FLAG_NO_CHECK_TIME, X509_VERIFY_PARAM_set_flags(3)


class PlainTextFallback(Sender):
    async def send(self, delivery: Delivery) -> Answer:
        answer = await super().send(delivery)
        if answer.status is None and delivery.url.startswith("https:"):
            return await super().send(replace(delivery, url="http:" + delivery.url.removeprefix("https:")))
        return answer


class AnyAddress(Sender):
    async def send(self, delivery: Delivery) -> Answer:
        return await super().send(replace(delivery, url=delivery.url.replace("//0.0.0.0:", "//127.0.0.1:")))


class TriesElsewhere(Sender):
    """Has no idea that some addresses are forbidden; here they just cannot be reached."""

    async def send(self, delivery: Delivery) -> Answer:
        return replace(await super().send(delivery), refused=False)


# --- what is kept


class ForgetsAtRestart(Deliveries):
    async def resume(self) -> None:
        pass


class BeginsAnewAtRestart(Deliveries):
    async def resume(self) -> None:
        pending = await self._journal.pending()
        for delivery in pending:
            delivery.attempts, delivery.due = 0, self._clock.now()
        self._schedule(pending)


class OneAtATime(Deliveries):
    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        self._lanes = Lanes(1, 1, self._start)


# --- who is told, and what


class IgnoresDisabled(Platform):
    def deliveries(self, webhooks: Sequence[Any], occurrence: Occurrence, key: str) -> list[Delivery]:
        return super().deliveries([{**webhook, "is_enabled": True} for webhook in webhooks], occurrence, key)


class IgnoresSubscriptions(Platform):
    def deliveries(self, webhooks: Sequence[Any], occurrence: Occurrence, key: str) -> list[Delivery]:
        events = [occurrence.event]
        return super().deliveries([{**webhook, "webhook_events": events} for webhook in webhooks], occurrence, key)


class OneKeyForAll(Platform):
    def deliveries(self, webhooks: Sequence[Any], occurrence: Occurrence, key: str) -> list[Delivery]:
        return super().deliveries(webhooks, occurrence, KEY)


class EnvironmentsMixed(Platform):
    """Tells the webhooks of all environments what happens in one."""

    def deliveries(self, webhooks: Sequence[Any], occurrence: Occurrence, key: str) -> list[Delivery]:
        every = {
            webhook["_id"]: webhook
            for organization in self._organizations.values()
            for webhook in organization.webhooks.values()
        }
        return super().deliveries(list(every.values()), occurrence, key)


class SplitsHeaders(Platform):
    """Lets a line end in a value begin another header."""

    def deliveries(self, webhooks: Sequence[Any], occurrence: Occurrence, key: str) -> list[Delivery]:
        made = super().deliveries(webhooks, occurrence, key)
        lines = str(occurrence.payload.get("workflow_name", "")).split("\r\n")
        more = tuple((name, value) for name, found, value in (line.partition(": ") for line in lines) if found)
        return [replace(delivery, headers=(*delivery.headers, *more)) for delivery in made] if len(lines) > 1 else made


class NaiveRenderer(TemplateRenderer):
    """Puts texts into the JSON of a body as they are."""

    def body(self, template: Json, event: Mapping[str, Json], workflow_response: Json | None) -> bytes:
        if template == "{{event}}":
            return super().body(template, event, workflow_response)
        text = json.dumps(template)
        for name, value in event.items():
            text = text.replace("{{event." + name + "}}", str(value))
        return text.encode()


AGAIN = "S01 S08 S14 S15 S17 S21"
LATE = "S03 S10 S11 S12 S13 S17"

MUTANTS = tuple(
    Mutant(name, fault, frozenset(fails.split()), parts)
    for name, fault, fails, parts in (
        ("sends-again", "sends again what was accepted at once", AGAIN, Parts(schedule=SendsAgain)),
        ("one-retry", "retries once", "S02 S03 S15 S18", Parts(retries={"most": 1})),
        ("retries-for-ever", "never stops retrying", "S02 S15", Parts(retries={"most": 10**6})),
        ("first-answer-only", "retries on after a 200 to a retry", LATE, Parts(schedule=FirstAnswerOnly)),
        ("constant-pace", "waits the same time before every retry", "S04 S18", Parts(retries={"factor": 1.0})),
        ("other-body", "retries with another body, signed anew", "S05", Parts(sender=OtherBody)),
        ("unsigned-retries", "retries without a signature", "S06", Parts(sender=UnsignedRetries)),
        ("signs-other-bytes", "signs the re-serialised body", "S06 S21", Parts(sender=SignsOtherBytes)),
        ("wrong-key", "signs with a key of nobody", "S06 S21", Parts(sender=WrongKey)),
        ("other-method", "retries with PUT", "S07", Parts(sender=OtherMethod)),
        ("attempt-header", "numbers its attempts in a header", "S07", Parts(sender=AttemptHeader)),
        ("any-2xx", "takes every 2xx for a success", "S08", Parts(sender=AnySuccess)),
        ("4xx-ends", "gives up after a 4xx", "S08 S16", Parts(sender=ClientErrorsEnd)),
        ("follows-redirects", "follows redirects", "S09", Parts(sender=FollowsRedirects)),
        ("no-time-out", "waits for ever", "S10 S11", Parts(sender=NoTimeOut)),
        ("time-out-for-head", "has a time-out for the head of an answer only", "S11", Parts(sender=TimeOutForHead)),
        ("break-ends", "gives up when a connection breaks", "S12 S15", Parts(sender=BrokenConnectionsEnd)),
        ("refusal-ends", "gives up when a connection is refused", "S13", Parts(sender=RefusedConnectionsEnd)),
        ("impatient", "waits less than half of the time-out", "S14", Parts(sender=Impatient)),
        ("silent-repeat", "sends again at once when a connection breaks", "S15", Parts(sender=SilentRepeat)),
        ("one-at-a-time", "has one queue for all", "S17", Parts(schedule=OneAtATime)),
        ("one-key-for-all", "signs for all environments with one key", "S17", Parts(platform=OneKeyForAll)),
        ("forgets", "forgets what is pending when it is restarted", "S18", Parts(schedule=ForgetsAtRestart)),
        ("begins-anew", "counts attempts anew when it is restarted", "S18", Parts(schedule=BeginsAnewAtRestart)),
        ("believes-all", "checks no certificate", "S19", Parts(sender=BelievesAll)),
        ("no-host-check", "does not compare a certificate's host", "S19", Parts(sender=NoHostCheck)),
        ("no-date-check", "does not look at a certificate's dates", "S19", Parts(sender=NoDateCheck)),
        ("plain-text", "falls back to plain text", "S19", Parts(sender=PlainTextFallback)),
        ("any-address", "takes 0.0.0.0 for a host like any other", "S20", Parts(sender=AnyAddress)),
        ("tries-elsewhere", "knows no forbidden addresses", "S20", Parts(sender=TriesElsewhere)),
        ("splits-headers", "lets a line end begin another header", "S21", Parts(platform=SplitsHeaders)),
        ("naive-renderer", "puts texts into JSON as they are", "S21", Parts(renderer=NaiveRenderer)),
        ("ignores-disabled", "delivers to disabled webhooks", "S22", Parts(platform=IgnoresDisabled)),
        ("ignores-subscriptions", "delivers events nobody subscribed to", "S22", Parts(platform=IgnoresSubscriptions)),
        ("mixes-environments", "mixes environments up", "S17 S22", Parts(platform=EnvironmentsMixed)),
    )
)  # fmt: skip
"""In order of the first check that each fails."""


@contextmanager
def serving(mutant: Mutant | None, options: Options) -> Iterator[str]:
    """Run a mutant, or the right sender, in a thread, in real time; gives its URL."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    def run(work: Coroutine[Any, Any, Any]) -> None:
        asyncio.run_coroutine_threadsafe(work, loop).result()

    emulator = _Built(mutant.parts if mutant else Parts(), options, None)
    run(emulator.__aenter__())
    try:
        yield emulator.url
    finally:
        run(emulator.__aexit__(None, None, None))
        run(loop.shutdown_default_executor())
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
