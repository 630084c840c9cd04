"""The page of a plan: what a browser makes of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from hookwright.model.plan import Action, Change, FieldChange
from hookwright.report.review import Result, of_plan
from hookwright.report.review_html import to_html
from tests.unit.report.review_examples import SEVERAL
from tests.unit.report.test_plan_reports import NOW, PLAN

HOSTILE = "</code></script><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"


@pytest.fixture
def shown(page: Page, tmp_path: Path) -> Page:
    """The page of four environments, opened; every complaint of the browser fails the test."""
    return opened(page, to_html([of_plan(one) for one in SEVERAL], made=NOW), tmp_path)


def opened(page: Page, text: str, folder: Path) -> Page:
    file = folder / "plan.html"
    file.write_text(text, "utf-8")
    page.on("console", lambda message: pytest.fail(message.text))
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.on("request", lambda request: request.url.startswith("file:") or pytest.fail(request.url))
    page.goto(file.as_uri())
    return page


def test_the_search_shows_what_has_all_its_words(shown: Page) -> None:
    changes = shown.locator(".change")
    assert changes.count() == 9
    box = shown.get_by_role("searchbox", name="Search")
    box.fill("incident-pager")
    expect(shown.get_by_role("status")).to_have_text("2 of 9 shown")
    assert [one.is_visible() for one in shown.locator(".group").all()].count(True) == 2
    box.fill("PRODUCTION pager authorization")
    expect(shown.get_by_role("status")).to_have_text("1 of 9 shown")
    box.fill("x-old")
    assert shown.locator(".change:visible").count() == 1, "what is folded is searched, too"
    box.fill("nothing like that")
    expect(shown.get_by_role("status")).to_have_text("0 of 9 shown")
    box.press("Escape")
    assert shown.locator(".change:visible").count() == 9


def test_it_can_be_used_from_the_keyboard(shown: Page) -> None:
    shown.keyboard.press("Tab")
    expect(shown.get_by_text("Skip to the details")).to_be_focused()
    shown.keyboard.press("/")
    box = shown.get_by_role("searchbox", name="Search")
    expect(box).to_be_focused()
    shown.keyboard.type("a/b")
    assert box.input_value() == "a/b", "in the box it is a letter"
    shown.keyboard.press("Enter")
    assert box.input_value() == "a/b", "nothing is sent"
    assert shown.locator(".change:visible").count() == 2
    shown.keyboard.press("Escape")
    summary = shown.locator("summary").first
    summary.focus()
    shown.keyboard.press("Enter")
    expect(shown.locator("details[open]")).to_have_count(1)


def test_the_table_leads_to_each_environment(shown: Page) -> None:
    assert shown.locator(".overview tbody tr").count() == 4
    shown.get_by_role("link", name="us").click()
    expect(shown.get_by_text("401: Invalid Credentials @mona")).to_be_in_viewport()


def test_paper_shows_what_is_folded_and_no_search(shown: Page) -> None:
    shown.emulate_media(media="print")
    assert not shown.get_by_role("searchbox").is_visible()
    shown.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert shown.locator("details:not([open])").count() == 0
    shown.evaluate("dispatchEvent(new Event('afterprint'))")
    assert shown.locator("details[open]").count() == 0


def test_nothing_of_a_value_runs(page: Page, tmp_path: Path) -> None:
    change = Change(
        "webhook", HOSTILE, Action.UPDATE, HOSTILE, fields=(FieldChange("/url", HOSTILE, HOSTILE),), note=HOSTILE
    )
    plan = replace(PLAN, environment=HOSTILE, changes=(change,), warnings=(HOSTILE,), api_url=HOSTILE)
    shown = opened(
        page, to_html([of_plan(Result("x", plan)), of_plan(Result(HOSTILE, None, error=HOSTILE))], made=NOW), tmp_path
    )
    assert "hookwright plan" in shown.title()
    assert shown.locator("script").count() == 1
    assert shown.locator("img").count() == 0
    assert shown.get_by_text("document.title='owned'").count() > 5, "it is shown"
    shown.get_by_role("searchbox").fill("onerror")
    assert shown.locator(".change:visible").count() == 1


@pytest.mark.parametrize(("scheme", "width"), [("light", 1100), ("dark", 1100), ("light", 360)])
def test_it_fits_and_can_be_read(scheme: str, width: int, browser: Browser, tmp_path: Path) -> None:
    context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 800})  # type: ignore[arg-type]
    try:
        shown = opened(context.new_page(), to_html([of_plan(one) for one in SEVERAL], made=NOW), tmp_path)
        wide = shown.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, "nothing sticks out"
        ground, ink = (
            shown.evaluate(f"getComputedStyle(document.body).{name}") for name in ("backgroundColor", "color")
        )
        assert (brightness(ground) > brightness(ink)) is (scheme == "light")
        assert abs(brightness(ground) - brightness(ink)) > 150
    finally:
        context.close()


def test_without_scripts_everything_is_there_but_the_search(browser: Browser, tmp_path: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    try:
        shown = opened(context.new_page(), to_html([of_plan(one) for one in SEVERAL], made=NOW), tmp_path)
        assert shown.locator(".change:visible").count() == 9
        assert not shown.locator(".search").is_visible()
    finally:
        context.close()


def brightness(color: str) -> float:
    """Of ``rgb(r, g, b)``, 0 to 255."""
    red, green, blue = (float(part) for part in color.removeprefix("rgb(").removesuffix(")").split(","))
    return 0.299 * red + 0.587 * green + 0.114 * blue
