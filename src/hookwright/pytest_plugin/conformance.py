"""``@pytest.mark.refold_conformance``: the conformance checks of a receiver, each as a test of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Final, Self

import pytest

from hookwright.harness import choosing
from hookwright.harness.checks.bench import Bench, Limits
from hookwright.harness.checks.effects import Effects, Reading, reading
from hookwright.harness.checks.registry import catalogue
from hookwright.harness.checks.run import run_checks
from hookwright.model.conformance import CheckResult, Verdict
from hookwright.pytest_plugin import MARKER, threads
from hookwright.pytest_plugin.declared import DeclaredProject, in_tests, readable
from hookwright.report import conformance_text

if TYPE_CHECKING:
    from hookwright.cli.testing.subject import Subject
    from hookwright.harness.checks.admission import Endpoint

_KEY: Final = "refold_key"
_BENCHES: Final = pytest.StashKey[dict[object, Bench]]()

Url = str | Callable[[], object]
Counter = str | Callable[[], int]


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the marker of a test says.

    Attributes:
        url: the URL of the receiver, the name of a fixture that gives it, or a function that does.
        only: ids of the checks to run; all where there are none.
        skip: ids of those to leave out.
        webhook: name of the declared webhook that deliveries are made of; a plain one where there is none.
        effects: how many deliveries took effect so far: a function that gives it, the name of a fixture that is such
            a function, or a command or URL as for ``hookwright test receiver --effects``.
        strict: whether what is only reported counts as failed.
        budget: seconds that 95 of 100 answers may take (R32).
        count: deliveries of the burst (R39).
        concurrency: how many of them at once.
        timeout: seconds that a request may take.
        i_own_this_host: whether a host may be tested that is neither this machine nor declared.
    """

    url: Url
    only: Sequence[str] = ()
    skip: Sequence[str] = ()
    webhook: str | None = None
    effects: Counter | None = None
    strict: bool = False
    budget: float = 1.0
    count: int = 200
    concurrency: int = 10
    timeout: float = 5.0
    i_own_this_host: bool = False

    @classmethod
    def of(cls, marker: pytest.Mark) -> Self:
        """What a marker says.

        Raises:
            pytest.fail.Exception: it says something that there is not.
        """
        known = [each.name for each in fields(cls)]
        unknown = sorted(set(marker.kwargs) - set(known))
        if unknown or len(marker.args) > 1 or (not marker.args and "url" not in marker.kwargs):
            what = f"has no {unknown[0]!r}" if unknown else "takes one URL"
            pytest.fail(f"@pytest.mark.{MARKER} {what}; it takes {', '.join(known)}", pytrace=False)
        return cls(*marker.args, **marker.kwargs)

    def ids(self) -> list[str]:
        """The checks to run, in the order in which they run best."""
        with readable():
            chosen = choosing.choose(catalogue().values(), self.only, self.skip)
        return [check.id for check in sorted(chosen, key=lambda check: (check.last, check.id))]


@dataclass(frozen=True, slots=True)
class Planned:
    """A check that an item is to run.

    Attributes:
        id: its id.
        wishes: what the marker says.
        bench: what it works with; shared by all items of a test, as the last checks look at what the others saw.
    """

    id: str
    wishes: Wishes
    bench: Bench = field(repr=False)


def plan(request: pytest.FixtureRequest, key: str, project: DeclaredProject) -> Planned:
    """Find out which check an item is to run, and against which receiver."""
    __tracebackhide__ = True
    marker = request.node.get_closest_marker(MARKER)
    wishes = Wishes.of(marker)
    url = _url(request, wishes.url)
    benches = request.config.stash.setdefault(_BENCHES, {})
    place = (request.node.path, request.cls, request.function.__name__, url, key)
    if place not in benches:
        with readable():
            benches[place] = _bench(request, wishes, url, key, project)
    return Planned(request.param, wishes, benches[place])


def judge(item: pytest.Function, planned: Planned) -> None:
    """Run the check of an item, and fail or skip the item as the check ended."""
    __tracebackhide__ = True
    with readable():
        check = catalogue()[planned.id]
        (result,) = threads.run(lambda: run_checks([check], planned.bench, strict=planned.wishes.strict))
    item.user_properties += [("refold_verdict", str(result.verdict)), ("refold_observed", result.observed)]
    match result.verdict:
        case Verdict.FAILED:
            pytest.fail(_text(result), pytrace=False)
        case Verdict.SKIPPED:
            pytest.skip(in_tests(result.observed))
        case _:
            item.add_report_section("call", "refold", _text(result))


def _text(result: CheckResult) -> str:
    return f"{result.id} {result.title}\n{conformance_text.details(result)}"


def _url(request: pytest.FixtureRequest, given: Url) -> str:
    found: object = given
    if isinstance(given, str):
        found = given if "://" in given else request.getfixturevalue(given)
    elif callable(given):
        found = given()
    return str(getattr(found, "url", found))


def _bench(request: pytest.FixtureRequest, wishes: Wishes, url: str, key: str, project: DeclaredProject) -> Bench:
    from hookwright.cli.samples import Sample
    from hookwright.cli.testing.receiver import make_bench
    from hookwright.cli.testing.subject import read_subject
    from hookwright.harness.checks.admission import admit

    settings = project.settings(**{_KEY: key})
    subject = read_subject(settings, url, wishes.webhook, Sample(None, {}, None), key_env=_KEY, also=())
    endpoint = admit(url, subject.hosts, owned=wishes.i_own_this_host)
    probe = _probe(request, wishes, endpoint, subject)
    limits = Limits(budget=wishes.budget, count=wishes.count, concurrency=wishes.concurrency)
    return make_bench(settings, endpoint, subject, probe, limits, wishes.timeout)


def _probe(request: pytest.FixtureRequest, wishes: Wishes, endpoint: Endpoint, subject: Subject) -> Effects | None:
    from hookwright.cli.testing.receiver import make_probe

    given: Any = wishes.effects
    if isinstance(given, str) and given.isidentifier():
        given = request.getfixturevalue(given)
    if not callable(given):
        return make_probe(given, endpoint, subject, owned=wishes.i_own_this_host)

    async def read() -> Reading:
        return reading(given())

    return Effects(read)
