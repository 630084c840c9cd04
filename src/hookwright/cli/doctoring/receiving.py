"""The receiver of a probe: answers each webhook as the probe needs it, and lets an event happen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from hookwright.errors import UsageError
from hookwright.harness.reach import is_loopback, read_target
from hookwright.reconcile.probe.deliveries import ANSWERS, MOVED, TARGET
from hookwright.reconcile.probe.marks import Run, name_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from hookwright.api.probing import ProbeClient
    from hookwright.harness.answers import Script
    from hookwright.harness.background import BackgroundReceiver
    from hookwright.model.delivery import Received
    from hookwright.model.resources import Environment

_EVENT: Final = "Workflow Completed"
_PAYLOAD: Final = {"workflow_name": 'Say "hello" \\ to <b>jane</b>\n'}
_ASK: Final = (
    "Now let something happen in '{environment}': let a workflow run to its end, or connect an account. "
    "Waiting up to {seconds:.0f} s for its deliveries."
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where to receive.

    Attributes:
        host: address to listen on.
        port: port; 0 for a free one.
        public_url: the base URL under which the platform reaches it; empty for the one it listens on.
    """

    host: str
    port: int
    public_url: str


def read_place(receiver: str, public_url: str, environment: Environment) -> Place:
    """Where to receive, from ``--receiver`` and ``--public-url``.

    Raises:
        UsageError: one of them makes no sense, or the platform could not reach it.
    """
    host, _, port = receiver.rpartition(":")
    if not port.isdecimal() or int(port) > 65535:
        raise UsageError(f"'{receiver}' is no address to listen on", hint="Write it as HOST:PORT: 127.0.0.1:8080.")
    if public_url:
        target = read_target(public_url)
        if "?" in target.url or "#" in target.url:
            raise UsageError("--public-url holds more than an address and a path")
    elif not is_loopback(urlsplit(environment.api_url).hostname or ""):
        raise UsageError(
            "the platform cannot reach a receiver on this machine",
            hint="Open a tunnel to it, and name its public address with --public-url.",
        )
    return Place(host.strip("[]") or "127.0.0.1", int(port), public_url.rstrip("/"))


class ReceiverPost:
    """A running receiver, as the probe sees it (:class:`hookwright.reconcile.probe.deliveries.Post`).

    Attributes:
        url: its base URL as the platform sees it.
    """

    def __init__(self, receiver: BackgroundReceiver, url: str, occur: Callable[[], None]) -> None:
        self.url = url
        self._receiver = receiver
        self._occur = occur

    def occur(self) -> None:
        """Let a platform event happen, or ask a person for one."""
        self._occur()

    def received(self) -> Sequence[Received]:
        """What has arrived so far."""
        return self._receiver.deliveries


@contextmanager
def receive(
    place: Place, environment: Environment, run: Run, client: ProbeClient, ask: Callable[[str], None], seconds: float
) -> Iterator[ReceiverPost]:
    """Receive while this lasts.

    Args:
        place: where.
        environment: the environment; its key is what deliveries must be signed with.
        run: the run.
        client: lets an event happen where the platform is the emulator.
        ask: asks a person for an event where it is not.
        seconds: how long will be waited.

    Raises:
        LocalError: the address cannot be listened on.
    """
    from hookwright.harness.background import serve_receiver_in_thread
    from hookwright.model.delivery import Key

    def occur() -> None:
        local = is_loopback(urlsplit(environment.api_url).hostname or "")
        if not (local and client.emit(_EVENT, _PAYLOAD)):
            ask(_ASK.format(environment=environment.name, seconds=seconds))

    def script(path: str) -> Script:
        return _script(name_in(path, run), run.url(TARGET, posts[0].url))

    posts: list[ReceiverPost] = []
    keys = [Key(environment.name, environment.api_key or "")]
    with serve_receiver_in_thread(keys=keys, script=script, host=place.host, port=place.port) as receiver:
        posts.append(ReceiverPost(receiver, place.public_url or receiver.url, occur))
        yield posts[0]


def _script(name: str, target: str) -> Script:
    from hookwright.harness.answers import Answer, Script

    if name not in ANSWERS:
        return Script(then=Answer(404))
    headers = (("Location", target),) if name == MOVED else ()
    return Script(then=Answer(ANSWERS[name], headers=headers))
