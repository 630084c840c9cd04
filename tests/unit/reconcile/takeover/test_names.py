from __future__ import annotations

import re

import pytest
from hypothesis import given

from hookwright.model.resources import PLATFORM_EVENTS, Webhook
from hookwright.reconcile.takeover.data import NameFrom
from hookwright.reconcile.takeover.names import Names, host_label
from tests.unit.reconcile.takeover import strategies
from tests.unit.reconcile.takeover.estates import webhook

DESCRIPTION, URL = NameFrom.DESCRIPTION, NameFrom.URL


def named(name_from: NameFrom = DESCRIPTION, **fields: object) -> str:
    return Names(set()).give(webhook(**fields), name_from)


@pytest.mark.parametrize(
    ("description", "name"),
    [
        ("Pages the on-call team", "pages-the-on-call-team"),
        ("  It's Größe & Ærø!  ", "its-grosse-aero"),
        (
            "Tells everybody in the whole company about every workflow",
            "tells-everybody-in-the-whole-company-about-every",
        ),
        ("x" * 60, "x" * 48),
        ("日本語", "acme-a"),
        ("42", "acme-a"),
        ("ab", "acme-a"),
        ("", "acme-a"),
    ],
)
def test_after_the_description(description: str, name: str) -> None:
    assert named(description=description) == name


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://hooks.acme.example/refold/incidents?x=1", "acme-refold-incidents"),
        ("https://acme.example/api/v2/webhooks/orders.php", "acme-orders-php"),
        ("https://acme.example/a/b/c/d", "acme-b-c-d"),
        ("https://acme.example/6495792b9b6ca6d77a17e513/T01ABCDEF12/run", "acme-run"),
        ("https://u:p@hooks.acme.example:8443", "acme"),
        ("https://shop.acme.co.uk/x", "acme-x"),
        ("https://webhook.site/0e9c5a3e-1111-4222-8333-123456789abc", "webhook-site"),
        ("http://10.0.0.1:8080/hook/in", "10-0-0-1-in"),
        ("https://localhost/in", "localhost-in"),
        ("https://日本.example/", "workflow-errored"),
    ],
)
def test_after_the_url(url: str, name: str) -> None:
    assert named(URL, url=url, description="Something else") == (
        name if name != "workflow-errored" else "something-else"
    )
    assert named(DESCRIPTION, url=url) == name


@pytest.mark.parametrize(
    ("events", "name"),
    [
        (("Workflow Errored",), "workflow-errored"),
        (("Workflow Errored", "Workflow Timed Out"), "workflow-events"),
        (PLATFORM_EVENTS, "all-events"),
        (("日本",), "webhook"),
        (("日本 1", "日本 2"), "webhook-events"),
    ],
)
def test_after_the_events_where_nothing_else_tells(events: tuple[str, ...], name: str) -> None:
    assert named(url="https://日.example", events=events) == name


def test_each_name_once_in_any_case() -> None:
    names = Names({"Pager", "taken"})
    given_ = [names.give(webhook(description="PAGER"), DESCRIPTION) for _ in range(3)]
    assert given_ == ["pager-workflow-errored", "pager-2", "pager-3"]
    assert names.give(webhook("x", url="https://日.example"), DESCRIPTION) == "workflow-errored"
    assert names.give(webhook("x", url="https://日.example"), DESCRIPTION) == "workflow-errored-2"


@given(strategies.webhooks())
def test_any_webhook_has_a_name_that_the_marker_can_hold(hook: Webhook) -> None:
    for name_from in NameFrom:
        assert re.fullmatch(r"[a-z0-9][a-z0-9-]{0,62}", Names(set()).give(hook, name_from))


@pytest.mark.parametrize(
    ("authority", "label"), [("", ""), ("a", "a"), ("x.com.au", "x"), ("a.b.c.io", "c"), ("api.acme.example?x", "acme")]
)
def test_the_part_of_a_host_that_says_whose_it_is(authority: str, label: str) -> None:
    assert host_label(authority) == label
