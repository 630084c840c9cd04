"""The page of verdicts in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from hookwright.model.conformance import Conformance
from hookwright.report.conformance_html import to_html
from tests.unit.report.conformance_examples import FINE, RUN, SENDER

PATIENCE = 20_000
"""Milliseconds, for machines that have much else to do."""
expect.set_options(timeout=PATIENCE)

Show = Callable[..., Page]


@pytest.fixture
def show(browser: Browser, tmp_path: Path) -> Iterator[Show]:
    """Opens the report of a run; at the end, nothing was asked of the network and nothing was complained of."""
    requests: list[str] = []
    complaints: list[str] = []
    contexts = []

    def opened(run: Conformance, **options: object) -> Page:
        file = tmp_path / "report.html"
        file.write_text(to_html(run), "utf-8")
        context = browser.new_context(**options)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: requests.append(request.url))
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(file.as_uri())
        return page

    yield opened
    for context in contexts:
        context.close()
    assert set(requests) <= {(tmp_path / "report.html").as_uri()}
    assert complaints == []


def visible_checks(page: Page) -> list[str]:
    return [
        article.get_attribute("id") or "" for article in page.locator("article.check").all() if article.is_visible()
    ]


def luminance(page: Page, of: str) -> float:
    """Brightness of a colour of the body, from 0 to 255."""
    colour = page.evaluate(f"getComputedStyle(document.body).{of}")
    numbers = [float(part) for part in colour.split("(")[1].rstrip(")").split(",")[:3]]
    return sum(numbers) / 3


def test_it_says_first_how_it_ended(show: Show) -> None:
    page = show(RUN)
    assert page.title() == "2 failed: receiver http://127.0.0.1:8000/refold"
    expect(page.get_by_role("heading", level=1)).to_have_text("http://127.0.0.1:8000/refold")
    expect(page.get_by_role("status")).to_contain_text("2 of 6 checks failed")
    failures = page.get_by_role("list", name="What failed").get_by_role("listitem")
    expect(failures).to_have_count(2)
    failures.nth(1).get_by_role("link").click()
    expect(page.locator("#R17")).to_be_in_viewport()
    expect(show(FINE).get_by_role("status")).to_contain_text("No check failed")


def test_verdicts_can_be_filtered_without_a_script(show: Show) -> None:
    page = show(RUN, java_script_enabled=False)
    everything = ["R01", "R09", "R17", "R18", "R28", "R39"]
    assert visible_checks(page) == everything
    for verdict, left in (
        ("failed", ["R09", "R17"]),
        ("info", ["R18"]),
        ("skipped", ["R28"]),
        ("passed", ["R01", "R39"]),
    ):
        page.get_by_role("radio", name=verdict).check()
        assert visible_checks(page) == left
    page.get_by_role("radio", name="all").check()
    assert visible_checks(page) == everything
    expect(show(FINE).get_by_role("radio", name="failed")).to_be_disabled()


def test_it_can_be_used_with_the_keyboard(show: Show) -> None:
    page = show(RUN)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the checks")).to_be_focused()
    for _ in range(3):
        page.keyboard.press("Tab")
    expect(page.get_by_role("radio", name="all")).to_be_focused()
    page.keyboard.press("ArrowRight")
    assert visible_checks(page) == ["R09", "R17"]
    page.keyboard.press("ArrowRight")
    assert visible_checks(page) == ["R18"]
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The platform sends lower-case: accept nothing else.")).to_be_visible()


def test_evidence_of_a_failure_is_open(show: Show) -> None:
    page = show(RUN)
    check = page.get_by_role("article", name="White space changed")
    expect(check.locator("pre").filter(has_text="one blank more")).to_have_count(0)
    bytes_sent = check.locator("details.exchange[open] pre").first
    expect(bytes_sent).to_contain_text('{"event": "Workflow Errored", "name": "Grüße \\u2028"}\\r\\n')
    assert bytes_sent.inner_text().split("\n")[4:6] == ["Content-Length: 55", ""]
    expect(check.get_by_text("as signed")).to_be_visible()
    assert not check.locator("details.exchange:not([open]) pre").first.is_visible()


def test_charts_say_in_words_what_they_show(show: Show) -> None:
    page = show(SENDER)
    chart = page.get_by_role("img", name="4 attempts, with pauses of 2 s, 1.55 s, 2 s")
    expect(chart).to_be_visible()
    bars = [bar.bounding_box() for bar in chart.locator("rect.bar").all()]
    assert len(bars) == 4
    edges = [bar["x"] for bar in bars if bar]
    assert edges == sorted(edges)
    page.get_by_text("Which answers end a delivery").click()
    table = page.get_by_role("table", name="answers")
    expect(table.get_by_role("columnheader")).to_have_text(["status", "attempts", "stops", "note"])
    expect(table.get_by_role("row", name="410")).to_contain_text("gone")
    page = show(RUN)
    page.get_by_text("A burst of 403").click()
    expect(page.get_by_role("img", name="403 answers: half within 7.39 ms")).to_be_visible()


def test_it_is_dark_where_people_want_it_dark(show: Show) -> None:
    light, dark = show(RUN, color_scheme="light"), show(RUN, color_scheme="dark")
    assert luminance(light, "backgroundColor") > 200 > 80 > luminance(light, "color")
    assert luminance(dark, "backgroundColor") < 60 < 180 < luminance(dark, "color")


@pytest.mark.parametrize("run", [RUN, SENDER], ids=["receiver", "sender"])
def test_it_fits_a_narrow_window(show: Show, run: Conformance) -> None:
    page = show(run, viewport={"width": 360, "height": 700})
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
