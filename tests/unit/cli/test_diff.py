"""``hookwright diff``."""

from __future__ import annotations

import pytest

from tests.unit.cli.platforms import Estate, Run


def test_alike_but_for_what_is_declared(acme: Estate, run: Run) -> None:
    run("apply", "-e", "test", "-e", "production", "--yes")
    assert acme.live("test", "pager")["method"] != acme.live("production", "pager")["method"]
    done = run("diff", "test", "production")
    assert done.out.endswith("Alike: 2 alike; unmanaged: 0 in test, 0 in production.\n")
    assert [len(platform.requests) for platform in acme.platforms.values()] == [5, 5]  # one more call each


def test_a_hand_on_one_side_is_told_with_2(acme: Estate, run: Run) -> None:
    run("apply", "-e", "test", "-e", "production", "--yes")
    acme.live("production", "plain")["is_enabled"] = False
    acme.live("production", "pager")["webhook_headers"] = {"Authorization": "by hand"}
    found = run("diff", "test", "production", "--format", "json", expect=2).json
    assert (found["format"], found["equal"]) == ("hookwright.diff/1", False)
    assert (found["left"], found["right"]) == ("test", "production")
    assert {(one["name"], field["path"]) for one in found["differences"] for field in one["fields"]} == {
        ("plain", "/enabled"), ("pager", "/headers/Authorization"),
    }  # fmt: skip
    assert "by hand" not in run("diff", "test", "production", expect=2).out


def test_events_of_either_side_are_read_on_both(acme: Estate, run: Run) -> None:
    acme.declare("events: {e: {sample: {a: 1}, environments: {production: false}}}\n", "events")
    run("apply", "-e", "test", "--yes")
    acme.declare("events: {e: {sample: {a: 1}}}\n", "events")
    found = run("diff", "test", "production", "--format", "json", expect=2).json
    assert ("event", "e", "left_only") in {
        (one["kind"], one["name"], one["difference"]) for one in found["differences"]
    }
    acme.declare("events: {e: {sample: {a: 1}, environments: {production: false}}}\n", "events")
    found = run("diff", "production", "test", "--format", "json", expect=2).json
    assert {one["kind"] for one in found["differences"]} == {"webhook"}
    assert any("/application/event" in path for _, path, _ in acme.platforms["production"].requests)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("test",), "Missing argument 'ENV'"),
        (("test", "test"), "Name two different ones"),
        (("test", "prodution"), "Did you mean 'production'?"),
    ],
)
def test_what_makes_no_sense(acme: Estate, run: Run, arguments: tuple[str, ...], message: str) -> None:
    assert message in run("diff", *arguments, expect=64).err


def test_one_that_cannot_be_read_fails_it(acme: Estate, run: Run) -> None:
    error = run("diff", "test", "production", "--format", "json", expect=1, PRODUCTION_KEY="pk_wrong_0123456789ab").json
    assert error["error"]["category"] == "api"
    assert error["error"]["message"].startswith("production: GET ")
    error = run("diff", "test", "production", "--format", "json", expect=1, PRODUCTION_KEY="").json
    assert error["error"]["category"] == "config"
