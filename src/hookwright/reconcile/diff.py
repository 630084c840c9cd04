"""What differs between a live object and what it shall be. DeepDiff is used here, and its output goes no further."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from hookwright.model.plan import FieldChange
from hookwright.model.resources import Event, Webhook, WebhookType
from hookwright.model.source import Json, escape
from hookwright.reconcile.mask import Masker

_DEFAULTS: Final[dict[str, Json]] = {
    "type": "default",
    "method": "POST",
    "headers": {},
    "body": None,
    "description": "",
    "enabled": True,
    "slug": "",
    "workflows": [],
    "group": "",
}
"""What needs no mention when a webhook is created."""

_SETS: Final = ("events", "workflows")


def as_fields(webhook: Webhook) -> dict[str, Json]:
    """The fields of a webhook as plain JSON, under the names of the project's YAML."""
    return {
        "url": webhook.url,
        "events": list(webhook.events),
        "type": str(webhook.type),
        "method": webhook.method,
        "headers": dict(webhook.headers),
        "body": webhook.body if webhook.type is WebhookType.CUSTOM else None,
        "description": webhook.description,
        "enabled": webhook.enabled,
        "slug": webhook.slug,
        "workflows": list(webhook.workflows),
        "group": webhook.group,
    }


def event_fields(event: Event) -> dict[str, Json]:
    """The fields of a custom event as plain JSON, under the names of the project's YAML."""
    return {"sample": event.sample, "json_schema": dict(event.json_schema)}


def created(webhook: Webhook, masker: Masker) -> tuple[FieldChange, ...]:
    """The fields of a webhook that is created, as far as they say more than the defaults; headers one by one."""
    changes: list[FieldChange] = []
    for name, value in as_fields(webhook).items():
        if name == "headers":
            changes += [masker.change(f"/headers/{escape(key)}", None, text) for key, text in sorted(value.items())]
        elif name not in _DEFAULTS or value != _DEFAULTS[name]:
            changes.append(masker.change(f"/{name}", None, value))
    return tuple(changes)


def created_event(event: Event, masker: Masker) -> tuple[FieldChange, ...]:
    """The fields of a custom event that is created."""
    return tuple(masker.change(f"/{name}", None, value) for name, value in event_fields(event).items() if value)


def changed(old: dict[str, Json], new: dict[str, Json], masker: Masker) -> tuple[FieldChange, ...]:
    """The fields that differ between two objects given as fields, ordered by path.

    Args:
        old: the live fields.
        new: the fields as they shall be.
        masker: masks both sides.

    Returns:
        One change per smallest part that differs: a header, a key of the body; ``events`` and ``workflows``, whose
        order means nothing, change as a whole. Empty where nothing differs.
    """
    return tuple(masker.change(path, before, after) for path, (before, after) in differing(old, new).items())


def differing(old: dict[str, Json], new: dict[str, Json]) -> dict[str, tuple[Json, Json]]:
    """The same, nothing masked: both values by path, ordered by that; None stands for what is not there."""
    found: dict[str, tuple[Json, Json]] = {}
    for path, before, after in _differences(_comparable(old), _comparable(new)):
        if path[0] in _SETS:
            found[f"/{path[0]}"] = (old[path[0]], new[path[0]])
        else:
            found["".join(f"/{escape(str(name))}" for name in path)] = (before, after)
    return dict(sorted(found.items()))


class _Truth(str):
    """A boolean on its way through DeepDiff, which takes ``[true]`` and ``[1]`` for the same list."""

    __slots__ = ()


def _comparable(value: dict[str, Json]) -> dict[str, Any]:
    return {name: frozenset(item) if name in _SETS else _without_booleans(item) for name, item in value.items()}


def _without_booleans(value: Json) -> Any:
    if isinstance(value, bool):
        return _Truth(value)
    if isinstance(value, dict):
        return {key: _without_booleans(item) for key, item in value.items()}
    return [_without_booleans(item) for item in value] if isinstance(value, list) else value


def _with_booleans(value: Any) -> Json:
    if isinstance(value, _Truth):
        return value == str(True)
    if isinstance(value, dict):
        return {key: _with_booleans(item) for key, item in value.items()}
    return [_with_booleans(item) for item in value] if isinstance(value, list) else value


def _differences(old: dict[str, Any], new: dict[str, Any]) -> Iterator[tuple[list[str | int], Json, Json]]:
    """(path, old, new) for every smallest part that differs; None stands for what is not there."""
    from deepdiff import DeepDiff
    from deepdiff.helper import NotPresent

    # threshold_to_diff_deeper: the default gives up on dicts with little in common and reports them whole.
    for items in DeepDiff(old, new, view="tree", threshold_to_diff_deeper=0).values():
        for item in items:
            path = item.path(output_format="list")
            before, after = item.t1, item.t2
            yield (
                path,
                None if isinstance(before, NotPresent) else _with_booleans(before),
                None if isinstance(after, NotPresent) else _with_booleans(after),
            )
