"""``hookwright deliveries`` and ``hookwright replay``, on what ``listen`` keeps."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hookwright.harness.background import serve_receiver_in_thread
from hookwright.harness.store import DeliveryStore
from hookwright.model.delivery import Received, Verdict
from hookwright.signing import sign
from tests.unit.cli.calling import Call
from tests.unit.cli.test_listen import TEST, poster, signed
from tests.unit.harness.test_store import DELIVERY

ERRORED = b'{"event":"Workflow Errored"}'
DB = ("--db", "kept.db")


def keep(project: Path, *changes: dict[str, Any]) -> None:
    kept = replace(DELIVERY, path="/x", headers=(("X-A", "1"),), body=ERRORED, answered=200, attempt=1)
    with DeliveryStore(project / "kept.db") as store:
        for change in changes:
            store.add(replace(kept, **change))


def kept_ids(call: Call, *arguments: str) -> list[str]:
    done = call("deliveries", *DB, "--format", "json", *arguments)
    assert done.code == 0
    return [one["id"] for one in done.json["deliveries"]]


def replayed(call: Call, *arguments: str, **environ: str) -> tuple[list[str], tuple[Received, ...]]:
    with serve_receiver_in_thread() as receiver:
        done = call("replay", *DB, "--to", receiver.url, "--format", "json", *arguments, **environ)
        assert done.code == 0, done.err
        return [one["id"] for one in done.json["replays"]], receiver.deliveries


def test_what_listen_keeps_is_listed_and_shown(call: Call) -> None:
    with poster(signed(TEST, Authorization="Bearer s3cr3t"), signed("tk_other")) as port:
        call("listen", "-e", "test", "--port", port, "--max", "2", *DB, TEST_KEY=TEST)
    done = call("deliveries", *DB)
    assert done.code == 0
    first, second = done.out.splitlines()
    assert first.startswith("#1  20")
    assert first.endswith("POST /x  Workflow Errored  signature valid  answered 200")
    assert second.endswith("POST /x  Workflow Errored  signature invalid  answered 200  attempt 2")
    shown = call("deliveries", "#2", *DB, "-e", "test", TEST_KEY=TEST).out
    assert "the signature does not match: neither this body" in shown
    assert "s3cr3t" not in call("deliveries", "1", *DB).out
    assert "s3cr3t" in call("deliveries", "1", *DB, "--reveal").out


def test_filters_of_the_list(call: Call, project: Path) -> None:
    keep(
        project, {}, {"signature": Verdict.MISSING}, {"answered": 500}, {"answered": None, "path": "/y?z=1"},
        {"body": b"not JSON"},
    )  # fmt: skip
    assert kept_ids(call) == ["1", "2", "3", "4", "5"]
    assert kept_ids(call, "--last", "2") == ["4", "5"]
    assert kept_ids(call, "--failed") == ["3", "4"]
    assert kept_ids(call, "--event", "Workflow *", "--path", "/x") == ["1", "2", "3"]
    assert kept_ids(call, "--signature", "missing") == ["2"]
    assert call("deliveries", *DB, "--event", "None").out == "No such delivery is kept.\n"


def test_a_replay_is_what_came(call: Call, project: Path) -> None:
    headers = (("Host", "public.acme.example"), ("X-B", "2"), ("x-A", "1"), ("X-B", "1"))
    keep(project, {"body": b'{"a" : 1}\xff', "headers": headers, "path": "/x?y=%20"})
    ids, (received,) = replayed(call, "1")
    assert ids == ["1"]
    assert (received.method, received.path, received.body) == ("POST", "/x?y=%20", b'{"a" : 1}\xff')
    assert [one for one in received.headers if one[0] not in ("Host", "Content-Length")] == [*headers[1:]]


def test_which_are_replayed(call: Call, project: Path) -> None:
    keep(project, {"answered": 500}, {"answered": 500, "attempt": 2}, {"path": "/y"}, {"path": "/z", "answered": None})
    assert replayed(call, "--failed")[0] == ["2", "4"], "each delivery once"
    assert replayed(call, "--last", "2")[0] == ["3", "4"]
    assert replayed(call, "--path", "/*", "--last", "10")[0] == ["2", "3", "4"]
    assert replayed(call, "4", "1")[0] == ["4", "1"]


def test_signed_anew(call: Call, project: Path) -> None:
    keep(project, {"headers": (("X-Cobalt-Signature", "0" * 64),)})
    _, (received,) = replayed(call, "1", "--re-sign", "-e", "test", TEST_KEY=TEST)
    assert received.header("x-cobalt-signature") == sign(ERRORED, TEST)
    _, (received,) = replayed(call, "1", "--re-sign", "--key-env", "OTHER", OTHER="tk_other")
    assert received.header("x-cobalt-signature") == sign(ERRORED, "tk_other")


def test_it_goes_where_it_was_passed_on_to(call: Call, project: Path) -> None:
    with serve_receiver_in_thread() as receiver:
        with poster(signed(TEST)) as port:
            call("listen", "--port", port, "--max", "1", "--forward", f"{receiver.url}/there?token=s3cr3t", *DB)
        done = call("replay", "1", *DB)
        assert [one.path for one in receiver.deliveries] == ["/there?token=s3cr3t"] * 2
    assert done.code == 0
    assert "/there?token=(secret)" in done.out
    assert "s3cr3t" not in done.out


def test_an_answer_that_does_not_count_is_1(call: Call, project: Path) -> None:
    keep(project, {})
    with serve_receiver_in_thread() as receiver:
        url = receiver.url
    done = call("replay", "1", *DB, "--to", url)
    assert (done.code, done.out.startswith("✗ #1  Workflow Errored  connection refused  ")) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ((), 64, "which deliveries?"),
        (("1", "--failed"), 64, "IDs and --last, --failed or filters exclude each other"),
        (("1",), 64, "delivery 1 was not passed on to anybody: where to?"),
        (("7", "--to", "localhost:9"), 64, "no delivery '7' is kept"),
        (("1", "--to", "http://8.8.8.8/"), 1, "8.8.8.8 is neither this machine nor in a private network"),
        (("1", "--to", "nourl"), 64, "the URL starts with neither http:// or https:// nor a host"),
        (("1", "--to", "localhost:9", "--re-sign"), 64, "which key?"),
        (("1", "--to", "localhost:9", "--key-env", "K"), 64, "it needs --re-sign"),
        (("1", "--to", "localhost:9", "--re-sign", "--key-env", "K"), 1, "the process variable K is unset or empty"),
    ],
)
def test_what_makes_no_sense(call: Call, project: Path, arguments: tuple[str, ...], code: int, message: str) -> None:
    keep(project, {})
    done = call("replay", *DB, *arguments)
    assert (done.code, done.out) == (code, "")
    assert message in done.err


def test_a_file_that_is_not_there(call: Call, project: Path) -> None:
    for command in ("deliveries", "replay"):
        done = call(command, "--db", "typo.db", *(["--failed", "--to", "localhost:9"] if command == "replay" else []))
        assert (done.code, "there is no file typo.db" in done.err) == (1, True)
    assert not (project / "typo.db").exists()


def test_nothing_to_replay_is_no_failure(call: Call, project: Path) -> None:
    keep(project, {})
    done = call("replay", *DB, "--failed", "--to", "localhost:9")
    assert (done.code, done.out) == (0, "")
    assert "There is nothing to replay" in done.err


SECRETS = {"TEST_KEY": TEST, "PAGER_TOKEN": "pager-t0ken", "BODY_SECRET": "b0dy-s3cret", "SLACK_PATH": "sl4ck"}


def pager_body(call: Call) -> bytes:
    done = call("render", "pager", "-e", "test", "--reveal", "--format", "json", **SECRETS)
    return base64.b64decode(done.json["requests"][0]["body_base64"])


def test_secrets_in_bodies_are_masked_by_where_they_come_from(call: Call) -> None:
    body = pager_body(call)
    assert b"b0dy-s3cret" in body
    given = ({"X-Cobalt-Signature": sign(body, TEST)}, {"Authorization": "Bearer pager-t0ken"})
    with poster(*((body, headers) for headers in given)) as port:
        done = call("listen", "-e", "test", "--port", port, "--max", "2", "--format", "json", *DB, **SECRETS)
    _, one, _ = map(json.loads, done.out.splitlines())
    assert (one["signature"], one["masked"]) == ("valid", True)
    shown = base64.b64decode(one["body_base64"])
    assert shown == body.replace(b'"b0dy-s3cret"', b'"(secret)"'), "and nothing else is touched"
    text = call("deliveries", "1", *DB, **SECRETS).out
    assert '"value": "(secret)"' in text
    for output in (done.out, text, call("deliveries", *DB, "--format", "json", **SECRETS).out):
        assert "b0dy-s3cret" not in output
        assert base64.b64encode(body).decode() not in output
    assert "b0dy-s3cret" in call("deliveries", "1", *DB, "--reveal", **SECRETS).out
