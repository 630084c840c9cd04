"""What the Action says: as a parser of Markdown sees it, and never more than GitHub takes."""

from __future__ import annotations

from typing import Any

import pytest

from hookwright.model.github import LARGEST_BODY
from hookwright.report import action_markdown
from tests.unit.report.rendering import STRUCTURE, columns, flat, kind, words

HOSTILE = "x`|<img src=x onerror=alert(1)>\n\n#pwned @mona ```\n::error::pwned </details> <!-- "


def applied(count: int, name: str = "pager", error: str | None = None) -> dict[str, Any]:
    status = "failed" if error else "applied"
    step = {"kind": "webhook", "name": name, "action": "create", "id": "1", "status": status, "error": error}
    summary = {"applied": 0 if error else count, "failed": count if error else 0, "withheld": 0, "unknown": 0}
    return {"environment": "test", "summary": summary, "steps": [step] * count, "converged": not error, "notes": []}


def safe(markdown: str) -> None:
    assert {kind(token) for token in flat(markdown)} <= STRUCTURE | {"text", "code_inline", "softbreak"}
    assert "pwned" not in words(markdown)
    assert "mona" not in words(markdown)
    assert "img" not in words(markdown)


@pytest.mark.parametrize("said", ["", "error: no", HOSTILE, "x" * 100_000, HOSTILE * 5_000])
def test_a_failure(said: str) -> None:
    for markdown in (
        action_markdown.failed("Plan of test", said),
        action_markdown.stale(["test"], said, ""),
        action_markdown.outcome({"error": {"message": said}}, ["test"], said),
    ):
        safe(markdown)
        assert len(markdown) < 5_500


@pytest.mark.parametrize("count", [0, 1, 1_000])
def test_an_apply(count: int) -> None:
    markdown = action_markdown.outcome(applied(count, HOSTILE, HOSTILE), ["test"], "")
    safe(markdown)
    assert set(columns(markdown)) == ({4} if count else set())
    assert len(markdown) < LARGEST_BODY
    shown = markdown.count("create webhook")
    assert f"{count - shown} more." in markdown or shown == count


def test_an_apply_to_many_environments() -> None:
    many = {"applies": [applied(50, f"hook-{number}") for number in range(200)]}
    markdown = action_markdown.outcome(many, ["test"], "")
    shown = markdown.count("### ✅ Applied to `test`")
    assert 0 < shown < 200
    assert markdown.endswith(f"{200 - shown} more environments.\n")
    assert len(markdown) < LARGEST_BODY
    assert action_markdown.outcome_line(many).count("test: 50 applied") == 200


def test_why_an_apply_failed_is_told_in_the_summary_and_in_the_log() -> None:
    assert action_markdown.outcome(applied(1, error="no"), ["test"], "").startswith("### ❌ Apply failed: `test`")
    assert action_markdown.outcome_line(applied(1, error=HOSTILE)).startswith("  failed: create webhook pager: x`|<img")
    assert "\n::" not in action_markdown.outcome_line(applied(1, error=HOSTILE))
    unread = applied(1) | {"converged": False, "notes": ["what was written could not be read back: timeout", HOSTILE]}
    markdown = action_markdown.outcome(unread, ["test"], "")
    assert markdown.startswith("### ❌ Apply stopped partway: `test`\n\n1 applied.\n\n- what was written could not be")
    safe(markdown)
    assert "  note: what was written could not be read back: timeout\n" in action_markdown.outcome_line(unread)
    assert len(action_markdown.outcome(applied(5) | {"notes": [HOSTILE] * 5_000}, ["test"], "")) < 6_000


def test_one_of_several_environments_failed() -> None:
    record = {"applies": [applied(1), {"environment": "production", "error": {"message": "it is <b>refused</b>"}}]}
    markdown = action_markdown.outcome(record, ["test", "production"], "")
    assert "### ✅ Applied to `test`" in markdown
    assert "### ❌ Apply to `production` failed" in markdown
    safe(markdown)


@pytest.mark.parametrize(("errors", "sign"), [(0, "⚠️"), (2_000, "❌")])
def test_findings(errors: int, sign: str) -> None:
    finding = {"severity": "error", "rule": "HW401", "file": HOSTILE, "line": 3, "message": HOSTILE}
    record = {"summary": {"error": errors, "warning": 1, "info": 0}, "findings": [finding] * max(errors, 1)}
    markdown = action_markdown.findings(record)
    assert markdown.startswith(f"### {sign} Findings: ")
    safe(markdown)
    assert set(columns(markdown)) == {4}
    assert len(markdown) < LARGEST_BODY


def test_no_check_was_made() -> None:
    assert action_markdown.checks({"error": {"message": "x"}}) == "### ❌ No check was made\n"
