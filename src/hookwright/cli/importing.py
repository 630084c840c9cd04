"""Where an import puts what was taken over: files beside those that are there, vars in ``hookwright.yaml``."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from hookwright.cli.init import SCHEMAS
from hookwright.cli.landing import Landing
from hookwright.config import load, resolve
from hookwright.config.include import DEFAULT_INCLUDE
from hookwright.config.insert import insert_vars
from hookwright.config.writer import to_yaml
from hookwright.errors import LocalError, RefusedError, UsageError
from hookwright.model.finding import Finding, Severity
from hookwright.model.source import Json, escape
from hookwright.model.takeover import Imported
from hookwright.validate.engine import validate

if TYPE_CHECKING:
    from hookwright.cli.settings import Settings
    from hookwright.model.project import Project
    from hookwright.model.takeover import Taken, Takeover

_HEADING: Final = (f"yaml-language-server: $schema={SCHEMAS}/resources.schema.json",)
_SUFFIXES: Final = (".yaml", ".yml")
_STEM: Final = "imported"


@dataclass(frozen=True, slots=True)
class Destination:
    """What ``--out`` says.

    Attributes:
        path: a file, or a folder; None for the project's own folders.
        is_file: whether it is a file.
        prints: whether the YAML goes to stdout.
    """

    path: Path | None = None
    is_file: bool = False
    prints: bool = False

    @classmethod
    def of(cls, out: str | None, output_format: str) -> Destination:
        """Read the option.

        Raises:
            UsageError: it is neither a YAML file nor a folder, or two things would be printed.
        """
        if out == "-":
            if output_format == "json":
                raise UsageError("'--out -' prints YAML: it does not go with '--format json'")
            return cls(prints=True)
        if out is None:
            return cls()
        path = Path(out)
        if path.is_dir() or out.endswith(("/", "\\")):
            return cls(path)
        if path.suffix not in _SUFFIXES:
            raise UsageError(f"'{out}' is neither a folder nor a .yaml file", hint="A new folder ends in '/'.")
        return cls(path, is_file=True)

    def file(self, project: Project, kind: str) -> Path:
        """The file for webhooks or for events: one that is not there, unless it was named."""
        if self.path is not None:
            return self.path if self.is_file else _free(self.path / f"{kind}.yaml")
        folder, suffix = _home(project, kind)
        return _free(project.root / folder / f"{_STEM}{suffix}")


@dataclass(frozen=True, slots=True)
class Import:
    """The writing part of an import.

    Attributes:
        settings: of the command.
        project: the project as it was read.
        takeover: what was taken over.
        environments: the environments that were read.
        destination: where it goes.
        env_file: where the values of the secrets go, or None.
        dry_run: write nothing.
    """

    settings: Settings
    project: Project
    takeover: Takeover
    environments: tuple[str, ...]
    destination: Destination
    env_file: str | None
    dry_run: bool

    def text(self) -> str:
        """All of it as one YAML document."""
        return _document({"webhooks": self.takeover.webhooks, "events": self.takeover.events})

    def run(self) -> Imported:
        """Write the files, all or none.

        Raises:
            RefusedError: a file that was named is there already, or the project would not include what is written.
            LocalError: a file cannot be written.
        """
        files = {} if self.destination.prints else self._files()
        main = insert_vars(self.project.file.text, self.takeover.vars)
        inserted = not self.takeover.vars or (main is not None and bool(files))
        findings: tuple[Finding, ...] = ()
        if not self.dry_run:
            findings = self._write(files, main if inserted and self.takeover.vars else None)
        written = [*map(str, files), *([str(self.project.file.path)] if self.takeover.vars and inserted else [])]
        return Imported(
            self.takeover,
            self.environments,
            files=tuple(written),
            inserted=inserted,
            already_set=frozenset(
                one.name for one in self.takeover.variables if self.settings.environ.get(one.name) == one.value
            ),
            findings=findings,
            dry_run=self.dry_run,
        )

    def _files(self) -> dict[Path, str]:
        """The YAML files, by path."""
        parts = {"webhooks": self.takeover.webhooks, "events": self.takeover.events}
        parts = {kind: taken for kind, taken in parts.items() if taken}
        if self.destination.is_file and parts:
            path = self.destination.file(self.project, "")
            if path.exists():
                raise RefusedError(f"{path} is there already", hint="An import overwrites nothing: name another file.")
            return {path: _document(parts)}
        return {self.destination.file(self.project, kind): _document({kind: taken}) for kind, taken in parts.items()}

    def _write(self, files: Mapping[Path, str], main: str | None) -> tuple[Finding, ...]:
        """Write everything, and look at it with the eyes of the next command.

        Returns:
            The errors that validation finds in what was written.
        """
        with Landing() as landing:
            for path, text in files.items():
                landing.create(path, text)
            if self.env_file and self.takeover.variables:
                landing.create(Path(self.env_file), self._variables(), mode=0o600)
            if main is not None:
                landing.replace(self.project.file.path, self.project.file.text, main)
            return self._checked({path.resolve() for path in files}) if files else ()

    def _checked(self, files: set[Path]) -> tuple[Finding, ...]:
        """Read the project again.

        Returns:
            The errors that validation finds in the files.
        """
        again = load(self.project.file.path)
        broken = [finding for finding in again.findings if finding.severity is Severity.ERROR]
        if broken:
            raise LocalError(f"what was written cannot be read: {broken[0].message}", hint="Everything was taken back.")
        missing = sorted(map(str, files - {document.path.resolve() for document in again.documents}))
        if missing and self.destination.path is None:
            raise RefusedError(
                f"the project does not include {', '.join(missing)}",
                hint="Name a file that 'include' matches: --out FILE. Nothing was written.",
            )
        return self._errors(again, files)

    def _errors(self, project: Project, files: set[Path]) -> tuple[Finding, ...]:
        """The errors in some files, once all process variables are set."""
        environ = {**self.settings.environ, **{one.name: one.value for one in self.takeover.variables}}
        resolved = [resolve(project, name, environ) for name in self.environments]
        declared, found = [one for one, _ in resolved], [finding for _, some in resolved for finding in some]
        return tuple(
            finding
            for finding in validate(project, declared, found, only_errors=True)
            if finding.severity is Severity.ERROR and finding.span and finding.span.file.resolve() in files
        )

    def _variables(self) -> str:
        """The values of the secrets as a shell reads them."""
        lines = [f"{variable.name}={shlex.quote(variable.value)}" for variable in self.takeover.variables]
        return "\n".join(lines) + "\n"


def _document(parts: Mapping[str, tuple[Taken, ...]]) -> str:
    value: dict[str, Json] = {
        kind: {one.name: dict(one.block) for one in taken} for kind, taken in parts.items() if taken
    }
    comments = {
        f"/{kind}/{escape(one.name)}": one.comment for kind, taken in parts.items() for one in taken if one.comment
    }
    return to_yaml(value, heading=_HEADING, comments=comments)


def _home(project: Project, kind: str) -> tuple[str, str]:
    """The folder and the suffix for a kind of file: those of the glob that is named after it, or of the first."""
    declared = project.file.value.get("include") if isinstance(project.file.value, dict) else None
    globs = [glob for glob in declared if isinstance(glob, str)] if isinstance(declared, list) else []
    globs = globs or list(DEFAULT_INCLUDE)
    glob = next((glob for glob in globs if kind in glob), globs[0])
    folder = re.split(r"[*?\[]", glob)[0].rpartition("/")[0]
    return folder, ".yml" if glob.endswith(".yml") else ".yaml"


def _free(path: Path) -> Path:
    """The path, numbered where a file of that name is there."""
    candidate, number = path, 2
    while candidate.exists():
        candidate, number = path.with_stem(f"{path.stem}-{number}"), number + 1
    return candidate
