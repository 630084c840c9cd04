"""``.pre-commit-hooks.yaml``: what pre-commit would run, on what is staged."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.unit.cli.calling import Call, Called
from tests.unit.cli.repository import ENVIRON, committed, git

MANIFEST = Path(__file__).parents[3] / ".pre-commit-hooks.yaml"
SECRETS = {"TEST_KEY": "tk_test_0123456789abcdef", "LIVE_KEY": "pk_live_0123456789abcdef"}


def the_hook() -> dict[str, Any]:
    (hook,) = yaml.safe_load(MANIFEST.read_text())
    return dict(hook)


@pytest.fixture
def repository(project: Path) -> Path:
    """The project, committed; a second file in it has an error of its own."""
    (project / "webhooks" / "old.yaml").write_text(
        "webhooks:\n  old: {url: https://a.acme.example, events: [Nothing]}\n"
    )
    (project / "README.md").write_text("webhooks\n")
    committed(project)
    return project


@pytest.fixture
def commit(call: Call, repository: Path) -> Any:
    """Stages files and calls the hook as pre-commit does; None where no file concerns it."""

    def commit(*files: str, arguments: tuple[str, ...] = ()) -> Called | None:
        git(repository, "add", "--all", *files)
        hook = the_hook()
        staged = git(
            repository, "diff", "--staged", "--name-only", "--diff-filter=ACMRTUXB", "--no-renames"
        ).splitlines()
        chosen = [name for name in staged if re.search(hook["files"], name)]
        if not chosen:
            return None
        program, *given = shlex.split(hook["entry"])
        assert program == "hookwright"
        return call(*given, *hook.get("args", ()), *arguments, *chosen, **SECRETS, **ENVIRON)

    return commit


def test_it_is_a_hook() -> None:
    hook = the_hook()
    # https://pre-commit.com/#creating-new-hooks: what a hook must have, and what this one may.
    assert {"id", "name", "entry", "language"} <= hook.keys()
    assert hook.keys() <= {"id", "name", "description", "entry", "language", "files", "types", "require_serial"}
    assert (hook["id"], hook["language"], hook["require_serial"]) == ("hookwright-validate", "python", True)


@pytest.mark.parametrize(
    ("file", "concerned"),
    [
        ("hookwright.yaml", True),
        ("infra/hookwright.yaml", True),
        ("webhooks/a.yml", True),
        ("webhooks/team/bodies/a.json", True),
        ("infra/events/a.yaml", True),
        ("contracts/workflow-errored.json", True),
        ("README.md", False),
        ("hookwright.yaml.orig", False),
        ("mywebhooks/a.yaml", False),
        ("src/webhooks.py", False),
    ],
)
def test_the_files_that_concern_it(file: str, concerned: bool) -> None:
    assert bool(re.search(the_hook()["files"], file)) is concerned


def test_what_has_nothing_to_do_with_it(commit: Any, repository: Path) -> None:
    (repository / "README.md").write_text("changed\n")
    assert commit("README.md") is None


def test_a_good_change_passes_whatever_else_is_wrong(commit: Any, repository: Path) -> None:
    new = repository / "webhooks" / "new one.yaml"
    new.write_text("webhooks:\n  new: {url: https://b.acme.example, events: [Workflow Errored], description: New}\n")
    done = commit("webhooks")
    assert done.code == 0
    assert "HW401" not in done.out


def test_a_wrong_change_does_not(commit: Any, repository: Path) -> None:
    new = repository / "webhooks" / "new.yaml"
    new.write_text("webhooks:\n  new: {url: https://b.acme.example, events: [Nothing]}\n")
    done = commit("webhooks")
    assert done.code == 1
    assert "webhooks/new.yaml:2:" in done.out
    assert "webhooks/old.yaml" not in done.out


def test_what_breaks_another_file_is_reported(commit: Any, repository: Path) -> None:
    new = repository / "webhooks" / "a.yaml"
    new.write_text(
        "webhooks:\n  pager: {url: https://b.acme.example, events: [Workflow Errored], description: Twice}\n"
    )
    done = commit("webhooks")
    assert done.code == 1
    assert "HW016" in done.out
    assert "webhooks/all.yaml" in done.out


def test_everything_depends_on_the_main_file_and_on_contracts(commit: Any, repository: Path) -> None:
    main = repository / "hookwright.yaml"
    main.write_text(main.read_text() + "# changed\n")
    done = commit("hookwright.yaml")
    assert (done.code, "webhooks/old.yaml" in done.out) == (1, True)
    committed(repository)
    (repository / "contracts").mkdir()
    (repository / "contracts" / "workflow-errored.json").write_text('{"properties": {"x": {"type": "string"}}}\n')
    done = commit("contracts")
    assert (done.code, "webhooks/old.yaml" in done.out) == (1, True)


def test_a_body_file_is_part_of_its_webhook(commit: Any, repository: Path) -> None:
    body = repository / "webhooks" / "body.json"
    body.write_text('{"run": "{{event.instance_id}}"}')
    webhook = "webhooks:\n  with-file:\n    url: https://c.acme.example\n    events: [Workflow Errored]\n"
    (repository / "webhooks" / "file.yaml").write_text(webhook + "    description: Long\n    body_file: body.json\n")
    committed(repository)
    body.write_text('{"run": "{{event.instance_idd}}"}')
    done = commit("webhooks")
    assert done.code == 1
    assert "webhooks/body.json:1:" in done.out


def test_a_project_below_is_named_with_arguments(commit: Any, repository: Path) -> None:
    below = repository / "infra"
    below.mkdir()
    for name in ("hookwright.yaml", "webhooks"):
        (repository / name).rename(below / name)
    committed(repository)
    new = below / "webhooks" / "new.yaml"
    new.write_text("webhooks:\n  new: {url: https://b.acme.example, events: [Nothing]}\n")
    done = commit("infra", arguments=("-C", "infra"))
    assert done.code == 1
    assert "infra/webhooks/new.yaml:2:" in done.out
    assert "infra/webhooks/old.yaml" not in done.out
