"""Who receives which event, before and after."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from hookwright.model.plan import Action, Change, Coverage
from hookwright.model.resources import PLATFORM_EVENTS, Declared, LiveWebhook
from hookwright.reconcile.normalize import desired, normalize


def coverage(webhooks: Sequence[LiveWebhook], declared: Declared, changes: Sequence[Change]) -> tuple[Coverage, ...]:
    """Enabled webhooks per event, before and after; only events that anybody receives or declares."""
    before: Counter[str] = Counter()
    for live in webhooks:
        if live.webhook.enabled:
            before.update(live.webhook.events)
    after = Counter(before)
    by_id = {live.id: live.webhook for live in webhooks}
    hooks = {hook.name: hook for hook in declared.webhooks}
    for change in changes:
        if change.kind != "webhook" or change.action is Action.CONFLICT:
            continue
        old = by_id.get(change.id or "")
        if old is not None and old.enabled:
            after.subtract(old.events)
        if change.action is not Action.DELETE:
            new = desired(hooks[change.name], declared.project, normalize(old) if old else None)
            if new.enabled:
                after.update(new.events)
    rank = {name: index for index, name in enumerate(PLATFORM_EVENTS)}
    names = sorted(before.keys() | after.keys(), key=lambda name: (rank.get(name, len(rank)), name))
    return tuple(Coverage(name, before[name], after[name]) for name in names if before[name] or after[name])
