"""A project as it was at a git revision, in a temporary folder: neither work tree nor index are touched."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from hookwright.config.include import FILE_NAME
from hookwright.errors import ConfigError, LocalError, UsageError

if TYPE_CHECKING:
    from hookwright.model.finding import Finding
    from hookwright.model.source import Span

_REPOSITORY: Final = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR", "GIT_NAMESPACE")
"""What git sets for its hooks: here the repository is the one around the project, and the index one of our own."""

_PLAIN: Final = ("-c", "core.sparseCheckout=false", "-c", "core.splitIndex=false", "-c", "core.fsmonitor=false")
"""Whatever the work tree leaves out, the revision is written whole."""


@contextmanager
def project_at(root: Path, ref: str, environ: Mapping[str, str]) -> Iterator[Path]:
    """The folder of a project as it was at a revision, until the end of the ``with`` block.

    Only the project's own folder is written: nothing outside it belongs to a project. Its files are written as a
    checkout writes them (line ends, filters), from an index of their own.

    Args:
        root: the folder of ``hookwright.yaml``.
        ref: anything that git takes for a commit: ``main``, ``HEAD~1``, ``v1.2``, a hash.
        environ: the process environment.

    Yields:
        The folder that holds the ``hookwright.yaml`` of the revision.

    Raises:
        UsageError: the repository has no such revision.
        ConfigError: there was no project in this folder then.
        LocalError: there is no git, no repository around the project, or git failed.
    """
    git = _Git(root, environ)
    prefix = git.prefix()
    commit = git.commit(ref)
    tree = git.ask("rev-parse", "--verify", "--quiet", f"{commit}:{prefix.rstrip('/')}")
    file = git.ask("rev-parse", "--verify", "--quiet", f"{commit}:{prefix}{FILE_NAME}")
    if tree is None or file is None:
        message = f"there is no {prefix}{FILE_NAME} at {ref} ({commit[:12]})"
        raise ConfigError(message, hint="Name a revision that has the project in this folder.")
    with tempfile.TemporaryDirectory(prefix="hookwright-") as folder:
        own = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
        # At its place in the repository, so that the attributes of the folders above it hold.
        git.run("read-tree", *([f"--prefix={prefix}"] if prefix else []), tree, more=own)
        git.run("checkout-index", "--all", "--quiet", f"--prefix={folder}/tree/", more=own)
        yield Path(folder) / "tree" / prefix


def parent_of(root: Path, ref: str, environ: Mapping[str, str]) -> str:
    """The hash of the first parent of a revision; arguments and errors as for :func:`project_at`.

    Raises:
        LocalError: it has none, too.
    """
    git = _Git(root, environ)
    git.prefix()
    commit = git.commit(ref)
    parent = git.ask("rev-parse", "--verify", "--quiet", f"{commit}^")
    if parent is None:
        hint = git.deeper or "It is the first commit: nothing was declared before it."
        raise LocalError(f"commit {commit[:12]} has no parent here", hint=hint)
    return parent


def at_revision(finding: Finding, folder: Path, ref: str) -> Finding:
    """A finding in the folder of :func:`project_at`, its files named as git names them: ``main:webhooks/a.yaml``."""

    def named(span: Span) -> Span:
        inside = span.file.is_relative_to(folder)
        return replace(span, file=Path(f"{ref}:{span.file.relative_to(folder).as_posix()}")) if inside else span

    related = tuple(replace(one, span=named(one.span)) for one in finding.related)
    return replace(finding, span=named(finding.span) if finding.span else None, related=related)


class _Git:
    """The git of a folder."""

    def __init__(self, folder: Path, environ: Mapping[str, str]) -> None:
        self._folder = folder
        self._environ = {name: value for name, value in environ.items() if name not in _REPOSITORY}
        self._environ |= {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0"}

    def prefix(self) -> str:
        """The folder's path in its repository, with a slash at its end; an empty string for the repository's own.

        Raises:
            LocalError: there is no git, or no repository around the folder.
        """
        done = self._call(["rev-parse", "--show-prefix"])
        if done.returncode == 0:
            return done.stdout.removesuffix("\n")
        if "not a git repository" in done.stderr:
            raise LocalError(f"{self._folder} is in no git repository", hint="A revision needs a repository.")
        raise _failed(done)

    def commit(self, ref: str) -> str:
        """The hash of the commit that a revision names.

        Raises:
            UsageError: there is no such revision.
        """
        # A leading dash would make an option of it; no name of a revision begins with one (git-check-ref-format(1)).
        wanted = f"{ref}^{{commit}}"
        found = None if ref.startswith("-") else self.ask("rev-parse", "--verify", "--quiet", wanted)
        if found is not None:
            return found
        raise UsageError(
            f"the repository has no revision '{ref}'",
            hint=self.deeper or "Name a branch, a tag or a commit that is here: 'git fetch' brings others.",
        )

    @property
    def deeper(self) -> str:
        """What to do where the history does not go far enough back; empty where all of it is here."""
        if self.ask("rev-parse", "--is-shallow-repository") != "true":
            return ""
        return "This clone is shallow: fetch more of its history (in a GitHub workflow, 'fetch-depth: 0')."

    def ask(self, *arguments: str) -> str | None:
        """What git answers, on one line; None where it has no answer."""
        done = self._call(arguments)
        return done.stdout.strip() if done.returncode == 0 else None

    def run(self, *arguments: str, more: Mapping[str, str]) -> None:
        """Let git do something.

        Raises:
            LocalError: git failed.
        """
        done = self._call(arguments, more)
        if done.returncode:
            raise _failed(done)

    def _call(
        self, arguments: Sequence[str], more: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        try:
            return subprocess.run(  # noqa: S603 - no shell; a revision cannot be taken for an option
                ["git", "-C", str(self._folder), *_PLAIN, *arguments],  # noqa: S607 - the user's own git
                env={**self._environ, **(more or {})},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                encoding="utf-8",
                errors="surrogateescape",
                check=False,
            )
        except FileNotFoundError:
            raise LocalError("git is not installed", hint="A revision is read with git; install it.") from None


def _failed(done: subprocess.CompletedProcess[str]) -> LocalError:
    lines = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
    return LocalError(f"git failed: {lines[0]}", hint=lines[-1].strip() if len(lines) > 1 else "")
