"""HW415: a ``json_schema`` that is no JSON Schema."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from hookwright.model.finding import Finding, Severity
from hookwright.validate.rule import Rule
from hookwright.validate.uses import span_of

if TYPE_CHECKING:
    from hookwright.validate.subject import Scope


def check(scope: Scope) -> Iterator[Finding]:
    """Hold every schema against the schema of schemas."""
    for declared in scope.declared.events:
        if not declared.event.json_schema:
            continue
        from hookwright.validate.payloads import schema_fault

        fault = schema_fault(declared.event.json_schema)
        if fault:
            what = "something in it" if declared.secrets else fault[1]  # the message quotes values
            yield RULE.at(span_of(declared, f"/json_schema{fault[0]}"), f"this is no JSON Schema: {what}")


RULE = Rule(
    id="HW415",
    name="invalid-json-schema",
    title="The json_schema of an event is no JSON Schema",
    severity=Severity.ERROR,
    why="Nothing can be checked against it, by the platform or here.",
    failing="""\
events:
  candidate_created:
    sample: {jobid: "123"}
    json_schema: {type: object, properties: {jobid: {type: text}}}
""",
    passing="""\
events:
  candidate_created:
    sample: {jobid: "123"}
    json_schema: {type: object, properties: {jobid: {type: string}}}
""",
    hint="Types are object, array, string, number, integer, boolean and null; references out of the schema are not "
    "followed.",
    per_environment=check,
)
