"""Who receives which event, before and after."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from hookwright.model.plan import Action, Change, Coverage, Subscriber
from hookwright.model.resources import Declared, LiveWebhook, Webhook, in_platform_order
from hookwright.reconcile.identity import read_marker
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
            hook = hooks[change.name]
            new = desired(hook, declared.project, normalize(old)) if old else hook.webhook
            if new.enabled:
                after.update(new.events)
    names = in_platform_order(before.keys() | after.keys())
    return tuple(Coverage(name, before[name], after[name]) for name in names if before[name] or after[name])


def subscribers(
    webhooks: Sequence[LiveWebhook], declared: Declared, changes: Sequence[Change]
) -> tuple[Subscriber, ...]:
    """Every webhook of the environment as it will be after the changes: the project's own by name, then the others."""
    hooks = {hook.name: hook for hook in declared.webhooks}
    taken = [change for change in changes if change.kind == "webhook" and change.action is not Action.CONFLICT]
    by_id = {change.id: change for change in taken if change.id}
    found: list[Subscriber] = []

    def add(name: str, identity: str | None, webhook: Webhook) -> None:
        found.append(Subscriber(name, identity, webhook.enabled, webhook.events))

    for live in webhooks:
        change = by_id.get(live.id)
        if change is None:
            marker = read_marker(live.webhook.description)
            add(marker.name if marker and marker.project == declared.project else "", live.id, live.webhook)
        elif change.action is not Action.DELETE:
            add(change.name, live.id, desired(hooks[change.name], declared.project, normalize(live.webhook)))
    for change in taken:
        if change.action is Action.CREATE:
            add(change.name, None, desired(hooks[change.name], declared.project))
    return tuple(sorted(found, key=lambda one: (not one.name, one.name, one.id or "")))
