"""A schema-driven fuzzer on the emulator's OpenAPI document: every call, right and wrong, alone and in sequences."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from hookwright.cli.rendering import TemplateRenderer
from hookwright.emulator import Options, serve_in_thread

EXAMPLES = 25
"""Requests per call that are made up at random, beside those that the document itself suggests."""

HARMFUL = "/(faults|reset)$"
"""Calls that are there to break the others."""


@pytest.mark.fuzz
def test_schemathesis_finds_nothing(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    with serve_in_thread(Options(rate_limit=None), TemplateRenderer()) as served:
        command = [
            Path(sys.executable).with_name("schemathesis"),
            "run",
            f"{served.url}/_emulator/openapi.json",
            "--header=x-api-key: tk_test_0123456789abcdef",
            "--checks=all",
            f"--exclude-path-regex={HARMFUL}",
            f"--max-examples={EXAMPLES}",
            "--generation-deterministic",
            "--continue-on-failure",
            "--no-color",
        ]
        environ = {
            **os.environ,
            "SCHEMATHESIS_HOOKS": "tests.contract.schemathesis_hooks",
            "PYTHONPATH": str(root),
            "NO_PROXY": "*",
        }
        run = subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, text=True, timeout=300)
    assert run.returncode == 0, run.stdout + run.stderr
    generated = re.search(r"(\d+) generated", run.stdout)
    assert generated
    assert int(generated[1]) > 1000
