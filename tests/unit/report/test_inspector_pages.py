"""The inspector's pages: where the time line puts things, and that nothing of others' gets through as markup."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookwright.model.delivery import Attempt, Diagnosis, Received, Replayed, Summary, Verdict
from hookwright.model.inspection import Compared, Comparison, Inspected, Likeness, Listing, Query
from hookwright.report.inspector.pages import Pages
from hookwright.report.inspector.timeline import LEFT, MOST, RIGHT, draw

AT = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)
SUMMARY = Summary("7", AT, "POST", "/x", "Workflow Errored", Verdict.VALID, 1, 200, 0.0, 2, "ab" * 32)


def attempts(*given: tuple[float, float, int | None]) -> list[Summary]:
    """Attempts: when, how long, and what was answered."""
    return [
        replace(SUMMARY, attempt=number, received_at=AT + timedelta(seconds=at), duration=took, answered=answered)
        for number, (at, took, answered) in enumerate(given, 1)
    ]


def test_waits_and_factors() -> None:
    line = draw(attempts((0, 0.5, 500), (1.5, 0, None), (3.5, 0, 500), (7.5, 0, 200)))
    assert [row.wait for row in line.rows] == [None, 1.0, 2.0, 4.0]
    assert [row.factor for row in line.rows] == [None, None, 2.0, 2.0]
    assert [row.outcome for row in line.rows] == ["failed", "cut", "failed", "delivered"]
    assert [label for _, label in line.ticks] == ["0 s", "2 s", "4 s", "6 s"]
    scale = (RIGHT - LEFT) / 7.5
    assert [row.start for row in line.rows] == [
        pytest.approx(place, abs=0.1) for place in (LEFT, LEFT + 1.5 * scale, LEFT + 3.5 * scale, RIGHT - 3)
    ]
    assert line.rows[1].wait_from == pytest.approx(LEFT + 0.5 * scale, abs=0.1)


@given(
    st.lists(
        st.tuples(st.floats(0, 1e6), st.floats(-1, 1e6), st.sampled_from([None, 200, 500])), min_size=1, max_size=30
    )
)
def test_nothing_leaves_the_drawing(given: list[tuple[float, float, int | None]]) -> None:
    line = draw(attempts(*sorted(given, key=lambda one: one[0])))
    assert line.omitted == max(0, len(given) - MOST)
    assert 1 <= len(line.ticks) <= 11
    for row in line.rows:
        assert LEFT <= row.start <= row.start + row.width <= RIGHT + 0.2
        assert LEFT <= row.wait_from <= RIGHT
        assert 0 < row.middle < line.height
    for at, _ in line.ticks:
        assert LEFT <= at <= RIGHT + 0.1


# --- pages

EVIL = "</pre><script>alert(1)</script>\"'><img src=x onerror=alert(2)>\u202e"


class Tags(HTMLParser):
    """The tags and attributes of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


def page(body: bytes = b"{}", *, reveal: bool = False, asked: str = EVIL[:-1], **changes: Any) -> str:
    """The page of a delivery in which everything that others wrote is hostile."""
    summary = replace(SUMMARY, method=EVIL, path=EVIL, event=EVIL, webhook=EVIL, answered=None, size=len(body))
    received = Received("7", AT, EVIL, EVIL, ((EVIL, EVIL), ("Cookie", "c00kie")), body, Verdict.INVALID, key=EVIL)
    parts = tuple(Compared(EVIL, kind, EVIL, EVIL, Likeness.DIFFERENT) for kind in ("header", "body"))
    inspected = Inspected(
        summary,
        received,
        masked=True,
        diagnosis=Diagnosis("x", EVIL, EVIL),
        verified=True,
        comparison=Comparison(EVIL, EVIL, True, parts, EVIL, 3),
        attempts=[replace(summary, attempt=1), replace(summary, attempt=2)],
        replays=[(AT, Replayed(summary, EVIL, True, Attempt(None, 0.1, error=EVIL)))],
        target=EVIL,
        can_sign=True,
    )
    listing = Listing(
        Query(asked, asked, "valid", "9"), [summary], 12, older="3", events=[EVIL], receiver=EVIL, kept_in=EVIL
    )
    secret = (lambda _name: False) if reveal else (lambda name: name == "Cookie")
    return Pages(secret).page(listing, replace(inspected, **changes))


def tags(html: str) -> Tags:
    found = Tags()
    found.feed(html)
    return found


def test_what_is_hostile_is_text() -> None:
    html = page(f'{{"event": "{EVIL}"}}'.encode())
    found = tags(html)
    assert "img" not in found.names
    assert html.count("<script") == 1
    assert not any(name.startswith("on") or name == "style" for name in found.attributes)
    assert "alert(1)" in found.text
    assert "\u202e" not in html
    assert "\\u202e" in found.text
    assert re.findall(r"(?:src|href)=\"(?!/)[^\"]*\"", html) == ['href="#detail"']


def test_secrets_of_headers() -> None:
    assert "c00kie" not in page()
    assert "(secret)" in page()
    assert "c00kie" in page(reveal=True)


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (b"", ["Empty."]),
        (b'{"a":[1]}', ["Pretty", '"a": [\n    1\n  ]', "Raw", '{"a":[1]}']),
        (b"plain <b>", ["Raw", "plain <b>"]),
        (b"\x00\x01", ["\\x00\\x01"]),
        (b"\xff<b>" * 2000, ["00000000  ff 3c 62 3e", ".<b>.<b>", "(8000 bytes in all)"]),
        (b"[" * 100_000, ["[[[["]),
        (b'"' + b"x\\n" * 100_000 + b'"', ["bytes in all"]),
    ],
)
def test_bodies(body: bytes, shown: list[str]) -> None:
    text = tags(page(body)).text
    assert [one for one in shown if one not in text] == []
    assert len(text) < 450_000


def test_states_of_the_signature() -> None:
    for verdict, verified, said in (
        (Verdict.VALID, True, "Valid: signed with the key of"),
        (Verdict.MISSING, True, "Missing: there is no header"),
        (Verdict.INVALID, False, "Not verified: the listener has no key."),
        (Verdict.INVALID, True, "Invalid: "),
    ):
        assert said in tags(page(summary=replace(SUMMARY, signature=verdict), verified=verified)).text


def test_without_a_comparison_it_says_why() -> None:
    assert "No webhook that is declared here would have sent this." in tags(page(comparison=None)).text


def test_small_pages_and_files() -> None:
    pages = Pages(lambda _name: False)
    empty = tags(pages.page(Listing(Query(), [], 0, receiver="http://127.0.0.1:1"), None)).text
    assert "Nothing received yet" in empty
    assert "hookwright send --to http://127.0.0.1:1" in empty
    assert "No such delivery" in tags(pages.page(Listing(Query(event="x"), [], 0), None)).text
    assert "<script>" not in pages.problem("<script>", "<script>")
    assert 'src="/static/open.js"' in pages.opening()
    for name, kind in (("inspector.css", "text/css"), ("inspector.js", "text/javascript"), ("icon.svg", "image/svg")):
        found = pages.asset(name)
        assert found is not None
        assert found[1].startswith(kind)
    for name in ("../pages.py", "pages.py", "", "page.html"):
        assert pages.asset(name) is None


def test_no_file_of_the_pages_names_another_host() -> None:
    for name in ("inspector.css", "inspector.js", "open.js", "icon.svg"):
        found = Pages(lambda _name: False).asset(name)
        assert found is not None
        text = found[0].decode().replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?:|//\w+\.|@import|url\(|innerHTML|eval\(|document\.write", text)
