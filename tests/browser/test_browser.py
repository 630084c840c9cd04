"""The browser itself: what the tests of pages rest on."""

from __future__ import annotations

from playwright.sync_api import Page


def test_a_page_can_be_shown(page: Page) -> None:
    page.set_content("<title>hello</title><p>here")
    assert page.title() == "hello"
