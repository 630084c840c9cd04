"""What the GitHub Action says beside the reports of the commands, in Markdown; and lines for its log."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from hookwright.report.style import printable

_LONGEST_QUOTE: Final = 8_000
"""Characters of an error that are shown; the log has all of it."""
_ROWS: Final = 200
"""Rows of a table that are shown."""
_SPECIAL: Final = re.compile(r"([\\`*_{}\[\]()#+!|~$:@-])")


def failed(title: str, said: str) -> str:
    """A command that came to no report.

    Args:
        title: what it was for.
        said: what it wrote to stderr.
    """
    return f"### ❌ {_text(title)} failed\n\n{_quoted(said)}\n"


def stale(names: Sequence[str], why: str, plan: str) -> str:
    """A reviewed plan that was not applied.

    Args:
        names: the environments.
        why: why it was not.
        plan: what would be done now, as Markdown.
    """
    head = f"### ⛔ Not applied to {_listed(names)}\n\nWhat would be done now is not what was reviewed."
    way = "To go on, run the apply workflow by hand: it plans anew, waits for approval, and applies just that."
    return "\n\n".join(filter(None, [head, _quoted(why) if why else "", way, plan])) + "\n"


def outcome(record: Mapping[str, Any], names: Sequence[str], said: str) -> str:
    """What came of an apply.

    Args:
        record: what ``apply --format json`` printed.
        names: the environments.
        said: what it wrote to stderr.
    """
    if "error" in record or not record:
        return f"### ❌ Apply to {_listed(names)} failed\n\n{_quoted(said)}\n"
    return "\n".join(_outcome(one) for one in record.get("applies", [record]))


def _outcome(record: Mapping[str, Any]) -> str:
    name = _text(str(record.get("environment", "")))
    if "error" in record:
        return f"### ❌ Apply to {name} failed\n\n{_quoted(str(record['error'].get('message', '')))}\n"
    sign = "✅ Applied to" if record["converged"] else "❌ Apply stopped partway:"
    lines = [f"### {sign} {name}", "", _sums(record) + "."]
    if rows := [_step(step) for step in record["steps"]]:
        lines += ["", "| | what | name | |", "|---|---|---|---|", *rows[:_ROWS]]
    if len(rows) > _ROWS:
        lines += ["", f"{len(rows) - _ROWS} more."]
    return "\n".join(lines) + "\n"


def _step(step: Mapping[str, Any]) -> str:
    sign = "✅" if step["status"] == "applied" else "❌"
    error = _text(str(step.get("error") or ""))
    return f"| {sign} | {step['action']} {step['kind']} | {_text(str(step['name']))} | {step['status']} {error} |"


def outcome_line(record: Mapping[str, Any]) -> str:
    """What came of an apply, one line for each step and one of sums, for the log."""
    lines = []
    for one in record.get("applies", [record]):
        lines += [
            f"  {step['status']}: {step['action']} {step['kind']} {_line(str(step['name']))}"
            for step in one.get("steps", [])
        ]
        if "summary" in one:
            lines.append(f"{_line(str(one['environment']))}: {_sums(one)}")
    return "\n".join(lines)


def findings(record: Mapping[str, Any]) -> str:
    """What ``validate --format json`` printed, as a table."""
    found = record.get("findings", [])
    if not found:
        return "### ✅ The webhooks are valid\n"
    counts = ", ".join(f"{number} {name}" for name, number in record["summary"].items() if number)
    sign = "❌" if record["summary"].get("error") else "⚠️"
    rows = [
        f"| {one['severity']} | {_text(one['rule'])} | {_place(one)} | {_text(one['message'])} |"
        for one in found[:_ROWS]
    ]
    more = ["", f"{len(found) - _ROWS} more."] if len(found) > _ROWS else []
    return "\n".join(
        [f"### {sign} Findings: {counts}", "", "| | rule | where | what |", "|---|---|---|---|", *rows, *more, ""]
    )


def _place(finding: Mapping[str, Any]) -> str:
    return _text(f"{finding['file']}:{finding['line']}") if finding.get("file") else ""


def checks(record: Mapping[str, Any]) -> str:
    """What ``test --format json`` printed, as a table."""
    summary = record.get("summary", {})
    rows = [
        f"| {one.get('status', '')} | {_text(str(one.get('id', '')))} | {_text(str(one.get('title', '')))} |"
        for one in record.get("checks", [])
    ]
    counts = ", ".join(f"{number} {_text(str(name))}" for name, number in summary.items() if number)
    sign = "❌" if summary.get("failed") or "error" in record or not record else "✅"
    head = f"### {sign} {counts or 'No check was made'}"
    return "\n".join([head, "", "| | check | |", "|---|---|---|", *rows, ""]) if rows else f"{head}\n"


def _sums(record: Mapping[str, Any]) -> str:
    return ", ".join(f"{number} {name}" for name, number in record["summary"].items() if number) or "nothing to do"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(map(_text, names))


def _text(text: str) -> str:
    """Text that Markdown and HTML leave as it is, on one line."""
    return _SPECIAL.sub(r"\\\1", html.escape(_line(text), quote=False))


def _line(text: str) -> str:
    """Text on one line: a second one could be a command to the runner of the workflow, or end the row of a table."""
    return printable(" ".join(text.split()))


def _quoted(text: str) -> str:
    """Text in a block of code that nothing in it can end."""
    shown = "\n".join(printable(line) for line in text.strip().splitlines())
    if len(shown) > _LONGEST_QUOTE:
        shown = shown[:_LONGEST_QUOTE] + "\n…"
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", shown)), default=0))
    return f"{fence}text\n{shown}\n{fence}"
