"""What all tests have in common: no property is judged by the clock, and the run says how the fault matrix ended."""

from __future__ import annotations

import signal

import pytest
from hypothesis import HealthCheck, settings

# Where a shell started this run in the background, it ignores Ctrl-C, and so would commands that tests interrupt.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Machines are busy: how long an example takes says nothing of the property. (Under CI, hypothesis does so by itself.)
settings.register_profile(
    "any machine",
    settings(),
    deadline=None,
    suppress_health_check={*settings().suppress_health_check, HealthCheck.too_slow},
)
settings.load_profile("any machine")

MATRIX = "contract/test_fault_matrix.py::test_cell["


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how large the fault matrix is and how much of it held."""
    # It stands here, and not beside the matrix, for the sake of parallel runs: their first process loads no other file.
    ended = {
        outcome: sum(
            MATRIX in report.nodeid
            for report in terminalreporter.getreports(outcome)
            if isinstance(report, pytest.TestReport)
        )
        for outcome in ("passed", "failed", "error")
    }
    if cells := sum(ended.values()):
        terminalreporter.write_line(f"fault matrix: {cells} cells, {ended['passed']} held")
