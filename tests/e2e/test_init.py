"""A new project, with the installed command: written, checked, completed, held against its own past."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.conftest import Installed
from tests.unit.cli.repository import ENVIRON, committed

pytestmark = pytest.mark.e2e


@pytest.fixture
def project(installed: Installed, tmp_path: Path) -> Path:
    """What ``init`` writes."""
    assert installed.run("init", "acme", cwd=tmp_path).code == 0
    return tmp_path / "acme"


def test_it_validates_and_is_never_overwritten(installed: Installed, project: Path) -> None:
    assert installed.run("validate", cwd=project).code == 0
    before = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
    done = installed.run("init", "--format", "json", cwd=project)
    assert (done.code, done.json["error"]["category"]) == (1, "local")
    assert {path: path.read_bytes() for path in project.rglob("*") if path.is_file()} == before


def test_a_change_shows_on_the_wire(installed: Installed, project: Path) -> None:
    committed(project)
    file = project / "webhooks" / "incidents.yaml"
    file.write_text(file.read_text().replace("{{event.workflow_name}} failed", "{{event.workflow_name}} broke"))
    done = installed.run("render", "--against", "HEAD", "--detailed-exitcode", cwd=project, **ENVIRON)
    assert done.code == 2
    assert done.out.endswith("\n2 requests differ from HEAD; 0 are the same.\n")


def test_captured_payloads_become_a_contract(installed: Installed, project: Path) -> None:
    file = project / "webhooks" / "incidents.yaml"
    text = file.read_text().replace("[Workflow Errored, Workflow Timed Out]", "[Workflow Timed Out]")
    file.write_text(text.replace("event.linked_account_id", "event.seconds"))
    assert "event.seconds" in installed.run("validate", cwd=project).out
    body = b'{"event": "Workflow Timed Out", "instance_id": "1", "workflow_name": "Export", "seconds": 30}'
    done = installed.run("contracts", "infer", "--write", "--format", "json", cwd=project, stdin=body)
    assert (done.code, done.json["contracts"][0]["file"]) == (0, str(project / "contracts" / "workflow-timed-out.json"))
    assert "event.seconds" not in installed.run("validate", cwd=project).out


def test_a_shell_completes(installed: Installed, project: Path) -> None:
    asked = {"_HOOKWRIGHT_COMPLETE": "bash_complete", "COMP_WORDS": "hookwright render ", "COMP_CWORD": "2"}
    done = installed.run(cwd=project, **asked)
    assert (done.code, done.out, done.err) == (0, "plain,workflow-incidents\n", "")
