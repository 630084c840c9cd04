"""All checks of senders."""

from __future__ import annotations

from typing import Final

from hookwright.harness.sending import retries
from hookwright.harness.sending.check import Check

CHECKS: Final[tuple[Check, ...]] = tuple(sorted(retries.CHECKS, key=lambda check: check.id))
"""In order of their ids."""
