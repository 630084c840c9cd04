"""``README.md``: its project says what it shows."""

from __future__ import annotations

import json
import re
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hookwright.cli.rendering import TemplateRenderer
from hookwright.emulator import Options, serve_in_thread
from tests.unit.cli.calling import Call, make_call

README = (Path(__file__).parents[3] / "README.md").read_text()
FILES = {name: text for text, name in re.findall(r"```yaml\n(# (\S+\.yaml)\n.*?)```", README, re.DOTALL)}
SHOWN = dict(re.findall(r"^\$ hookwright (.+)\n((?:(?!\$ |```).*\n)+)", README, re.MULTILINE))
VARIABLES = {"REFOLD_TEST_API_KEY": "tk_readme", "REFOLD_PRODUCTION_API_KEY": "pk_readme", "PAGER_TOKEN": "t"}


@pytest.fixture
def url() -> Iterator[str]:
    with serve_in_thread(Options(rate_limit=None), TemplateRenderer()) as emulator:
        yield emulator.url


def same(said: str) -> str:
    """What is the same in every run: no ids, no address."""
    return re.sub(r"[0-9a-f]{24}", "ID", re.sub(r"https?://(127\.0\.0\.1:\d+|app\.refold\.ai)", "API", said)).strip()


def test_it_shows_what_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, url: str
) -> None:
    call: Call = make_call(monkeypatch, capsys, tmp_path)
    (tmp_path / "webhooks").mkdir()
    for name, text in FILES.items():
        (tmp_path / name).write_text(text.replace("  production:", f"  production:\n    api_url: {url}"))

    def ends(command: str, old: str = "", new: str = "") -> int:
        """The exit code of a command that says what the page shows, after a change of the webhook's file."""
        changed = FILES["webhooks/incidents.yaml"].replace(old, new)
        (tmp_path / "webhooks" / "incidents.yaml").write_text(changed)
        done = call(*command.split(), **VARIABLES)
        assert same(done.out) == same(SHOWN[command])
        return done.code

    assert call("apply", "-e", "production", "--yes", **VARIABLES).code == 0
    assert ends("validate", "workflow_name", "workflowname") == 1
    assert ends("plan -e production", "[Workflow Errored]", "[Workflow Errored, Workflow Timed Out]") == 0
    (hook,) = request(url, "GET", "/webhook")
    request(url, "PUT", f"/webhook/{hook['_id']}", {"is_enabled": False})
    assert ends("drift -e production") == 2


def request(url: str, method: str, path: str, body: Any = None) -> Any:
    """A call of somebody at the dashboard."""
    headers = {"x-api-key": VARIABLES["REFOLD_PRODUCTION_API_KEY"], "content-type": "application/json"}
    data = json.dumps(body).encode() if body else None
    asked = urllib.request.Request(f"{url}/api/v2/public{path}", data, headers, method=method)
    with urllib.request.urlopen(asked) as answer:
        return json.load(answer)
