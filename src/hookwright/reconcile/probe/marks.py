"""How a probe marks what it makes, so that no project owns it and a later run can find it.

The mark stands in a webhook's URL and in an event's name, not in the description: whether descriptions survive is one
of the things that are probed. It holds the time until which the run may be under way: what is older was left behind.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from hookwright.model.resources import LiveEvent, LiveWebhook
from hookwright.reconcile.identity import malformed, read_marker

INVALID_HOST: Final = "https://probe.invalid"
"""Where disabled webhooks point: a host that can never be (RFC 6761 §6.4)."""

DESCRIPTION: Final = "Made by 'hookwright doctor --probe'. Safe to delete."

_STAMP: Final = "%Y%m%dT%H%M%SZ"
_RUN: Final = r"(?P<until>\d{8}T\d{6}Z)-(?P<tail>[0-9a-f]{8})"
_URL: Final = re.compile(r"https?://[^?#]+/hookwright-probe/" + _RUN + r"/[a-z0-9-]+")
_EVENT: Final = re.compile(r"hookwright_probe_" + _RUN.replace("-(?P<tail>", "_(?P<tail>"))


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a probe.

    Attributes:
        until: when it will be over at the latest (UTC), to the second.
        tail: eight random hexadecimal digits.
    """

    until: datetime
    tail: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "until", self.until.replace(microsecond=0))

    def __str__(self) -> str:
        return f"{self.until.astimezone(UTC):{_STAMP}}-{self.tail}"

    def url(self, name: str, base: str = INVALID_HOST) -> str:
        """The URL of a webhook of this run; ``base`` has no slash at its end."""
        return f"{base}/hookwright-probe/{self}/{name}"

    def event(self) -> str:
        """The name of the run's custom event."""
        return f"hookwright_probe_{str(self).replace('-', '_')}"


def run_of_webhook(live: LiveWebhook) -> Run | None:
    """The run that made a webhook; None where a probe did not make it, or somebody has taken it over since."""
    description = live.webhook.description
    if read_marker(description) is not None or malformed(description):
        return None
    return _run(_URL.fullmatch(live.webhook.url))


def run_of_event(live: LiveEvent) -> Run | None:
    """The run that made a custom event; None where a probe did not."""
    return _run(_EVENT.fullmatch(live.event.name))


def name_in(path: str, run: Run) -> str:
    """The name that a request's path holds behind the mark of the run; an empty string where there is none."""
    _, found, name = path.partition(f"/hookwright-probe/{run}/")
    return re.split("[/?#]", name, maxsplit=1)[0] if found else ""


def _run(match: re.Match[str] | None) -> Run | None:
    if match is None:
        return None
    try:
        until = datetime.strptime(match["until"], _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None
    return Run(until, match["tail"])
