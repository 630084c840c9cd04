"""``hookwright validate``: everything that is wrong with a project, as far as its files tell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hookwright.cli.options import EXIT_FAILED, Settings, command, option
from hookwright.cli.settings import shown_path
from hookwright.errors import ConfigError, LocalError
from hookwright.model.finding import Finding, Severity

if TYPE_CHECKING:
    from hookwright.model.project import Project
    from hookwright.model.resources import Declared


@command(
    name="validate",
    formats=("text", "json", "sarif", "github", "codequality"),
    environment="many",
    short_help="Check the project offline: schema, meaning, templates.",
)
@click.argument("files", nargs=-1, metavar="[FILE]...", type=click.Path(path_type=Path))
@option("--strict", is_flag=True, default=False, help="Fail on warnings too.")
def main(settings: Settings, files: tuple[Path, ...], strict: bool) -> int:
    """Check the project without asking the API: YAML, schema, templates against their events, meaning, secrets.

    All of the project is checked, as one file can break what another says. With FILEs, only findings are shown and
    counted that these files, or what depends on them, have a part in: for a pre-commit hook.

    Unset process variables are warnings: whoever has no secrets can validate too.
    """
    project, declared, findings = check(settings)
    for warning in _passed_over(files, project, declared, findings):
        settings.say(f"warning: {warning}")
    shown = concerning(findings, files, project, declared) if files else findings
    settings.emit(_report(settings, project, shown))
    if settings.format == "text" and project is not None and not settings.quiet:
        settings.say(_looked_at(project, declared))
    failing = (Severity.ERROR, Severity.WARNING) if strict else (Severity.ERROR,)
    return EXIT_FAILED if any(finding.severity in failing for finding in shown) else 0


def check(settings: Settings) -> tuple[Project | None, Sequence[Declared], list[Finding]]:
    """Load and validate what the settings point at.

    Returns:
        The project, None where there is none to be had; its declarations; and the findings.

    Raises:
        UsageError: there is no such environment.
    """
    from hookwright.cli.project import known_environment, load_project
    from hookwright.config import resolve
    from hookwright.validate.engine import validate

    try:
        project = load_project(settings)
    except (ConfigError, LocalError) as error:
        return None, (), [_finding(error)]
    known = list(project.environments)
    chosen = [known_environment(name, known) for name in settings.environments] if known else []
    resolved = [resolve(project, name, settings.environ) for name in chosen or known]
    declared = [each for each, _ in resolved]
    found = [finding for _, some in resolved for finding in some]
    return project, declared, validate(project, declared, found)


def concerning(
    findings: Sequence[Finding], files: Sequence[Path], project: Project | None, declared: Sequence[Declared]
) -> list[Finding]:
    """The findings that some files have a part in, or what depends on them.

    Everything depends on ``hookwright.yaml`` and on the contracts; a body file on the file that names it. A finding has
    a place, and may have related ones; one without any concerns every file.
    """
    wanted = {file.absolute() for file in files}
    if project is None or any(_rules_all(project, file) for file in wanted):
        return list(findings)
    wanted |= {body for naming, body in _body_files(declared) if naming in wanted}
    return [finding for finding in findings if finding.span is None or not wanted.isdisjoint(_files(finding))]


def _passed_over(
    files: Sequence[Path], project: Project | None, declared: Sequence[Declared], findings: Sequence[Finding]
) -> Iterator[str]:
    """What to say of the files that are not of the project.

    No more than a warning: a hook names whatever it was told to, deleted files too, and these may have dependents. But
    of a mistyped one nobody must think that it was checked.
    """
    if project is None:
        return
    known = {document.path.absolute() for document in project.documents}
    known.update(body for _, body in _body_files(declared))
    known.update(*map(_files, findings))
    for file in files:
        if not file.exists():
            yield f"there is no file '{file}'"
        elif file.is_dir():
            yield f"'{file}' is a folder: nothing in it was looked at. Name files, or the project's folder with -C"
        elif file.absolute() not in known and not _rules_all(project, file.absolute()):
            yield f"'{file}' is no file of the project: nothing in it was looked at"


def _body_files(declared: Sequence[Declared]) -> Iterator[tuple[Path, Path]]:
    """Each file that names a body file, with that."""
    for each in declared:
        for webhook in each.webhooks:
            places = webhook.places if "body_file" in webhook.raw else None
            if places:
                yield places.span("/body", key=True).file.absolute(), places.span("/body").file.absolute()


def _rules_all(project: Project, file: Path) -> bool:
    return file == project.file.path.absolute() or file.parent == (project.root / "contracts").absolute()


def _files(finding: Finding) -> set[Path]:
    spans = [related.span for related in finding.related] + ([finding.span] if finding.span else [])
    return {span.file.absolute() for span in spans}


def _finding(error: ConfigError | LocalError) -> Finding:
    """The finding that stands for a project that is not there."""
    from hookwright.validate.rules.hw000_no_project import RULE

    return RULE.at(None, error.message, hint=error.hint)


def _report(settings: Settings, project: Project | None, findings: Sequence[Finding]) -> str:
    from hookwright.cli.project import sources_of

    path = shown_path(project.root if project else None)
    sources = sources_of(project)
    if settings.format == "json":
        from hookwright.report.findings import to_json

        return to_json(findings, path=path)
    if settings.format == "text":
        from hookwright.report.findings_text import to_text

        return to_text(findings, sources, color=settings.color, path=path)
    from hookwright.validate.pages import every_page

    rules = every_page()
    if settings.format == "github":
        from hookwright.cli.workflow import repository_path
        from hookwright.report.findings_github import to_github

        return to_github(findings, rules, path=repository_path(settings, project.root if project else None))
    if settings.format == "codequality":
        from hookwright.report.findings_codequality import to_codequality

        return to_codequality(findings, rules, sources, path=path)
    from hookwright import __version__
    from hookwright.report.findings_sarif import to_sarif

    return to_sarif(findings, rules, sources, version=__version__, path=path)


def _looked_at(project: Project, declared: Sequence[Declared]) -> str:
    files = len(project.documents) + 1
    webhooks, events = len(project.webhooks), len(project.events)
    names = ", ".join(each.environment.name for each in declared) or "none"
    counts = [(files, "file"), (webhooks, "webhook"), (events, "event")]
    said = ", ".join(f"{number} {word}{'' if number == 1 else 's'}" for number, word in counts)
    return f"{said}; environments: {names}"
