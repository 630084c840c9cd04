"""The checks of one environment, against answers that are made up and against the emulator."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from hookwright.api.call import Call
from hookwright.api.exchange import Exchange
from hookwright.api.failures import Answer
from hookwright.cli.doctoring import environment as module
from hookwright.cli.doctoring.environment import connect, examine, usable
from hookwright.cli.rendering import TemplateRenderer
from hookwright.emulator import Options, serve_in_thread
from hookwright.model.examination import Check, CheckStatus
from hookwright.model.resources import Declared, Environment, Kind, Webhook

OK, WARNING, FAILED, SKIPPED = CheckStatus.OK, CheckStatus.WARNING, CheckStatus.FAILED, CheckStatus.SKIPPED
KEY = "tk_test_0123456789abcdef"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with serve_in_thread(Options(), TemplateRenderer()) as server:
        yield server.url


def declared(api_url: str, key: str | None = KEY, **fields: Any) -> Declared:
    return Declared("acme", Environment("test", Kind.TEST, api_url, key, "${env.KEY}"), **fields)


def by_id(checks: list[Check], key: str) -> Check:
    return next(check for check in checks if check.id == key)


def test_an_environment_that_is_as_it_must_be(url: str) -> None:
    mine = declared(url, "tk_test_environment")
    with connect(mine, observe=lambda exchange: None) as client:
        org = client.create_webhook(Webhook("https://hooks.acme.example/x", ("Workflow Errored",))).org_id
    checks = examine(mine)
    assert {check.environment for check in checks} == {"test"}
    assert [(check.id, check.status) for check in checks] == [(f"D{number}", OK) for number in range(11, 20)]
    assert by_id(checks, "D15").found.startswith("answered 200 in ")
    assert by_id(checks, "D15").found.endswith(" ms with 1 webhook")
    assert by_id(checks, "D16").found == "1 of 1 say 'test', none another"
    assert by_id(checks, "D17").found == org
    assert usable(checks)


def test_without_a_webhook_there_is_nothing_to_tell_from(url: str) -> None:
    checks = examine(declared(url, "tk_test_empty"))
    assert {check.id for check in checks if check.status is SKIPPED} == {"D16", "D17"}
    assert usable(checks)


@pytest.mark.parametrize(("key", "failed"), [(None, "D12"), ("pk_live_0123456789abcdef", "D13"), ("xx", "D13")])
def test_a_key_that_is_unset_or_of_another_kind_makes_no_call(key: str | None, failed: str) -> None:
    checks = examine(declared("http://127.0.0.1:9", key, missing=("KEY",) if key is None else ()))
    assert [check.id for check in checks if check.status is FAILED] == [failed]
    assert {check.id for check in checks if check.status is SKIPPED} >= {"D15", "D16", "D17", "D18", "D19"}
    assert by_id(checks, "D11").status is (WARNING if key is None else OK)
    assert not usable(checks)
    assert key is None or key not in repr(checks)


def test_a_platform_that_cannot_be_reached() -> None:
    checks = examine(declared("http://127.0.0.1:9"))
    reached = by_id(checks, "D15")
    assert reached.status is FAILED
    assert reached.found.startswith("GET /api/v2/public/webhook did not reach http://127.0.0.1:9")
    assert {check.id for check in checks if check.status is SKIPPED} == {"D16", "D17", "D18", "D19"}
    assert not usable(checks)


@pytest.mark.parametrize(
    ("api_url", "found"),
    [
        ("https://api.gocobalt.io", "https://api.gocobalt.io is a legacy address that will be retired"),
        ("https://app.gocobalt.io/", "https://app.gocobalt.io/ is a legacy address that will be retired"),
        ("http://refold.acme.example", "http://refold.acme.example is not encrypted"),
    ],
)
def test_addresses_to_be_warned_of(api_url: str, found: str) -> None:
    check = by_id(examine(declared(api_url, None)), "D14")
    assert (check.status, check.found) == (WARNING, found)


@pytest.mark.parametrize("api_url", ["https://app.refold.ai", "http://127.0.0.1:8080", "http://localhost:8080"])
def test_addresses_that_are_fine(api_url: str) -> None:
    assert by_id(examine(declared(api_url, None)), "D14").status is OK


def test_an_address_that_is_none() -> None:
    assert by_id(examine(declared("http://[x", None)), "D14").status is FAILED


def exchange(ended: float = 1_800_000_000.0, **headers: str) -> Exchange:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Exchange(Call("GET", "/x"), Answer(200, named), ended, 0.2)


DATE = "Fri, 15 Jan 2027 08:00:00 GMT"  # 1,800,000,000 s


@pytest.mark.parametrize(
    ("ahead", "status", "found"),
    [
        (0, OK, "agrees with the platform's"),
        (29, OK, "agrees with the platform's"),
        (-29, OK, "agrees with the platform's"),
        (3600, WARNING, "3599 s ahead of the platform's"),
        (-3600, WARNING, "3601 s behind the platform's"),
    ],
)
def test_clocks(ahead: float, status: CheckStatus, found: str) -> None:
    check = module._clock([exchange(1_800_000_000.0 + ahead, date=DATE)])
    assert (check.status, check.found) == (status, found)


@pytest.mark.parametrize("date", ["", "yesterday", "Fri, 99 Jan 2027 08:00:00 GMT"])
def test_a_date_that_is_none(date: str) -> None:
    assert module._clock([exchange(date=date)]).status is SKIPPED


def test_what_an_answer_says_of_the_rate_limit() -> None:
    told = module._rate_limit([exchange(x_ratelimit_limit="20", ratelimit_remaining="4", content_type="x")])
    assert told.found == "ratelimit-remaining: 4, x-ratelimit-limit: 20"


def test_records_of_another_environment() -> None:
    from hookwright.model.resources import LiveWebhook

    webhook = Webhook("https://hooks.acme.example/x", ("Workflow Errored",))
    live = LiveWebhook("66e31564c0287b4136f77ef8", "", "production", webhook)
    environment = declared("https://app.refold.ai").environment
    records, organization = module._records(environment, [live])
    assert (records.status, organization.status) == (FAILED, SKIPPED)
    assert not usable([records])
    records, organization = module._records(environment, [replace(live, environment="")])
    assert (records.status, organization.found) == (OK, "no record says")
