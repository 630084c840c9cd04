"""Which rules are on, and how bad their findings are: ``rules:`` in ``hookwright.yaml`` over the rules' own say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from hookwright.model.finding import Finding, Severity
from hookwright.model.frozen import dataclass
from hookwright.model.source import escape
from hookwright.validate import registry

if TYPE_CHECKING:
    from hookwright.model.project import Project
    from hookwright.validate.rule import Rule

OFF: Final = "off"


@dataclass(frozen=True, slots=True)
class Levels:
    """The severities that hold in a project.

    Attributes:
        chosen: by id of the rule, what ``rules:`` says; None for off.
        findings: what is wrong with ``rules:``.
    """

    chosen: Mapping[str, Severity | None]
    findings: tuple[Finding, ...] = ()

    def of(self, rule: Rule) -> Severity | None:
        """The worst severity that a finding of the rule has here; None where the rule is off."""
        if rule.id in self.chosen:
            return self.chosen[rule.id]
        return rule.severity if rule.enabled else None

    def applied(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """The findings with the severities that hold, those of rules that are off left out."""
        for finding in findings:
            chosen = self.chosen.get(finding.rule, finding.severity)
            if chosen is finding.severity:
                yield finding
            elif chosen is not None:
                yield replace(finding, severity=chosen)


def is_locked(rule: Rule) -> bool:
    """Whether a rule can be neither changed nor silenced: behind such an error nothing can be trusted."""
    return rule.id.startswith(registry.READING) and rule.severity is Severity.ERROR


def levels_of(project: Project) -> Levels:
    """What a project's ``rules:`` say."""
    value = project.file.value
    written = value.get("rules") if isinstance(value, Mapping) else None
    if not isinstance(written, Mapping) or not written:
        return Levels({})
    from hookwright.validate.rules import hw503_unknown_rule

    chosen: dict[str, Severity | None] = {}
    findings: list[Finding] = []
    for name, level in written.items():
        rule = registry.find(str(name))
        if rule is None or is_locked(rule):
            span = project.file.places.span(f"/rules/{escape(str(name))}", key=True)
            findings.append(hw503_unknown_rule.finding(str(name), span, rule))
        elif level == OFF:
            chosen[rule.id] = None
        elif level in tuple(Severity):
            chosen[rule.id] = Severity(level)
    return Levels(chosen, tuple(findings))
