"""The pytest plugin: deliveries, a receiver and the platform as fixtures of people's own tests.

pytest loads this module in every run of everybody who has hookwright installed. It imports nothing but pytest; all else
is imported by the fixtures that need it, when a test asks for one.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from hookwright.emulator import Options, Served
    from hookwright.pytest_plugin.conformance import Planned
    from hookwright.pytest_plugin.declared import DeclaredProject
    from hookwright.pytest_plugin.emulator import RefoldEmulator
    from hookwright.pytest_plugin.receiver import RefoldReceiver
    from hookwright.pytest_plugin.sender import RefoldSender

MARKER = "refold_conformance"
CHECK = "_refold_check"
"""Name of the fixture that each item of a marked test has for its check."""
INI_PROJECT = "refold_project"
INI_ENVIRONMENT = "refold_environment"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Say which project the declared webhooks are of."""
    parser.addini(INI_PROJECT, "folder of the hookwright project; the root of the tests by default", default="")
    parser.addini(INI_ENVIRONMENT, "environment of it; 'test', or the only one, by default", default="")


def pytest_configure(config: pytest.Config) -> None:
    """Describe the marker."""
    config.addinivalue_line(
        "markers",
        f"{MARKER}(url, *, only=(), skip=(), webhook=None, effects=None, strict=False, …): put the receiver at a URL "
        "to the proof, each check as a test of its own; the URL is a text, the name of a fixture, or a function",
    )


@pytest.hookimpl(wrapper=True)
def pytest_pycollect_makeitem(
    collector: pytest.Module | pytest.Class, name: str, obj: object
) -> Generator[None, object, object]:
    """Let marked tests use the fixture of their check, and those that the marker names.

    As if their functions named them: other plugins look at what a test uses before it runs (pytest-django gives the
    threads of ``live_server`` the database), and what is asked for only then is not among that.
    """
    markers = _markers(collector, obj) if collector.istestfunction(obj, name) else []
    uses = [pytest.mark.usefixtures(CHECK, *_fixtures(nearest)).mark for nearest in markers[:1]]
    collector.own_markers += uses
    try:
        return (yield)
    finally:
        for use in uses:
            collector.own_markers.remove(use)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Make an item of each check for tests that are marked."""
    marker = metafunc.definition.get_closest_marker(MARKER)
    if marker is None:
        return
    try:
        _need_aiohttp()
        from hookwright.pytest_plugin.conformance import Wishes

        ids = Wishes.of(marker).ids()
    except pytest.fail.Exception as error:
        # What shows of another exception, while tests are collected, is a trace through pytest and its plugins.
        where = f"{metafunc.function.__qualname__}: "
        raise pytest.Collector.CollectError(f"{where}{error.msg}") from None
    metafunc.parametrize(CHECK, ids, indirect=True)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Let no test pass for one that checked its receiver where it could not."""
    if isinstance(item, pytest.Function) and item.get_closest_marker(MARKER) and CHECK not in _parameters(item):
        pytest.fail(
            f"@pytest.mark.{MARKER} makes no checks of a method of unittest.TestCase: mark a function instead, or a "
            "method of a class without that base",
            pytrace=False,
        )


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """Run the check of an item before its function."""
    if CHECK in _parameters(pyfuncitem):
        from hookwright.pytest_plugin.conformance import judge

        planned: Any = pyfuncitem.funcargs[CHECK]
        judge(pyfuncitem, planned)
    return (yield)


@pytest.fixture
def refold_key() -> str:
    """The API key that deliveries of this test are signed with; override it where the receiver has one of its own."""
    return f"tk_pytest_{secrets.token_hex(12)}"


@pytest.fixture
def refold_sender(refold_key: str, _refold_project: DeclaredProject) -> RefoldSender:
    """Fires events at receivers, rendered and signed as the platform does."""
    _need_aiohttp()
    from hookwright.pytest_plugin.sender import RefoldSender

    return RefoldSender(refold_key, _refold_project)


@pytest.fixture
def refold_receiver(refold_key: str) -> Iterator[RefoldReceiver]:
    """A receiver of this test's own that keeps what arrives, verifies it and answers as told."""
    _need_aiohttp()
    from hookwright.pytest_plugin.receiver import serve

    with serve(refold_key) as receiver:
        yield receiver


@pytest.fixture(scope="session")
def refold_emulator_options() -> Options:
    """How the emulator behaves; override it in a ``conftest.py``. By default retries come fast and calls are free."""
    _need_aiohttp()
    from hookwright.pytest_plugin.emulator import default_options

    return default_options()


@pytest.fixture
def refold_emulator(
    refold_key: str, _refold_emulator_server: Served, _refold_project: DeclaredProject
) -> Iterator[RefoldEmulator]:
    """The platform, with an organization of this test's own: that of ``refold_key``; it is emptied afterwards."""
    from hookwright.pytest_plugin.emulator import RefoldEmulator

    with RefoldEmulator(_refold_emulator_server.url, refold_key, _refold_project) as emulator:
        yield emulator


@pytest.fixture
def _refold_check(request: pytest.FixtureRequest, refold_key: str, _refold_project: DeclaredProject) -> Planned:
    """The check of an item, and the receiver that it is for."""
    from hookwright.pytest_plugin.conformance import plan

    return plan(request, refold_key, _refold_project)


@pytest.fixture(scope="session")
def _refold_emulator_server(refold_emulator_options: Options) -> Iterator[Served]:
    """One server for all tests of a process."""
    from hookwright.pytest_plugin.emulator import serve

    with serve(refold_emulator_options) as served:
        yield served


@pytest.fixture(scope="session")
def _refold_project(pytestconfig: pytest.Config) -> DeclaredProject:
    """The project, read when a test first asks for a declared webhook."""
    from hookwright.pytest_plugin.declared import DeclaredProject

    folder = pytestconfig.rootpath / str(pytestconfig.getini(INI_PROJECT))
    return DeclaredProject(folder, str(pytestconfig.getini(INI_ENVIRONMENT)))


def _need_aiohttp() -> None:
    """Fail the test, saying what to install, where the harness cannot work."""
    from hookwright.harness.requirements import require_aiohttp
    from hookwright.pytest_plugin.declared import readable

    with readable():
        require_aiohttp()


def _markers(collector: pytest.Collector, function: object) -> list[pytest.Mark]:
    """The markers that the tests made of a function will have, the nearest first."""
    own = getattr(getattr(function, "__func__", function), "pytestmark", None)
    # A mock that is named like a test has anything one asks for; pytest passes it over.
    marks: list[pytest.Mark] = own if isinstance(own, list) else []
    return [*(mark for mark in marks if mark.name == MARKER), *collector.iter_markers(MARKER)]


def _fixtures(marker: pytest.Mark) -> list[str]:
    """The fixtures that a marker names: for the URL, and for the effects."""
    given = (*marker.args[:1], marker.kwargs.get("url"), marker.kwargs.get("effects"))
    return [name for name in given if isinstance(name, str) and name.isidentifier()]


def _parameters(item: pytest.Function) -> Mapping[str, object]:
    """What an item is parametrized with."""
    return item.callspec.params if hasattr(item, "callspec") else {}
