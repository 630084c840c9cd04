"""Values in Markdown: shown as they are, whatever they hold. A parser of CommonMark says what came of them."""

from __future__ import annotations

import json
import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hookwright.report import markdown
from hookwright.report.values import clipped, told_apart
from tests.unit.report.rendering import PARSER, flat, kind, spans, words

NASTY = [
    "a|b", "`", "``", "a`b``c", "\\", "\\|", "|", "||", "`|`", "\\`", "<b>x</b>", "<!-- x -->", "-->", "</details>",
    "@mona", "#1", "acme/hooks#12", "GH-7", "https://evil.example", "www.evil.example", "a@evil.example", "![x](y)",
    "[x](javascript:alert(1))", "**b**", "~~s~~", "_i_", "# h", "- x", "1. x", "1)", "\n\n# h\n", "\r\n", "\t", "```",
    "~~~", ":smile:", "$x$", "&amp;", "&#35;", "\u202eabc", "\u200b", "\ufeff", "\x1b[31m", "\x00", "\ud800", "  ", " ",
    "ffffffffffffffffffffffffffffffffffffffff", "deadbeef", "| --- |", "> [!NOTE]", "{{event}}", "^1", "[^1]", "\u2028",
    "\u00a0x", "x\u0600", "\U000e0041", "fixes #1", "closes", "'", '"', "(", "':", "%0A::error::x",
    "::error::x", "##[error]x",
]  # fmt: skip
TEXT = st.one_of(
    st.text(max_size=60),
    st.lists(st.one_of(st.sampled_from(NASTY), st.text(max_size=4)), max_size=6).map("".join),
    st.lists(st.sampled_from(NASTY), max_size=5).map(" ".join),
)
NASTY_TEXT = st.lists(st.sampled_from(NASTY), max_size=3).map("".join)
TABLE = "| head | other |\n| --- | --- |\n"
PLAIN = re.compile(r"[A-Za-z0-9 ,;:.?!%—·→'\"()\n]*")
"""Outside of code there is nothing that a mention, a reference, a link or markup could be made of."""


def hidden(text: str) -> list[str]:
    return [c for c in text if c != " " and unicodedata.category(c)[0] in "CZ"]


@settings(deadline=None, max_examples=60)
@given(TEXT)
def test_a_code_span_shows_just_the_text(text: str) -> None:
    shown = clipped(markdown.visible(text), markdown.WIDEST)
    for document in (markdown.code(text), f"- ⛔ {markdown.code(text)}: x"):
        parts = [token for token in flat(document) if token.type in {"code_inline", "text"}]
        assert {kind(token) for token in flat(document)} <= {
            "paragraph", "inline", "code_inline", "text", "bullet_list", "list_item",
        }  # fmt: skip
        content = "".join(part.content for part in parts)
        assert (shown or '""') in content
    assert hidden(markdown.code(text)) == []


@settings(deadline=None, max_examples=60)
@given(TEXT, TEXT)
def test_a_code_span_stays_in_its_cell(left: str, right: str) -> None:
    document = TABLE + markdown.row((markdown.code(left), markdown.code(right))) + "\n"
    tokens = list(flat(document))
    assert [kind(token) for token in tokens].count("td") == 4, "two cells, each with a beginning and an end"
    cells = [token for token in tokens if token.type == "inline"][2:]
    for cell, text in zip(cells, (left, right), strict=True):
        assert "".join(part.content for part in cell.children or ()) == (
            clipped(markdown.visible(text), markdown.WIDEST) or '""'
        )
        assert {part.type for part in cell.children or ()} <= {"code_inline", "text"}
        assert {part.content for part in cell.children or () if part.type == "text"} <= {
            "|" * number for number in range(1, 61)
        }


@settings(deadline=None, max_examples=80)
@given(TEXT)
def test_prose_has_nothing_but_words_outside_of_code(text: str) -> None:
    for document in (
        markdown.prose(text),
        f"- {markdown.prose(text)}",
        TABLE + markdown.row((markdown.prose(text), "x")),
    ):
        outside = words(document).replace("…", "").replace("|", "")
        assert PLAIN.fullmatch(outside.replace("head", "").replace("other", "")), outside
        assert not re.search(r"[0-9a-f]{7,}", outside)
        kinds = {kind(token) for token in flat(document)}
        assert not kinds & {
            "link",
            "image",
            "em",
            "strong",
            "html_inline",
            "html_block",
            "s",
            "ordered_list",
            "heading",
        }
        assert not kinds & {"hr", "blockquote", "fence", "code_block", "softbreak", "hardbreak", "entity"}
        assert sum(kind(token) == "bullet_list" for token in flat(document)) in (0, 2)


@settings(deadline=None, max_examples=40)
@given(st.lists(TEXT, max_size=6))
def test_a_fence_holds_just_its_lines(lines: list[str]) -> None:
    tokens = PARSER.parse("\n".join(["before", "", *markdown.fenced(lines, "diff"), "", "after"]))
    assert [token.type for token in tokens if token.type != "inline"] == [
        "paragraph_open", "paragraph_close", "fence", "paragraph_open", "paragraph_close",
    ]  # fmt: skip
    (fence,) = (token for token in tokens if token.type == "fence")
    assert fence.content == "".join(f"{markdown.visible(line)}\n" for line in lines)
    assert fence.info == "diff"


@settings(deadline=None, max_examples=60)
@given(TEXT)
def test_code_in_html_is_text_in_html(text: str) -> None:
    shown = markdown.html_code(text)
    assert re.fullmatch(r"<code>[^<>\"'\n]*</code>", shown)
    assert hidden(shown) == []


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), TEXT),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXT, inner, max_size=3)),
    max_leaves=6,
)


@settings(deadline=None, max_examples=60)
@given(JSON)
def test_what_can_be_seen_of_a_value_is_the_value(given_value: object) -> None:
    text = markdown.value_text(given_value)
    assert hidden(text) == []
    # What was spelt out in Python's way is spelt out in JSON's, to be read again.
    spelt = re.sub(r"(?<!\\)((?:\\\\)*)\\x([0-9a-f]{2})", r"\1\\u00\2", text)
    spelt = re.sub(
        r"(?<!\\)((?:\\\\)*)\\U([0-9a-f]{8})",
        lambda match: match[1] + json.dumps(chr(int(match[2], 16)))[1:-1],
        spelt,
    )
    assert given_value == "(secret)" or json.loads(spelt) == given_value


def test_examples() -> None:
    assert markdown.code("plain") == "`plain`"
    assert markdown.code("a`b") == "``a`b``"
    assert markdown.code("`a") == "`` `a ``"
    assert markdown.code("a|b") == "`a`&#124;`b`"
    assert markdown.code("") == '`""`'
    assert markdown.code("\u202e") == "`\\u202e`"
    assert markdown.value_text("(secret)") == "(secret)"
    assert markdown.value_text(["a", None, 1]) == '["a", null, 1]'
    assert markdown.prose("1 delete, policy.max_deletes allows 0; pass --allow-deletes 1 if that is meant") == (
        "1 delete, `policy.max_deletes` allows 0; pass `--allow-deletes` 1 if that is meant"
    )
    assert markdown.prose("webhook 'on-call': adopt it, @mona") == "webhook '`on-call`': adopt it, `@mona`"
    assert spans(markdown.prose("an id deadbeef01, and 1. a list")) == ["deadbeef01", "1"]


@pytest.mark.parametrize("limit", [1, 2, 5, 160])
def test_clipping(limit: int) -> None:
    assert len(clipped("x" * 1000, limit)) == limit
    assert clipped("x" * limit, limit) == "x" * limit


@pytest.mark.parametrize(
    ("one", "other", "shown"),
    [
        ("abc", "abd", ("abc", "abd")),
        (None, "x" * 50, (None, "x" * 39 + "…")),
        ("x" * 50, "x" * 50, ("x" * 39 + "…", "x" * 39 + "…")),
        ("x" * 60 + "old" + "z" * 60, "x" * 60 + "new", ("…xxxxxxxxxxold" + "z" * 25 + "…", "…xxxxxxxxxxnew")),
        ("x" * 60, "x" * 60 + "more", ("…xxxxxxxxxx", "…xxxxxxxxxxmore")),
        ("old" + "x" * 60, "new" + "x" * 60, ("old" + "x" * 36 + "…", "new" + "x" * 36 + "…")),
    ],
)
def test_what_differs_is_not_clipped_away(one: str | None, other: str, shown: tuple[str | None, str]) -> None:
    assert told_apart([one, other], 40) == shown
