from __future__ import annotations

from pathlib import Path

from hookwright.validate.registry import catalogue
from tests.unit.cli.calling import Call


def test_a_page_by_id_and_by_name(call: Call) -> None:
    by_id = call("explain", "hw201")
    assert by_id.code == 0
    assert by_id.out.startswith("HW201: A template names a key that no subscribed event carries\nunknown-key · error")
    assert call("explain", "unknown-key").out == by_id.out


def test_a_page_in_markdown_and_in_colour(call: Call) -> None:
    folder = Path(__file__).parents[3] / "docs" / "rules"
    assert call("explain", "HW201", "--format", "markdown").out == (folder / "HW201.md").read_text("utf-8")
    assert call("explain", "--format", "markdown").out == (folder / "README.md").read_text("utf-8")
    assert "\x1b[31;1mHW201\x1b[0m" in call("explain", "HW201", FORCE_COLOR="1").out


def test_the_list(call: Call) -> None:
    lines = call("explain").out.splitlines()
    assert [line.split()[0] for line in lines] == list(catalogue())
    assert [line.split()[1] for line in lines] == [rule.name for rule in catalogue().values()]
    (one,) = (line for line in lines if line.startswith("HW201"))
    assert one.split(maxsplit=3)[2:] == ["error", "A template names a key that no subscribed event carries"]
    (off,) = (line for line in lines if line.startswith("HW206"))
    assert off.split(maxsplit=3)[2:] == ["off", "A template names a key that may be missing"]


def test_json(call: Call) -> None:
    (one,) = call("explain", "HW301", "--format", "json").json["rules"]
    assert (one["id"], one["name"], one["severity"], one["enabled"]) == ("HW301", "http-url", "error", True)
    assert len(call("explain", "--format", "json").json["rules"]) == len(catalogue())


def test_a_rule_that_is_not_there(call: Call) -> None:
    done = call("explain", "unknown-kye")
    assert done.code == 64
    assert "Did you mean 'unknown-key'?" in done.err
    for number in ("HW21", "hw21", "21"):
        assert "Did you mean 'HW021'?" in call("explain", number).err
    assert "'hookwright explain' lists all rules." in call("explain", "zzzzzz").err
