"""A project to call commands in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.cli.acme import PROJECT, WEBHOOKS
from tests.unit.cli.calling import Call, make_call
from tests.unit.cli.platforms import Estate, Run, estate, runner


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with three webhooks and two environments."""
    (tmp_path / "hookwright.yaml").write_text(PROJECT)
    (tmp_path / "webhooks").mkdir()
    (tmp_path / "webhooks" / "all.yaml").write_text(WEBHOOKS)
    return tmp_path


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], project: Path) -> Call:
    """Calls a command in the project."""
    return make_call(monkeypatch, capsys, project)


@pytest.fixture
def acme(tmp_path: Path) -> Iterator[Estate]:
    """A project with two environments, test and production, on platforms of this machine."""
    with estate(tmp_path, "test", "production") as made:
        yield made


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], acme: Estate) -> Run:
    """Calls a command in that project."""
    return runner(make_call(monkeypatch, capsys, acme.root))
