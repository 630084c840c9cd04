"""HW417: a sample payload that is not an object."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from hookwright.model.finding import Finding, Severity
from hookwright.validate.rule import Rule
from hookwright.validate.uses import span_of

if TYPE_CHECKING:
    from hookwright.validate.subject import Scope


def check(scope: Scope) -> Iterator[Finding]:
    """Look at the type of every sample."""
    for declared in scope.declared.events:
        sample = declared.event.sample
        if sample == {} and isinstance(sample, dict):
            yield RULE.at(span_of(declared, "/sample"), f"the sample of '{declared.event.name}' is empty")
        elif (
            "sample" in declared.raw
            and not isinstance(sample, dict)
            and declared.event.json_schema.get("type") != "object"
        ):
            yield RULE.at(span_of(declared, "/sample"), f"the sample of '{declared.event.name}' is not an object")


RULE = Rule(
    id="HW417",
    name="sample-no-object",
    title="The sample of an event has no keys",
    severity=Severity.WARNING,
    why="The platform makes the fields that workflows can use from the sample's keys. Without keys, there are none.",
    failing="""\
events:
  candidate_created:
    sample: [jane@example.com]
""",
    passing="""\
events:
  candidate_created:
    sample: {email: jane@example.com}
""",
    hint="Give an object with every key that the event can carry.",
    per_environment=check,
)
