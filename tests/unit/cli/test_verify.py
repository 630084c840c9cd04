"""``hookwright verify``."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hookwright.signing import sign
from tests.unit.cli.calling import Call, make_call

TEST = "tk_test_0123456789abcdef"
LIVE = "pk_live_0123456789abcdef"
BODY = b'{"event":"Workflow Errored"}'


def test_valid_with_a_variable(call: Call) -> None:
    done = call("verify", "--signature", sign(BODY, TEST), "--key-env", "K", stdin=BODY, K=TEST)
    assert (done.code, done.out, done.err) == (0, "valid: signed with the key of K\n", "")


def test_valid_with_the_key_of_an_environment(call: Call) -> None:
    done = call("verify", "--signature", sign(BODY, TEST), "-e", "test", "--format", "json", stdin=BODY, TEST_KEY=TEST)
    assert done.code == 0
    assert done.json == {
        "format": "hookwright.verification/1",
        "valid": True,
        "reason": "valid",
        "message": "signed with the key of environment test",
        "hint": "",
        "key": "environment test",
    }


def test_the_other_environments_key_is_named(call: Call) -> None:
    done = call("verify", "--signature", sign(BODY, LIVE), "-e", "test", stdin=BODY, TEST_KEY=TEST, LIVE_KEY=LIVE)
    assert done.code == 1
    assert done.out == (
        "not valid: the signature does not match: it was made with the key of environment production\n"
        "hint: Each environment signs with its own API key.\n"
    )


def test_one_more_key(call: Call) -> None:
    signature = sign(BODY, "tk_old")
    done = call(
        "verify", "--signature", signature, "--key-env", "K", "--also-key", "OLD", stdin=BODY, K=TEST, OLD="tk_old"
    )
    assert (done.code, done.out) == (0, "valid: signed with the key of OLD\n")


def test_a_line_break_too_many(call: Call) -> None:
    done = call(
        "verify", "--signature", sign(BODY, TEST), "--key-env", "K", "--format", "json", stdin=BODY + b"\n", K=TEST
    )
    assert (done.code, done.json["reason"], done.json["valid"]) == (1, "whitespace", False)


def test_nothing_on_stdin(call: Call) -> None:
    done = call("verify", "--signature", sign(BODY, TEST), "--key-env", "K", "--format", "json", stdin=b"", K=TEST)
    assert (done.code, done.json["reason"]) == (1, "no-body")
    assert done.json["message"] == "there is no body: an empty one was not signed with K"
    assert call("verify", "--signature", sign(b"", TEST), "--key-env", "K", stdin=b"", K=TEST).code == 0


def test_works_without_a_project(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    call = make_call(monkeypatch, capsys, tmp_path)
    assert call("verify", "--signature", sign(BODY, TEST), "--key-env", "K", stdin=BODY, K=TEST).code == 0


def test_which_key(call: Call) -> None:
    done = call("verify", "--signature", "00", stdin=BODY)
    assert done.code == 64
    assert "which key?" in done.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--key-env", "K"), "the process variable K is unset or empty"),
        (("-e", "test"), "the key of environment test is unset: ${env.TEST_KEY}"),
    ],
)
def test_an_unset_key(call: Call, arguments: tuple[str, ...], message: str) -> None:
    done = call("verify", "--signature", "00", *arguments, "--format", "json", stdin=BODY, K="")
    assert done.code == 1
    assert done.json["error"]["message"] == message


def test_a_key_that_is_not_utf_8(call: Call) -> None:
    done = call("verify", "--signature", "00", "--key-env", "K", stdin=BODY, K=os.fsdecode(b"tk_\xff"))
    assert (done.code, "the process variable K is not UTF-8" in done.err) == (1, True)


def test_an_environment_that_is_none(call: Call) -> None:
    done = call("verify", "--signature", "00", "-e", "tset", stdin=BODY)
    assert (done.code, "Did you mean 'test'?" in done.err) == (64, True)


def test_no_key_is_shown(call: Call) -> None:
    for signature in ("0" * 64, sign(BODY, LIVE), sign(BODY, TEST).upper()):
        done = call("-v", "verify", "--signature", signature, "-e", "test", stdin=BODY, TEST_KEY=TEST, LIVE_KEY=LIVE)
        assert done.code == 1
        assert TEST not in done.out + done.err
        assert LIVE not in done.out + done.err
