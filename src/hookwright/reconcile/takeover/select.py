"""Which live webhooks and events are to be declared, and why the others are not."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from hookwright.model.resources import Event, LiveEvent, LiveWebhook, Webhook, WebhookType
from hookwright.model.source import Json
from hookwright.reconcile.identity import Marker, malformed, read_marker, unmark
from hookwright.reconcile.live import Owned, check_records, sort_by_owner
from hookwright.reconcile.normalize import normalize
from hookwright.reconcile.takeover.body import as_declared
from hookwright.reconcile.takeover.data import Estate, Wish
from hookwright.reconcile.takeover.text import Text

_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_DEEPEST: Final = 200
_URL: Final = re.compile("https?://[^/]")
_HEADER_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110 §5.6.2
_LONGEST_EVENT_NAME: Final = 255


@dataclass(frozen=True, slots=True)
class Candidate:
    """A live webhook that is to be declared.

    Attributes:
        environment: the environment it is in.
        id: the platform's id.
        webhook: what it is, normalised, without marker.
        url: its URL, with the secrets in it.
        marker: the project's marker on it, where its block was lost; None where it was made by hand.
    """

    environment: str
    id: str
    webhook: Webhook
    url: str | Text
    marker: Marker | None = None


@dataclass(slots=True)
class Selection:
    """What is to be declared of one environment.

    Attributes:
        webhooks: in order of id.
        events: in order of name.
        names: the names that live webhooks of the project have.
        notes: what was left out, and why.
    """

    webhooks: list[Candidate]
    events: list[LiveEvent]
    names: set[str]
    notes: list[str]


def select(estate: Estate, wish: Wish) -> Selection:
    """Sort what is live in one environment.

    Raises:
        RefusedError: an interlock, or doubt about whose a webhook is.
    """
    check_records(estate.declared.environment, estate.webhooks)
    owned = sort_by_owner(wish.project, estate.webhooks)
    selection = Selection([], [], set(owned.managed), [])
    picked = [*_by_hand(estate, wish, owned, selection.notes), *_lost(estate, wish, owned, selection.notes)]
    for candidate in sorted(picked, key=lambda item: item.id):
        reason = _unwritable(candidate.webhook)
        if reason:
            selection.notes.append(f"{estate.name}: the webhook {candidate.id} was left out: {reason}")
        else:
            selection.webhooks.append(candidate)
    for live in sorted(estate.events, key=lambda item: item.event.name):
        if live.event.name in wish.events or live.event.name in estate.declared.removed_events:
            continue
        reason = _unwritable_event(live.event)
        if reason:
            selection.notes.append(f"{estate.name}: the event '{live.event.name}' was left out: {reason}")
        else:
            selection.events.append(live)
    return selection


def _by_hand(estate: Estate, wish: Wish, owned: Owned, notes: list[str]) -> Iterator[Candidate]:
    """The webhooks that nobody manages and nobody adopts yet."""
    declared = estate.declared.webhooks
    adopted = {hook.adopt for hook in declared if hook.adopt}
    waiting = {
        (hook.webhook.url, hook.webhook.events): hook.name
        for hook in declared
        if not hook.adopt and hook.name not in owned.managed and hook.renamed_from not in owned.managed
    }
    foreign = 0
    for live in owned.others:
        twin = waiting.get((live.webhook.url, live.webhook.events))
        if read_marker(live.webhook.description) or malformed(live.webhook.description):
            foreign += 1
        elif live.id in adopted:
            continue
        elif twin:
            notes.append(
                f"{estate.name}: the webhook {live.id} was left out: it has the URL and the events of '{twin}', "
                f"which is declared but not live yet; let that one take it over: adopt: {{{estate.name}: {live.id}}}"
            )
        else:
            yield _candidate(estate, wish, live)
    if foreign:
        what = (
            "1 webhook belongs to another project" if foreign == 1 else f"{foreign} webhooks belong to other projects"
        )
        notes.append(f"{estate.name}: {what}: left alone")


def _lost(estate: Estate, wish: Wish, owned: Owned, notes: list[str]) -> Iterator[Candidate]:
    """The webhooks of the project whose block is gone."""
    known = wish.webhooks | {hook.renamed_from for hook in estate.declared.webhooks}
    known |= estate.declared.removed_webhooks
    lost = [live for name, live in owned.managed.items() if name not in known]
    if lost and not wish.lost:
        count = "1 webhook carries" if len(lost) == 1 else f"{len(lost)} webhooks carry"
        notes.append(f"{estate.name}: {count} the marker of this project without being declared; see --all")
    elif wish.lost:
        for live in lost:
            yield _candidate(estate, wish, live)


def _candidate(estate: Estate, wish: Wish, live: LiveWebhook) -> Candidate:
    webhook = normalize(live.webhook)
    webhook = replace(
        webhook, description=unmark(webhook.description), body=as_declared(live.webhook.body, webhook.body)
    )
    marker = read_marker(live.webhook.description)
    return Candidate(estate.name, live.id, webhook, wish.finder.url(webhook), marker)


def _unwritable(webhook: Webhook) -> str:
    """Why a webhook cannot be declared in YAML; an empty string where it can."""
    if not webhook.events or not all(webhook.events):
        return "it subscribes to no event"
    if not _URL.match(webhook.url):
        return "its URL is none of http or https"
    if not all(map(_HEADER_NAME.fullmatch, webhook.headers)):
        return "the name of a header is none"
    if webhook.type is WebhookType.CUSTOM and not isinstance(webhook.body, str | Mapping | list):
        return "its body is a bare number or boolean"
    names = [webhook.url, *webhook.events, *webhook.workflows, webhook.description, webhook.slug, webhook.group]
    return _unwritable_json([*names, dict(webhook.headers), webhook.body])


def _unwritable_event(event: Event) -> str:
    if event.name.startswith(" ") or len(event.name) > _LONGEST_EVENT_NAME:
        return "its name begins with a space or is too long"
    content = [event.sample, dict(event.json_schema)]
    return _unwritable_json([event.name, *content]) or ("a key of it holds '${'" if _holds_mark(content) else "")


def _unwritable_json(value: Json, depth: int = 0) -> str:
    if depth > _DEEPEST:
        return f"it is nested more than {_DEEPEST} levels deep"
    if isinstance(value, str):
        return "it holds half a surrogate pair, which is no text" if _SURROGATE.search(value) else ""
    if isinstance(value, Mapping):
        value = [*value, *value.values()]
    if isinstance(value, list):
        return next(filter(None, (_unwritable_json(item, depth + 1) for item in value)), "")
    if isinstance(value, float) and not math.isfinite(value):
        return "it holds a number that JSON cannot hold"
    return ""


def _holds_mark(value: Json) -> bool:
    if isinstance(value, Mapping):
        return any("${" in key or _holds_mark(item) for key, item in value.items())
    return isinstance(value, list) and any(_holds_mark(item) for item in value)
