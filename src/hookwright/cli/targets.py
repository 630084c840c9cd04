"""Where the command line says that deliveries go, and how far away they may be passed on without ``--yes``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from hookwright.errors import RefusedError, UsageError

if TYPE_CHECKING:
    from hookwright.harness.reach import Target

_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_HOST: Final = re.compile(
    r"((localhost|[^/?#@:\[\]]*\.[^/?#@:\[\]]*|\[[^/?#@\]]*\])(:[^/?#@]*)?|[^/?#@:\[\]]+:\d+)([/?#]|$)", re.IGNORECASE
)
"""A host with a dot, or with a port; no other scheme (``mailto:a@b.c``), and none without slashes (``http:/x``)."""


def read_destination(url: str) -> Target:
    """Read where requests shall go.

    Args:
        url: an http or https URL; the scheme may be left out before ``localhost``, and before a host with a dot or a
            port.

    Raises:
        UsageError: it is no URL.
    """
    from hookwright.harness.reach import read_target

    if not _SCHEME.match(url):
        if not _HOST.match(url):
            raise UsageError(
                "the URL starts with neither http:// or https:// nor a host",
                hint="http://127.0.0.1:8000/hook is one, and localhost:8000 too.",
            )
        url = f"http://{url}"
    return read_target(url)


def read_near_destination(url: str, *, yes: bool) -> Target:
    """Read where deliveries shall be passed on to.

    Args:
        url: as :func:`read_destination` takes it.
        yes: whether hosts beyond this machine and private networks are allowed.

    Raises:
        UsageError: it is no URL.
        LocalError: its host has no address.
        RefusedError: it is farther away than allowed.
    """
    from hookwright.harness.reach import Reach, reach

    target = read_destination(url)
    distance = reach(target.host, target.port)
    if distance is Reach.LINK_LOCAL:
        raise RefusedError(f"{target.host} is a link-local address: nothing is forwarded there")
    if distance is Reach.PUBLIC and not yes:
        raise RefusedError(
            f"{target.host} is neither this machine nor in a private network",
            hint="Deliveries and their secrets would leave your network; --yes sends them all the same.",
        )
    return target
