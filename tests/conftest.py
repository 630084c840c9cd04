"""What a run of all tests says at its end."""

from __future__ import annotations

import pytest

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
