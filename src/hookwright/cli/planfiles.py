"""Plan files on disk."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hookwright.cli.files import write_whole
from hookwright.errors import LocalError, RefusedError
from hookwright.model.serial import PLAN
from hookwright.reconcile import planfile
from hookwright.reconcile.digest import Digester

if TYPE_CHECKING:
    from hookwright.model.plan import Plan
    from hookwright.reconcile.planner import Request

LARGEST = 64 * 1024 * 1024
"""Bytes of a plan file that are read at the most."""


def write(path: str, plan: Plan, asked: Request, api_key: str) -> None:
    """Write a sealed plan file, whole or not at all, readable by its owner only.

    Raises:
        LocalError: it cannot be written.
    """
    text = json.dumps(planfile.seal(plan, asked, Digester(api_key)), ensure_ascii=False, indent=2) + "\n"
    try:
        write_whole(Path(path), text, mode=0o600)
    except OSError as error:
        raise LocalError(f"the plan file {path} cannot be written: {error.strerror}") from None


def load(path: str) -> dict[str, Any]:
    """The content of a plan file, not checked yet.

    Raises:
        LocalError: it cannot be read.
        RefusedError: it is no plan file.
    """
    try:
        with Path(path).open("rb") as file:
            raw = file.read(LARGEST + 1)
    except OSError as error:
        raise LocalError(f"the plan file {path} cannot be read: {error.strerror}") from None
    try:
        content = json.loads(raw) if len(raw) <= LARGEST else None
    except (ValueError, RecursionError):
        content = None
    if other := planfile.other_version(content):
        raise RefusedError(
            f"{path} is a plan file of the format '{other}', this version of hookwright reads '{PLAN}'",
            hint="Apply it with the version that wrote it, or plan again.",
        )
    if not planfile.is_one(content):
        raise RefusedError(f"{path} is not a plan file", hint="'hookwright plan --out FILE' writes one.")
    return content
