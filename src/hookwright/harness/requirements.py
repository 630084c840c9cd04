"""What the harness needs beyond the core installation."""

from __future__ import annotations

from importlib.util import find_spec

from hookwright.errors import LocalError


def require_aiohttp() -> None:
    """Make sure that aiohttp can be imported.

    Raises:
        LocalError: it is not installed.
    """
    if find_spec("aiohttp") is None:
        raise LocalError("sending and receiving need aiohttp", hint="pip install 'hookwright[harness]'")
