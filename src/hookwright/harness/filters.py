"""Which received deliveries somebody wants to see."""

from __future__ import annotations

from dataclasses import dataclass

from hookwright.model.delivery import Received, Summary, Verdict


def like(pattern: str, text: str) -> bool:
    """Whether a text is what a pattern says: ``*`` stands for any characters, everything else for itself.

    Takes time in proportion to both, whatever the pattern.
    """
    first, *others = pattern.split("*")
    if not others:
        return text == pattern
    *middle, last = others
    if not (text.startswith(first) and text.endswith(last)) or len(text) < len(first) + len(last):
        return False
    at, end = len(first), len(text) - len(last)
    for part in middle:
        found = text.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True


def like_path(pattern: str, path: str) -> bool:
    """As :func:`like` for a request target; its query counts only where the pattern has one."""
    return like(pattern, path if "?" in pattern else path.partition("?")[0])


@dataclass(frozen=True, slots=True)
class Filter:
    """What a delivery must be to be wanted.

    Attributes:
        event: pattern for the name of its event; empty for any.
        path: pattern for its path; empty for any.
        signature: the verdict on its signature; None for any.
        failed: only what was not answered with 200.
    """

    event: str = ""
    path: str = ""
    signature: Verdict | None = None
    failed: bool = False

    def matches(self, received: Received | Summary) -> bool:
        """Whether a delivery is wanted."""
        return (
            (not self.event or like(self.event, received.event))
            and (not self.path or like_path(self.path, received.path))
            and self.signature in (None, received.signature)
            and not (self.failed and received.answered == 200)
        )
