"""HW412: a ``renamed_from`` that cannot be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from hookwright.model.finding import Finding, Related, Severity
from hookwright.validate.rule import Rule

if TYPE_CHECKING:
    from hookwright.model.project import Entry
    from hookwright.validate.subject import ProjectSubject


def check(subject: ProjectSubject) -> Iterator[Finding]:
    """Look at the old name of every webhook that gives one."""
    project = subject.project
    taken: dict[str, Entry] = {}
    for entry in project.webhooks.values():
        old = entry.value.get("renamed_from") if isinstance(entry.value, dict) else None
        if not isinstance(old, str):
            continue
        span = entry.span("/renamed_from")
        if old == entry.name:
            yield RULE.at(span, f"'{old}' is its own name", hint="Delete 'renamed_from'.")
        elif old in project.webhooks:
            related = [Related(f"'{old}' is declared here", project.webhooks[old].span(key=True))]
            yield RULE.at(span, f"'{old}' is still declared: it cannot have become '{entry.name}'", related=related)
        elif old in taken:
            related = [Related(f"'{taken[old].name}' was '{old}' already", taken[old].span("/renamed_from"))]
            yield RULE.at(span, f"'{old}' cannot have become two webhooks", related=related)
        else:
            if old in project.removed_webhooks:
                related = [Related("it is to be removed here", project.removed_webhooks[old].span())]
                yield RULE.at(span, f"'{old}' is to be removed: it cannot have become '{entry.name}'", related=related)
            taken[old] = entry


RULE = Rule(
    id="HW412",
    name="wrong-rename",
    title="A webhook was renamed from something that it cannot have been",
    severity=Severity.ERROR,
    why="'renamed_from' moves a live webhook to a new name. If the old name is still in use, both would claim the "
    "same live webhook.",
    failing="""\
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
  order-feed:
    url: https://hooks.acme.example/feed
    events: [Workflow Completed]
    renamed_from: orders
""",
    passing="""\
webhooks:
  order-feed:
    url: https://hooks.acme.example/feed
    events: [Workflow Completed]
    renamed_from: orders
""",
    hint="Delete the old declaration, or 'renamed_from'.",
    per_project=check,
)
