"""Two environments of a project, live against live: what differs though no declaration says so.

Declarations differ in overrides and vars; what follows from these is meant. So a difference counts unless the
declarations differ at the same place in the very same values. What is left alone (``ignore_changes``) is declared to be
whatever it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from hookwright.model.parity import Difference, FieldDifference, Parity, Unlike
from hookwright.model.resources import (
    Declared,
    DeclaredEvent,
    DeclaredWebhook,
    Event,
    LiveEvent,
    LiveWebhook,
    Webhook,
    WebhookType,
)
from hookwright.model.source import Json
from hookwright.reconcile import diff
from hookwright.reconcile.live import Live, Owned, check_records, sort_by_owner
from hookwright.reconcile.mask import Masker
from hookwright.reconcile.normalize import desired, leaf_keys, normalize, same, same_event

_EVERYTHING: Final = frozenset({"/url", "/headers", "/body"})

Fields = dict[str, Json]


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two environments.

    Attributes:
        declared: what is declared for it, workflows resolved.
        live: what was read of it, events included where either side has to do with any.
    """

    declared: Declared
    live: Live


def compare(left: Side, right: Side) -> Parity:
    """Compare two environments of one project.

    Raises:
        RefusedError: records of a side are not of its environment, or there is doubt about whose a webhook is.
    """
    return _Comparison(_Known(left), _Known(right)).parity()


class _Known:
    """A side, looked up by name."""

    def __init__(self, side: Side) -> None:
        check_records(side.declared.environment, side.live.webhooks)
        self.declared = side.declared
        self.owned: Owned = sort_by_owner(side.declared.project, side.live.webhooks)
        self.hooks = {hook.name: hook for hook in side.declared.webhooks}
        self.events = {event.event.name: event for event in side.declared.events}
        self.live_events = {event.event.name: event for event in side.live.events}
        self._workflows = {workflow.id: workflow.name for workflow in side.live.workflows}

    def current(self, live: LiveWebhook) -> Webhook:
        """The live webhook in the shape in which it is compared."""
        return self._named(normalize(live.webhook))

    def wanted(self, hook: DeclaredWebhook, current: Webhook) -> Webhook:
        """What is declared, in that shape."""
        return self._named(desired(hook, self.declared.project, current))

    def _named(self, webhook: Webhook) -> Webhook:
        """Its workflows by name, as far as the declaration names them so: ids differ between environments."""
        if not webhook.workflows:
            return webhook
        names = sorted(self._workflows.get(identity, identity) for identity in webhook.workflows)
        return replace(webhook, workflows=tuple(names))


class _Comparison:
    def __init__(self, left: _Known, right: _Known) -> None:
        self.left = left
        self.right = right
        self.alike = 0
        self._values = left.declared.secret_values | right.declared.secret_values

    def parity(self) -> Parity:
        """Compare everything."""
        left, right = self.left, self.right
        found = (*self._all_events(), *self._all_webhooks())
        warnings = [
            f"{side.declared.environment.name}: {warning}" for side in (left, right) for warning in side.owned.warnings
        ]
        return Parity(
            project=left.declared.project,
            left=left.declared.environment.name,
            right=right.declared.environment.name,
            differences=found,
            alike=self.alike,
            unmanaged=(len(left.owned.others), len(right.owned.others)),
            warnings=tuple(warnings),
        )

    def _all_webhooks(self) -> Iterator[Difference]:
        for name in sorted(self.left.owned.managed.keys() | self.right.owned.managed.keys()):
            mine, yours = self.left.owned.managed.get(name), self.right.owned.managed.get(name)
            if mine and yours:
                yield from self._webhook(name, mine, yours)
            else:
                declared = name in self.left.hooks, name in self.right.hooks
                yield from self._presence("webhook", name, mine, yours, declared)

    def _webhook(self, name: str, mine: LiveWebhook, yours: LiveWebhook) -> Iterator[Difference]:
        left, right = self.left.current(mine), self.right.current(yours)
        if same(left, right):
            self.alike += 1
            return
        hooks = self.left.hooks.get(name), self.right.hooks.get(name)
        declared: Mapping[str, tuple[Json, Json]] = {}
        if hooks[0] and hooks[1]:
            wanted = self.left.wanted(hooks[0], left), self.right.wanted(hooks[1], right)
            declared = diff.differing(diff.as_fields(wanted[0]), diff.as_fields(wanted[1]))
        secrets = {secret for hook in hooks if hook for secret in hook.secrets}
        if not any(hooks):
            secrets.update(_EVERYTHING)  # Nothing tells any more which of its values are secrets.
        if WebhookType.SLACK in (left.type, right.type):
            secrets.add("/url")  # A Slack webhook's URL is a credential.
        masker = Masker(secrets, self._values)
        fields = _unexplained(diff.differing(diff.as_fields(left), diff.as_fields(right)), declared, masker)
        yield from self._changed("webhook", name, mine, yours, fields)

    def _all_events(self) -> Iterator[Difference]:
        """Events have no marker: those count that either side declares or has a tombstone for."""
        names = {name for side in (self.left, self.right) for name in (*side.events, *side.declared.removed_events)}
        for name in sorted(names):
            mine, yours = self.left.live_events.get(name), self.right.live_events.get(name)
            if mine and yours:
                yield from self._event(name, mine, yours)
            elif mine or yours:
                declared = name in self.left.events, name in self.right.events
                yield from self._presence("event", name, mine, yours, declared)

    def _event(self, name: str, mine: LiveEvent, yours: LiveEvent) -> Iterator[Difference]:
        if same_event(mine.event, yours.event):
            self.alike += 1
            return
        events: tuple[DeclaredEvent | None, ...] = self.left.events.get(name), self.right.events.get(name)
        secrets = {secret for event in events if event for secret in event.secrets}
        # Where one side's sample was not returned, its keys are all that can be compared.
        whole = mine.event.sample is not None and yours.event.sample is not None
        declared: Mapping[str, tuple[Json, Json]] = {}
        if events[0] and events[1]:
            declared = diff.differing(_event_fields(events[0].event, whole), _event_fields(events[1].event, whole))
        found = diff.differing(_event_fields(mine.event, whole), _event_fields(yours.event, whole))
        fields = _unexplained(found, declared, Masker(secrets, self._values))
        yield from self._changed("event", name, mine, yours, fields)

    def _changed(
        self,
        kind: str,
        name: str,
        mine: LiveWebhook | LiveEvent,
        yours: LiveWebhook | LiveEvent,
        fields: tuple[FieldDifference, ...],
    ) -> Iterator[Difference]:
        if fields:
            yield Difference(kind, name, Unlike.CHANGED, mine.id, yours.id, fields)
        else:
            self.alike += 1

    def _presence(
        self,
        kind: str,
        name: str,
        mine: LiveWebhook | LiveEvent | None,
        yours: LiveWebhook | LiveEvent | None,
        declared: tuple[bool, bool],
    ) -> Iterator[Difference]:
        """What is there on one side only, unless it is declared to be."""
        if declared == (mine is not None, yours is not None):
            self.alike += 1
            return
        unlike = Unlike.LEFT_ONLY if mine else Unlike.RIGHT_ONLY
        yield Difference(kind, name, unlike, mine.id if mine else None, yours.id if yours else None)


def _event_fields(event: Event, whole: bool) -> Fields:
    if whole:
        return diff.event_fields(event)
    keys = leaf_keys(event.sample) if event.sample is not None else event.keys
    return {"sample": list(keys), "json_schema": dict(event.json_schema)}


def _unexplained(
    live: Mapping[str, tuple[Json, Json]], declared: Mapping[str, tuple[Json, Json]], masker: Masker
) -> tuple[FieldDifference, ...]:
    """The live differences that are not those of the declarations."""
    return tuple(
        FieldDifference(
            path,
            left=masker.live(path, left),
            right=masker.live(path, right),
            secret=(masker.live(path, left), masker.live(path, right)) != (left, right),
            declared=path in declared,
        )
        for path, (left, right) in live.items()
        if declared.get(path) != (left, right)
    )
