"""The page about templates tells what rendering does."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from hookwright.templates import Context, body_structure, render_body

PAGE = (Path(__file__).parents[3] / "docs" / "templates.md").read_text("utf-8")
ROWS = re.findall(r"^\| `([^`]+)` \| `([^`]+)` \| [^|]+ \|$", PAGE, re.MULTILINE)
(PAYLOAD,) = map(json.loads, re.findall(r"```json\n(.*)\n```", PAGE))


def test_the_page_has_its_table() -> None:
    assert len(ROWS) == 14


@pytest.mark.parametrize(("body", "sent"), ROWS)
def test_what_the_page_says_is_sent(body: str, sent: str) -> None:
    context = Context(PAYLOAD)
    assert render_body(body, context).decode() == sent
    structure = body_structure(body)
    if structure is not None:
        assert render_body(structure, context).decode() == sent
