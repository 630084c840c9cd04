"""Two environments side by side, held against golden files."""

from __future__ import annotations

from dataclasses import replace

from hookwright.model.parity import Difference, FieldDifference, Parity, Unlike
from hookwright.report import parity_json, parity_text
from tests.unit.report.golden import check

PARITY = Parity(
    "acme",
    "test",
    "production",
    (
        Difference("event", "candidate_created", Unlike.LEFT_ONLY, "1" * 24, None),
        Difference(
            "webhook", "incident-pager", Unlike.CHANGED, "2" * 24, "3" * 24,
            (
                FieldDifference("/body/a~1b", None, {"x": "\x1b[2J"}),
                FieldDifference("/headers/X-Key", "(secret)", "(secret)", secret=True, declared=True),
                FieldDifference("/headers/X-Other", "(secret)", None, secret=True),
                FieldDifference("/method", "POST", "PUT"),
            ),
        ),
        Difference("webhook", "left-over\x1b", Unlike.RIGHT_ONLY, None, "4" * 24),
    ),
    alike=7,
    unmanaged=(2, 0),
    warnings=("test: the webhook 8 carries a marker that cannot be read; it is left alone",),
)  # fmt: skip
ALIKE = replace(PARITY, differences=(), warnings=())


def test_golden() -> None:
    check("diff.txt", parity_text.to_text(PARITY))
    check("diff-colour.txt", parity_text.to_text(PARITY, color=True))
    check("diff-none.txt", parity_text.to_text(ALIKE))
    check("diff.json", parity_json.to_json(PARITY))


def test_nothing_in_it_drives_the_terminal() -> None:
    assert "\x1b" not in parity_text.to_text(PARITY)
