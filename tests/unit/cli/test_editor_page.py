"""``docs/editors.md`` says what is so."""

from __future__ import annotations

import json
import re
from pathlib import Path

import yaml

from hookwright.cli.init import EDITOR, contents
from tests.unit.cli.calling import HELP, Call
from tests.unit.cli.test_pre_commit import the_hook

PAGE = (Path(__file__).parents[3] / "docs" / "editors.md").read_text()


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def test_the_settings_are_those_of_init() -> None:
    (shown,) = blocks("json")
    mapped, written = json.loads(shown)["yaml.schemas"], json.loads(contents("acme")[EDITOR])["yaml.schemas"]
    assert mapped.keys() == written.keys()
    assert all(set(mapped[address]) <= set(written[address]) for address in mapped)
    assert all(f'["{address}"]' in blocks("lua")[0] for address in mapped)


def test_the_local_hook_is_the_published_one() -> None:
    (local,) = (repo for block in blocks("yaml") if "repo: local" in block for repo in yaml.safe_load(block))
    (hook,) = local["hooks"]
    published = the_hook()
    assert {key: hook[key] for key in hook if key != "language"} == {
        key: published[key] for key in hook if key != "language"
    }
    (remote,) = (repo for block in blocks("yaml") if "rev:" in block for repo in yaml.safe_load(block)["repos"])
    assert remote["hooks"] == [{"id": published["id"]}]


def test_the_commands_are_there(call: Call) -> None:
    named = set(re.findall(r"[`$(] ?hookwright ([a-z]+)", PAGE))
    assert named == {"init", "import", "schema", "validate", "render", "completion"} <= set(HELP)
    for command in re.findall(r"\$ (hookwright schema \w+)", PAGE):
        assert call(*command.split()[1:]).code == 0
