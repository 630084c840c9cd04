from __future__ import annotations

from typing import Any

from hookwright.model.resources import Webhook
from hookwright.reconcile.takeover.lift import Lifter
from hookwright.reconcile.takeover.secrets import Finder
from hookwright.reconcile.takeover.text import declared


def lifted(
    *urls: dict[str, str],
    known: dict[str, dict[str, str]] | None = None,
    names: dict[str, frozenset[str]] | None = None,
) -> tuple[list[Any], dict[str, dict[str, str]]]:
    known = known or {}
    lifter = Lifter(known, names or {name: frozenset(values) for name, values in known.items()})
    found = lifter.lift(
        [{name: Finder().url(Webhook(url, ("Workflow Errored",))) for name, url in each.items()} for each in urls]
    )
    shown = [{name: declared(url, lambda _, secret: secret.role) for name, url in each.items()} for each in found]
    return shown, {name: added for name, added in lifter.added.items() if added}


def test_one_origin_for_one_webhook_stays() -> None:
    urls = {"t": "https://a.example/x", "p": "https://a.example/x"}
    assert lifted(urls) == ([urls], {})


def test_an_origin_that_differs_is_a_var() -> None:
    assert lifted({"t": "https://a.example/x", "p": "https://b.example/x"}) == (
        [{"t": "${var.base_url}/x", "p": "${var.base_url}/x"}],
        {"t": {"base_url": "https://a.example"}, "p": {"base_url": "https://b.example"}},
    )


def test_the_origin_of_most_webhooks_is_the_base() -> None:
    shown, added = lifted(
        {"t": "https://api.pager.example/1"}, {"t": "https://api.pager.example/2"}, {"t": "https://a.example"},
        {"t": "https://a.example/2"}, {"t": "https://a.example?3"}, {"t": "https://10.0.0.1/1"}, {"t": "https://10.0.0.1/2"},
        {"t": "https://alone.example/"},
    )  # fmt: skip
    assert [each["t"] for each in shown] == [
        "${var.pager_url}/1", "${var.pager_url}/2", "${var.base_url}", "${var.base_url}/2", "${var.base_url}?3",
        "${var.host_10_0_0_1_url}/1", "${var.host_10_0_0_1_url}/2", "https://alone.example/",
    ]  # fmt: skip
    assert added == {
        "t": {
            "base_url": "https://a.example",
            "host_10_0_0_1_url": "https://10.0.0.1",
            "pager_url": "https://api.pager.example",
        }
    }


def test_webhooks_of_one_environment_share_the_var_of_two() -> None:
    shown, added = lifted({"t": "https://a.example/x"}, {"t": "https://a.example/y", "p": "https://b.example/y"})
    assert shown[0] == {"t": "${var.base_url}/x"}
    assert added == {"t": {"base_url": "https://a.example"}, "p": {"base_url": "https://b.example"}}


def test_a_var_that_fits_is_used() -> None:
    known = {"t": {"hooks": "https://a.example/in", "host": "https://a.example"}, "p": {"hooks": "https://b.example"}}
    assert lifted({"t": "https://a.example/in/x"}, known=known) == ([{"t": "${var.hooks}/x"}], {})
    assert lifted({"t": "https://a.example/inside"}, known=known) == ([{"t": "${var.host}/inside"}], {})
    assert lifted({"t": "https://a.example"}, known=known) == ([{"t": "${var.host}"}], {})
    assert lifted({"t": "https://a.example/in/x", "p": "https://b.example/x"}, known=known) == (
        [{"t": "${var.hooks}/x", "p": "${var.hooks}/x"}],
        {},
    )


def test_the_var_after_which_nothing_differs_comes_first() -> None:
    known = {
        "t": {"a": "https://a.example/in", "b": "https://a.example"},
        "p": {"a": "https://b.example", "b": "https://b.example"},
    }
    assert lifted({"t": "https://a.example/in/x", "p": "https://b.example/in/x"}, known=known)[0] == [
        {"t": "${var.b}/in/x", "p": "${var.b}/in/x"}
    ]  # fmt: skip


def test_a_var_of_one_environment_is_completed() -> None:
    known = {"t": {"hooks": "https://a.example"}, "p": {"other": "x"}}
    assert lifted({"t": "https://a.example/x", "p": "https://b.example/x"}, known=known) == (
        [{"t": "${var.hooks}/x", "p": "${var.hooks}/x"}],
        {"p": {"hooks": "https://b.example"}},
    )


def test_names_that_are_taken_are_not_given() -> None:
    names = {"t": frozenset({"base_url", "acme_url"}), "p": frozenset({"acme_url_2"})}
    urls = {"t": "https://a.acme.example/x", "p": "https://b.acme.example/x"}
    assert lifted(urls, names=names)[0] == [{"t": "${var.acme_url_3}/x", "p": "${var.acme_url_3}/x"}]


def test_what_is_secret_is_not_in_a_var() -> None:
    urls = {"t": "https://u:p@a.example/x", "p": "https://b.example/x"}
    assert lifted(urls) == ([{"t": "https://${env.CREDENTIALS}@a.example/x", "p": "https://b.example/x"}], {})
    known = {"t": {"cut": "https://a.example/x?token=12"}}
    assert lifted({"t": "https://a.example/x?token=12/34"}, known=known)[0] == [
        {"t": "https://a.example/x?token=${env.TOKEN}"}
    ]
    whole = {"t": {"all": "https://a.example/x?token=1234"}}
    assert lifted({"t": "https://a.example/x?token=1234#f"}, known=whole)[0] == [{"t": "${var.all}#f"}]
