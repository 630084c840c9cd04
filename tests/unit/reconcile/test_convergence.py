"""Random declarations, random hands on the live side, random faults: what must hold after every apply."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import event, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from hookwright.errors import AnsweredError, NotSentError, OutcomeUnknownError, ServerFailedError
from hookwright.model.plan import Action, StepStatus
from hookwright.model.resources import DeclaredEvent, DeclaredWebhook, Event, Webhook, WebhookType
from hookwright.reconcile.apply import Run, apply
from hookwright.reconcile.guard import Permits
from hookwright.reconcile.identity import read_marker
from hookwright.reconcile.live import read
from hookwright.reconcile.planner import Request, make_plan
from tests.unit.reconcile.fakes import FakePlatform, declared, lost

NOW = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)
NAMES = st.sampled_from(["a", "b", "c", "d"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.floats(-2, 2).map(lambda x: round(x, 1)) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)
BODIES = JSON.filter(lambda body: body is not None) | st.sampled_from(
    ["{{event}}", '{"a": 1}', "[1.0]", "text {{event.x}}"]
)


@st.composite
def webhooks(draw: st.DrawFn) -> Webhook:
    kind = draw(st.sampled_from(WebhookType))
    return Webhook(
        url=draw(st.sampled_from([f"https://hooks.acme.example/{n}" for n in range(6)])),
        events=tuple(sorted(draw(st.sets(st.sampled_from(["Workflow Errored", "Workflow Completed"]), min_size=1)))),
        type=kind,
        method=draw(st.sampled_from(["POST", "PUT", "PATCH"])),
        headers=draw(
            st.dictionaries(st.sampled_from(["X-A", "X-B", "Authorization"]), st.text(max_size=3), max_size=2)
        ),
        body=draw(BODIES) if kind is WebhookType.CUSTOM else None,
        description=draw(st.text(max_size=5)),
        enabled=draw(st.booleans()),
        slug=draw(st.sampled_from(["", "hubspot"])),
        workflows=tuple(sorted(draw(st.sets(st.sampled_from(["1" * 24, "2" * 24]))))),
        group=draw(st.sampled_from(["", "g", "h"])),
    )


SAMPLES = st.dictionaries(st.sampled_from(["x", "y"]), JSON, max_size=2)
PROJECTS = st.dictionaries(NAMES, webhooks(), min_size=1, max_size=4)
FAULTS = st.sampled_from(["refused", "reset before", "reset after", "time-out", "late", "500", "401"])


class Convergence(RuleBasedStateMachine):
    """A project, a platform, and everybody who changes either."""

    @initialize()
    def begin(self) -> None:
        self.platform = FakePlatform()
        self.hooks: dict[str, DeclaredWebhook] = {}
        self.events: dict[str, DeclaredEvent] = {}
        self.theirs: dict[str, Webhook] = {}

    @rule(hooks=PROJECTS, events=st.dictionaries(st.sampled_from(["e", "f"]), SAMPLES, max_size=2))
    def redeclare(self, hooks: dict[str, Webhook], events: dict[str, dict[str, object]]) -> None:
        self.hooks = {name: DeclaredWebhook(name, webhook) for name, webhook in hooks.items()}
        self.events = {name: DeclaredEvent(Event(name, sample)) for name, sample in events.items()}

    @rule(webhook=webhooks())
    def make_by_hand(self, webhook: Webhook) -> None:
        self.theirs[self.platform.add(webhook)] = webhook

    @rule(data=st.data(), webhook=webhooks())
    @precondition(lambda self: self.managed())
    def edit_by_hand(self, data: st.DataObject, webhook: Webhook) -> None:
        identity = data.draw(st.sampled_from(self.managed()))
        # The marker stays: a hand that takes it away takes the webhook away from the project.
        description = self.platform.webhooks[identity].webhook.description
        live = self.platform.webhooks[identity]
        self.platform.webhooks[identity] = replace(live, webhook=replace(webhook, description=description))

    @rule(data=st.data())
    @precondition(lambda self: self.managed())
    def delete_by_hand(self, data: st.DataObject) -> None:
        del self.platform.webhooks[data.draw(st.sampled_from(self.managed()))]

    @rule(fault=FAULTS, nth=st.integers(1, 8), hooks=PROJECTS)
    def apply_with_a_fault(self, fault: str, nth: int, hooks: dict[str, Webhook]) -> None:
        self.redeclare(hooks, {})
        seen = {"calls": 0}
        late: list[Webhook] = []

        def strike(call: str, argument: object) -> None:
            seen["calls"] += 1
            if seen["calls"] == nth:
                if fault == "late" and isinstance(argument, Webhook):
                    late.append(argument)
                self._raise(fault, write=not call.startswith(("list", "find")))

        self.platform.calls.clear()
        setattr(self.platform, "after" if fault == "reset after" else "before", strike)
        try:
            self.run(faulty=True)
        except (NotSentError, ServerFailedError, AnsweredError, OutcomeUnknownError):
            event("the plan could not be read")
        finally:
            self.platform.before = self.platform.after = lambda call, argument: None
        for webhook in late:
            event("a create landed late")
            self.platform.create_webhook(webhook)
        if fault in {"reset after", "late"}:
            created = [webhook.description for call, webhook in self.platform.calls if call == "create_webhook"]
            assert len(created) == len(set(created)) + len(late), "a create that may have landed was sent again"

    @staticmethod
    def _raise(fault: str, *, write: bool) -> None:
        call = {"method": "POST" if write else "GET", "path": "/x"}
        if fault == "refused":
            raise NotSentError("refused", **call)  # type: ignore[arg-type]
        if fault == "401":
            raise AnsweredError("401", status=401, **call)  # type: ignore[arg-type]
        if fault == "500":
            raise ServerFailedError("500", status=500, **call)  # type: ignore[arg-type]
        raise lost(may_still_run=fault in {"time-out", "late"})

    @rule()
    def apply_without_fault(self) -> None:
        if not self.run(faulty=False):
            return
        assert self.plan().empty
        live = {marker.name for marker in map(self._marker, self.platform.webhooks.values()) if marker}
        assert live == set(self.hooks)

    def run(self, *, faulty: bool) -> bool:
        """One apply; False where its guards refuse it."""
        wanted = self.wanted()
        live = read(self.platform, wanted)
        plan = make_plan(wanted, live, Request(NOW, permits=Permits(deletes=99, duplicate_url=True)))
        if plan.blocked:
            return False
        there = set(self.platform.webhooks)
        for change in plan.changes:
            event(f"{'faulty' if faulty else 'clean'} {change.action}")
        outcome = apply(plan, wanted, Run(self.platform, live.webhooks, lambda seconds: None, workers=1))
        for status in StepStatus:
            if outcome.count(status):
                event(f"step {status}")
        if not faulty:
            assert outcome.converged, outcome
        if any(step.status is not StepStatus.APPLIED for step in outcome.steps if step.action is not Action.DELETE):
            assert there <= set(self.platform.webhooks), "a delete after a failure"
        if outcome.converged:
            assert self.plan().empty, "it claims to have converged"
        return True

    def plan(self) -> object:
        wanted = self.wanted()
        return make_plan(
            wanted, read(self.platform, wanted), Request(NOW, permits=Permits(deletes=99, duplicate_url=True))
        )

    def wanted(self) -> object:
        return declared(*self.hooks.values(), *self.events.values())

    def managed(self) -> list[str]:
        return sorted(i for i, live in self.platform.webhooks.items() if self._marker(live))

    @staticmethod
    def _marker(live: object) -> object:
        return read_marker(live.webhook.description)  # type: ignore[attr-defined]

    @invariant()
    def nothing_unmanaged_is_touched(self) -> None:
        for identity, webhook in getattr(self, "theirs", {}).items():
            assert self.platform.webhooks[identity].webhook == webhook

    @invariant()
    def nothing_is_doubled(self) -> None:
        if hasattr(self, "platform"):
            names = [str(marker) for marker in map(self._marker, self.platform.webhooks.values()) if marker]
            assert len(names) == len(set(names))


Convergence.TestCase.settings = settings(max_examples=150, stateful_step_count=20, deadline=None)
TestConvergence = Convergence.TestCase
