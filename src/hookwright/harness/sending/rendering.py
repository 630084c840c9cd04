"""S21: payloads with teeth, in templates."""

from __future__ import annotations

import json
from typing import Final

from hookwright.harness.sending.arrival import Arrival
from hookwright.harness.sending.check import Check, Finding, Scenario, judged, times
from hookwright.harness.sending.platform import Ability
from hookwright.harness.sending.retries import signature_problem
from hookwright.harness.sending.scene import Scene
from hookwright.model.resources import WebhookType
from hookwright.model.source import Json

_EVENT: Final = "Workflow Errored"
_NAME: Final = 'Say "hi" \\ to <b>jane</b>\r\nX-Injected: yes\r\n\r\n{"forged": true}\n\u2028 \N{WAVING HAND SIGN} \0'
_HEADERS: Final = {"X-Note": "about {{event.workflow_name}}", "X-Missing": "<{{event.hookwright_has_no_such_key}}>"}
_BODY: Final = {
    "alone": "{{event.workflow_name}}",
    "inside": "about {{event.workflow_name}}.",
    "missing": "{{event.hookwright_has_no_such_key}}",
    "missing_inside": "<{{event.hookwright_has_no_such_key}}>",
    "whole": "{{event}}",
}


async def _rendering(scene: Scene) -> None:
    await scene.endpoint(
        "templates", events=(_EVENT,), type=WebhookType.CUSTOM, headers=dict(_HEADERS), body=dict(_BODY)
    )
    await scene.endpoint("declared", events=(_EVENT,))
    await scene.fire(_EVENT, payload={"workflow_name": _NAME})
    await scene.attempts(1)
    await scene.quiet()


def _nothing_injected(scene: Scene) -> Finding:
    problems: list[str] = []
    for name in ("templates", "declared"):
        endpoint = scene[name]
        if len(endpoint.arrivals) != 1:
            problems.append(f"{name}: {times(len(endpoint.arrivals))}, where 1 was expected")
            continue
        arrival = endpoint.arrivals[0]
        found = _injected(arrival)
        if name == "templates":
            found += _body_problems(arrival.body)
        if wrong := signature_problem(arrival, endpoint, 1):
            found.append(wrong)
        problems += [f"{name}: {problem}" for problem in found]
    return judged(problems, "no header was injected, the body is valid JSON with the very text, and it is signed")


def _injected(arrival: Arrival) -> list[str]:
    problems = [f"a header {name} was injected" for name, _ in arrival.headers if name.lower() == "x-injected"]
    if any(ord(character) < ord(" ") or character == "\x7f" for _, value in arrival.headers for character in value):
        problems.append("a header holds a control character")
    return problems


def _body_problems(body: bytes) -> list[str]:
    try:
        value: Json = json.loads(body)
    except ValueError:
        return ["the body is not JSON"]
    if not isinstance(value, dict):
        return ["the body is not the object that was declared"]
    wanted = {"alone": _NAME, "inside": f"about {_NAME}.", "missing": "", "missing_inside": "<>"}
    problems = [f"'{key}' is not what its template gives" for key, text in wanted.items() if value.get(key) != text]
    whole = value.get("whole")
    if not isinstance(whole, dict) or whole.get("workflow_name") != _NAME:
        problems.append("'whole' is not the payload")
    return problems


CHECKS: Final = (
    Check(
        "S21",
        "Templates cannot be broken out of",
        "answers 200; a name in the payload holds quotes, line ends, a header and JSON",
        "No header is injected; the body is valid JSON with the very text; the signature covers the rendered bytes.",
        "Names of workflows and upstream errors are texts of strangers: they must not forge a delivery.",
        "Escape for JSON when filling in a body, take control characters out of headers, and sign what was rendered.",
        Scenario("templates", _rendering, frozenset({Ability.EVENTS})),
        _nothing_injected,
    ),
)
