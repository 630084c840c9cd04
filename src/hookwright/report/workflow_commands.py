"""Workflow commands of GitHub Actions: the lines of stdout that become annotations of a run.

``::error file=…,line=…,title=…::message``: "Workflow commands for GitHub Actions" of GitHub's documentation; the
escapes are those of its toolkit (``@actions/core``, ``command.ts``).
"""

from __future__ import annotations

from collections.abc import Mapping

from hookwright.model.source import Span
from hookwright.report.findings import ShowPath
from hookwright.report.style import printable


def command(name: str, message: str, properties: Mapping[str, object]) -> str:
    """One command: a line, whatever the message and the properties hold."""
    given = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items())
    return f"::{name}{' ' + given if given else ''}::{_data(message)}"


def place(span: Span, path: ShowPath) -> dict[str, object]:
    """The properties that say where a span is; GitHub wants paths from the root of the repository."""
    where: dict[str, object] = {"file": path(span.file), "line": span.start.line, "endLine": span.end.line}
    if span.start.line == span.end.line:  # GitHub passes columns over where there are several lines
        where |= {"col": span.start.column, "endColumn": max(span.start.column, span.end.column - 1)}
    return where


def _data(text: str) -> str:
    # Line breaks travel in their escaped form; other controls would reach the log, and whoever reads it at a terminal.
    text = "\r".join(map(printable, text.split("\r")))
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
