"""What making a client loads: the import of httpx is most of what a small plan costs."""

from __future__ import annotations

import subprocess
import sys

import pytest

COMMAND_LINE = ("httpx._main", "click", "rich", "pygments")


def loaded(code: str) -> set[str]:
    """The modules that a fresh interpreter has loaded after running ``code``."""
    program = f"{code}\nimport sys\nprint('\\n'.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize("module", ["hookwright.api", "hookwright.api.client", "hookwright.api.wire"])
def test_httpx_is_not_loaded_before_a_client_is_made(module: str) -> None:
    assert "httpx" not in loaded(f"import {module}")


def test_a_client_loads_httpx_without_its_command_line() -> None:
    modules = loaded("from hookwright.api.client import Client\nClient('http://127.0.0.1:9', 'tk_test').close()")
    assert "httpx" in modules
    assert modules.isdisjoint(COMMAND_LINE)


def test_nothing_else_is_kept_from_loading() -> None:
    modules = loaded("import hookwright.api.transport\nimport click\nimport sys\nassert len(sys.meta_path) >= 3")
    assert "click" in modules


def test_httpx_that_is_loaded_already_is_left_as_it_is() -> None:
    pytest.importorskip("rich")  # without it, httpx goes without its command line by itself
    code = "import httpx\nbefore = httpx.main\nimport hookwright.api.transport\nassert httpx.main is before"
    assert "httpx._main" in loaded(code)
