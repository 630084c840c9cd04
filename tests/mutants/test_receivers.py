"""Every check of receivers is proved: right receivers pass it, and a wrong one fails it."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterator

import pytest
from aiohttp import web

from hookwright.harness import choosing
from hookwright.harness.checks.registry import catalogue
from hookwright.harness.checks.run import run_checks
from hookwright.model.conformance import Verdict
from tests.mutants import receiver_pages
from tests.mutants.benches import IMPATIENT, LIMITS, bench, failed, prove, told
from tests.mutants.receiver_catalogue import FAMILIES, MUTANTS, Mutant
from tests.mutants.receivers import Receiver


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Wrong receivers let aiohttp log what went wrong in them."""
    logger = logging.getLogger("aiohttp.server")
    logger.disabled = True
    yield
    logger.disabled = False


async def _judge(mutant: Mutant) -> str:
    receiver = Receiver() if mutant.certificate else Receiver(mutant.name)
    limits = IMPATIENT if "R32" in mutant.ids else LIMITS
    results = await prove(receiver, certificate=mutant.certificate, limits=limits)
    found = failed(results)
    if found == mutant.ids:
        return ""
    return f"{mutant.name}: wrongly {sorted(found ^ mutant.ids)}\n{told(results, found ^ mutant.ids)}"


@pytest.mark.parametrize("family", FAMILIES)
def test_each_wrong_receiver_fails_what_it_should_and_nothing_else(family: str) -> None:
    async def judge_all() -> list[str]:
        return await asyncio.gather(*map(_judge, FAMILIES[family]))  # They mostly wait: at once, that is short.

    assert [problem for problem in asyncio.run(judge_all()) if problem] == []


@pytest.mark.parametrize("certificate", ["", "self-signed"], ids=["http", "https"])
def test_a_right_receiver_passes_all(certificate: str) -> None:
    results = asyncio.run(prove(Receiver(), certificate=certificate))
    assert list(results) == list(catalogue())
    wanted = {"R36"} if certificate else set()
    assert failed(results) == wanted, told(results, failed(results))
    others = {name: result.verdict for name, result in results.items() if result.verdict is not Verdict.PASSED}
    assert others == {
        "R18": Verdict.INFO,
        "R19": Verdict.INFO,
        "R36": Verdict.FAILED if certificate else Verdict.SKIPPED,
        "R37": Verdict.INFO,
    }


class _Queue(Receiver):
    """Answers, and does the work some time later: so the platform's guide wants it."""

    LATER = 0.15

    def __init__(self) -> None:
        super().__init__()
        self.past = [(0.0, 0, 0)]

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        now = time.monotonic()
        if request.path == "/effects":
            _, count, connected = next(one for one in reversed(self.past) if one[0] + self.LATER <= now)
            return web.json_response({"count": count, "connected": connected})
        answer = await super().handle(request)
        self.past.append((now, self.count, len(self.connected)))
        return answer


def test_a_right_receiver_that_works_later_passes_all() -> None:
    results = asyncio.run(prove(_Queue()))
    assert failed(results) == set(), told(results, failed(results))


def test_a_counter_that_starts_anew_is_no_effect() -> None:
    async def twice() -> set[str]:
        receiver = Receiver()
        async with bench(receiver) as made:
            await run_checks(choosing.choose(catalogue().values(), "R01 R08"), made)
            receiver.count = 0
            return failed(
                {result.id: result for result in await run_checks(choosing.choose(catalogue().values(), "R08"), made)}
            )

    assert asyncio.run(twice()) == set()


def test_every_check_is_failed_by_a_wrong_receiver() -> None:
    assert set(catalogue()) - set().union(*(mutant.ids for mutant in MUTANTS)) == set()
    assert set().union(*(mutant.ids for mutant in MUTANTS)) <= set(catalogue())


def test_every_mistake_is_one_of_the_wrong_receivers() -> None:
    names = {mutant.name for mutant in MUTANTS if not mutant.certificate}
    assert names == Receiver.MISTAKES
    assert len(MUTANTS) == len({mutant.name for mutant in MUTANTS})


def test_the_page_is_up_to_date() -> None:
    assert receiver_pages.main(["--check"]) == 0
