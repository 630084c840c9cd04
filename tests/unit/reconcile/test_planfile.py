"""A reviewed plan after a merge: the commit is another one, what it declares is not."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hookwright.errors import RefusedError
from hookwright.model.resources import Declared
from hookwright.reconcile import planfile
from hookwright.reconcile.digest import Digester
from hookwright.reconcile.live import read
from hookwright.reconcile.planner import Request, make_plan
from tests.unit.reconcile.fakes import KEY, ORG, FakePlatform, declared, hook

NOW = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)
REVIEWED, MERGED = "a" * 40, "b" * 40


def sealed(wanted: Declared, platform: FakePlatform, **more: Any) -> dict[str, Any]:
    asked = Request(NOW, REVIEWED, **more)
    return planfile.seal(make_plan(wanted, read(platform, wanted), asked), asked, Digester(KEY))


def check(content: dict[str, Any], wanted: Declared, platform: FakePlatform, **how: bool) -> None:
    asked = planfile.asked_of(content, NOW + timedelta(minutes=5), MERGED)
    planfile.check(content, make_plan(wanted, read(platform, wanted), asked), Digester(KEY), **how)


def test_a_merge_that_declares_the_same_is_let_through_when_asked_for() -> None:
    platform, wanted = FakePlatform(), declared(hook("a"))
    content = sealed(wanted, platform)
    with pytest.raises(RefusedError) as refused:
        check(content, wanted, platform)
    assert refused.value.reasons == (f"the commit is '{MERGED}', the plan was made for '{REVIEWED}'",)
    check(content, wanted, platform, any_commit=True)


def test_a_merge_that_declares_something_else_is_not() -> None:
    platform = FakePlatform()
    content = sealed(declared(hook("a")), platform)
    with pytest.raises(RefusedError) as refused:
        check(content, declared(hook("a"), hook("b")), platform, any_commit=True)
    assert "the declaration, a process variable or the API key has changed since" in refused.value.reasons
    platform.add(replace(hook("a").webhook, description="[hookwright:acme/a]"))
    with pytest.raises(RefusedError):
        check(content, declared(hook("a")), platform, any_commit=True)


def test_a_plan_that_was_applied_is_told_apart_from_one_that_is_stale() -> None:
    platform, wanted = FakePlatform(), declared(hook("a"))
    content = sealed(wanted, platform)
    platform.add(replace(wanted.webhooks[0].webhook, description="[hookwright:acme/a]"))
    with pytest.raises(RefusedError) as refused:
        check(content, wanted, platform, any_commit=True)
    assert "webhook 'a': nothing to do any more, the plan has 'create'" in refused.value.reasons
    assert refused.value.hint == "Nothing is left to do: it seems to have been applied already."
    content["asked"]["excludes"] = ["a"]
    with pytest.raises(RefusedError) as refused:
        check(content, wanted, FakePlatform(), any_commit=True)
    assert refused.value.hint == "Plan again, have it reviewed, apply that."


def test_a_target_that_is_gone_since_the_plan_is_no_wrong_command_line() -> None:
    platform, wanted = FakePlatform(), declared(hook("a"))
    platform.add(replace(hook("a").webhook, description="[hookwright:acme/a]"))
    gone = platform.add(replace(hook("x").webhook, description="[hookwright:acme/x]"))
    content = sealed(wanted, platform, targets=frozenset({"x"}))
    platform.webhooks.pop(gone)
    with pytest.raises(RefusedError) as refused:
        check(content, wanted, platform, any_commit=True)
    assert refused.value.reasons == ("webhook 'x': nothing to do any more, the plan has 'delete'",)
    assert refused.value.hint == "Nothing is left to do: it seems to have been applied already."


def test_what_a_plan_leaves_out_may_be_gone_since() -> None:
    platform = FakePlatform()
    gone = platform.add(replace(hook("x").webhook, description="[hookwright:acme/x]"))
    platform.add(replace(hook("y").webhook, description="[hookwright:acme/y]"))
    wanted = declared(hook("y"), hook("a"))
    content = sealed(wanted, platform, excludes=frozenset({"x"}))
    platform.webhooks.pop(gone)
    check(content, wanted, platform, any_commit=True)
    with pytest.raises(RefusedError) as refused:
        check(content | {"environment": "other"}, wanted, platform, any_commit=True)
    assert refused.value.hint == "Plan again, have it reviewed, apply that."


def test_an_organization_that_nothing_live_told_is_not_called_another_one() -> None:
    empty, platform, wanted = FakePlatform(), FakePlatform(), declared(hook("a"))
    platform.add(hook("by-hand").webhook)
    for saved, live, reason in (
        (empty, platform, f"nothing live told the organization when the plan was made, now it is '{ORG}'"),
        (platform, empty, f"nothing live tells the organization any more, the plan was made for '{ORG}'"),
    ):
        with pytest.raises(RefusedError) as refused:
            check(sealed(wanted, saved), wanted, live, any_commit=True)
        assert refused.value.reasons == (reason,)
    with pytest.raises(RefusedError) as refused:
        check(sealed(wanted, platform) | {"org_id": "another"}, wanted, platform, any_commit=True)
    assert refused.value.reasons == (f"the organization is '{ORG}', the plan was made for 'another'",)


@pytest.mark.parametrize("edit", [{"git_commit": MERGED}, {"warnings": ["x"]}, {"seal": "\ud800"}, {"seal": None}])
def test_the_seal_holds_the_commit_too(edit: dict[str, Any]) -> None:
    platform, wanted = FakePlatform(), declared(hook("a"))
    with pytest.raises(RefusedError, match="does not fit") as refused:
        check(sealed(wanted, platform) | edit, wanted, platform, any_commit=True)
    assert refused.value.reasons == ("the file was edited, or made with another API key",)


def test_a_file_that_is_nested_too_deep_to_be_sealed_is_refused() -> None:
    platform, wanted = FakePlatform(), declared(hook("a"))
    content = sealed(wanted, platform)
    deep: Any = []
    for _ in range(sys.getrecursionlimit()):
        deep = [deep]
    with pytest.raises(RefusedError) as refused:
        check(content | {"x": deep}, wanted, platform, any_commit=True)
    assert refused.value.reasons == ("the file was edited, or made with another API key",)
