"""Both sides in one shape: what the platform computes, fills in or reorders must not look like a difference."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from hookwright.model.resources import DEFAULT_BODY, DeclaredWebhook, Event, Webhook, WebhookType
from hookwright.model.source import DEEPEST, Json, nests_at_most
from hookwright.reconcile.identity import Marker, mark, unmark

_EXACT_FLOAT: Final = 2.0**53


def desired(declared: DeclaredWebhook, project: str, live: Webhook | None = None) -> Webhook:
    """What a declared webhook shall look like on the platform.

    Args:
        declared: the declaration, its workflows resolved.
        project: the project's name, for the marker.
        live: what is there now, for the fields of ``ignore_changes``; None where nothing is.

    Returns:
        The normalised webhook, marker included.
    """
    marker = Marker(project, declared.name, declared.protect)
    webhook = declared.webhook
    wanted = replace(webhook, description=mark(webhook.description, marker))
    if webhook.body is not None:
        wanted = normalize(wanted)
    if live is not None and declared.ignore_changes:
        kept = {name: getattr(live, name) for name in declared.ignore_changes}
        if "description" in kept:
            kept["description"] = mark(unmark(live.description), marker)
        if "body" in kept or "type" in kept:
            kept |= {"body": live.body, "type": live.type}
        wanted = replace(wanted, **kept)
    return wanted


def normalize(webhook: Webhook) -> Webhook:
    """The webhook with its body and type in the one shape in which they are compared."""
    if webhook.body is None:
        if webhook.type is WebhookType.CUSTOM:
            return replace(webhook, type=WebhookType.DEFAULT)
        return webhook
    if webhook.type is not WebhookType.CUSTOM:
        return replace(webhook, body=None)
    body = normal_body(webhook.body)
    if body == DEFAULT_BODY:
        return replace(webhook, type=WebhookType.DEFAULT, body=None)
    return webhook if body is webhook.body else replace(webhook, body=body)


def normal_body(body: Json) -> Json:
    """A body in the one shape in which bodies are compared.

    Text that holds a JSON object or array is that object or array: the dashboard keeps bodies as text. Not so where a
    number in it is none to JSON or to a float (``NaN``, ``1e999``), or where it is nested too deep. Whole floats are
    integers: JavaScript has no other kind.
    """
    if isinstance(body, str):
        if body.strip() == DEFAULT_BODY:
            return DEFAULT_BODY
        if not body.lstrip().startswith(("{", "[")):
            return body
        try:
            parsed = json.loads(body, parse_constant=_number, parse_float=_number)
        except (ValueError, RecursionError):
            return body
        return _whole_floats(parsed) if isinstance(parsed, dict | list) and nests_at_most(DEEPEST, parsed) else body
    return _whole_floats(body)


def _number(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def _whole_floats(value: Json) -> Json:
    if isinstance(value, str):  # most are, and to be no Mapping takes a while
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) <= _EXACT_FLOAT else value
    if isinstance(value, dict | Mapping):
        return _with_whole_floats(value, value.items(), dict)
    if isinstance(value, list):
        return _with_whole_floats(value, enumerate(value), list)
    return value


def _with_whole_floats(value: Json, items: Iterable[tuple[Any, Json]], copy: Callable[[Json], Any]) -> Json:
    """A mapping or a list with whole floats as integers: itself where it holds none, as most do."""
    changed = value
    for key, item in items:
        if item.__class__ is str:
            continue
        new = _whole_floats(item)
        if new is not item:
            if changed is value:
                changed = copy(value)
            changed[key] = new
    return changed


def same(left: Webhook, right: Webhook) -> bool:
    """Whether two normalised webhooks are equal, to JSON's eyes: ``true`` is not ``1``."""
    return left == right and (left.body is None or _same_json(left.body, right.body))


def _same_json(left: Json, right: Json) -> bool:
    """Whether two JSON values that Python finds equal are equal in type too."""
    if isinstance(left, dict | Mapping):  # a dict is known at once; to be any other Mapping takes a while
        return all(_same_json(value, right[key]) for key, value in left.items() if not isinstance(value, str))
    if isinstance(left, list):
        return all(_same_json(mine, yours) for mine, yours in zip(left, right, strict=True))
    return isinstance(left, bool) == isinstance(right, bool)


def same_event(declared: Event, live: Event) -> bool:
    """Whether a live custom event is as declared.

    Where the platform returned only the keys of the sample, the declared sample's keys are held against those.
    """
    wanted, found = dict(declared.json_schema), dict(live.json_schema)
    if wanted != found or not _same_json(wanted, found):
        return False
    if live.sample is None and (live.keys or declared.sample is not None):
        return leaf_keys(declared.sample) == live.keys
    return bool(declared.sample == live.sample) and _same_json(declared.sample, live.sample)


def leaf_keys(sample: Json, prefix: str = "") -> tuple[str, ...]:
    """The dotted keys of a sample's leaves, sorted: ``{"a": {"b": 1}}`` has ``a.b``. Arrays are leaves."""
    if not isinstance(sample, Mapping):
        return ()
    keys: list[str] = []
    for key, value in sample.items():
        dotted = f"{prefix}{key}"
        keys += leaf_keys(value, f"{dotted}.") if isinstance(value, Mapping) and value else [dotted]
    return tuple(sorted(keys))
