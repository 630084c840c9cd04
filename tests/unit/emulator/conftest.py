from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.unit.emulator.support import Caller, new_key, running


@pytest.fixture(scope="session")
def shared_url() -> Iterator[str]:
    """One emulator for all tests that only need an organization of their own."""
    with running() as (served, _):
        yield served.url


@pytest.fixture
def caller(shared_url: str) -> Caller:
    """Calls the shared emulator with a key of the test's own."""
    return Caller(shared_url, new_key())
