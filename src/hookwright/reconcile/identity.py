"""The marker that says whose a live webhook is.

A managed webhook's live ``description`` ends in ``[hookwright:<project>/<name>]``, or in
``[hookwright:<project>/<name> protected]``. There is no other record of ownership.
"""

from __future__ import annotations

import re
from typing import Final

from hookwright.model.frozen import dataclass

OPENING: Final = "[hookwright:"
"""How every marker begins. A description that holds it more than once, or not at its end, says nothing certain."""
_MARKER: Final = re.compile(
    r"\[hookwright:(?P<project>[a-z0-9-]+)/(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)(?P<protected> protected)?\]"
)


@dataclass(frozen=True, slots=True)
class Marker:
    """The marker in a live description.

    Attributes:
        project: the project that manages the webhook.
        name: the webhook's name in that project.
        protected: whether no apply may delete it, even when its block is gone.
    """

    project: str
    name: str
    protected: bool = False

    def __str__(self) -> str:
        return f"{OPENING}{self.project}/{self.name}{' protected' if self.protected else ''}]"


def mark(description: str, marker: Marker) -> str:
    """The description with the marker at its end."""
    text = description.rstrip()
    return f"{text} {marker}" if text else str(marker)


def read_marker(description: str) -> Marker | None:
    """The marker at the end of a live description; None where there is none or it is malformed (see ``malformed``)."""
    if OPENING not in description:
        return None
    text = description.rstrip()
    found = _MARKER.fullmatch(text, text.index(OPENING))
    if found is None:
        return None
    return Marker(found["project"], found["name"], found["protected"] is not None)


def malformed(description: str) -> bool:
    """Whether a description holds something of a marker that cannot be read as one, whole, once and at its end."""
    return OPENING in description and read_marker(description) is None


def unmark(description: str) -> str:
    """The description without the marker at its end, as it was declared."""
    marker = read_marker(description)
    if marker is None:
        return description
    return description.rstrip().removesuffix(str(marker)).rstrip()
