"""HW414: a sample payload that breaks the JSON Schema beside it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from hookwright.model.finding import Finding, Related, Severity
from hookwright.validate.rule import Rule
from hookwright.validate.uses import span_of

if TYPE_CHECKING:
    from hookwright.validate.subject import Scope


def check(scope: Scope) -> Iterator[Finding]:
    """Validate every sample that has a schema."""
    for declared in scope.declared.events:
        schema = declared.event.json_schema
        if not schema:
            continue
        from hookwright.validate.payloads import schema_fault, violations

        if schema_fault(schema):  # HW415 reports that
            continue
        where = span_of(declared, "/json_schema", key=True)
        related = [Related("the schema stands here", where)] if where else []
        for pointer, message in violations(declared.event.sample, schema):
            what = "something in it" if declared.secrets else message  # the message quotes values
            yield RULE.at(
                span_of(declared, f"/sample{pointer}"), f"the sample breaks its schema: {what}", related=related
            )


RULE = Rule(
    id="HW414",
    name="sample-against-schema",
    title="The sample of an event breaks its JSON Schema",
    severity=Severity.ERROR,
    why="One of the two is wrong. Workflows are built on the sample; payloads are checked against the schema.",
    failing="""\
events:
  candidate_created:
    sample: {jobid: 123}
    json_schema: {type: object, properties: {jobid: {type: string}}}
""",
    passing="""\
events:
  candidate_created:
    sample: {jobid: "123"}
    json_schema: {type: object, properties: {jobid: {type: string}}}
""",
    hint="Put the sample or the schema right.",
    per_environment=check,
)
