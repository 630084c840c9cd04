"""What looks like a secret, and what must not."""

from __future__ import annotations

import random
import string

import pytest

from hookwright.validate.secrets import (
    RANDOM,
    _looks_random,
    is_literal,
    is_random,
    is_secret_name,
    known_secrets,
    random_parts,
)

FAKE = "0123456789abcdef"


@pytest.mark.parametrize(
    ("text", "kind", "part"),
    [
        (f"tk_test_{FAKE}", "a Refold test key", f"tk_test_{FAKE}"),
        (f"pk-{FAKE}", "a Refold production key", f"pk-{FAKE}"),
        (f"key=tk{FAKE}", "a Refold test key", f"tk{FAKE}"),
        (f"Bearer sk_live_{FAKE}", "a Stripe key", f"sk_live_{FAKE}"),
        (f"whsec_{FAKE}", "a Stripe webhook secret", f"whsec_{FAKE}"),
        ("xoxb-000000000000-fake", "a Slack token", "xoxb-000000000000-fake"),
        (f"token ghp_{FAKE}{FAKE}", "a GitHub token", f"ghp_{FAKE}{FAKE}"),
        (f"github_pat_{FAKE}{FAKE}", "a GitHub token", f"github_pat_{FAKE}{FAKE}"),
        (f"glpat-{FAKE}", "a GitLab token", f"glpat-{FAKE}"),
        ("id=AKIA0123456789ABCDEF&x", "an AWS access key", "AKIA0123456789ABCDEF"),
        (f"AIza{FAKE}{FAKE}", "a Google API key", f"AIza{FAKE}{FAKE}"),
        (f"SG.{FAKE}.{FAKE}", "a SendGrid key", f"SG.{FAKE}.{FAKE}"),
        (f"sk-proj-{FAKE}{FAKE}", "an OpenAI key", f"sk-proj-{FAKE}{FAKE}"),
        (f"key-{FAKE}{FAKE}", "a Mailgun key", f"key-{FAKE}{FAKE}"),
        (f"pat-na1-{FAKE}-{FAKE}", "a HubSpot token", f"pat-na1-{FAKE}-{FAKE}"),
        (f"x eyJ{FAKE}.eyJ{FAKE}.{FAKE} y", "a JSON Web Token", f"eyJ{FAKE}.eyJ{FAKE}.{FAKE}"),
        ("a\n-----BEGIN EC PRIVATE KEY-----\n", "a private key", "-----BEGIN EC PRIVATE KEY-----"),
        (
            "https://hooks.slack.com/services/T0/B0/Zt4Qm81LxVb7RkP0sWn3Yc6E",
            "a Slack webhook URL",
            "https://hooks.slack.com/services/T0/B0/Zt4Qm81LxVb7RkP0sWn3Yc6E",
        ),
    ],
)
def test_known_forms(text: str, kind: str, part: str) -> None:
    (found,) = known_secrets(text)
    assert (found.kind, text[found.start : found.end]) == (kind, part)


@pytest.mark.parametrize(
    "text",
    [
        "short",
        "tk-maxx-catalogue-of-autumn",
        "pk_live_without_any_digit",
        "pk_orders_2024_export",
        "pkcs12certificatestore1",
        f"stk_test_{FAKE}",
        "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX",
        "https://hooks.acme.example/refold/workflow-errored",
        "{{event.linked_account_id}} {{workflow_response.access_token}}",
        "${env.SOME_RATHER_LONG_NAME_OF_A_SECRET}",
        "-----BEGIN CERTIFICATE-----",
        "task_key_20240101_rotation",
    ],
)
def test_no_known_form(text: str) -> None:
    assert list(known_secrets(text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "Export contact to Hubspot and then tell everybody about it",
        "0b9a3f5e-6c1d-4d0e-9a57-3f1c2b7a9e10",
        "9fceb02d0ae598e95dc970b74767f19372d61af8",
        "6495792b9b6ca6d77a17e513",
        "01ARZ3NDEKTSV4RRFFQ69G5FAV",
        "com.acme.hooks.RefoldWebhookReceiverV2",
        "AcmeIntegrationServiceForOrdersV2Production",
        "application/vnd.acme.orders.v2+json; charset=utf-8",
        "2026-11-07T08:03:27.000Z",
        "orders-eu-west-1-production-primary-2024",
        "https://app.refold.ai/api/v2/public/workflow/6495792b9b6ca6d77a17e513/execute",
        "{{event.linkedAccountIdOfTheCustomerV2}}",
        "${env.Zt4Qm81LxVb7RkP0sWn3Yc6E}",
        "aaaaaaaaaaaaaaaaAAAAAAAAAAAAAAAA1111111111111111",
    ],
)
def test_not_random(text: str) -> None:
    assert list(random_parts(text)) == []


def test_random_text_is_found_at_its_place() -> None:
    text = "https://hooks.acme.example/orders?k=Zt4Qm81LxVb7RkP0sWn3Yc6E&x={{event.status}}"
    (found,) = random_parts(text)
    assert text[found.start : found.end] == "Zt4Qm81LxVb7RkP0sWn3Yc6E"
    assert found.kind == RANDOM


def test_most_random_keys_are_found() -> None:
    """Of keys as generators make them, 32 characters of base62, nearly all; English in CamelCase never is."""
    made = random.Random(1)
    keys = ["".join(made.choices(string.ascii_letters + string.digits, k=32)) for _ in range(1000)]
    assert sum(map(is_random, keys)) > 950
    words = ["Order", "Workflow", "Contact", "Export", "Error", "Account", "Production", "Service", "Api", "V2"]
    assert not any(is_random("".join(made.sample(words, 5)) + str(made.randrange(10_000))) for _ in range(1000))


@pytest.mark.parametrize(
    "name",
    ["Authorization", "Proxy-Authorization", "X-Api-Key", "apikey", "api_key", "X-Auth-Token", "client_secret",
     "Cookie", "password", "X-Acme-Signing-Key", "Ocp-Apim-Subscription-Key", "credentials", "private-key"],
)  # fmt: skip
def test_names_of_secrets(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize(
    "name",
    ["X-Type", "Idempotency-Key", "X-Routing-Key", "token_url", "dedup_key", "linked_account_id", "author",
     "X-Slack-Signature", "secret_name", "monkey", "tokenizer", "Content-Type"],
)  # fmt: skip
def test_names_of_other_things(name: str) -> None:
    assert not is_secret_name(name)


@pytest.mark.parametrize(
    ("text", "literal"),
    [
        ("Bearer abc", True),
        ("abc", True),
        ("Bearer ${env.X}", False),
        ("{{event.x}}", False),
        ("user:${env.X}", False),
        ("Basic ", False),
        ("", False),
        ("none", False),
        ("$x {y}", True),
    ],
)
def test_literal(text: str, literal: bool) -> None:
    assert is_literal(text) is literal


def test_the_shortest_that_is_looked_at() -> None:
    assert [found.kind for found in known_secrets("tk_0123456789abc")] == ["a Refold test key"]
    assert list(known_secrets("tk_0123456789ab")) == []


@pytest.mark.parametrize("before", ["", "x=", "a/b.c/", "key:"])
def test_a_form_inside_other_text_is_found_at_its_place(before: str) -> None:
    text = f"{before}ghp_{FAKE}{FAKE} and more"
    (found,) = known_secrets(text)
    assert text[found.start : found.end] == f"ghp_{FAKE}{FAKE}"


@pytest.mark.parametrize(
    ("text", "random"),
    [
        ("Zt4Qm81LxVb7RkP0sWn3", True),
        ("Zt4Qm81LxVb7RkP0sWn", False),
        ("Zt4Qm81LxVb7RkP0-sWn3", True),
        ("Zt4Qm81LxVb7RkP-0sWn3", False),
        ("0b9a3f5e-6c1d-4d0e-9a57-3f1c2b7a9e10-Zt4Qm81LxVb7RkP0sWn3Yc6E", False),
        ("A1bA1bA1bA1bA1bA1bA1b", False),
    ],
)
def test_what_counts_as_random(text: str, random: bool) -> None:
    assert is_random(text) is random


def test_a_template_keeps_the_places_behind_it() -> None:
    text = "{{event.status}} Zt4Qm81LxVb7RkP0sWn3Yc6E"
    (found,) = random_parts(text)
    assert (found.start, found.end) == (17, len(text))


@pytest.mark.parametrize(
    ("piece", "random"),
    [
        ("ABab01CDcd23EFef45GHgh67IJ", True),  # 12 of 25 neighbours differ in kind: 0.48
        ("ABab01CDcd23EFef45GHgh67", False),  # 11 of 23
        ("A0bA0bC1d2e3F4gC", True),  # 3.5 bits for each character
        ("A0bA0bC1dC1e2F2e", False),
    ],
)
def test_the_bounds_of_what_looks_random(piece: str, random: bool) -> None:
    assert _looks_random(piece) is random


def test_the_shortest_random_part() -> None:
    assert len(list(random_parts("Zt4Qm81LxVb7RkP0sWn3"))) == 1
    assert list(random_parts("Zt4Qm81LxVb7RkP0sWn")) == []
