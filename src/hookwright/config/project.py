"""Find a project, and read all its files into one :class:`Project`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from hookwright.config.include import DEFAULT_INCLUDE, FILE_NAME, leaves_root, matching
from hookwright.config.positions import TextPlaces
from hookwright.config.reader import UNREADABLE, collector_paused, read
from hookwright.errors import ConfigError, LocalError
from hookwright.model.finding import Finding, Related, Severity
from hookwright.model.project import Entry, Project
from hookwright.model.source import Document, Position, Span, escape

if TYPE_CHECKING:
    from hookwright.model.source import Json

NO_FILE_MATCHED: Final = "HW015"
DECLARED_TWICE: Final = "HW016"
EMPTY: Final = "HW019"


def find_project(start: Path) -> Path:
    """The ``hookwright.yaml`` of a folder, or of the nearest folder above it that has one.

    Raises:
        ConfigError: there is none.
    """
    absolute = start.resolve()
    for folder in (absolute, *absolute.parents):
        file = folder / FILE_NAME
        if file.is_file():
            return file
    near = next((name for name in ("hookwright.yml", ".hookwright.yaml") if (absolute / name).exists()), "")
    hint = (
        f"Rename '{near}' to '{FILE_NAME}'." if near else "'hookwright init' makes a project, -C names one elsewhere."
    )
    raise ConfigError(f"there is no {FILE_NAME} in {absolute} or above it", hint=hint)


def load(file: Path) -> Project:
    """Read a project: ``hookwright.yaml`` and the files it includes.

    Args:
        file: the ``hookwright.yaml``.

    Returns:
        The project, with everything that is wrong with its files as findings (HW001 to HW019) and the rest of it.

    Raises:
        LocalError: ``hookwright.yaml`` itself cannot be opened.
    """
    root = file.parent
    main, findings = read(file)
    if main is None:
        if findings[0].rule == UNREADABLE:
            raise LocalError(findings[0].message, hint=findings[0].hint)
        main = Document(file, "", None, TextPlaces(file, ""))
    elif main.value is None and not findings:
        findings.append(
            _at_start(file, EMPTY, Severity.ERROR, f"{FILE_NAME} is empty", "'hookwright init' writes one.")
        )
    declared = main.value if isinstance(main.value, dict) else {}
    name = declared.get("project")
    with collector_paused():
        documents = _included(root, main, declared, findings)
        webhooks = _collect(documents, "webhooks", findings, "webhook")
        events = _collect(documents, "events", findings, "event")
        return Project(
            root=root,
            name=name if isinstance(name, str) else "",
            file=main,
            documents=tuple(documents),
            environments=_environments(main, declared.get("environments")),
            webhooks={name: webhooks[name] for name in sorted(webhooks)},
            events={name: events[name] for name in sorted(events)},
            removed_webhooks=_tombstones(documents, "webhooks"),
            removed_events=_tombstones(documents, "events"),
            findings=tuple(findings),
        )


def _included(root: Path, main: Document, declared: Mapping[str, Json], findings: list[Finding]) -> list[Document]:
    """The documents of all included files, in order of path."""
    patterns = list(_patterns(main, declared.get("include"), findings))
    if main.value is None:
        return []
    included = matching(root, patterns)
    findings += included.findings
    if patterns and not included.files and not included.findings:
        findings.append(_nothing_matched(main, declared, patterns))
    documents = []
    for path in included.files:
        document, found = read(path)
        findings += found
        if document is not None:
            documents.append(document)
    return documents


def _patterns(main: Document, include: Json, findings: list[Finding]) -> Iterable[str]:
    if include is None:
        yield from DEFAULT_INCLUDE
        return
    for index, pattern in enumerate(include if isinstance(include, list) else ()):
        if not isinstance(pattern, str) or not pattern:
            continue
        if leaves_root(pattern):
            message = f"'{pattern}' leads out of the project"
            hint = f"Write it relative to the folder of {FILE_NAME}, without '..'."
            findings.append(Finding(UNREADABLE, Severity.ERROR, message, main.places.span(f"/include/{index}"), hint))
        else:
            yield pattern


def _nothing_matched(main: Document, declared: Mapping[str, Json], patterns: list[str]) -> Finding:
    message = f"no file matches {', '.join(patterns)}"
    hint = "Declare webhooks in a file below webhooks/, or change 'include'."
    if "include" in declared:
        return Finding(NO_FILE_MATCHED, Severity.WARNING, message, main.places.span("/include"), hint)
    return _at_start(main.path, NO_FILE_MATCHED, Severity.WARNING, message, hint)


def _at_start(path: Path, rule: str, severity: Severity, message: str, hint: str) -> Finding:
    return Finding(rule, severity, message, Span(path, Position(1, 1), Position(1, 1)), hint)


def _environments(main: Document, value: Json) -> dict[str, Entry]:
    if not isinstance(value, dict):
        return {}
    return {name: Entry(name, one, main, f"/environments/{escape(name)}") for name, one in value.items()}


def _collect(documents: Iterable[Document], key: str, findings: list[Finding], kind: str) -> dict[str, Entry]:
    """All that the documents declare of one kind, by name; a second declaration of a name is a finding."""
    found: dict[str, Entry] = {}
    for document in documents:
        mapping = document.value.get(key) if isinstance(document.value, dict) else None
        if not isinstance(mapping, dict):
            continue
        for name, value in mapping.items():
            entry = Entry(name, value, document, f"/{key}/{escape(name)}")
            first = found.setdefault(name, entry)
            if first is not entry:
                findings.append(_declared_twice(kind, entry, first))
    return found


def _declared_twice(kind: str, entry: Entry, first: Entry) -> Finding:
    return Finding(
        DECLARED_TWICE,
        Severity.ERROR,
        f"the {kind} '{entry.name}' is declared twice",
        entry.span(key=True),
        "A name is the identity of what it names: rename or remove one of the two.",
        related=(Related("it is declared first here", first.span(key=True)),),
    )


def _tombstones(documents: Iterable[Document], key: str) -> dict[str, Entry]:
    found: dict[str, Entry] = {}
    for document in documents:
        removed = document.value.get("removed") if isinstance(document.value, dict) else None
        names = removed.get(key) if isinstance(removed, dict) else None
        for index, name in enumerate(names if isinstance(names, list) else ()):
            if isinstance(name, str):
                found.setdefault(name, Entry(name, name, document, f"/removed/{key}/{index}"))
    return {name: found[name] for name in sorted(found)}
