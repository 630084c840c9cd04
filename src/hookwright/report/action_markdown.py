"""What the GitHub Action says beside the reports of the commands, in Markdown; and lines for its log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any, Final

from hookwright.report.markdown import code, fenced, prose, row, rule, visible

_QUOTE: Final = 4_000
"""Characters of an error that are shown; the log has all of it. It stands beside reports of up to 60,000."""
_TABLE: Final = 20_000
"""Characters of the rows of a table that are shown."""
_WHOLE: Final = 60_000
"""Characters of what is said of several environments: GitHub takes 65,536 in a comment."""


def failed(title: str, said: str) -> str:
    """A command that came to no report.

    Args:
        title: what it was for.
        said: what it wrote to stderr.
    """
    return "\n".join([f"### ❌ {title} failed", "", *_quoted(said), ""])


def stale(names: Sequence[str], why: str, plan: str) -> str:
    """A reviewed plan that was not applied.

    Args:
        names: the environments.
        why: why it was not.
        plan: what would be done now, as Markdown.
    """
    head = f"### ⛔ Not applied to {_listed(names)}\n\nWhat would be done now is not what was reviewed."
    way = "To go on, run the apply workflow by hand: it plans anew, waits for approval, and applies just that."
    return "\n\n".join(filter(None, [head, "\n".join(_quoted(why)) if why else "", way, plan])) + "\n"


def outcome(record: Mapping[str, Any], names: Sequence[str], said: str) -> str:
    """What came of an apply.

    Args:
        record: what ``apply --format json`` printed.
        names: the environments.
        said: what it wrote to stderr.
    """
    if "error" in record or not record:
        return failed(f"Apply to {_listed(names)}", said)
    told = [_outcome(one) for one in record.get("applies", [record])]
    shown = _fitting(told, _WHOLE)
    more = [f"{len(told) - len(shown)} more environments.\n"] if len(shown) < len(told) else []
    return "\n".join([*shown, *more])


def _outcome(record: Mapping[str, Any]) -> str:
    name = code(str(record.get("environment", "")))
    if "error" in record:
        return failed(f"Apply to {name}", str(record["error"].get("message", "")))
    begun = record["summary"]["applied"] or record["summary"]["unknown"]
    failed_to = "❌ Apply stopped partway:" if begun else "❌ Apply failed:"
    head = "✅ Applied to" if record["converged"] else failed_to
    notes = _fitting([f"- {prose(note)}" for note in record["notes"]], _QUOTE)
    rows = [_step(step) for step in record["steps"]]
    table = _table(["", "what", "name", "why"], rows)
    return "\n".join([f"### {head} {name}", "", f"{_sums(record)}.", *(["", *notes] if notes else []), *table, ""])


def _step(step: Mapping[str, Any]) -> list[str]:
    sign = "✅" if step["status"] == "applied" else f"❌ {step['status']}"
    error = step.get("error")
    return [sign, f"{step['action']} {step['kind']}", code(str(step["name"])), prose(str(error)) if error else ""]


def outcome_line(record: Mapping[str, Any]) -> str:
    """What came of an apply, one line for each step and one of sums, for the log."""
    lines = []
    for one in record.get("applies", [record]):
        lines += [
            f"  {step['status']}: {step['action']} {step['kind']} {visible(str(step['name']))}"
            + (f": {visible(step['error'])}" if step.get("error") else "")
            for step in one.get("steps", [])
        ]
        lines += [f"  note: {visible(note)}" for note in one.get("notes", [])]
        if "summary" in one:
            lines.append(f"{visible(str(one['environment']))}: {_sums(one)}")
    return "\n".join(lines)


def findings(record: Mapping[str, Any]) -> str:
    """What ``validate --format json`` printed, as a table."""
    found = record.get("findings", [])
    if not found:
        return "### ✅ The webhooks are valid\n"
    counts = ", ".join(f"{number} {name}" for name, number in record["summary"].items() if number)
    sign = "❌" if record["summary"].get("error") else "⚠️"
    rows = [[one["severity"], one["rule"], _place(one), prose(one["message"])] for one in found]
    return "\n".join([f"### {sign} Findings: {counts}", *_table(["", "rule", "where", "what"], rows), ""])


def _place(finding: Mapping[str, Any]) -> str:
    return code(f"{finding['file']}:{finding['line']}") if finding.get("file") else ""


def checks(record: Mapping[str, Any]) -> str:
    """What ``test --format json`` printed, as a table; of failed checks, what was observed too."""
    summary = record.get("summary", {})
    rows = [
        [str(one["status"]), code(str(one["id"])), prose(str(one["title"])), prose(_observed(one))]
        for one in record.get("checks", [])
    ]
    counts = ", ".join(f"{number} {name}" for name, number in summary.items() if number)
    sign = "❌" if summary.get("failed") or "error" in record or not record else "✅"
    head = ["", "check", "what", "observed"]
    return "\n".join([f"### {sign} {counts or 'No check was made'}", *_table(head, rows), ""])


def checks_line(record: Mapping[str, Any]) -> str:
    """The same for the log, a line for each check."""
    lines = [
        f"  {one['status']}: {one['id']} {visible(': '.join(filter(None, [str(one['title']), _observed(one)])))}"
        for one in record.get("checks", [])
    ]
    return "\n".join([*lines, ", ".join(f"{number} {name}" for name, number in record.get("summary", {}).items())])


def _observed(check: Mapping[str, Any]) -> str:
    """What a failed check has seen; of others nothing is said."""
    return str(check.get("observed", "")) if check["status"] == "failed" else ""


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """A table below a blank line, and how many rows it leaves out; nothing where there are none."""
    if not rows:
        return []
    shown = _fitting([*map(row, rows)], _TABLE)
    more = ["", f"{len(rows) - len(shown)} more."] if len(shown) < len(rows) else []
    return ["", row(head), rule(len(head)), *shown, *more]


def _fitting(parts: Sequence[str], limit: int) -> list[str]:
    """As many parts, from the first on, as have so many characters together."""
    lengths = accumulate(len(part) + 1 for part in parts)
    return [part for part, length in zip(parts, lengths, strict=True) if length <= limit]


def _sums(record: Mapping[str, Any]) -> str:
    return ", ".join(f"{number} {name}" for name, number in record["summary"].items() if number) or "nothing to do"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(map(code, names))


def _quoted(text: str) -> list[str]:
    lines = text.strip().splitlines()
    shown = _fitting(lines, _QUOTE) or [line[:_QUOTE] for line in lines[:1]]
    return fenced([*shown, *(["…"] if len(shown) < len(lines) else [])], "text")
