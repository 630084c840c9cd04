"""Two webhooks with one marker, found by the read-back: another apply was at work at the same time.

Nothing on the platform can be locked, so both applies settle it by one rule: of two webhooks with one marker the
smaller id stays. Each apply deletes only what it created itself, and was told so: at once if its own id is the larger;
if it is the smaller, only when the other is still there after a while, for then the other apply had ended before it
could see this one's. Where both were too quick and neither is left, whoever sees that creates it again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from hookwright.errors import ApiError
from hookwright.model.plan import Change
from hookwright.model.resources import LiveWebhook
from hookwright.reconcile.identity import read_marker
from hookwright.reconcile.writes import Writer

PATIENCE: Final = 3.0
"""Seconds in which the other of two applies at once is given to take something back; as long as it does, another."""
ROUNDS: Final = 5
"""Turns of the rule: after one in which something was created again, another may be due."""


@dataclass(slots=True)
class Settled:
    """What came of twins.

    Attributes:
        webhooks: all webhooks of the environment, now.
        lost: name → why this apply's webhook is not the one that stays.
        stays: name → the id that stays, of those.
    """

    webhooks: Sequence[LiveWebhook]
    lost: dict[str, str] = field(default_factory=dict)
    stays: dict[str, str] = field(default_factory=dict)


def by_name(webhooks: Sequence[LiveWebhook], project: str) -> dict[str, list[LiveWebhook]]:
    """The project's webhooks by the name in their marker."""
    found: dict[str, list[LiveWebhook]] = {}
    for live in webhooks:
        marker = read_marker(live.webhook.description)
        if marker and marker.project == project:
            found.setdefault(marker.name, []).append(live)
    return found


def twins(webhooks: Sequence[LiveWebhook], project: str) -> dict[str, list[str]]:
    """The ids, sorted, under every name that more than one webhook has."""
    return {
        name: sorted(live.id for live in found) for name, found in by_name(webhooks, project).items() if len(found) > 1
    }


def doubled(ids: Sequence[str]) -> str:
    """What is said of twins."""
    return f"the webhooks {' and '.join(ids)} both carry its marker; delete one of them"


class Settler:
    """Settles the twins of one apply.

    Args:
        writer: made the writes, and knows what it created.
        creates: the plan's creates of webhooks, by name.
    """

    def __init__(self, writer: Writer, creates: Mapping[str, Change]) -> None:
        self._writer = writer
        self._creates = creates
        self._project = writer.declared.project

    def settle(self, webhooks: Sequence[LiveWebhook]) -> Settled:
        """See to it that one webhook of every name stays.

        Args:
            webhooks: all webhooks, listed after the writes.

        Returns:
            What came of it. Never raises for a call that failed: what is then still twice there is in ``lost``.
        """
        settled = Settled(webhooks)
        failed: ApiError | None = None
        try:
            for turn in range(ROUNDS):
                if not self._due(settled, first=turn == 0):
                    break
                gone = self._take_back(settled, patient=False)
                self._wait(settled)
                gone |= self._take_back(settled, patient=True)
                if gone:
                    self._restore(settled, gone)
        except ApiError as error:
            failed = error
        for name, ids in twins(settled.webhooks, self._project).items():
            # Where this apply took its own back and yet two are left, two others settle it between them.
            both = doubled(ids)
            settled.lost.setdefault(name, f"{both} ({failed.message})" if failed else both)
        return settled

    def _due(self, settled: Settled, *, first: bool) -> bool:
        """Whether another turn is due: this apply's own is among the twins; in the first turn, whosoever."""
        pairs = twins(settled.webhooks, self._project)
        return any(first or self._writer.created.get(name) in ids for name, ids in pairs.items())

    def _take_back(self, settled: Settled, *, patient: bool) -> set[str]:
        """Delete this apply's own among the twins: the larger ids, and after waiting (``patient``) all; gives names."""
        gone: set[str] = set()
        for name, ids in twins(settled.webhooks, self._project).items():
            mine = self._writer.created.get(name)
            if mine not in ids or (mine == ids[0] and not patient):
                continue
            settled.webhooks = self._writer.gateway.delete_webhook(mine)
            del self._writer.created[name]
            gone.add(name)
            stays = settled.stays[name] = next(other for other in ids if other != mine)
            settled.lost[name] = (
                f"another apply created it at the same time: {stays} stays, {mine}, made here, was deleted again"
            )
        return gone

    def _wait(self, settled: Settled) -> None:
        """Give the other apply its time, as long as it takes something back."""
        before: dict[str, list[str]] = {}
        while (now := twins(settled.webhooks, self._project)) and now != before:
            before = now
            self._writer.pause(PATIENCE)
            settled.webhooks = self._writer.gateway.list_webhooks()

    def _restore(self, settled: Settled, gone: set[str]) -> None:
        """Create again what both took back."""
        settled.webhooks = self._writer.gateway.list_webhooks()
        missing = sorted(gone - by_name(settled.webhooks, self._project).keys())
        for name in missing:
            settled.lost[name] = "another apply created it at the same time, and neither webhook is left; apply again"
            self._writer.create_again(self._creates[name])
            del settled.lost[name], settled.stays[name]
        if missing:
            settled.webhooks = self._writer.gateway.list_webhooks()
