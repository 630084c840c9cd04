from __future__ import annotations

from hookwright.validate.registry import catalogue
from tests.unit.cli.calling import Call


def test_a_page_by_id_and_by_name(call: Call) -> None:
    by_id = call("explain", "hw201")
    assert by_id.code == 0
    assert by_id.out.startswith("# HW201: A template names a key that no subscribed event carries\n")
    assert call("explain", "unknown-key").out == by_id.out


def test_the_list(call: Call) -> None:
    lines = call("explain").out.splitlines()
    assert [line.split()[0] for line in lines] == list(catalogue())
    assert "HW201  error    A template names a key that no subscribed event carries" in lines


def test_json(call: Call) -> None:
    (one,) = call("explain", "HW301", "--format", "json").json["rules"]
    assert (one["id"], one["name"], one["severity"], one["enabled"]) == ("HW301", "http-url", "error", True)
    assert len(call("explain", "--format", "json").json["rules"]) == len(catalogue())


def test_a_rule_that_is_not_there(call: Call) -> None:
    done = call("explain", "unknown-kye")
    assert done.code == 64
    assert "Did you mean 'unknown-key'?" in done.err
    assert "'hookwright explain' lists all rules." in call("explain", "zzzzzz").err
