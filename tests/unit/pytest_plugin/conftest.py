"""Runs of pytest within a test."""

from __future__ import annotations

from collections.abc import Callable

# A run within a test ends with the modules that it began with: what is here is not loaded again by each. httpx loads
# httpcore late; were that loaded again, httpx would not know its errors any more, in all tests that follow.
import httpcore  # noqa: F401
import pytest

import hookwright.api.transport
import hookwright.cli.rendering
import hookwright.cli.unset
import hookwright.config
import hookwright.emulator
import hookwright.pytest_plugin.emulator
import hookwright.pytest_plugin.receiver
import hookwright.pytest_plugin.sender
import hookwright.report.errors
import hookwright.report.findings_text
import hookwright.validate.engine  # noqa: F401

Run = Callable[..., pytest.RunResult]


@pytest.fixture
def run(pytester: pytest.Pytester) -> Run:
    """``run(source, *arguments)`` → how the tests in the source ended. Every warning is an error."""

    def run(source: str, *arguments: str) -> pytest.RunResult:
        pytester.makepyfile(source)
        return pytester.runpytest("-q", "-W", "error", "-p", "no:cacheprovider", "-p", "no:schemathesis", *arguments)

    return run
