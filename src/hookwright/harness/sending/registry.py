"""All checks of senders."""

from __future__ import annotations

from typing import Final

from hookwright.harness.sending import (
    certificates,
    choice,
    connections,
    crowd,
    rendering,
    retries,
    stalls,
    statuses,
)
from hookwright.harness.sending.check import Check

_FAMILIES: Final = (retries, statuses, stalls, connections, certificates, crowd, choice, rendering)

CHECKS: Final[tuple[Check, ...]] = tuple(
    sorted((check for family in _FAMILIES for check in family.CHECKS), key=lambda check: check.id)
)
"""In order of their ids."""
