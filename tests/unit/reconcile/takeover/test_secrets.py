from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from hookwright.model.plan import Action
from hookwright.model.resources import Event, Webhook, WebhookType
from hookwright.reconcile.takeover.secrets import Finder, role_of
from hookwright.reconcile.takeover.text import Secret, Text, declared
from tests.unit.reconcile.takeover.estates import Here, block, plan_after, taken, webhook, written

CUSTOM = WebhookType.CUSTOM


def shown(value: Any) -> Any:
    """A tree with every secret as ⟨role:value⟩."""
    return declared(value, lambda pointer, secret: f"{secret.role}={secret.value}")


def in_url(url: str, **fields: Any) -> str:
    return str(shown(Finder().url(Webhook(url, ("Workflow Errored",), **fields))))


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("Authorization", "Bearer abc", "Bearer ${env.TOKEN=abc}"),
        ("authorization", "basic YTpi", "basic ${env.BASIC_AUTH=YTpi}"),
        ("Authorization", "abc", "${env.AUTHORIZATION=abc}"),
        ("X-Api-Key", "abc", "${env.API_KEY=abc}"),
        ("X-Other", "Bearer abc", "Bearer ${env.OTHER=abc}"),
        ("X-Token", "{{event.token}}", "{{event.token}}"),
        ("X-Token", "{{event.a}}-{{event.b}}", "{{event.a}}-{{event.b}}"),
        ("X-Token", "v1 {{event.a}}", "${env.TOKEN=v1 {{event.a}}}"),
        ("X-Token", "", ""),
        ("X-Token", "none", "none"),
        ("X-Team", "a ${b}", "a $${b}"),
        ("X-Token", "abc ", "${env.TOKEN=abc }"),
        ("", "Token x", "Token ${env.SECRET=x}"),
    ],
)
def test_headers(name: str, value: str, expected: str) -> None:
    assert shown(Finder().header(name, value)) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://x.example/a?b=c", "https://x.example/a?b=c"),
        ("https://u:p@x.example/a", "https://${env.CREDENTIALS=u:p}@x.example/a"),
        ("https://x.example/a?token=b&key=&c=d#sig=e", "https://x.example/a?token=${env.TOKEN=b}&key=&c=d#sig=${env.SIG=e}"),
        ("https://x.example/?token={{event.a}}", "https://x.example/?token={{event.a}}"),
        ("https://@x.example/", "https://@x.example/"),
        ("https://x.example/?token=$a", "https://x.example/?token=${env.TOKEN=$a}"),
        ("https://x.example/$?token=a$", "https://x.example/$?token=${env.TOKEN=a$}"),
    ],
)  # fmt: skip
def test_urls(url: str, expected: str) -> None:
    assert in_url(url) == expected


def test_the_path_of_a_slack_webhook_is_a_secret() -> None:
    assert in_url("https://h.example/services/a?b=c", type=WebhookType.SLACK) == (
        "https://h.example/${env.PATH=services/a?b=c}"
    )
    assert in_url("https://h.example/", type=WebhookType.SLACK) == "https://h.example/"
    assert in_url("https://h.example", type=WebhookType.SLACK) == "https://h.example"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"token": "a", "b": "c"}, {"token": "${env.TOKEN=a}", "b": "c"}),
        ({"auth": {"user": "u", "list": ["x", 1, True, None]}},
         {"auth": {"user": "${env.AUTH=u}", "list": ["${env.AUTH=x}", 1, True, None]}}),
        ("a=b&token=c&x={{event.y}}", "a=b&token=${env.TOKEN=c}&x={{event.y}}"),
        ('{"token": "a", "e": {{event}}}', '{"token": "${env.TOKEN=a}", "e": {{event}}}'),
        ({"u": "https://x.example/?key=v"}, {"u": "https://x.example/?key=${env.KEY=v}"}),
        ("plain ${x}", "plain $${x}"),
    ],
)  # fmt: skip
def test_bodies(body: Any, expected: Any) -> None:
    assert shown(Finder().body(body)) == expected


def test_what_looks_like_a_secret_is_one_wherever_it_stands() -> None:
    finder = Finder(parts=lambda text: [found.span() for found in re.finditer(r"RANDOM\w*", text)])
    assert shown(finder.body({"a": ["x RANDOM1 y"]})) == {"a": ["x ${env.SECRET=RANDOM1} y"]}
    assert shown(finder.header("X-A", "RANDOM1")) == "${env.SECRET=RANDOM1}"
    url = Webhook("https://RANDOM1.example/x/RANDOM2", ("Workflow Errored",))
    assert shown(finder.url(url)) == "https://RANDOM1.example/x/${env.PATH=RANDOM2}"
    whole = Finder(parts=lambda text: [(0, len(text))])
    assert shown(whole.url(url)) == "https://RANDOM1.example/${env.PATH=x/RANDOM2}"


def test_the_value_of_a_known_variable_is_found_anywhere() -> None:
    finder = Finder(known={"s3cr3t-value": "THE_SECRET", "on": "SHORT"})
    assert finder.text("is s3cr3t-value on?") == Text(("is ", Secret("s3cr3t-value", "SECRET"), " on?"))


def test_a_dollar_before_a_secret_goes_with_it() -> None:
    finder = Finder(parts=lambda text: [found.span() for found in re.finditer("S+", text)])
    assert finder.text("a $$S") == Text(("a ", Secret("$$S", "SECRET")))
    assert finder.text("$S") == Text((Secret("$S", "SECRET"),))


def test_secrets_that_overlap_are_one() -> None:
    finder = Finder(known={"abcdefgh": "X"}, parts=lambda text: [(2, 6), (4, 10)])
    assert finder.text("abcdefghijkl") == Text((Secret("abcdefghij", "SECRET"), "kl"))


@pytest.mark.parametrize(
    ("name", "scheme", "role"),
    [
        ("X-Api-Key", "", "API_KEY"),
        ("authorization", "Bearer", "TOKEN"),
        ("Auth", "basic", "BASIC_AUTH"),
        ("-", "", "SECRET"),
    ],
)
def test_roles(name: str, scheme: str, role: str) -> None:
    assert role_of(name, scheme) == role


SECRET = "S3CR3T"
HIDING_PLACES = (
    webhook("a", url=f"https://u:{SECRET}@x.example/a"),
    webhook(f"a?api_key={SECRET}"),
    webhook(f"{SECRET}", type=WebhookType.SLACK),
    webhook("b", headers={"Authorization": f"Bearer {SECRET}", "Cookie": f"a={SECRET}; b={{{{event}}}}"}),
    webhook("c", body={"a": [{"password": SECRET}], "auth": {"x": [SECRET]}}, type=CUSTOM),
    webhook("d", body=f'{{"token": "{SECRET}"}}', type=CUSTOM),
    webhook("e", body=f'{{"token": "{SECRET}", "a": {{{{event}}}}}}', type=CUSTOM),
    webhook("f", body=f"token={SECRET}&a=b", type=CUSTOM),
    webhook("g", body={"pin_token": 739154826, "max_tokens": 100, "${x}": 1}, type=CUSTOM),
    webhook("h", description=f"uses KNOWN{SECRET}"),
    webhook("i", headers={"X-A": f"KNOWN{SECRET}"}),
    webhook("j", headers={"X-Token": f'"\n{SECRET}'}, body={"token": f'"\n{SECRET}', "${x}": 1}, type=CUSTOM),
)  # fmt: skip


def test_no_secret_is_written(tmp_path: Path) -> None:
    live = Here().add(*HIDING_PLACES).fire(Event("e", {"token": SECRET, "count": 739154826}))
    takeover = taken(live, finder=Finder(known={f"KNOWN{SECRET}": "KNOWN"}))
    text = written(takeover)
    assert SECRET not in text
    assert "739154826" not in text.replace("count: 739154826", "")
    assert SECRET not in "".join(takeover.notes)
    assert SECRET not in repr(takeover)
    assert SECRET not in str(takeover.vars)
    assert all(SECRET in item.value or item.value == "739154826" for item in takeover.variables)
    plan = plan_after(takeover, tmp_path, live)
    assert {change.action for change in plan.changes} == {Action.ADOPT}
    assert {field.path for change in plan.changes for field in change.fields} == {"/description"}


def test_a_number_that_is_a_secret_makes_the_body_text() -> None:
    live = Here().add(webhook("g", body={"pin_token": 739154826, "a": ["x", {}], "max_tokens": 10}, type=CUSTOM))
    assert block(taken(live))["body"] == (
        '{\n  "pin_token": ${env.ACME_G_PIN_TOKEN},\n  "a": [\n    "x",\n    {}\n  ],\n  "max_tokens": 10\n}'
    )
