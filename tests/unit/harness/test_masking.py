"""What may be shown of a request: secrets go by where they come from."""

from __future__ import annotations

from typing import Any

import pytest

from hookwright.harness.masking import without_secrets
from hookwright.harness.request import build_request
from hookwright.model.resources import DeclaredWebhook, Webhook, WebhookType

SECRET = "s3cr3t-value"


def masked(webhook: Webhook, *secrets: str) -> tuple[Webhook, bool]:
    return without_secrets(
        DeclaredWebhook("hook", webhook, secrets=frozenset(secrets)),
        lambda name: name.lower() in {"authorization", "token"},
        lambda url: url.replace("user:pw@", "(secret)@"),
    )


def webhook(**given: Any) -> Webhook:
    return Webhook(**{"url": "https://hooks.acme.example/x", "events": ("Workflow Errored",), **given})


def test_nothing_secret_stays_as_it_is() -> None:
    plain = webhook(headers={"X-Run": "{{event.instance_id}}"}, type=WebhookType.CUSTOM, body={"a": [1, None]})
    assert masked(plain) == (plain, False)


def test_a_secret_header_body_value_and_url() -> None:
    hook = webhook(
        url=f"https://hooks.acme.example/{SECRET}",
        headers={"X-A": SECRET, "X-B": "b", "a/b~c": SECRET},
        type=WebhookType.CUSTOM,
        body={"deep": [{"x": SECRET, "y": "{{event.status}}"}], "n": 1},
    )
    shown, hidden = masked(hook, "/url", "/headers/X-A", "/headers/a~1b~0c", "/body/deep/0/x")
    assert hidden
    assert shown.url == "(secret)"
    assert shown.headers == {"X-A": "(secret)", "X-B": "b", "a/b~c": "(secret)"}
    assert shown.body == {"deep": [{"x": "(secret)", "y": "{{event.status}}"}], "n": 1}


@pytest.mark.parametrize(
    ("secret", "body"),
    [
        ("/body", "(secret)"),
        ("/body/a", {"a": "(secret)", "b": 1}),
    ],
)
def test_all_below_a_secret_pointer_is_secret(secret: str, body: Any) -> None:
    shown, _ = masked(webhook(type=WebhookType.CUSTOM, body={"a": {"x": SECRET}, "b": 1}), secret)
    assert shown.body == body


def test_text_around_a_secret_is_secret() -> None:
    shown, hidden = masked(webhook(type=WebhookType.CUSTOM, body=f'{{"a": "{SECRET}"}}'), "/body/a")
    assert (shown.body, hidden) == ("(secret)", True)


def test_names_that_say_so_are_secret_whatever_the_value() -> None:
    hook = webhook(headers={"Authorization": "x"}, type=WebhookType.CUSTOM, body={"token": {"a": 1}, "t": 1})
    shown, hidden = masked(hook)
    assert shown.headers == {"Authorization": "(secret)"}
    assert shown.body == {"token": "(secret)", "t": 1}
    assert hidden


def test_user_information_in_a_url_is_secret() -> None:
    shown, hidden = masked(webhook(url="https://user:pw@hooks.acme.example/"))
    assert (shown.url, hidden) == ("https://(secret)@hooks.acme.example/", True)


def test_the_rendered_request_holds_the_mask_where_the_secret_would_be() -> None:
    hook = webhook(
        headers={"Authorization": f"Bearer {SECRET}"},
        type=WebhookType.CUSTOM,
        body={"key": f"{SECRET} for {{{{event.n}}}}", "n": "{{event.n}}"},
    )
    shown, _ = masked(hook, "/headers/Authorization", "/body/key")
    request = build_request(shown, {"n": SECRET.upper()})
    assert request.body == b'{"key":"(secret)","n":"S3CR3T-VALUE"}'
    assert request.header("authorization") == "(secret)"
