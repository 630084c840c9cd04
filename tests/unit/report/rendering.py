"""Markdown as a parser of CommonMark with tables sees it."""

from __future__ import annotations

from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])

STRUCTURE = {
    "heading", "paragraph", "bullet_list", "list_item", "table", "thead", "tbody", "tr", "th", "td", "inline", "fence",
    "html_block",
}  # fmt: skip
HTML = {"<br>", "<sub>", "</sub>"}


def flat(text: str) -> Iterator[Token]:
    """All tokens, those inside inline ones too."""
    for token in PARSER.parse(text):
        yield token
        yield from token.children or ()


def kind(token: Token) -> str:
    return token.type.removesuffix("_open").removesuffix("_close")


def spans(text: str) -> list[str]:
    """The contents of all code spans, in order."""
    return [token.content for token in flat(text) if token.type == "code_inline"]


def words(text: str) -> str:
    """All text that is not in code."""
    return "\n".join(token.content for token in flat(text) if token.type == "text")


def columns(text: str) -> list[int]:
    """How many cells there are in each row of each table, as the lines have them."""
    counts: list[int] = []
    for token in PARSER.parse(text):
        if token.type == "tr_open":
            counts.append(0)
        elif token.type in {"td_open", "th_open"}:
            counts[-1] += 1
    return counts
