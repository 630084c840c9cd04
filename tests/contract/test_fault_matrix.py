"""Every fault at every call of everything there is to do: what must hold after each, whatever went wrong.

The real client talks to the emulator; only waiting is done away with. A cell is one apply under one fault, then what is
true after it, then one apply without faults. ``pytest`` prints how many cells there are and how many held.
"""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from hookwright.api.client import Client
from hookwright.errors import ApiError
from hookwright.model.plan import Action, Outcome, Plan, Step, StepStatus
from hookwright.model.resources import Declared
from hookwright.reconcile.apply import Run, apply
from hookwright.reconcile.identity import read_marker
from hookwright.reconcile.live import Live, read
from hookwright.reconcile.planner import Request, make_plan
from hookwright.reconcile.workflows import resolve_workflows
from tests.contract.faultlab import COMMITTED, FAULTS, LATE, FastClock, Gate, Hit, Lab, State, lab
from tests.contract.scenarios import SCENARIOS, World

NOW = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)
DOWN = ("connection refused", "reset before", "500", "401")
"""The faults that also come to stay, for every call."""


@dataclass(frozen=True)
class Cell:
    """One cell of the matrix.

    Attributes:
        scenario: what there is to do.
        phase: ``plan`` or ``apply``: when the fault begins to lurk.
        hit: the call and the fault.
    """

    scenario: str
    phase: str
    hit: Hit

    def __str__(self) -> str:
        hit = self.hit
        return f"{self.scenario}-{self.phase}-{hit.method} {hit.path.strip('$')}-{hit.fault}-{hit.how}"

    @property
    def writes(self) -> bool:
        """Whether the call that is hit is a write."""
        return self.hit.method != "GET"

    @property
    def expected(self) -> bool | None:
        """Whether the apply shall converge in spite of the fault; None where that is a matter of luck."""
        fault, how = self.hit.fault, self.hit.how
        if fault == LATE and self.writes:
            # A repeated call converges; else it depends on whether it lands before or after it is looked for.
            return True if how == "once" and self.hit.method != "POST" else None
        if fault in COMMITTED and self.writes:
            return True
        if how != "once" or fault == "401":
            return False
        return not (fault.startswith("time-out") and self.hit.method == "POST")


def cells() -> Iterator[Cell]:
    """All cells; a call that only reads is never committed, so that one kind of time-out does for it."""
    hows = {fault: ("once", "always", *(("down",) if fault in DOWN else ())) for fault in FAULTS}
    for name, scenario in SCENARIOS.items():
        calls = [("plan", call) for call in scenario.reads] + [("apply", call) for call in scenario.writes]
        for (phase, (method, path)), fault in itertools.product(calls, FAULTS):
            if method == "GET" and fault in ("time-out, committed", LATE):
                continue
            for how in hows[fault]:
                yield Cell(name, phase, Hit(method, path, fault, how))


@pytest.fixture(scope="module")
def emulated() -> Iterator[Lab]:
    with lab() as made:
        yield made


_serial = itertools.count()


class Attempt:
    """A world, and everything that is done to it."""

    def __init__(self, emulated: Lab, cell: Cell) -> None:
        self.lab = emulated
        self.cell = cell
        self.world = World(f"tk_cell_{next(_serial):06d}_0123456789")
        self.world.make(emulated, SCENARIOS[cell.scenario].parts)
        self.declared = self.world.declared(emulated.url)
        self.before = emulated.state(self.world.key)
        self.seen = len(emulated.log(self.world.key))
        self.clock = FastClock()
        self.gate: Gate = emulated.gate()

    def apply(self, hit: Hit | None) -> Outcome:
        """Plan and apply, with a fault.

        Raises:
            ApiError: the plan could not be made.
        """
        attempts = 2 if hit and hit.fault.startswith("time-out") else 4
        with self.lab.client(self.world.key, self.gate, self.clock, attempts) as client:
            if hit and self.cell.phase == "plan":
                self.gate.arm(hit)
            plan, live, resolved = self.plan(client)
            assert not plan.blocked
            if hit and self.cell.phase == "apply":
                self.gate.arm(hit)
            return apply(plan, resolved, Run(client, live.webhooks, self.clock.sleep, events=live.events))

    def applied(self, hit: Hit) -> tuple[Outcome | None, ApiError | None]:
        """The same; an outcome, or why there is none."""
        try:
            return self.apply(hit), None
        except ApiError as error:
            return None, error

    def plan(self, client: Client) -> tuple[Plan, Live, Declared]:
        live = read(client, self.declared)
        resolved = resolve_workflows(self.declared, live.workflows)
        return make_plan(resolved, live, Request(NOW)), live, resolved

    def after(self) -> tuple[State, list[tuple[str, str]]]:
        """What there is when all has landed that will, and the calls (method, path) that were made."""
        self.gate.disarm()
        log = self.lab.settle(self.world.key, self.seen + self.gate.sent)
        calls = [(entry["method"], entry["path"]) for entry in log[self.seen :]]
        state = self.lab.state(self.world.key)
        self.seen, self.gate.sent = len(log) + 2, 0
        return state, calls


@pytest.mark.parametrize("cell", list(cells()), ids=str)
def test_cell(emulated: Lab, cell: Cell) -> None:
    attempt = Attempt(emulated, cell)
    outcome, error = attempt.applied(cell.hit)
    assert attempt.gate.hits, "the fault never struck"
    state, calls = attempt.after()
    holds_nothing_doubled_or_touched(attempt, state)
    if error:
        assert cell.phase == "plan"
        assert attempt.world.key not in error.message
        assert cell.expected is False
        assert state == attempt.before
        assert {method for method, _ in calls} <= {"GET"}
    if outcome:
        holds_true(attempt, outcome, state, calls)
        assert cell.expected in (None, outcome.converged), outcome
    if cell.hit.fault == "429 with Retry-After":
        assert attempt.clock.slept > 29.9

    again = attempt.apply(None)
    assert again.converged, again
    final, _ = attempt.after()
    holds_nothing_doubled_or_touched(attempt, final)
    assert all(is_as_wanted(attempt.world, *what, final) for what in attempt.world.wanted)
    with emulated.client(attempt.world.key, attempt.gate, attempt.clock) as client:
        assert attempt.plan(client)[0].empty
    emulated.call("POST", "/_emulator/reset", key=attempt.world.key)


def holds_nothing_doubled_or_touched(attempt: Attempt, state: State) -> None:
    """No marker and no URL twice; what is not the plan's business is as it was, to the byte."""
    markers = [marker.name for each in state.webhooks.values() if (marker := read_marker(each["description"]))]
    assert [name for name, count in Counter(markers).items() if count > 1] == []
    urls = Counter(each["webhook_url"] for each in state.webhooks.values())
    assert urls.most_common(1)[0][1] == 1
    assert max(Counter(each["name"] for each in state.events.values()).values(), default=1) == 1
    mine = set(attempt.world.ids.values()) - {attempt.world.ids.get(("event", "theirs"))}
    for was, now in ((attempt.before.webhooks, state.webhooks), (attempt.before.events, state.events)):
        others = {identity: record for identity, record in was.items() if identity not in mine}
        assert {identity: now.get(identity) for identity in others} == others


def holds_true(attempt: Attempt, outcome: Outcome, state: State, calls: list[tuple[str, str]]) -> None:
    """What the outcome says is so, and nothing was deleted after a failure."""
    assert attempt.world.key not in repr(outcome)
    assert "s3cr3t" not in repr(outcome)
    for step in outcome.steps:
        holds_true_of_step(attempt, step, state, calls)
    applied = all(step.status is StepStatus.APPLIED for step in outcome.steps)
    assert not outcome.converged or applied
    assert outcome.converged or outcome.notes or not applied
    if state != attempt.before:
        assert outcome.landed
    elif outcome.landed:
        assert outcome.count(StepStatus.UNKNOWN)
    writes = [step for step in outcome.steps if step.action is not Action.DELETE]
    deletes = [step for step in outcome.steps if step.action is Action.DELETE]
    if any(step.status is not StepStatus.APPLIED for step in writes) or (writes and outcome.notes):
        assert {step.status for step in deletes} == {StepStatus.WITHHELD}
        assert "DELETE" not in {method for method, _ in calls}
    ends = [step.status for step in deletes]
    landed = list(itertools.takewhile(lambda status: status is StepStatus.APPLIED, ends))
    assert set(ends[len(landed) + 1 :]) <= {StepStatus.WITHHELD}, "a delete after one that failed"


def holds_true_of_step(attempt: Attempt, step: Step, state: State, calls: list[tuple[str, str]]) -> None:
    as_wanted = is_as_wanted(attempt.world, step.kind, step.name, state)
    match step.status:
        case StepStatus.APPLIED:
            assert as_wanted, step
            assert step.error is None
        case StepStatus.FAILED:
            assert not as_wanted, step
            assert step.error
        case StepStatus.WITHHELD:
            assert step.error
            collection = state.webhooks if step.kind == "webhook" else state.events
            before = attempt.before.webhooks if step.kind == "webhook" else attempt.before.events
            assert step.id, "nothing that was to be created was withheld here"
            assert collection[step.id] == before[step.id]
            assert not any(method != "GET" and step.id in path for method, path in calls)
        case StepStatus.UNKNOWN:
            assert step.error


def is_as_wanted(world: World, kind: str, name: str, state: State) -> bool:
    """Whether the platform has what the declaration says, by the platform's own fields."""
    wanted = world.wanted[kind, name]
    if kind == "event":
        found = [each for each in state.events.values() if each["name"] == name]
        if wanted is None:
            return not found
        return bool(found) and all(
            (json.loads(found[0]["raw_response"]) if field == "sample" else found[0].get(field)) == value
            for field, value in wanted.items()
        )
    if wanted is None:
        return world.ids[kind, name] not in state.webhooks
    marked = [each for each in state.webhooks.values() if f"hookwright:acme/{name}]" in each["description"]]
    return bool(marked) and all(marked[0].get(field) == value for field, value in wanted.items())
