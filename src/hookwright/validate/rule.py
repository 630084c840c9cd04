"""What a rule is: its page in the catalogue, and the check behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from hookwright.model.finding import Finding, Related, Severity
from hookwright.model.frozen import dataclass

if TYPE_CHECKING:
    from hookwright.model.source import Span
    from hookwright.validate.subject import ProjectSubject, Scope

ProjectCheck = Callable[["ProjectSubject"], Iterator[Finding]]
EnvironmentCheck = Callable[["Scope"], Iterator[Finding]]

ORDERS: Final = """\
--- webhooks/orders.yaml ---
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
"""
"""The webhooks of examples that are about ``hookwright.yaml``."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the catalogue. The page that ``explain`` and ``docs/rules`` show is made from it.

    Attributes:
        id: ``HW`` and three digits; the first digit is the family.
        name: a word or more joined by hyphens, for people; ``rules:`` takes it as well as the id.
        title: what is wrong, in one line.
        severity: how bad a finding of it is, unless a finding says otherwise.
        why: what happens to somebody who ignores it.
        failing: an example that gives a finding: YAML of one file, or several files (see :func:`.rulepage.files_of`).
        passing: the same, put right.
        hint: what to do about it, in general.
        per_project: a check that looks at the project once; the files alone, whatever the environment.
        per_environment: a check that looks at what is declared for one environment.
        enabled: whether it is on where ``rules:`` says nothing.
    """

    id: str
    name: str
    title: str
    severity: Severity
    why: str
    failing: str
    passing: str
    hint: str
    per_project: ProjectCheck | None = None
    per_environment: EnvironmentCheck | None = None
    enabled: bool = True

    def at(
        self,
        span: Span | None,
        message: str,
        *,
        hint: str | None = None,
        severity: Severity | None = None,
        related: Sequence[Related] = (),
    ) -> Finding:
        """A finding of this rule.

        Args:
            span: its place.
            message: what is wrong, one sentence, no secret in it.
            hint: what to do about it here; the rule's own hint where there is none.
            severity: how bad it is here, where that is not the rule's own.
            related: other places it is about.
        """
        return Finding(
            rule=self.id,
            severity=severity or self.severity,
            message=message,
            span=span,
            hint=self.hint if hint is None else hint,
            related=tuple(related),
        )
