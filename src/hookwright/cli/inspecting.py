"""What the inspector of ``hookwright listen --ui`` shows and does: kept deliveries, and replays of them."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from hookwright.cli.kept import make_filter
from hookwright.cli.showing import Showing
from hookwright.harness.reach import Target
from hookwright.harness.replay import replay, replay_request
from hookwright.harness.store import DeliveryStore
from hookwright.model.delivery import Received, Replayed, Summary
from hookwright.model.inspection import Inspected, Listing, Query
from hookwright.report import http

PAGE: Final = 50
"""Deliveries on a page of the list."""
_REMEMBERED: Final = 200
_SECONDS: Final = 30.0


class Inspection:
    """Answers the inspector's questions (a :class:`hookwright.harness.inspector.server.Source`).

    Args:
        store: the kept deliveries.
        showing: what may be shown of them.
        receiver: URL of the receiver.
        target: where replays go: where deliveries are passed on to, or the receiver itself.
        db: the file of ``store``, or None.
        now: the clock.
    """

    def __init__(
        self,
        store: DeliveryStore,
        showing: Showing,
        *,
        receiver: str,
        target: Target,
        db: Path | None,
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._showing = showing
        self._receiver = receiver
        self._target = target
        self._db = db
        self._now = now
        self._replays: deque[tuple[datetime, Replayed]] = deque(maxlen=_REMEMBERED)

    def listing(self, query: Query) -> Listing:
        """A page of the list."""
        wanted = make_filter(query.event, query.path, query.signature or None)
        found = self._store.search(wanted, PAGE + 1, query.before)
        return Listing(
            query,
            [self._showing.summary(one) for one in found[:PAGE]],
            self._store.count(wanted),
            older=found[PAGE - 1].id if len(found) > PAGE else "",
            events=self._store.events(),
            receiver=self._receiver,
            kept_in=self._db.name if self._db else "",
            verified=bool(self._showing.keys),
            declared=self._showing.declared,
        )

    def inspected(self, delivery_id: str) -> Inspected | None:
        """All of one delivery; None where it is not kept."""
        summary, kept = self._store.summary(delivery_id), self._store.get(delivery_id)
        if summary is None or kept is None:
            return None
        shown, masked = self._showing.delivery(kept)
        return Inspected(
            self._showing.summary(summary),
            shown,
            masked=masked,
            diagnosis=self._showing.diagnosis(kept),
            verified=bool(self._showing.keys),
            comparison=self._showing.comparison(kept),
            attempts=[self._showing.summary(one) for one in self._store.attempts(summary)],
            replays=[one for one in reversed(self._replays) if one[1].summary.id == summary.id],
            target=self._showing.url(replay_request(kept, self._target).url),
            can_sign=bool(self._showing.keys),
        )

    def wanted(self, query: Query) -> Callable[[Summary], bool]:
        """Tells which deliveries belong to a list."""
        return make_filter(query.event, query.path, query.signature or None).matches

    def message(self, summary: Summary) -> str:
        """What open pages are told of a new delivery: JSON on one line, fit to be shown."""
        shown = self._showing.summary(summary)
        return json.dumps(
            {
                "id": shown.id,
                "event": http.shown_event(shown.title),
                "method": http.shown_event(shown.method),
                "path": http.shown_path(shown.path),
                "signature": str(shown.signature),
                "answered": shown.answered,
                "attempt": shown.attempt,
            }
        )

    async def replay(self, delivery_id: str, *, re_sign: bool) -> bool:
        """Send a delivery once more, and remember how that went; False where it is not kept."""
        summary, kept = self._store.summary(delivery_id), self._store.get(delivery_id)
        if summary is None or kept is None:
            return False
        self._replays.append((self._now(), await self._sent(summary, kept, re_sign=re_sign)))
        return True

    async def _sent(self, summary: Summary, kept: Received, *, re_sign: bool) -> Replayed:
        key = self._showing.keys[0] if re_sign and self._showing.keys else None
        request = replay_request(kept, self._target, key)
        attempt = await replay(request, _SECONDS)
        return Replayed(summary, self._showing.url(request.url), key is not None, attempt)
