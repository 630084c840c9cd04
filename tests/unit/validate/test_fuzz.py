"""Whatever a project holds: validation ends, in little time, without a rule that breaks."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hookwright.validate.registry import catalogue
from tests.examples import projects

pytestmark = pytest.mark.fuzz

EXAMPLES = sorted(path for path in (Path(projects.__file__).parent).rglob("*.yaml") if path.is_file())
PIECES = [
    *rb"{{ }} ${ } [ ] null true 1 \ | > # &a *a \" ' @ [::1 http:// event. workflow_response environments".split(),
    *rb"false events headers body".split(),
    *(b"- ", b": ", b"\n", b"    ", b"<<: ", b"!!str ", b"\t", b"\xff", b"\xe2\x80\xa8", b"\x00"),
    b"# hookwright: ignore HW301 - x",
]
FIELDS = [
    "url",
    "events",
    "type",
    "method",
    "headers",
    "body",
    "body_file",
    "description",
    "enabled",
    "slug",
    "workflows",
    "group",
    "environments",
    "protect",
    "ignore_changes",
    "renamed_from",
    "adopt",
    "test",
    "production",
    "sample",
    "json_schema",
    "properties",
    "$ref",
    "required",
    "Authorization",
    "x-cobalt-signature",
    "id",
    "client_secret",
]
TEXTS = [
    *[
        "{{event}}",
        "{{event.instance}}",
        "{{workflow_response.a.0}}",
        "{{x",
        "{{a{{b}}}}",
        "${var.base_url}",
        "${env.NONE}",
    ],
    *[
        "https://hooks.acme.example/x",
        "http://10.0.0.1:0",
        "https://a@[::1",
        "custom",
        "slack",
        "POST",
        "orders",
        "object",
        "#/$defs/x",
    ],
    *["Zt4Qm81LxVb7RkP0sWn3Yc6E", "tk_test_0123456789abcdef", "é\u2028"],
    *("Workflow Errored", "Connection Created", "", "\r\n", '{"a": {{event}}}', '{"a": "{{event.b}}"'),
]

_leaves = st.one_of(
    st.sampled_from(TEXTS), st.text(max_size=8), st.none(), st.booleans(), st.integers(), st.floats(0, 9)
)
_keys = st.one_of(st.sampled_from(FIELDS), st.text(max_size=6))
VALUES = st.recursive(
    _leaves,
    lambda below: st.one_of(st.lists(below, max_size=4), st.dictionaries(_keys, below, max_size=6)),
    max_leaves=20,
)
WEBHOOK = st.one_of(st.dictionaries(st.sampled_from(FIELDS[:17]), VALUES, max_size=10), VALUES)
quick = settings(max_examples=150, deadline=2000, suppress_health_check=list(HealthCheck))


def _unbroken(root: Path) -> None:
    for finding in projects.findings(root):
        assert finding.rule != "HW599", finding.message
        assert finding.rule in catalogue()


def _fresh(tmp_path: Path) -> Path:
    shutil.rmtree(tmp_path)
    tmp_path.mkdir()
    return projects.write(tmp_path, {"webhooks/order.json": "{}"})


@quick
@given(data=st.data())
def test_mutated_examples(data: st.DataObject, tmp_path: Path) -> None:
    text = bytearray(data.draw(st.sampled_from(EXAMPLES)).read_bytes())
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(text)))
        end = min(len(text), at + data.draw(st.integers(0, 8)))
        text[at:end] = data.draw(st.one_of(st.sampled_from(PIECES), st.binary(max_size=3)))
    root = _fresh(tmp_path)
    name = data.draw(st.sampled_from(["hookwright.yaml", "webhooks/x.yaml"]))
    (root / name).write_bytes(text)
    _unbroken(root)


@quick
@given(webhooks=st.dictionaries(_keys, WEBHOOK, max_size=4), events=st.dictionaries(_keys, WEBHOOK, max_size=2))
def test_any_values_in_any_fields(webhooks: dict[str, Any], events: dict[str, Any], tmp_path: Path) -> None:
    root = _fresh(tmp_path)
    text = json.dumps({"webhooks": webhooks, "events": events, "removed": {"webhooks": list(webhooks)[:1]}})
    (root / "webhooks" / "x.yaml").write_text(text, "utf-8")
    _unbroken(root)


@quick
@given(
    project=st.dictionaries(st.sampled_from(["rules", "contracts", "include", "policy", "project"]), VALUES, max_size=5)
)
def test_any_values_in_hookwright_yaml(project: dict[str, Any], tmp_path: Path) -> None:
    root = _fresh(tmp_path)
    environments = {"test": {"api_key": "${env.REFOLD_TEST_API_KEY}", "vars": {"base_url": "https://x.acme.example"}}}
    text = json.dumps({"version": 1, "project": "acme", "environments": environments, **project})
    (root / "hookwright.yaml").write_text(text, "utf-8")
    (root / "webhooks" / "x.yaml").write_text('webhooks: {a: {url: "${var.base_url}", events: [Workflow Errored]}}')
    _unbroken(root)
