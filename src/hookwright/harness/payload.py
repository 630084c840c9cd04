"""The payloads of sample deliveries."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta
from email.utils import format_datetime, parsedate_to_datetime
from typing import Final

from hookwright.model.resources import Kind
from hookwright.model.source import Json

_RUN: Final = "instance_id"
_TIME: Final = "createdAt"
_HEX: Final = frozenset("0123456789abcdef")


def sample_payload(
    event: str, sample: Mapping[str, Json], kind: Kind, overrides: Mapping[str, Json]
) -> dict[str, Json]:
    """The payload of a sample delivery.

    Args:
        event: name of the event; the payload's ``event`` says it unless overridden.
        sample: the documented sample of the event.
        kind: kind of the environment; a payload that names its environment names this one.
        overrides: keys to set; they win over everything.
    """
    payload = {**sample, "event": event}
    if "environment" in payload:
        payload["environment"] = str(kind)
    return {**payload, **overrides}


def vary(payload: Mapping[str, Json], number: int, fixed: Collection[str] = ()) -> dict[str, Json]:
    """The payload of the ``number``-th of several events, counted from 0, which keeps the payload as it is.

    Real events differ, and receivers drop repeats: a run has an id of its own (``instance_id``, counted up as the
    hexadecimal number it is), a change of a connection a time of its own (``createdAt``, a second later each).

    Args:
        payload: the first payload.
        number: which of the events.
        fixed: keys that stay: those that the user has set.
    """
    varied = dict(payload)
    if not number:
        return varied
    run = payload.get(_RUN)
    if _RUN not in fixed and isinstance(run, str) and run and _HEX.issuperset(run):
        width = len(run)
        varied[_RUN] = f"{(int(run, 16) + number) % 16**width:0{width}x}"
    time = payload.get(_TIME)
    if _TIME not in fixed and isinstance(time, str):
        try:
            later = parsedate_to_datetime(time) + timedelta(seconds=number)
        except (ValueError, OverflowError):
            return varied
        varied[_TIME] = format_datetime(later, usegmt=later.utcoffset() == timedelta(0))
    return varied
