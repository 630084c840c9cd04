"""HW202: a template that begins with neither ``event`` nor ``workflow_response``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from hookwright.model.finding import Finding, Severity
from hookwright.templates.syntax import EVENT, ROOTS, Expression
from hookwright.validate.contracts import Meets
from hookwright.validate.names import nearest
from hookwright.validate.rule import Rule

if TYPE_CHECKING:
    from hookwright.validate.contracts import Contract
    from hookwright.validate.subject import Scope
    from hookwright.validate.uses import Use

_BRACKETS: Final = r"""\[["']?([^\]"']*)["']?\]"""


def check(scope: Scope) -> Iterator[Finding]:
    """Look at the first name of every path."""
    for root, found in scope.roots.items():
        for use, expression in found if root not in ROOTS else ():
            hint = _hint(expression, use, scope)
            for span in use.spans(expression):
                yield RULE.at(span, f"'{{{{{expression.dotted}}}}}': there is no '{root}'", hint=hint)


def _hint(expression: Expression, use: Use, scope: Scope) -> str:
    """What was meant, as far as the payloads have it: a hint must not lead to the next finding."""
    if "[" in expression.dotted:
        return f"Keys are named with dots: '{{{{{re.sub(_BRACKETS, _dotted, expression.dotted)}}}}}'."
    payloads = [found for found in map(scope.contracts.of, use.events) if found]
    near = nearest(expression.root, ROOTS)
    if any(expression.root in payload.keys for payload in payloads):
        path = _carried((expression.root, *expression.path), payloads)
    elif near == EVENT:
        path = _carried(expression.path, payloads)
    else:
        return f"Did you mean '{{{{{'.'.join((near, *expression.path))}}}}}'?" if near else RULE.hint
    if path is None:
        return f"Did you mean '{near}'?" if near else RULE.hint
    return f"Did you mean '{{{{{'.'.join((EVENT, *path))}}}}}'?"


def _dotted(match: re.Match[str]) -> str:
    return f".{match[1]}"


def _carried(path: tuple[str, ...], payloads: Sequence[Contract]) -> tuple[str, ...] | None:
    """The path, or one like it, that every payload carries or may carry; None where there is none."""
    for _ in range(len(path) + 1):
        traces = [payload.trace(path) for payload in payloads]
        wrong = next((trace for trace in traces if trace.meets not in (Meets.KNOWN, Meets.OPEN)), None)
        if wrong is None:
            return path
        near = nearest(path[wrong.depth], wrong.known)
        if wrong.meets is Meets.SCALAR:
            path = path[: wrong.depth]
        elif near and near != path[wrong.depth]:
            path = (*path[: wrong.depth], near, *path[wrong.depth + 1 :])
        else:
            return None
    return None


RULE = Rule(
    id="HW202",
    name="unknown-root",
    title="A template begins with neither event nor workflow_response",
    severity=Severity.ERROR,
    why="Only the payload of the event and the output of a workflow's Response node can be put into a delivery. "
    "Anything else stays empty, or arrives as the braces it is written with.",
    failing="""\
webhooks:
  incident-alerts:
    url: https://hooks.acme.example/incidents
    events: [Workflow Errored]
    headers: {X-Run: "{{instance_id}}"}
    body: {text: failed}
""",
    passing="""\
webhooks:
  incident-alerts:
    url: https://hooks.acme.example/incidents
    events: [Workflow Errored]
    headers: {X-Run: "{{event.instance_id}}"}
    body: {text: failed}
""",
    hint="Begin with 'event' or 'workflow_response'; for values of your own there is '${var.…}'.",
    per_environment=check,
)
