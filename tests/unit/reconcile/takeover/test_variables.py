from __future__ import annotations

from hookwright.reconcile.takeover.text import Secret
from hookwright.reconcile.takeover.variables import Use, Variables


def use(name: str, value: str, role: str = "TOKEN", environment: str = "test", pointer: str = "/headers/A") -> Use:
    return Use("webhooks", name, environment, pointer, Secret(value, role))


def names(*uses: Use, known: dict[str, str] | None = None, environ: dict[str, str] | None = None) -> list[str]:
    variables = Variables(known or {}, ["USED"], environ or {})
    variables.assign(uses)
    return [variables.name_of(each) for each in uses]


def test_whose_and_what() -> None:
    assert names(use("incident-pager", "12345678")) == ["INCIDENT_PAGER_TOKEN"]
    assert names(use("api-token", "12345678")) == ["API_TOKEN"]
    assert names(use("my-api", "12345678", "API_KEY")) == ["MY_API_KEY"]
    assert names(use("token", "12345678")) == ["TOKEN"]
    assert names(use("10-0-0-1", "12345678")) == ["WEBHOOK_10_0_0_1_TOKEN"]


def test_one_value_is_one_variable() -> None:
    shared = [use("team-a", "12345678"), use("team-b", "12345678", environment="production")]
    assert names(*shared) == ["TEAM_TOKEN"] * 2
    assert names(use("a", "12345678"), use("b", "12345678")) == ["SHARED_TOKEN"] * 2


def test_short_values_may_be_equal_by_chance() -> None:
    assert names(use("a", "1234"), use("b", "1234")) == ["A_TOKEN", "B_TOKEN"]
    assert names(use("a", "1234"), use("a", "1234", environment="production")) == ["A_TOKEN"] * 2


def test_what_differs_between_environments_says_which() -> None:
    assert names(use("a", "12345678"), use("a", "87654321", environment="my-prod")) == [
        "A_TOKEN_TEST",
        "A_TOKEN_MY_PROD",
    ]


def test_two_secrets_of_one_place_are_numbered() -> None:
    assert names(use("a", "12345678"), use("a", "87654321", pointer="/body/token")) == ["A_TOKEN", "A_TOKEN_2"]


def test_known_values_keep_their_name_and_names_their_meaning() -> None:
    assert names(use("a", "s"), known={"s": "THE_ONE"}) == ["THE_ONE"]
    assert names(use("a", "12345678"), environ={"A_TOKEN": "another"}) == ["A_TOKEN_2"]
    assert names(use("a", "12345678"), environ={"A_TOKEN": "12345678"}) == ["A_TOKEN"]
    assert names(use("a", "12345678"), environ={"A_TOKEN": ""}) == ["A_TOKEN"]
    assert names(use("used", "12345678", "USED")) == ["USED_2"]


def test_all_of_them_with_their_places() -> None:
    variables = Variables({}, [], {})
    variables.assign([use("b", "12345678"), use("a", "12345678"), use("a", "12345678", environment="x"), use("c", "1")])
    assert [(item.name, item.value, item.used_in) for item in variables.all()] == [
        ("C_TOKEN", "1", ("webhooks/c/headers/A",)),
        ("SHARED_TOKEN", "12345678", ("webhooks/a/headers/A", "webhooks/b/headers/A")),
    ]
