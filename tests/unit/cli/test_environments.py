"""``hookwright environments``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookwright.cli.environments import _shard
from hookwright.errors import UsageError
from tests.unit.cli.calling import Call


def shards(done: Any) -> list[str]:
    return [one["environment"] for one in done["environments"]]


@pytest.fixture
def five(project: Path) -> Path:
    """A project with five environments, one of them elsewhere."""
    names = "".join(f"  customer-{number}: {{kind: test, api_key: '${{env.K{number}}}'}}\n" for number in range(1, 5))
    (project / "hookwright.yaml").write_text(
        f"version: 1\nproject: acme\nenvironments:\n{names}"
        "  production: {api_url: 'https://refold.acme.example', api_key: '${env.P}', vars: {base_url: x}}\n"
    )
    return project


def test_for_people(call: Call) -> None:
    done = call("environments")
    assert (done.code, done.err) == (0, "")
    assert done.out == (
        "test        test        https://app.refold.ai\nproduction  production  https://app.refold.ai\n"
    )


def test_for_programs(call: Call, five: Path) -> None:
    listed = call("environments", "--format", "json").json
    assert listed["format"] == "hookwright.environments/1"
    assert listed["environments"][3:] == [
        {"environment": "customer-4", "kind": "test", "api_url": "https://app.refold.ai"},
        {"environment": "production", "kind": "production", "api_url": "https://refold.acme.example"},
    ]


def test_what_a_process_variable_says_is_not_shown(call: Call, five: Path) -> None:
    file = five / "hookwright.yaml"
    file.write_text(file.read_text().replace("acme.example'", "acme.example/${env.GATE}'"))
    for arguments in ((), ("--format", "json")):
        done = call("environments", *arguments, GATE="hush")
        assert "https://refold.acme.example" in done.out
        assert "hush" not in done.out + done.err


def test_for_a_job_matrix(call: Call) -> None:
    done = call("environments", "--format", "github-matrix")
    # One line: 'echo "matrix=$(…)" >> "$GITHUB_OUTPUT"' takes no more.
    assert done.out.count("\n") == 1
    assert json.loads(done.out) == {
        "include": [
            {"environment": "test", "kind": "test"},
            {"environment": "production", "kind": "production"},
        ]
    }


def test_a_matrix_that_github_refuses_is_none(call: Call, project: Path) -> None:
    file = project / "hookwright.yaml"
    file.write_text(
        "version: 1\nproject: acme\nenvironments:\n"
        + "".join(f"  org-{number}: {{kind: test, api_key: tk_{number}}}\n" for number in range(257))
    )
    done = call("environments", "--format", "github-matrix")
    assert (done.code, done.out) == (64, "")
    assert "these are 257 environments, and GitHub takes 256 jobs in a matrix" in done.err
    assert len(call("environments", "--format", "github-matrix", "--shard", "1/2").json["include"]) == 129
    assert len(call("environments", "--format", "json").json["environments"]) == 257


def test_shards(call: Call, five: Path) -> None:
    parts = [shards(call("environments", "--format", "json", "--shard", f"{number}/3").json) for number in (1, 2, 3)]
    assert parts == [["customer-1", "customer-4"], ["customer-2", "production"], ["customer-3"]]
    assert shards(call("environments", "--format", "json", HOOKWRIGHT_SHARD="2/3").json) == parts[1]
    empty = call("environments", "--format", "github-matrix", "--shard", "6/6")
    assert (empty.code, empty.json) == (0, {"include": []})
    assert call("environments", "--shard", "6/6").out == ""


@given(st.lists(st.text(), unique=True), st.integers(1, 12))
def test_each_environment_is_in_one_shard(names: list[str], count: int) -> None:
    parts = [_shard(names, f"{number}/{count}") for number in range(1, count + 1)]
    assert sorted(name for part in parts for name in part) == sorted(names)
    assert max(map(len, parts)) - min(map(len, parts)) <= 1
    assert _shard(names, None) == names


@pytest.mark.parametrize("shard", ["", "1", "0/2", "3/2", "1/0", "a/b", "1/2/3", "-1/2", " 1/2", "1/2\n", "\uff11/2"])
def test_what_is_no_shard(call: Call, shard: str) -> None:
    with pytest.raises(UsageError):
        _shard(["a"], shard)
    done = call("environments", "--shard", shard)
    assert (done.code, done.out) == (64, "")
    shown = shard.replace("\n", "\\n")
    assert done.err == f"error: '{shown}' is no shard\nhint: Write it as I/N, with 1 ≤ I ≤ N: 2/5.\n"


def test_a_project_that_cannot_be_read(call: Call, project: Path) -> None:
    (project / "hookwright.yaml").write_text("version: [\n")
    done = call("environments", "--format", "json")
    assert done.code == 1
    assert done.json["error"]["message"] == "the project cannot be read"
    assert [one["rule"] for one in done.json["error"]["findings"]] == ["HW002"]
    (project / "hookwright.yaml").unlink()
    assert call("environments").code == 1
