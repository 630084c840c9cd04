from __future__ import annotations

from hookwright.model.resources import Webhook, WebhookType
from hookwright.reconcile.identity import Marker
from hookwright.reconcile.takeover.match import match
from hookwright.reconcile.takeover.secrets import Finder
from hookwright.reconcile.takeover.select import Candidate
from tests.unit.reconcile.takeover.estates import webhook


def candidates(environment: str, *webhooks: Webhook, marker: str = "") -> list[Candidate]:
    mark = Marker("acme", marker) if marker else None
    return [
        Candidate(environment, f"{environment}{index}", hook, Finder().url(hook), mark)
        for index, hook in enumerate(webhooks)
    ]


def ids(*environments: list[Candidate]) -> list[list[str]]:
    return [[candidate.id for candidate in found] for found in match(environments)]


def test_the_same_path_and_events_on_another_host() -> None:
    test = candidates("t", webhook(url="https://s.example/a"), webhook(url="https://s.example/b"))
    production = candidates("p", webhook(url="https://p.example/b"), webhook(url="https://p.example/c"))
    assert ids(test, production) == [["t0"], ["t1", "p0"], ["p1"]]


def test_copies_are_paired_in_order() -> None:
    copies = [webhook("a", description="x")] * 2
    assert ids(candidates("t", *copies), candidates("p", *copies, copies[0])) == [["t0", "p0"], ["t1", "p1"], ["p2"]]


def test_three_environments() -> None:
    hook = webhook("a")
    assert ids(candidates("a", hook), candidates("b"), candidates("c", hook), candidates("d", hook)) == [
        ["a0", "c0", "d0"]
    ]


def test_the_same_description_elsewhere() -> None:
    here, there = webhook("a", description="The  Pager"), webhook("b/c", description="the pager")
    assert ids(candidates("t", here), candidates("p", there)) == [["t0", "p0"]]
    other = webhook("b/c", description="the pager", events=("Workflow Completed",))
    assert ids(candidates("t", here), candidates("p", other)) == [["t0", "p0"]]


def test_weak_likeness_must_be_unmistakable() -> None:
    here = webhook("a", description="one")
    likes = webhook("a", description="two"), webhook("a", description="three")
    assert ids(candidates("t", here), candidates("p", *likes)) == [["t0"], ["p0"], ["p1"]]
    assert ids(candidates("t", here), candidates("p", likes[0])) == [["t0", "p0"]]


def test_secrets_in_urls_may_differ() -> None:
    slack = [webhook(f"services/{name}", type=WebhookType.SLACK) for name in ("a", "b", "c")]
    assert ids(candidates("t", slack[0]), candidates("p", slack[1])) == [["t0", "p0"]]
    assert ids(candidates("t", slack[0]), candidates("p", *slack[1:])) == [["t0"], ["p0"], ["p1"]]
    keyed = [webhook(f"a?x=1&token={name}") for name in ("a", "b")]
    assert ids(candidates("t", keyed[0]), candidates("p", keyed[1])) == [["t0", "p0"]]


def test_nothing_but_a_host_is_no_likeness() -> None:
    here, there = webhook(url="https://a.example/"), webhook(url="https://b.example", events=("Workflow Completed",))
    assert ids(candidates("t", here), candidates("p", there)) == [["t0"], ["p0"]]


def test_markers_decide() -> None:
    hook, other = webhook("a", description="x"), webhook("b", description="y")
    assert ids(candidates("t", hook, marker="n"), candidates("p", other, marker="n")) == [["t0", "p0"]]
    assert ids(candidates("t", hook, marker="n"), candidates("p", hook, marker="m")) == [["t0"], ["p0"]]
    assert ids(candidates("t", hook, marker="n"), candidates("p", hook)) == [["t0", "p0"]]
