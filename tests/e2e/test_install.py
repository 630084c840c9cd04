"""The wheel has all that it needs, and starts without loading what it does not need."""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from tests.e2e.conftest import ROOT, Installed
from tests.unit.cli.platforms import VARIABLES, estate

pytestmark = pytest.mark.e2e


def test_version_and_help(installed: Installed) -> None:
    assert re.fullmatch(r"hookwright \d+\.\d+\.\d+\n", installed.run("--version").out)
    done = installed.run("--help")
    assert done.code == 0
    assert max(map(len, done.out.splitlines())) <= 80


def test_the_wheel_carries_schemas_templates_and_example(installed: Installed) -> None:
    (package,) = (installed.executable.parents[1] / "lib").glob("python*/site-packages/hookwright")
    assert (package / "py.typed").is_file()
    assert {path.name for path in (package / "schemas").glob("*.json")} >= {
        "project.schema.json",
        "resources.schema.json",
        "script.schema.json",
    }
    templates = package / "report" / "templates"
    assert {path.name for path in templates.iterdir()} >= {"conformance.html", "conformance.css"}
    (plugin,) = package.parent.glob("hookwright-*.dist-info/entry_points.txt")
    assert "[pytest11]\nhookwright = hookwright.pytest_plugin\n" in plugin.read_text()
    assert (package / "examples" / "acme" / "hookwright.yaml").is_file()
    assert (package / "report" / "inspector" / "templates" / "page.html").is_file()
    assert (package / "report" / "inspector" / "static" / "inspector.js").is_file()


def test_the_source_distribution_has_all_that_is_kept_here(tmp_path: Path) -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("this is no checkout: what is kept is not known")
    build = [sys.executable, "-m", "build", "--sdist", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True, timeout=120)
    (archive,) = tmp_path.glob("*.tar.gz")
    with tarfile.open(archive) as distribution:
        files = {name.partition("/")[2] for name in distribution.getnames()}
    kept = subprocess.run(["git", "-C", str(ROOT), "ls-files", "-z"], check=True, capture_output=True, text=True).stdout
    assert {name for name in kept.split("\0") if name and (ROOT / name).exists()} <= files


def test_help_loads_nothing_heavy(installed: Installed) -> None:
    python = installed.executable.parent / "python"
    code = (
        "import sys\n"
        "from hookwright.cli.main import run\n"
        "try:\n    run(['--help'])\nexcept SystemExit:\n    pass\n"
        "print(sorted({name.split('.')[0] for name in sys.modules}), file=sys.stderr)"
    )
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    loaded = set(re.findall(r"'(\w+)'", done.stderr))
    assert "click" in loaded
    assert not loaded & {"httpx", "yaml", "jsonschema", "jsonschema_rs", "deepdiff", "aiohttp", "asyncio", "sqlite3"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["plam"], "Did you mean 'plan'?"),
        (["plan", "--nope"], "No such option"),
        (["plan", "--format", "xml"], "'xml' is not one of"),
    ],
)
def test_a_wrong_command_line_is_64_and_says_so_in_json_too(
    installed: Installed, tmp_path: Path, arguments: list[str], message: str
) -> None:
    done = installed.run(*arguments, cwd=tmp_path)
    assert (done.code, done.out) == (64, "")
    assert message in done.err
    if "--format" not in arguments:
        done = installed.run(*arguments, "--format", "json", cwd=tmp_path)
        assert done.code == 64
        assert done.json["error"]["category"] == "usage"
        assert message in done.json["error"]["message"]


def test_the_wheel_carries_what_pages_are_made_of(installed: Installed, tmp_path: Path) -> None:
    with estate(tmp_path, "test", "production") as acme:
        files = ("--report", "plan.html", "--report", "plan.md")
        done = installed.run("plan", "-e", "test", *files, cwd=acme.root, **VARIABLES)
        assert done.code == 0, done.err
        assert (acme.root / "plan.html").read_text("utf-8").endswith("</html>\n")
        assert (acme.root / "plan.md").read_text("utf-8").startswith("## ")
