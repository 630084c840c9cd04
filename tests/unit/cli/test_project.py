"""What commands do before their own work."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.cli.calling import Call

COMMANDS = [
    ["plan"],
    ["drift", "-e", "test"],
    ["apply", "--yes"],
    ["render", "plain"],
    ["send"],
    ["rollback"],
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize(("environments", "rule"), [("environments: {}", "HW106"), ("", "HW102")])
def test_a_project_without_environments(
    call: Call, project: Path, command: list[str], environments: str, rule: str
) -> None:
    (project / "hookwright.yaml").write_text(f"version: 1\nproject: acme\n{environments}\n")
    done = call(*command)
    assert (done.code, done.out) == (1, "")
    assert f"error[{rule}]" in done.err
    assert "which environment" not in done.err
