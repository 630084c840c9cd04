"""HW416: a custom event with the name of one of the platform's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from hookwright.model.finding import Finding, Severity
from hookwright.model.resources import PLATFORM_EVENTS
from hookwright.validate.rule import Rule

if TYPE_CHECKING:
    from hookwright.validate.subject import ProjectSubject

_FOLDED: Final = {name.lower().replace(" ", ""): name for name in PLATFORM_EVENTS}


def check(subject: ProjectSubject) -> Iterator[Finding]:
    """Fold the names of the declared events and look for the platform's."""
    for entry in subject.project.events.values():
        platform = _FOLDED.get(entry.name.lower().replace(" ", "").replace("_", "").replace("-", ""))
        if platform:
            taken = f"is easily taken for the platform's own event '{platform}'"
            same = "is the name of an event of the platform's own"
            message = f"'{entry.name}' {same if entry.name == platform else taken}"
            yield RULE.at(entry.span(key=True), message)


RULE = Rule(
    id="HW416",
    name="platform-event-name",
    title="A custom event has the name of a platform event",
    severity=Severity.WARNING,
    why="Custom events are fired by your backend and start workflows; the platform's come out of it to webhooks. "
    "Under one name, nobody can tell in a log which of them happened.",
    failing="""\
events:
  workflow_completed:
    sample: {order: "123"}
""",
    passing="""\
events:
  order_completed:
    sample: {order: "123"}
""",
    hint="Name it after what happened in your own system.",
    per_project=check,
)
