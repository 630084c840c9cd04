"""What a plan shows when more is asked for: requests before and after, and who receives what."""

from __future__ import annotations

from hookwright.model.delivery import DeliveryRequest, WireChange
from hookwright.model.plan import Subscriber
from hookwright.report import plan_json, plan_text
from tests.unit.report.golden import check
from tests.unit.report.test_plan_reports import EMPTY, PLAN

TYPE = ("Content-Type", "application/json")
BEFORE = DeliveryRequest(
    "POST",
    "https://hooks.acme.example/a",
    (TYPE, ("X-Key", "(secret)"), ("X-Old", "1\x1b[2J")),
    b'{"run":"1","list":[1,2,3],"same":{"a":1,"b":2,"c":3},"last":"x"}',
)
AFTER = DeliveryRequest(
    "PUT",
    "https://hooks.acme.example/a",
    (TYPE, ("X-Key", "(secret)")),
    b'{"run":"2","list":[1,2,3],"same":{"a":1,"b":2,"c":3},"last":"y"}',
)
TEXT = DeliveryRequest("POST", "https://hooks.acme.example/a", (TYPE,), b"no JSON\xff")
WIRE = {
    "incident-pager": (WireChange("Workflow Errored", None, AFTER),),
    "renamed": (
        WireChange("Workflow Completed", BEFORE, AFTER, masked=True),
        WireChange("Workflow Errored", AFTER, AFTER, masked=True),
        WireChange("Workflow Stopped", BEFORE, TEXT),
    ),
    "by-hand": (),
    "gone": (WireChange("Workflow Stopped", BEFORE, None, masked=True),),
}
SUBSCRIBERS = (
    Subscriber("gone-quiet", "2", enabled=False, events=("Workflow Errored",)),
    Subscriber("incident-pager", None, enabled=True, events=("Workflow Errored", "Workflow Stopped")),
    Subscriber("", "1" * 24, enabled=True, events=("Connection Created", "Workflow Renamed\x1b")),
)


def test_the_requests_stand_under_their_change() -> None:
    check("plan-wire.txt", plan_text.to_text(PLAN, wire=WIRE))
    check("plan-wire.json", plan_json.dump(plan_json.with_wire(PLAN, WIRE)))


def test_who_receives_what_stands_behind_the_changes() -> None:
    check("plan-verbose.txt", plan_text.to_text(PLAN, subscribers=SUBSCRIBERS))
    check("plan-verbose-colour.txt", plan_text.to_text(EMPTY, subscribers=SUBSCRIBERS, color=True))
    assert "receivers" in plan_text.to_text(EMPTY, subscribers=())


def test_wire_is_there_only_when_asked_for_and_only_on_webhooks() -> None:
    assert plan_text.to_text(PLAN, wire={}) == plan_text.to_text(PLAN)
    record = plan_json.with_wire(PLAN, {"candidate_created": (WireChange("x", None, AFTER),)})
    assert [change for change in record["changes"] if "wire" in change] == []
    assert plan_json.dump(plan_json.with_wire(PLAN, {})) == plan_json.to_json(PLAN)


def test_nothing_in_it_drives_the_terminal() -> None:
    text = plan_text.to_text(PLAN, wire=WIRE, subscribers=SUBSCRIBERS)
    assert "\x1b" not in text
