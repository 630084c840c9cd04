from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator

from hookwright.config import load, read_text
from hookwright.model.finding import Finding, Severity
from hookwright.validate.schema import PROJECT, RESOURCES, check, check_project, is_valid
from hookwright.validate.schemas import schema_names, schema_text
from hookwright.validate.violations import violations

FILE = Path("file.yaml")

MAIN = """\
version: 1
project: acme
environments:
  test: {api_key: "${env.KEY}", vars: {base_url: "https://staging.acme.example", port: 8080, flag: true}}
  eu-1: {kind: production, api_url: "${var.api}", api_key: "${env.KEY}", vars: {}}
policy: {max_deletes: 1, max_delete_percent: 30}
include: [webhooks/**/*.yaml]
rules: {HW501: "off", unknown-key: warning}
contracts: {Workflow Timed Out: {properties: {}}}
history: history
"""

FILE_OF_ALL = """\
webhooks:
  alerts:
    url: ${var.base_url}/refold
    events: [Workflow Errored, "${var.event}"]
    type: custom
    method: POST
    headers: {Authorization: "Bearer ${env.TOKEN}", X-Run: "{{event.instance_id}}"}
    body: {run: "{{event.instance_id}}", count: 5, deep: [true, null]}
    description: text
    enabled: true
    slug: hubspot
    workflows: [Export, {id: 6495792b9b6ca6d77a17e513}]
    group: on-call
    environments:
      test: {enabled: false, headers: {X-Run: null}, body: null, body_file: x.json, slug: null, type: slack}
      production: {}
      eu: false
    protect: true
    ignore_changes: [enabled, body]
    renamed_from: old-alerts
    adopt: {production: 66e31564c0287b4136f77ef8}
  text: {url: "https://hooks.acme.example", events: [Connection Created], body: "{{event}}"}
events:
  made: {sample: {a: 1}, json_schema: {type: object}}
removed: {webhooks: [gone], events: [old event]}
"""


def found(text: str, schema: str = RESOURCES) -> list[Finding]:
    document, findings = read_text(FILE, text)
    assert findings == []
    assert document is not None
    result = check(document, schema)
    assert all(one.severity is Severity.ERROR and one.span and one.span.file == FILE for one in result)
    return result


def brief(text: str, schema: str = RESOURCES) -> list[tuple[str, int, int]]:
    return [(one.rule, one.span.start.line, one.span.start.column) for one in found(text, schema) if one.span]


def only(text: str, schema: str = RESOURCES) -> Finding:
    (finding,) = found(text, schema)
    return finding


def hook(fields: str) -> str:
    """A file with one webhook; its fields begin in line 4, column 5."""
    return f"webhooks:\n  a:\n    url: https://hooks.acme.example\n    {fields}\n    events: [e]\n"


def test_what_fits() -> None:
    assert found(MAIN, PROJECT) == []
    assert found(FILE_OF_ALL) == []


@pytest.mark.parametrize("text", ["", "# nothing", "{}", "webhooks:", "events: {}\nremoved:", "webhooks: {}"])
def test_files_with_nothing_in_them(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize("name", ["project", "resources"])
def test_the_schemas_are_schemas_that_help(name: str) -> None:
    schema = json.loads(schema_text(name))
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"].endswith(f"/schemas/{name}.schema.json")
    for path, field in fields_of(schema):
        assert field.get("title"), path
        assert field.get("description"), path


def fields_of(schema: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Every field that a user writes, with its definition looked up; overrides say the same again."""
    fields = []
    waiting = [(name, part) for name, part in schema["$defs"].items() if name not in ("override", "event_override")]
    waiting.append(("", {"properties": schema["properties"]}))
    while waiting:
        path, part = waiting.pop()
        for name, field in part.get("properties", {}).items():
            reference = field.get("$ref", "").removeprefix("#/$defs/")
            fields.append((f"{path}.{name}", {**schema["$defs"].get(reference, {}), **field}))
            waiting.append((f"{path}.{name}", field))
    return fields


def test_every_example_in_the_schemas_fits() -> None:
    for name in ("project", "resources"):
        schema = json.loads(schema_text(name))
        for path, field in fields_of(schema):
            alone = {"$defs": schema["$defs"], **{key: value for key, value in field.items() if key != "$id"}}
            for example in [*field.get("examples", ()), *([field["default"]] if "default" in field else ())]:
                assert Draft202012Validator(alone).is_valid(example), (path, example)


def test_schemas_are_found_by_name() -> None:
    assert {"project", "resources"} <= set(schema_names())
    with pytest.raises(KeyError):
        schema_text("../pyproject")
    with pytest.raises(KeyError):
        schema_text("nothing")


def test_unknown_fields() -> None:
    finding = only(hook("evnts: [x]"))
    assert (finding.rule, finding.message) == ("HW101", "'a' has no field 'evnts'")
    assert finding.hint == "Did you mean 'events'?"
    assert finding.span is not None
    assert (finding.span.start.column, finding.span.end.column) == (5, 10)
    assert only(hook("URL2: x")).hint == "Did you mean 'url'?"
    assert only("webhooks: {}\nextra: 1\n").message == "the file has no field 'extra'"
    assert only("removed: {hooks: []}").hint == "Did you mean 'webhooks'?"
    assert only("removed: {zzz: []}").hint == "There are: webhooks, events."
    assert brief(hook("environments: {t: {renamed_from: x, adopt: {}}}")) == [("HW101", 4, 24), ("HW101", 4, 41)]


def test_fields_that_are_missing() -> None:
    text = "webhooks:\n  a:\n    enabled: true\n"
    assert brief(text) == [("HW102", 2, 3), ("HW102", 2, 3)]
    assert [one.message for one in found(text)] == ["'a' lacks 'events'", "'a' lacks 'url'"]
    assert [one.hint for one in found(text)] == [
        'Add it: \'events: ["Workflow Errored", "Workflow Timed Out"]\'.',
        "Add it: 'url: ${var.base_url}/refold'.",
    ]
    assert brief("webhooks:\n  a:\n    urll: https://x.example\n    event: []\n") == [("HW101", 3, 5), ("HW101", 4, 5)]
    assert brief("# c\nproject: acme\nenvironments: {test: {}}\n", PROJECT) == [("HW102", 2, 1), ("HW102", 3, 16)]
    assert only(hook("workflows: [{}]")).message == "item 1 of 'workflows' lacks 'id'"
    assert only("events:\n  a: {}").hint == 'Add it: \'sample: {"jobid": "4711", "email": "jane@acme.example"}\'.'


@pytest.mark.parametrize(
    ("fields", "column", "message", "hint"),
    [
        ("headers: {X: true}", 18, "'X' must be a string, not true", 'Quote it: "true".'),
        ("headers: {X: 8080}", 18, "'X' must be a string, not the number 8080", 'Quote it: "8080".'),
        ("description: 1.5", 18, "'description' must be a string, not the number 1.5", 'Quote it: "1.5".'),
        (
            "enabled: 'true'",
            14,
            "'enabled' must be true or false, not a string",
            "Write true or false, without quotes.",
        ),
        ("enabled: maybe", 14, "'enabled' must be true or false, not a string", "Write true or false."),
        ("protect: 1", 14, "'protect' must be true or false, not the number 1", "Write true or false."),
        ("workflows: x", 16, "'workflows' must be a list, not a string", "Write it as a list"),
        ("headers: [x]", 14, "'headers' must be a mapping, not a list", "Write 'key: value' lines below it."),
        ("headers:", 13, "'headers' must be a mapping, not empty", "Give it a value, or remove the key."),
        ("workflows: [5]", 17, "item 1 of 'workflows' must be a string or a mapping, not the number 5", "Quote it"),
        ("body: 5", 11, "'body' must be a mapping, a list or a string, not the number 5", 'Quote it: "5".'),
        ("environments: {t: null}", 23, "'t' must be false or a mapping, not empty", "Give it a value"),
        ("environments: {t: true}", 23, "'t' must be false or a mapping, not true", "Write 'key: value'"),
        (
            "environments: {t: {enabled: 1}}",
            33,
            "'enabled' must be true or false or null, not the number 1",
            "Write true or",
        ),
        ("environments: {t: 'false'}", 23, "'t' must be false or a mapping, not a string", "Write it without quotes."),
    ],
)
def test_wrong_types(fields: str, column: int, message: str, hint: str) -> None:
    finding = only(hook(fields))
    assert finding.rule == "HW103"
    assert finding.message == message
    assert finding.hint.startswith(hint)
    assert finding.span is not None
    assert (finding.span.start.line, finding.span.start.column) == (4, column)


def test_a_number_in_quotes() -> None:
    finding = only(MAIN.replace("max_deletes: 1,", 'max_deletes: "1",'), PROJECT)
    assert (finding.message, finding.hint) == (
        "'max_deletes' must be a whole number, not a string",
        "Write it without quotes.",
    )


@pytest.mark.parametrize(
    ("fields", "message", "hint"),
    [
        ("type: Slak", "'type' must be one of default, slack, custom, not Slak", "Did you mean 'slack'?"),
        ("type: 5", "'type' must be one of default, slack, custom, not 5", "Write default, slack or custom."),
        ("type: [x]", "'type' must be one of default, slack, custom, not a list", "Write default, slack or custom."),
        ("method: post", "'method' must be one of POST, PUT, PATCH, not post", "Did you mean 'POST'?"),
        ("environments: {t: {method: GET}}", "'method' must be one of POST, PUT, PATCH, not GET", "Write"),
    ],
)
def test_values_that_are_none_of_the_allowed(fields: str, message: str, hint: str) -> None:
    finding = only(hook(fields))
    assert (finding.rule, finding.message) == ("HW104", message)
    assert finding.hint.startswith(hint)


def test_other_choices() -> None:
    finding = only(hook("ignore_changes: [url, haeders]"))
    assert (finding.message.split(" must")[0], finding.hint) == (
        "item 2 of 'ignore_changes'",
        "Did you mean 'headers'?",
    )
    finding = only(MAIN.replace("version: 1", "version: 2"), PROJECT)
    assert (finding.rule, finding.message, finding.hint) == ("HW104", "'version' must be 1, not 2", "Write 1.")
    finding = only(MAIN.replace('"off"', "never"), PROJECT)
    assert finding.message == "'HW501' must be one of off, info, warning, error, not never"


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        (hook("renamed_from: a b"), 4, 19, "'renamed_from' does not have the form that it needs"),
        (hook("headers: {'a b': x}"), 4, 15, "the name 'a b' does not have the form that it needs"),
        (hook("adopt: {test: a b}"), 4, 19, "'test' does not have the form that it needs"),
        ("webhooks: {a: {url: ftp://x, events: [e]}}", 1, 21, "'url' does not have the form that it needs"),
        ("webhooks: {a: {url: /x, events: [e]}}", 1, 21, "'url' does not have the form that it needs"),
        (
            'webhooks: {"a\\n": {url: "${x}", events: [e]}}',
            1,
            12,
            "the name 'a\n' does not have the form that it needs",
        ),
        ("events: {' a': {sample: 1}}", 1, 10, "the name ' a' does not have the form that it needs"),
        ("removed: {webhooks: [a/b]}", 1, 22, "item 1 of 'webhooks' does not have the form that it needs"),
    ],
)
def test_patterns(text: str, line: int, column: int, message: str) -> None:
    finding = only(text)
    assert (finding.rule, finding.message) == ("HW105", message)
    assert finding.hint
    assert finding.span is not None
    assert (finding.span.start.line, finding.span.start.column) == (line, column)


@pytest.mark.parametrize("name", ["a", "9", "A.b_c-d", "x" * 63])
def test_names_that_will_do(name: str) -> None:
    assert found(f"webhooks: {{'{name}': {{url: 'https://a', events: [e]}}}}") == []


@pytest.mark.parametrize("name", ["", "-a", ".a", "a b", "x" * 64, "é", "a/b", "${var.x}"])
def test_names_that_will_not_do(name: str) -> None:
    assert brief(f"webhooks: {{'{name}': {{url: 'https://a', events: [e]}}}}") == [("HW105", 1, 12)]


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        ("webhooks: {a: {url: 'https://a', events: []}}", 42, "'events' is an empty list"),
        ("webhooks: {a: {url: 'https://a', events: ['']}}", 43, "item 1 of 'events' is empty"),
        (
            "webhooks: {a: {url: 'https://a', events: [e], body: x, body_file: z}}",
            56,
            "'a' has both 'body' and 'body_file'",
        ),
        (f"events: {{{'x' * 256}: {{sample: 1}}}}", 10, f"the name '{'x' * 80}' is longer than 255 characters"),
    ],
)
def test_other_constraints(text: str, column: int, message: str) -> None:
    finding = only(text)
    assert (finding.rule, finding.message) == ("HW106", message)
    assert finding.hint
    assert finding.span is not None
    assert finding.span.start.column == column


def test_limits_of_the_policy() -> None:
    for text, message in (
        ("{max_deletes: -1}", "'max_deletes' must be at least 0"),
        ("{max_delete_percent: 101}", "'max_delete_percent' must be at most 100"),
    ):
        text = MAIN.replace("{max_deletes: 1, max_delete_percent: 30}", text)
        assert (only(text, PROJECT).rule, only(text, PROJECT).message) == ("HW106", message)
    assert only("version: 1\nproject: a\nenvironments: {}", PROJECT).message == "'environments' is empty"


def test_schemas_of_others() -> None:
    document, _ = read_text(FILE, "{}")
    assert document is not None
    (finding,) = violations({}, {"required": ["x"]}, document.places)
    assert (finding.message, finding.hint) == ("the file lacks 'x'", "Add 'x'.")
    (finding,) = violations({"a": [1, 1]}, {"properties": {"a": {"uniqueItems": True}}}, document.places)
    assert (finding.rule, finding.message) == ("HW106", "'a': uniqueItems true does not hold")
    (finding,) = violations({"a": "x"}, {"properties": {"a": {"pattern": "^z"}}}, document.places)
    assert (finding.rule, finding.hint) == ("HW105", "It must match ^z.")


def test_secrets_are_not_in_messages() -> None:
    secret = "tk_test_0123456789abcdef"
    for text in (hook(f"enabled: {secret}"), hook(f"renamed_from: x {secret}"), hook(f"headers: {secret}")):
        finding = only(text)
        assert secret not in finding.message + finding.hint


def test_findings_come_in_the_order_of_the_file() -> None:
    text = "events: {b: {x: 1}}\nwebhooks:\n  z: {q: 1}\n  a: {url: 5, events: [e]}\n"
    assert brief(text) == [
        ("HW102", 1, 10), ("HW101", 1, 14), ("HW102", 3, 3), ("HW102", 3, 3), ("HW101", 3, 7), ("HW103", 4, 12),
    ]  # fmt: skip


def test_in_a_large_file_only_what_fails_is_explained() -> None:
    lines = [f"  w{number}: {{url: 'https://a', events: [e]}}" for number in range(500)]
    lines[250] = "  broken: {url: 5, events: [e]}"
    lines[400] = "  'bad name': {url: 'https://a', events: [e], extra: 1}"
    text = "events: {e: {sample: 1}}\nwebhooks:\n" + "\n".join(lines)
    assert brief(text) == [("HW103", 253, 17), ("HW105", 403, 3), ("HW101", 403, 47)]
    text = text.replace("'bad name'", "name")
    assert brief(text) == [("HW103", 253, 17), ("HW101", 403, 41)]
    assert brief("extra: 1\n" + text) == [("HW101", 1, 1), ("HW103", 254, 17), ("HW101", 404, 41)]


samples = {
    PROJECT: read_text(FILE, MAIN)[0],
    RESOURCES: read_text(FILE, FILE_OF_ALL)[0],
}
wrong_values = st.sampled_from(
    [None, True, False, 0, 1, 1.0, 1.5, -1, 10**30, "", "x", "a b", "a\n", "https://a", "${var.x}", "slack", "é",
     [], [1], ["x"], ["x", "x"], {}, {"x": 1}, {"id": "x"}, {"id": 5}, {"test": {}}, {"test": False}]
)  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn) -> tuple[str, Any]:
    """A schema's name, and a valid document with a few parts replaced, removed or added."""
    schema = draw(st.sampled_from([PROJECT, RESOURCES]))
    sample = samples[schema]
    assert sample is not None
    value = copy.deepcopy(sample.value)
    for _ in range(draw(st.integers(0, 4))):
        place = value
        while isinstance(place, dict | list) and place:
            keys = list(place) if isinstance(place, dict) else list(range(len(place)))
            key = draw(st.sampled_from(keys))
            action = draw(st.sampled_from(["deeper", "deeper", "deeper", "replace", "remove", "add"]))
            if action == "deeper" and isinstance(place[key], dict | list):
                place = place[key]
                continue
            if action == "remove":
                del place[key]
            elif action == "add" and isinstance(place, dict):
                place[draw(st.sampled_from(["x", "a b", "url", "body_file", "events", "", "a\n"]))] = copy.deepcopy(
                    draw(wrong_values)
                )
            else:
                place[key] = copy.deepcopy(draw(wrong_values))
            break
    return schema, value


@settings(max_examples=500, deadline=None)
@given(mutated())
def test_the_two_engines_agree(case: tuple[str, Any]) -> None:
    schema, value = case
    document, _ = read_text(FILE, json.dumps(value))
    assert document is not None
    assert document.value == value
    whys = violations(value, json.loads(schema_text(schema)), document.places)
    assert is_valid(value, schema) is (not whys)
    if value is not None:
        assert check(document, schema) == whys


def test_all_files_of_a_project_are_checked(tmp_path: Path) -> None:
    (tmp_path / "webhooks").mkdir()
    (tmp_path / "hookwright.yaml").write_text(MAIN.replace("version: 1", "version: 2"))
    (tmp_path / "webhooks" / "a.yaml").write_text("webhooks: 5\n")
    (tmp_path / "webhooks" / "b.yaml").write_text("# nothing yet\n")
    (tmp_path / "webhooks" / "c.yaml").write_text("webhooks: [\n")
    places = [(one.rule, one.span.file.name) for one in check_project(load(tmp_path / "hookwright.yaml")) if one.span]
    assert places == [("HW104", "hookwright.yaml"), ("HW103", "a.yaml")]


def test_what_a_merge_key_repeats_is_told_once() -> None:
    base = "webhooks:\n  a: &a\n    url: https://x.example\n    events: [Workflow Errored]\n    bodi: {}\n    slug: 5\n"
    findings = found(base + "  b:\n    <<: *a\n  c:\n    <<: *a\n")
    assert [one.message for one in findings] == ["'a' has no field 'bodi'", "'slug' must be a string, not the number 5"]
    assert brief("webhooks:\n  a: &a {url: https://x.example}\n  b: *a\n") == [("HW102", 2, 3), ("HW102", 3, 3)]


def test_a_section_in_a_file_of_the_other_kind() -> None:
    finding = only("version: 1\nproject: a\nenvironments: {test: {api_key: x}}\nwebhooks: {}\n", PROJECT)
    assert finding.hint == "It belongs into a file of its own: webhooks/….yaml, say."
    assert only("environments: {}\n").hint == "It belongs into hookwright.yaml."


def test_a_version_in_quotes() -> None:
    finding = only("version: '1'\nproject: a\nenvironments: {test: {api_key: x}}\n", PROJECT)
    assert (finding.message, finding.hint) == ("'version' must be 1, not a string", "Write it without quotes.")


@pytest.mark.parametrize(("schema", "other"), [(PROJECT, RESOURCES), (RESOURCES, PROJECT)])
def test_a_section_in_a_file_of_the_other_kind_is_told_where_it_belongs(schema: str, other: str) -> None:
    for section in json.loads(schema_text(other))["properties"]:
        document, _ = read_text(Path("a.yaml"), f"{section}: 1\n")
        assert document is not None
        hints = [each.hint for each in check(document, schema) if f"'{section}'" in each.message]
        assert [hint.startswith("It belongs into ") for hint in hints] == [True]
