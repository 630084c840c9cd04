"""Whose delivery it is, which of its values are secrets, and where it is not as declared."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from hookwright.harness.comparing import compare
from hookwright.harness.origin import Origins
from hookwright.model.delivery import Received
from hookwright.model.inspection import Comparison, Likeness
from hookwright.model.resources import DeclaredWebhook, Webhook, WebhookType
from hookwright.reconcile.mask import safe_url, secret_name
from tests.unit.harness.test_store import DELIVERY

BASE = "https://hooks.acme.example"


def declared(name: str, *secrets: str, raw: Any = None, **fields: Any) -> DeclaredWebhook:
    webhook = Webhook(**{"url": f"{BASE}/{name}", "events": ("Workflow Errored",), **fields})
    if webhook.body is not None:
        webhook = replace(webhook, type=WebhookType.CUSTOM)
    return DeclaredWebhook(name, webhook, secrets=frozenset(secrets), raw={} if raw is None else {"body": raw})


PAGER = declared(
    "pager", "/body/routing/key", "/headers/X-Route",
    headers={"X-Route": "r0ute", "X-Run": "{{event.id}}", "Authorization": "Bearer fixed"},
    body={"run": "{{event.id}}", "text": "{{event.name}} failed", "routing": {"key": "r0ute", "team": "night"}},
)  # fmt: skip
BODY = {"run": "1", "text": "Export failed", "routing": {"key": "r0ute", "team": "night"}}
PLAIN = declared("plain", events=("Connection Created",))
TEXT = declared("text", "/body", body="run {{event.id}} with t0ken now", raw="run {{event.id}} with ${env.T} now")
STRUCTURED = declared(
    "structured", "/body", body='{"id": {{event.id}}, "key": "t0ken", "kind": "run"}',
    raw='{"id": {{event.id}}, "key": "${env.T}", "kind": "run"}',
)  # fmt: skip
BARE = declared("bare", "/body", body='{"id": "{{event.id}}", "n": 7}', raw='{"id": "{{event.id}}", "n": ${env.N}}')
KEYED = declared("keyed", "/body/{{event.k}}", body={"{{event.k}}": "t0ken", "kind": "x"})
HIDDEN = declared("hidden", "/url", url=f"{BASE}/p4th/hook?x=1")
SLACK = declared("slack", type=WebhookType.SLACK)
ROTATED = declared("rotated", "/body/code", body={"code": "new", "at": "{{event.at}}"})


def origins(*webhooks: DeclaredWebhook, complete: bool = True) -> Origins:
    return Origins([("test", one, complete) for one in webhooks], secret_name, safe_url)


def received(body: Any, path: str = "/elsewhere", *, method: str = "POST", **headers: str) -> Received:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    given = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return replace(DELIVERY, method=method, path=path, headers=given, body=raw)


def shown(delivery: Received, *webhooks: DeclaredWebhook) -> Any:
    """The body as it is shown: parsed where it is JSON."""
    masked, said = origins(*webhooks).without_secrets(delivery)
    assert said is (masked.body != delivery.body)
    try:
        return json.loads(masked.body)
    except ValueError:
        return masked.body.decode()


# --- whose it is


@pytest.mark.parametrize(
    ("delivery", "name"),
    [
        (received(BODY), "pager"),
        (received(BODY, "/plain"), "plain"),
        (received({**BODY, "more": 1}), "pager"),
        (received({"event": "Connection Created"}), "plain"),
        (received({"event": "Something Else"}), None),
        (received(b"run 7 with t0ken now"), "text"),
        (received(b"\xff", "/pager"), "pager"),
        (received(BODY, "/pager", method="PUT"), "pager"),
        (received(b"\xff"), None),
    ],
)
def test_the_best(delivery: Received, name: str | None) -> None:
    best = origins(PLAIN, PAGER, TEXT, SLACK).best(delivery)
    assert (best.known.declared.name if best else None) == name


def test_of_two_alike_the_one_that_says_more() -> None:
    more = declared("more", body={"run": "{{event.id}}", "kind": "run"})
    less = declared("less", body={"run": "{{event.id}}", "kind": "{{event.kind}}"})
    best = origins(less, more).best(received({"run": "1", "kind": "run"}))
    assert best is not None
    assert best.known.declared.name == "more"


# --- what is secret


def test_a_secret_is_masked_where_its_webhook_has_it() -> None:
    body = b'{"run":"1", "text":"Export failed","routing":{"key" : "r0ute","team":"night"}}'
    masked, _ = origins(PAGER).without_secrets(received(body))
    assert masked.body == body.replace(b'"r0ute"', b'"(secret)"')


def test_a_rotated_secret_is_masked_too() -> None:
    assert shown(received({"code": "old", "at": 1}), ROTATED) == {"code": "(secret)", "at": 1}


def test_a_webhook_of_the_same_path_is_no_proof_of_another() -> None:
    twin = declared("twin", url=f"{BASE}/rotated", events=("Workflow Errored",))
    assert shown(received({"code": "old", "since": 1}, "/rotated"), twin, ROTATED) == {"code": "(secret)", "since": 1}


def test_an_unset_or_older_secret_is_known_by_its_place() -> None:
    unset = declared(
        "unset", "/body", body="run {{event.id}} with ${env.T} now", raw="run {{event.id}} with ${env.T} now"
    )
    assert shown(received(b"run 7 with anything now"), unset) == "(secret)"
    best = origins(PLAIN, PAGER).best(received({**BODY, "routing": {"key": 7, "team": "night"}}))
    assert best is not None
    assert best.reading.fits


def test_the_same_place_in_a_delivery_of_another_webhook_is_none() -> None:
    other = declared("other", body={"code": "{{event.code}}", "at": "{{event.at}}", "kind": "other"})
    delivery = received({"code": "public", "at": 1, "kind": "other"}, "/other")
    assert shown(delivery, ROTATED, other) == json.loads(delivery.body)


def test_where_it_cannot_be_told_every_place_of_a_secret_counts() -> None:
    assert shown(received({"what": 1, "code": "x"}), PLAIN, ROTATED) == {"what": 1, "code": "(secret)"}


def test_text_around_a_secret_is_masked_as_a_whole() -> None:
    assert shown(received(b"run 7 with t0ken now"), TEXT) == "(secret)"
    assert shown(received(b"run 7 with old now", "/text"), TEXT) == "(secret)"
    assert shown(received(b"something else"), TEXT) == "something else"


def test_a_body_that_was_cut_off_is_masked_as_a_whole() -> None:
    cut = json.dumps(BODY)[:-10].encode()
    assert b"r0ute" in cut
    assert shown(received(cut), PAGER) == "(secret)"
    assert shown(received(cut), PLAIN) == cut.decode()
    assert shown(received(b"not JSON", "/pager"), PAGER) == "(secret)"
    assert shown(received(b"not JSON"), PAGER) == "not JSON"
    found = comparison(received(cut, "/pager"), PAGER)
    assert {(part.declared, part.received) for part in found.parts if part.kind == "body"} == {("(secret)", "(secret)")}


def test_json_in_a_text_is_masked_at_its_places() -> None:
    assert shown(received({"id": 1, "key": "t0ken", "kind": "run"}), STRUCTURED) == {
        "id": 1, "key": "(secret)", "kind": "run",
    }  # fmt: skip
    assert shown(received({"id": "1", "n": 7}), BARE) == "(secret)"


def test_under_a_name_that_is_rendered_any_name_counts() -> None:
    assert shown(received({"abc": "t0ken", "kind": "x"}), KEYED) == {"abc": "(secret)", "kind": "x"}


def test_what_is_too_large_to_be_looked_into_is_masked_as_a_whole() -> None:
    large = received(b'{"routing": {"key": "r0ute"}, "x": "' + b"x" * 1_100_000 + b'"}')
    assert shown(large, PAGER) == "(secret)"
    assert origins(PLAIN).without_secrets(large) == (large, False)


def test_headers_and_paths() -> None:
    known = origins(PAGER, HIDDEN)
    assert [name for name in ("X-Route", "x-route", "X-Run", "Cookie") if known.secret_header(name)] == [
        "X-Route", "x-route", "Cookie",
    ]  # fmt: skip
    assert known.shown_path("/p4th/hook?x=1") == "/(secret)"
    assert known.shown_path("/other?token=a&b=c") == "/other?token=(secret)&b=c"


def test_a_path_whose_variable_is_unset_is_masked_whatever_stands_there() -> None:
    known = origins(PLAIN, declared("unset", "/url", url=f"{BASE}/services/${{env.A}}?x=${{env.B}}"))
    assert known.shown_path("/services/T0/B0/t0ken?x=1") == "/(secret)"
    assert known.shown_path("/services/?x=1") == "/services/?x=1"
    assert known.shown_path("/plain") == "/plain"
    assert known.shown_path("/services/a?x=1") == "/(secret)"
    known = origins(declared("services/a?x=1"), declared("unset", "/url", url=f"{BASE}/services/${{env.A}}?x=1"))
    assert known.shown_path("/services/a?x=1") == "/services/a?x=1", "it is another's"
    assert known.shown_path("/services/b?x=1") == "/(secret)"
    assert origins(declared("bare", "/url", url=f"{BASE}/${{env.A}}")).shown_path("/any") == "/any"


# --- where it is not as declared


def comparison(delivery: Received, *webhooks: DeclaredWebhook, complete: bool = True) -> Comparison:
    best = origins(*webhooks, complete=complete).best(delivery)
    assert best is not None
    found = compare(best, delivery)
    assert found is not None
    return found


def unlike(found: Comparison) -> dict[str, tuple[str | None, str | None, Likeness]]:
    return {
        part.place: (part.declared, part.received, part.likeness)
        for part in found.parts
        if part.likeness is not Likeness.SAME
    }


GOOD = {"X_Route": "r0ute", "X_Run": "1", "Authorization": "Bearer fixed", "Content_Type": "application/json"}


def test_as_declared() -> None:
    body = b'{"run":"1","text":"Export failed","routing":{"key":"r0ute","team":"night"}}'
    found = comparison(received(body, "/pager", **GOOD), PAGER)
    assert (found.webhook, found.environment, found.addressed) == ("pager", "test", True)
    assert (unlike(found), found.differences, found.note) == ({}, 0, "")
    assert {part.place: part.declared for part in found.parts if part.declared == "(secret)"}.keys() == {
        "X-Route", "Authorization", "/routing/key",
    }  # fmt: skip
    assert "The JSON is the same, but not its bytes" in comparison(received(BODY, "/pager", **GOOD), PAGER).note


def test_differences() -> None:
    body = {"run": "1", "text": "Export done", "routing": {"key": "old", "team": "night", "x": [1, {}]}}
    found = comparison(received(body, "/pager", method="PUT", **{**GOOD, "X_Run": "2", "X_Route": ""}), PAGER)
    assert unlike(found) == {
        "method": ("POST", "PUT", Likeness.DIFFERENT),
        "X-Route": ("(secret)", "(secret)", Likeness.DIFFERENT),
        "X-Run": ("1", "2", Likeness.DIFFERENT),
        "/text": ('"{{event.name}} failed"', '"Export done"', Likeness.DIFFERENT),
        "/routing/key": ("(secret)", "(secret)", Likeness.DIFFERENT),
        "/routing/x/0": (None, "1", Likeness.EXTRA),
        "/routing/x/1": (None, "{}", Likeness.EXTRA),
    }


def test_what_is_not_there() -> None:
    found = comparison(received({"text": "Export failed", "routing": {"key": "r0ute", "team": "night"}}), PAGER)
    assert unlike(found)["/run"] == ('"{{event.id}}"', None, Likeness.MISSING)
    assert unlike(found)["X-Route"] == ("(secret)", None, Likeness.MISSING)


def test_a_secret_that_is_not_set_here_is_not_compared() -> None:
    found = comparison(received(BODY, "/pager", **GOOD), PAGER, complete=False)
    assert {place for place, (_, _, likeness) in unlike(found).items() if likeness is Likeness.UNKNOWN} == {
        "X-Route", "Authorization", "/routing/key",
    }  # fmt: skip
    assert found.differences == 0


def test_text_and_what_is_no_json() -> None:
    assert unlike(comparison(received(b"run 7 with t0ken now", Content_Type="application/json"), TEXT)) == {}
    found = comparison(received(b"not JSON", "/pager", **GOOD), PAGER)
    assert unlike(found)[""] == ("(secret)", "(secret)", Likeness.DIFFERENT)
    found = comparison(received(b"not JSON", "/plain"), PLAIN)
    assert unlike(found)[""][1:] == ("not JSON", Likeness.DIFFERENT)


def test_a_default_webhook_sends_the_payload_as_it_is() -> None:
    found = comparison(
        received(b'{"event":"Connection Created","a":1}', "/plain", Content_Type="application/json"), PLAIN
    )
    assert (found.differences, found.note) == (0, "")


def test_nobody_can_tell_how_slack_looks() -> None:
    assert origins(SLACK).best(received({"text": "x"}, "/slack")) is None


def test_many_parts_are_bounded() -> None:
    found = comparison(received({"event": "Connection Created", "list": list(range(2000))}, "/plain"), PLAIN)
    assert (len(found.parts), found.omitted) == (500, 1503)
