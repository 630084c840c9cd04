"""``hookwright contracts``: what events carry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from hookwright.cli import completing
from hookwright.cli.options import LazyGroup, Settings, command, option
from hookwright.errors import ConfigError, LocalError

if TYPE_CHECKING:
    from hookwright.model.contract import Proposal
    from hookwright.model.project import Project

STDIN: Final = Path("-")


@click.group(name="contracts", cls=LazyGroup, short_help="Propose payload contracts from captured deliveries.")
def main() -> None:
    """Payload contracts: JSON Schemas that say what each event carries.

    'validate' checks templates against them: those that are published, and a project's own in contracts/.
    """


@command(name="infer", short_help="Propose a contract from captured deliveries.")
@click.argument("files", nargs=-1, metavar="[FILE]...", type=click.Path(path_type=Path, allow_dash=True))
@option(
    "--event",
    metavar="E",
    default=None,
    help="Only this event; what names none is taken for it.",
    shell_complete=completing.payloads,
)
@option("--at", metavar="POINTER", default="", help="Where in the body the payload stands: a JSON pointer.")
@option("--verified", is_flag=True, help="Only deliveries whose signature was valid.")
@option("--write", is_flag=True, help="Write the contracts into the project, where 'validate' uses them.")
@option("--force", is_flag=True, help="With --write: over what is there.")
def infer(
    settings: Settings, files: tuple[Path, ...], event: str | None, at: str, verified: bool, write: bool, force: bool
) -> None:
    """Propose a payload contract for each event, from captured deliveries, and say where they differ from the known.

    A FILE is what 'listen --format json' printed, what 'listen --db' keeps, or a raw body; without one, stdin. Bodies
    must hold the payload as it is: capture with a webhook of type default, or say with --at where it stands.
    'workflow_response' is the event of what Response nodes give.

    A contract lists keys, their types and which are always there, and holds no values, but for few words that come
    again and again. More payloads only make it wider.
    """
    from hookwright.cli.captures import Wanted, check_pointer, gather, read_captures
    from hookwright.report import contracts_json, contracts_text
    from hookwright.validate.contracts import Contracts, contracts_of
    from hookwright.validate.departures import propose
    from hookwright.validate.names import listed

    wanted = Wanted(event, check_pointer(at), verified)
    project = _project(settings, required=write)
    known = contracts_of(project) if project else Contracts()
    gathered = gather(read_captures(files or (STDIN,)), wanted)
    if not gathered.payloads:
        skipped = contracts_text.left_out(gathered.skipped)
        hint = f"Left out: {skipped}." if skipped else "Capture some with 'hookwright listen --format json'."
        raise LocalError("there is no payload in what was given", hint=hint)
    proposals = [
        propose(name, payloads, known.response if name == "workflow_response" else known.of(name))
        for name, payloads in gathered.payloads.items()
    ]
    written = _write(project, proposals, force=force) if project and write else {}
    if settings.format == "json":
        settings.emit(contracts_json.to_json(proposals, gathered.skipped, {n: str(f) for n, f in written.items()}))
    else:
        settings.emit(contracts_text.to_text(proposals, gathered.skipped, color=settings.color))
    for file in written.values():
        settings.say(f"written: {file}")
    if write and len(written) < len(proposals):
        others = listed(one.event for one in proposals if one.event not in written)
        settings.say(f"not written: {others}, which the platform does not have")


main.add_command(infer)


def _project(settings: Settings, *, required: bool) -> Project | None:
    """The project, as far as contracts are concerned: its ``hookwright.yaml``. None where there is none."""
    from hookwright.config import find_project, read
    from hookwright.model.project import Project

    try:
        file = find_project(settings.directory)
    except ConfigError:
        if required:
            raise
        return None
    document, findings = read(file)
    if document is None:
        raise ConfigError(f"{file.name} cannot be read", findings=findings)
    return Project(file.parent, "", document)


def _write(project: Project, proposals: Sequence[Proposal], *, force: bool) -> Mapping[str, Path]:
    """Write the contracts of the events that there can be contracts of; the files, by event.

    Raises:
        LocalError: there are contracts already, or a file cannot be written.
    """
    from hookwright.cli.files import write_whole
    from hookwright.report.contracts_json import schema_text

    files = {one.event: _file(project.root, one.event) for one in proposals if _writable(one.event)}
    taken = [file for file in files.values() if file.exists()]
    if taken and not force:
        names = ", ".join(file.relative_to(project.root).as_posix() for file in taken)
        raise LocalError(f"{names}: already there", hint="Nothing was written; --force overwrites.")
    try:
        for one in proposals:
            if one.event in files:
                files[one.event].parent.mkdir(exist_ok=True)
                write_whole(files[one.event], schema_text(one.schema))
    except OSError as error:
        raise LocalError(f"{error.filename or project.root} cannot be written: {error.strerror}") from None
    return files


def _writable(event: str) -> bool:
    from hookwright.model.resources import PLATFORM_EVENTS
    from hookwright.templates.syntax import WORKFLOW_RESPONSE

    return event in (*PLATFORM_EVENTS, WORKFLOW_RESPONSE)


def _file(root: Path, event: str) -> Path:
    """Where the contract of an event stands, or is to stand."""
    from hookwright.validate.contracts import FOLDER, slug_of
    from hookwright.validate.refinements import SUFFIXES

    names = [root / FOLDER / (slug_of(event) + suffix) for suffix in SUFFIXES]
    return next((file for file in names if file.exists()), names[-1])
