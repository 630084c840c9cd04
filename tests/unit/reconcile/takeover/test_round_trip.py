"""What is declared comes out as it went in, whatever it holds, and adopting it changes nothing."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from hookwright.model.plan import Action
from hookwright.model.resources import DeclaredWebhook, Event, Webhook
from hookwright.reconcile.normalize import desired, normalize, same
from hookwright.reconcile.takeover.secrets import Finder
from hookwright.reconcile.takeover.text import as_json_text
from hookwright.reconcile.workflows import resolve_workflows
from tests.unit.reconcile.takeover import strategies
from tests.unit.reconcile.takeover.estates import Here, declared_by, left_out, plan_after, taken

HARD = settings(max_examples=60, deadline=None)


@contextmanager
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as path:
        yield Path(path)


@HARD
@given(
    st.dictionaries(st.sampled_from(["a", "b-c", "D.e_f", "1", "no"]), strategies.webhooks(), max_size=3),
    st.booleans(),
    strategies.finders,
)
def test_what_hookwright_made_gives_back_its_declaration(
    hooks: dict[str, Webhook], protect: bool, finder: Finder
) -> None:
    live = Here().add(*(desired(DeclaredWebhook(name, hook, protect=protect), "acme") for name, hook in hooks.items()))
    takeover = taken(live, lost=True, finder=finder)
    assert left_out(takeover) == []
    with folder() as path:
        declared = resolve_workflows(declared_by(takeover, path, "test"), [])
        assert {hook.name for hook in declared.webhooks} == set(hooks)
        for hook in declared.webhooks:
            assert same(normalize(hook.webhook), normalize(hooks[hook.name]))
            assert (hook.protect, hook.adopt) == (protect, "")
        assert plan_after(takeover, path, live).changes == ()


@HARD
@given(st.lists(strategies.webhooks(), max_size=4), strategies.events(), strategies.finders)
def test_what_was_made_by_hand_is_adopted_and_not_changed(
    hooks: list[Webhook], events: list[Event], finder: Finder
) -> None:
    live = Here().add(*hooks).fire(*events)
    takeover = taken(live, finder=finder)
    assert left_out(takeover) == []
    with folder() as path:
        plan = plan_after(takeover, path, live)
        assert [change.action for change in plan.changes] == [Action.ADOPT] * len(hooks)
        assert {field.path for change in plan.changes for field in change.fields} <= {"/description"}
        assert plan.unchanged == len(events)
        assert plan.unmanaged == ()


pairs = st.tuples(strategies.webhooks(), strategies.webhooks(), st.sets(st.sampled_from(["url", "body", "headers"])))


@HARD
@given(
    st.lists(pairs, max_size=3),
    st.lists(strategies.webhooks(), max_size=2),
    strategies.events(),
    strategies.events(),
    strategies.finders,
)
def test_two_environments_are_adopted_and_not_changed(
    both: list[tuple[Webhook, Webhook, set[str]]],
    one: list[Webhook],
    here: list[Event],
    there: list[Event],
    finder: Finder,
) -> None:
    test = Here("test").add(*(first for first, _, _ in both), *one).fire(*here)
    likes = [replace(first, **{name: getattr(other, name) for name in fields}) for first, other, fields in both]
    production = Here("production").add(*likes).fire(*there)
    takeover = taken(test, production, finder=finder)
    with folder() as path:
        for live in (test, production):
            plan = plan_after(takeover, path, live)
            assert [change.action for change in plan.changes] == [Action.ADOPT] * len(live.webhooks)
            assert {field.path for change in plan.changes for field in change.fields} <= {"/description"}
            assert plan.unchanged >= len(live.events) - len(left_out(takeover))


@given(strategies.values)
def test_text_of_json_is_json(value: object) -> None:
    text = as_json_text(value)
    assert isinstance(text, str)
    assert json.loads(text) == value
