"""Where templates stand, and what lookups say of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from hookwright.validate.contracts import contracts_of
from hookwright.validate.keys import lookups
from hookwright.validate.subject import ProjectSubject, Scope
from hookwright.validate.uses import Use, _at, span_of, span_within
from tests.examples import projects

HEAD = "webhooks:\n  a:\n    url: https://hooks.acme.example/a\n    events: [Workflow Errored]\n"


def scope(root: Path, text: str, project_file: str = projects.DEFAULT) -> Scope:
    files = {"hookwright.yaml": project_file, "webhooks/a.yaml": text}
    project, declared, _ = projects.loaded(projects.write(root, files))
    return ProjectSubject(project, declared, whole=True).scopes[0]


def columns(use: Use) -> list[tuple[int, int]]:
    return [(span.start.line, span.start.column) for span in use.spans() if span]


def test_the_same_text_for_the_same_events_is_one_use(tmp_path: Path) -> None:
    text = HEAD + '    headers: {X-A: "{{event.status}}", X-B: plain}\n    body: {k: "{{event.status}}"}\n'
    text += HEAD.replace("webhooks:\n", "").replace("  a:", "  b:") + '    body: ["{{event.status}}"]\n'
    text += '  c: {url: "https://c.acme.example", events: [Workflow Completed], body: ["{{event.status}}"]}\n'
    one, other = scope(tmp_path, text).uses
    assert (one.events, other.events) == (("Workflow Errored",), ("Workflow Completed",))
    assert columns(one) == [(5, 20), (6, 15), (10, 12)]
    assert columns(other) == [(11, 75)]


def test_keys_are_templates_too(tmp_path: Path) -> None:
    (use,) = scope(tmp_path, HEAD + '    body: {"{{event.status}}": 1, list: [{a: [null, 2, true]}]}\n').uses
    assert columns(use) == [(5, 12)]
    assert [span.start.column for span in use.spans(use.expressions[0]) if span] == [12]
    assert [span.start.column for span in use.within(0, 2) if span] == [12]


def test_roots_leave_out_events(tmp_path: Path) -> None:
    found = scope(tmp_path, HEAD + '    body: {a: "{{event.x}} {{workflow_response.y}}", b: "{{z}}"}\n').roots
    assert {root: [use.template.text for use, _ in uses] for root, uses in found.items()} == {
        "workflow_response": ["{{event.x}} {{workflow_response.y}}"],
        "z": ["{{z}}"],
    }


def test_characters_behind_what_was_filled_in(tmp_path: Path) -> None:
    project = projects.DEFAULT.replace("https://staging.acme.example", "'long {{event.status}} long'")
    text = HEAD + '    body: {a: "${var.base_url} {{event.status}} {{event.status}}"}\n'
    made = scope(tmp_path, text, project)
    (webhook,) = made.declared.webhooks
    rendered = webhook.webhook.body["a"]
    assert rendered == "long {{event.status}} long {{event.status}} {{event.status}}"
    first, second, third = (expression.start for expression in made.uses[0].expressions)

    def column(start: int) -> int:
        span = span_within(webhook, "/body/a", rendered, start, start + len("{{event.status}}"))
        assert span is not None
        return span.start.column

    # What the variable brought is taken for the first that the file says, and the rest likewise: the last has no place
    # of its own left, so that all of the text is pointed at.
    assert [column(first), column(second), column(third)] == [32, 49, 15]


def test_a_text_with_a_secret_is_taken_as_it_is_written(tmp_path: Path) -> None:
    text = (
        HEAD + '    headers: {X-A: "${env.ORDERS_KEY} {{event.status}}", X-B: "${env.ORDERS_KEY}"}\n    body: {a: 1}\n'
    )
    files = {"webhooks/a.yaml": text}
    root = projects.write(tmp_path, files)
    project, declared, _ = projects.loaded(root, {**projects.ENVIRON, "ORDERS_KEY": "{{secret.x}}"})
    made = ProjectSubject(project, declared, whole=True).scopes[0]
    assert [use.template.text for use in made.uses] == ["${env.ORDERS_KEY} {{event.status}}"]


def test_lookups_leave_out_what_is_plain(tmp_path: Path) -> None:
    body = '    body: {a: "{{event.status}}", b: "{{event.nope}}", c: "{{event.config_id}}", '
    body += 'd: "{{event}} {{x.y}}", e: "{{event}} {{event.gone}}"}\n'
    made = scope(tmp_path, HEAD + body)
    assert [lookup.expression.dotted for lookup in made.lookups] == ["event.nope", "event.gone"]
    everything = lookups(made.uses, contracts_of(made.project), everything=True)
    assert [lookup.expression.dotted for lookup in everything] == [
        "event.status",
        "event.nope",
        "event.config_id",
        "event.gone",
    ]


def test_what_a_lookup_says(tmp_path: Path) -> None:
    text = HEAD.replace("[Workflow Errored]", "[Connection Created, Workflow Errored, Workflow Stopped]")
    one, two = scope(tmp_path, text + '    body: {a: "{{event.org_id}}", b: "{{event.nope.deep}}"}\n').lookups
    assert (one.lacking, one.unsure, one.carrying) == (
        ["Workflow Errored"],
        ["Workflow Stopped"],
        ["Connection Created"],
    )
    assert (two.lacking, two.unsure, two.carrying) == (
        ["Connection Created", "Workflow Errored"],
        ["Workflow Stopped"],
        [],
    )
    assert (two.name, two.form) == ("nope", "{{event.{}}}")
    assert two.known[:2] == ["linked_account_id", "org_id"]
    assert len(two.known) == len(set(two.known))


def test_the_same_characters_further_on(tmp_path: Path) -> None:
    project = projects.DEFAULT.replace("https://staging.acme.example", "x")
    made = scope(tmp_path, HEAD + '    body: {a: "{{a}}{{a}}${var.base_url}{{a}} ${env.ORDERS_KEY}"}\n', project)
    (webhook,) = made.declared.webhooks
    (use,) = made.uses
    # A text that a secret flowed into is taken as it is written, and its expressions stand where they are.
    assert use.template.text == "{{a}}{{a}}${var.base_url}{{a}} ${env.ORDERS_KEY}"
    assert [s.start.column for e in use.expressions for s in use.spans(e) if s] == [16, 21, 41]
    filled = "{{a}}{{a}}x{{a}} orders-key"
    found = [span_within(webhook, "/body/a", filled, start, start + 5) for start in (0, 5, 11)]
    assert [span.start.column for span in found if span] == [16, 21, 41]


@pytest.mark.parametrize(
    ("pointer", "value"),
    [("", {"a": [1, {"b/c": 2}], "d": "x"}), ("/a/0", 1), ("/a/1/b~1c", 2), ("/a/2", None), ("/a/x", None),
     ("/d/0", None), ("/e", None), ("/e/f", None)],
)  # fmt: skip
def test_what_stands_at_a_pointer(pointer: str, value: object) -> None:
    assert _at({"a": [1, {"b/c": 2}], "d": "x"}, pointer) == value


def test_a_key_with_a_secret_behind_it(tmp_path: Path) -> None:
    (use,) = scope(tmp_path, HEAD + '    body: {"{{event.status}}": "${env.ORDERS_KEY}"}\n').uses
    assert (use.template.text, columns(use)) == ("{{event.status}}", [(5, 12)])


def test_what_has_no_place_has_no_span(tmp_path: Path) -> None:
    (webhook,) = scope(tmp_path, HEAD).declared.webhooks
    assert span_of(webhook, "/url") is not None
    assert span_of(replace(webhook, places=None), "/url") is None
