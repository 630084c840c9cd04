"""The engine: runs every rule over a project and turns what they find into one sorted list."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from hookwright.model.finding import Finding, Severity
from hookwright.validate import registry
from hookwright.validate.levels import Levels, is_locked, levels_of
from hookwright.validate.rules import WITHOUT_ERRORS
from hookwright.validate.subject import ProjectSubject

if TYPE_CHECKING:
    from hookwright.model.project import Project
    from hookwright.model.resources import Declared
    from hookwright.model.source import Position
    from hookwright.validate.rule import Rule
    from hookwright.validate.silence import Silence

SILENCE: Final = "hookwright: ignore"
"""What a comment that silences begins with."""

MISSING: Final = "HW102"
"""The one finding of the schema that is about what is not there, and not about the value that it stands at."""

_WORST_FIRST: Final = tuple(Severity)


def validate(
    project: Project, declared: Sequence[Declared], found: Iterable[Finding] = (), *, only_errors: bool = False
) -> list[Finding]:
    """Everything that is wrong with a project, as far as its files tell.

    Args:
        project: the project as it was read, with the findings of reading it.
        declared: what it declares for each environment that is to be looked at.
        found: findings of others to be reported among these: those of resolving the environments.
        only_errors: leave out the rules that never give an error; silences are heeded but not judged.

    Returns:
        The findings, sorted by file, line, column and rule, each once: one that holds for several environments names
        them, and one that holds for all names none.
    """
    enabled = gc.isenabled()
    gc.disable()  # many small objects are made that all stay: the collector would walk them over and over
    try:
        return _validate(project, declared, found, only_errors=only_errors)
    finally:
        if enabled:
            gc.enable()


def _validate(
    project: Project, declared: Sequence[Declared], found: Iterable[Finding], *, only_errors: bool
) -> list[Finding]:
    from hookwright.validate import schema

    levels = levels_of(project)
    refused = schema.check_project(project)
    early = [*refused, *found]
    whole = not any(finding.severity is Severity.ERROR for finding in (*project.findings, *early))
    subject = ProjectSubject(project, declared, whole=whole)
    late = [*_run(subject, levels, only_errors=only_errors), *levels.findings]
    unread = [finding for finding in project.findings if finding.severity is Severity.ERROR]
    about_values = [finding for finding in refused if finding.rule != MISSING]
    all_found = [
        *project.findings,
        *_untold(unread, refused),
        *_untold([*unread, *about_values], [*found, *late]),
    ]
    merged = _merged(levels.applied(all_found), tuple(project.environments))
    judge = whole and not only_errors and len(declared) == len(project.environments)
    return sorted(_heed_silences(project, merged, levels, judge=judge), key=_place)


def _untold(before: Iterable[Finding], findings: list[Finding]) -> list[Finding]:
    """The findings but for those about a value that a step before has refused: they would say the same again."""
    told = {_start(finding) for finding in before}
    return (
        [finding for finding in findings if finding.span is None or _start(finding) not in told] if told else findings
    )


def _run(subject: ProjectSubject, levels: Levels, *, only_errors: bool) -> Iterator[Finding]:
    # What cannot give an error here is not even loaded: that would be a fiftieth of the time of a small plan.
    but = WITHOUT_ERRORS.difference(levels.chosen) if only_errors else frozenset()
    for rule in registry.checked(but):
        level = levels.of(rule)
        if level is None or (only_errors and level is not Severity.ERROR):
            continue
        if rule.per_project:
            yield from _guarded(rule, rule.per_project(subject))
        if rule.per_environment:
            for scope in subject.scopes:
                name = scope.declared.environment.name
                for finding in _guarded(rule, rule.per_environment(scope)):
                    yield replace(finding, environments=(name,))


def _guarded(rule: Rule, findings: Iterator[Finding]) -> Iterator[Finding]:
    """What a rule finds; where it crashes, what it found before and a finding that says so."""
    try:
        yield from findings
    except Exception as error:  # noqa: BLE001 - one broken rule must not hide what the others find
        from hookwright.validate.rules import hw599_rule_crashed

        yield hw599_rule_crashed.finding(rule, error)


def _merged(findings: Iterable[Finding], environments: tuple[str, ...]) -> list[Finding]:
    """The findings, each once, with all the environments it was found in; of several severities the worst."""
    merged: dict[object, Finding] = {}
    for finding in findings:
        key = (finding.rule, _start(finding), finding.message)
        other = merged.get(key)
        merged[key] = finding if other is None else _both(other, finding)
    everywhere = set(environments)
    return [
        replace(finding, environments=()) if everywhere and everywhere <= set(finding.environments) else finding
        for finding in merged.values()
    ]


def _both(one: Finding, other: Finding) -> Finding:
    worst = min(one, other, key=lambda finding: _WORST_FIRST.index(finding.severity))
    if not one.environments or not other.environments:
        return replace(worst, environments=())
    return replace(worst, environments=tuple(dict.fromkeys((*one.environments, *other.environments))))


def _heed_silences(project: Project, findings: list[Finding], levels: Levels, *, judge: bool) -> Iterator[Finding]:
    """The findings that no comment silences, and with ``judge`` what is wrong with the comments."""
    documents = [document for document in (project.file, *project.documents) if SILENCE in document.text]
    if not documents:
        yield from findings
        return
    from hookwright.validate.rules import hw501_unused_silence, hw502_silence_without_reason, hw503_unknown_rule
    from hookwright.validate.silence import Silences, silences_in

    found = silences_in(documents)
    silences = Silences(found, _silenceable(found))
    yield from (finding for finding in findings if not silences.silences(finding))
    if judge:
        ours = [
            *hw501_unused_silence.findings(silences),
            *hw502_silence_without_reason.findings(found),
            *hw503_unknown_rule.in_silences(found),
        ]
        yield from levels.applied(ours)


def _silenceable(silences: Iterable[Silence]) -> dict[str, str]:
    """The id of the rule behind each name that a silence gives, as far as the rule may be silenced."""
    names = {name.lower() for silence in silences for name in silence.rules}
    rules = {name: registry.find(name) for name in names}
    return {name: rule.id for name, rule in rules.items() if rule and not is_locked(rule)}


def _start(finding: Finding) -> tuple[Path, Position] | None:
    return (finding.span.file, finding.span.start) if finding.span else None


def _place(finding: Finding) -> tuple[tuple[str, ...], int, int, str, str]:
    span = finding.span
    if span is None:
        return (), 0, 0, finding.rule, finding.message
    # Parts, not paths: which of these comes first depends on Python's version where one is empty.
    return span.file.parts, span.start.line, span.start.column, finding.rule, finding.message
