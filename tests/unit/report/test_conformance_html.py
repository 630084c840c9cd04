"""The page of verdicts: what it says, and that nothing it shows becomes part of the page itself."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookwright import __version__
from hookwright.model.conformance import CheckResult, Conformance, Exchange, Verdict
from hookwright.report.conformance_html import to_html
from tests.unit.report.conformance_examples import FAILED, FINE, MATRIX, RUN, SENDER, exchange

VOID = {"meta", "input", "link", "br"}
HOSTILE = [
    "<script>alert(1)</script>",
    "\" onload='x' a=\"",
    "</style><script>",
    "{{ 7*7 }}{% if %}",
    "]]>&amp;&#60;",
    "\x00\x1b[2J\ud800",
]


class Page(HTMLParser):
    """The elements of a page, and its text; fails where an element is not closed as it was opened."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.shape: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "i":  # escapes, which are as many as there are such bytes
            self.shape.append(f"{tag} {' '.join(sorted(name for name, _ in attrs))}")
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.shape.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not self._open or self._open[-1] != "style":
            self.text += data


def hostile(text: str) -> Conformance:
    raw = text.encode("utf-8", "surrogatepass")
    sent = b"POST / HTTP/1.1\r\nA: " + raw
    shown = Exchange(text, 0.0, 0.1, sent, len(sent), raw, len(raw), None, text)
    check = CheckResult(
        "R01", text, Verdict.FAILED, text, text, text, text, exchanges=(shown, *SENDER.checks[0].exchanges),
        facts={"figure": text, "table": [{"a": text, "b": text}]}, latencies=(0.1,),
    )  # fmt: skip
    return Conformance("receiver", text, text, (check,))


@pytest.mark.parametrize("run", [RUN, FINE, SENDER, replace(FINE, checks=())])
def test_it_needs_nothing_but_itself(run: Conformance) -> None:
    text = to_html(run)
    page = Page(text)
    assert not any(shape.split()[0] in {"script", "link", "iframe", "object", "img"} for shape in page.shape)
    for tag, name, value in page.attributes:
        assert not name.startswith("on")
        assert name not in {"src", "style", "action"}
        assert name != "href" or value.startswith("#"), (tag, value)
    style = re.search(r"<style>(.*)</style>", text, re.DOTALL)
    assert style is not None
    assert "url(" not in style[1]
    assert "@import" not in style[1]
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    (policy,) = [value for tag, name, value in page.attributes if name == "content" and "default-src" in value]
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def test_ids_are_there_once_and_references_lead_somewhere() -> None:
    page = Page(to_html(replace(RUN, checks=(*RUN.checks, *SENDER.checks))))
    ids = [value for _, name, value in page.attributes if name == "id"]
    assert len(ids) == len(set(ids))
    wanted = {value for _, name, value in page.attributes if name == "aria-labelledby"}
    wanted |= {value[1:] for _, name, value in page.attributes if name == "href"}
    assert wanted
    assert wanted <= set(ids)


def test_it_says_all_that_is_known() -> None:
    text = Page(to_html(RUN)).text
    for check in RUN.checks:
        for part in (check.id, check.title, check.expected, check.observed, check.why, check.hint):
            assert part in text
        for each in check.exchanges:
            assert each.label in text
    assert "2 of 6 checks failed" in text
    assert "No check failed" in Page(to_html(FINE)).text
    assert "Nothing was checked" in Page(to_html(replace(FINE, checks=()))).text
    assert "130 B of 195 KiB are shown" in text
    assert (
        'Content-Length: 55\n\n{"event": "Workflow Errored", "name": "Gr\u00fc\u00dfe \\u2028"}\\r\\n\n\\xff\n' in text
    )


def test_it_says_when_and_by_what_it_was_made() -> None:
    text = Page(to_html(RUN, ended=datetime(2026, 1, 31, 12, 5, tzinfo=UTC))).text
    assert "in 8.32 s, on 2026-01-31 12:05 UTC" in text
    assert f"Made by hookwright {__version__}." in text
    assert " UTC" not in Page(to_html(RUN)).text


def test_only_what_tells_is_open() -> None:
    text = to_html(RUN)
    assert text.count('<details class="exchange" open>') == 2
    many = replace(
        FAILED, exchanges=tuple(exchange(f"number {number}", b"{}") for number in range(200)), observed="number 150"
    )
    text = to_html(replace(RUN, checks=(many,)))
    assert text.count('<details class="exchange" open>') == 1
    assert "139 more exchanges are in the JSON report." in text
    assert "number 150" in text


def test_long_messages_are_folded_and_bounded() -> None:
    body = b"x" * 50_000
    long = exchange("long", body)
    text = to_html(replace(RUN, checks=(replace(FAILED, exchanges=(long,), observed="long"),)))
    assert '<details class="message">' in text
    assert "x" * 50_000 in text
    short = to_html(replace(RUN, checks=(replace(MATRIX, exchanges=(long,)),)))
    assert "x" * 2_000 not in short
    assert "2048 B of 49 KiB are shown" in short


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_shown_stays_text(text: str) -> None:
    html = to_html(hostile(text))
    html.encode("utf-8")
    assert "\x00" not in html
    assert "\x1b" not in html
    assert Page(html).shape == Page(to_html(hostile("harmless"))).shape


@given(st.text(min_size=1, max_size=40).filter(lambda text: text.strip() and not set(text) & set("\r\n")))
def test_any_text_stays_text(text: str) -> None:
    assert Page(to_html(hostile(text))).shape == Page(to_html(hostile("harmless"))).shape
