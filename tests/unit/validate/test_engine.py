"""The engine: merging over environments, severities, silences, order, rules that break."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from hookwright.model.finding import Finding, Severity
from hookwright.validate import engine, registry
from hookwright.validate.engine import validate
from hookwright.validate.rule import Rule
from hookwright.validate.subject import Scope
from tests.examples import projects

ORDERS = "webhooks:\n  orders:\n    url: {url}\n    events: [{events}]\n"


def orders(url: str = "https://hooks.acme.example/orders", events: str = "Workflow Completed", more: str = "") -> str:
    return ORDERS.replace("{url}", url).replace("{events}", events) + more


def found(root: Path, files: dict[str, str]) -> list[tuple[str, str, tuple[str, ...]]]:
    return [
        (finding.rule, str(finding.severity), finding.environments)
        for finding in projects.findings(projects.write(root, files))
    ]


def with_rules(rules: str) -> str:
    return f"{projects.DEFAULT}rules: {rules}\n"


def test_what_holds_for_all_environments_names_none(tmp_path: Path) -> None:
    assert found(tmp_path, {"webhooks/a.yaml": orders(events="Workflow Complete")}) == [("HW401", "error", ())]


def test_what_holds_for_one_names_it(tmp_path: Path) -> None:
    override = "    environments: {test: {url: ftp2://x}}\n"
    files = {
        "webhooks/a.yaml": orders(
            "https://hooks.acme.example:99999/x", more=override.replace("ftp2://x", "https://x.acme.example")
        )
    }
    assert found(tmp_path, files) == [("HW423", "error", ("production",))]


def test_of_two_severities_the_worse_wins(tmp_path: Path) -> None:
    assert found(tmp_path, {"webhooks/a.yaml": orders("http://hooks.acme.example/x")}) == [("HW301", "error", ())]


def test_only_some_environments_are_looked_at(tmp_path: Path) -> None:
    root = projects.write(tmp_path, {"webhooks/a.yaml": orders("http://hooks.acme.example/x")})
    project, declared, _ = projects.loaded(root)
    (finding,) = validate(project, declared[:1])
    assert (finding.severity, finding.environments) == (Severity.WARNING, ("test",))
    assert validate(project, []) == []


def test_findings_of_others_are_treated_alike(tmp_path: Path) -> None:
    files = {
        "hookwright.yaml": with_rules("{HW021: error}"),
        "webhooks/a.yaml": orders("https://${env.NOBODY}.acme.example"),
    }
    assert found(tmp_path, files) == [("HW021", "error", ())]


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ("{}", [("HW301", "error", ())]),
        ('{HW301: "off"}', []),
        ("{http-url: info}", [("HW301", "info", ())]),
        ("{hw301: warning}", [("HW301", "warning", ())]),
        ("{HW505: error}", [("HW505", "error", ()), ("HW301", "error", ())]),
    ],
)
def test_severities_are_the_projects(rules: str, expected: list[object], tmp_path: Path) -> None:
    files = {"hookwright.yaml": with_rules(rules), "webhooks/a.yaml": orders("http://hooks.acme.example/x")}
    assert found(tmp_path, files) == expected


def test_errors_of_reading_stay_errors(tmp_path: Path) -> None:
    files = {"hookwright.yaml": with_rules('{HW101: "off"}'), "webhooks/a.yaml": orders(more="    nope: 1\n")}
    assert found(tmp_path, files) == [("HW503", "warning", ()), ("HW101", "error", ())]
    silenced = orders(more="    nope: 1  # hookwright: ignore HW101 - we know\n")
    rules = [rule for rule, _, _ in found(tmp_path, {"hookwright.yaml": projects.DEFAULT, "webhooks/a.yaml": silenced})]
    assert rules == ["HW101"]


def test_silences_are_judged_only_where_all_was_looked_at(tmp_path: Path) -> None:
    text = orders("http://hooks.acme.example/x  # hookwright: ignore HW301, HW303 - inside the VPN")
    root = projects.write(tmp_path, {"webhooks/a.yaml": text})
    project, declared, _ = projects.loaded(root)
    assert [finding.rule for finding in validate(project, declared)] == ["HW501"]
    assert validate(project, declared[:1]) == []
    assert validate(project, declared, only_errors=True) == []


def test_only_errors_leaves_out_what_is_never_one(tmp_path: Path) -> None:
    twice = orders() + orders().replace("webhooks:\n  orders", "  again")
    root = projects.write(
        tmp_path,
        {"webhooks/a.yaml": twice, "webhooks/b.yaml": orders("http://h.acme.example").replace("orders:", "plain:")},
    )
    project, declared, _ = projects.loaded(root)
    assert [finding.rule for finding in validate(project, declared)] == ["HW407", "HW301"]
    assert [finding.rule for finding in validate(project, declared, only_errors=True)] == ["HW301"]


@pytest.mark.parametrize(("level", "found"), [("error", ["HW407"]), ("info", []), ("off", [])])
def test_only_errors_heeds_what_a_project_says_of_a_rule(tmp_path: Path, level: str, found: list[str]) -> None:
    twice = orders() + orders().replace("webhooks:\n  orders", "  again")
    main = projects.DEFAULT + f"rules: {{HW407: '{level}'}}\n"
    project, declared, _ = projects.loaded(
        projects.write(tmp_path, {"webhooks/a.yaml": twice, "hookwright.yaml": main})
    )
    assert [finding.rule for finding in validate(project, declared, only_errors=True)] == found


def test_sorted_by_place(tmp_path: Path) -> None:
    bad = orders("http://u@hooks.acme.example/x", "Workflow Complete, Nothing")
    root = projects.write(tmp_path, {"webhooks/b.yaml": bad, "webhooks/a.yaml": bad.replace("orders", "a")})
    shown = [projects.shown(finding, root) for finding in projects.findings(root)]
    places = ["3:10 HW301", "3:10 HW302", "4:14 HW401", "4:33 HW401"]
    assert shown[:4] == [f"webhooks/a.yaml:{place}" for place in places]
    assert [line.replace("b.yaml", "a.yaml") for line in shown if "b.yaml" in line and "HW407" not in line] == shown[:4]


def test_a_rule_that_breaks_becomes_a_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(scope: Scope) -> Iterator[Finding]:
        yield rule.at(None, "found before")
        raise KeyError(f"a secret in {scope.declared.environment.name}")

    rule = Rule("HW998", "breaks", "It breaks", Severity.WARNING, "why", "", "", "hint", per_environment=breaks)
    monkeypatch.setattr(registry, "checked", lambda _but: (rule, *registry.catalogue().values()))
    root = projects.write(tmp_path, {"webhooks/a.yaml": orders("http://hooks.acme.example/x")})
    crashed, before, other = projects.findings(root)
    assert (before.rule, before.severity) == ("HW998", Severity.WARNING)
    assert (crashed.rule, crashed.severity, crashed.environments) == ("HW599", Severity.ERROR, ())
    assert crashed.message.startswith("the rule HW998 (breaks) broke with KeyError at test_engine.py:")
    assert "secret" not in crashed.message
    assert other.rule == "HW301"


@pytest.mark.parametrize("enabled", [True, False])
def test_the_collector_is_left_as_it_was(enabled: bool, tmp_path: Path) -> None:
    root = projects.write(tmp_path, {"webhooks/a.yaml": orders()})
    try:
        if not enabled:
            gc.disable()
        projects.findings(root)
        assert gc.isenabled() is enabled
    finally:
        gc.enable()


def test_what_reading_has_said_is_not_said_again(tmp_path: Path) -> None:
    assert found(tmp_path, {"webhooks/a.yaml": orders(more="    enabled: yes\n")}) == [("HW006", "error", ())]


def test_what_could_not_be_understood_is_not_missed(tmp_path: Path) -> None:
    """With a file that cannot be read, nothing is said about what seems not to be there."""
    files = {
        "webhooks/a.yaml": "webhooks: [\n",
        "webhooks/b.yaml": orders(more="    environments: {test: false}\n"),
    }
    assert [rule for rule, _, _ in found(tmp_path, files)] == ["HW002"]


THREE = (
    projects.DEFAULT
    + """\
  staging:
    kind: test
    api_key: ${env.REFOLD_STAGING_API_KEY}
    vars: {base_url: https://staging.acme.example}
"""
)


def test_what_holds_for_two_of_three_names_both(tmp_path: Path) -> None:
    more = "    environments: {production: {url: https://x.acme.example}}\n"
    files = {"hookwright.yaml": THREE, "webhooks/a.yaml": orders("https://hooks.acme.example:99999/x", more=more)}
    assert found(tmp_path, files) == [("HW423", "error", ("test", "staging"))]


def test_what_the_files_alone_say_holds_for_all(tmp_path: Path) -> None:
    one = Finding("HW301", Severity.ERROR, "x", None, environments=("test",))
    other = replace(one, severity=Severity.INFO, environments=())
    for pair in ([one, other], [other, one]):
        (merged,) = engine._merged(pair, ("test", "production", "staging"))
        assert (merged.severity, merged.environments) == (Severity.ERROR, ())


@pytest.mark.parametrize("text", ["- a\n", "verison: 1\nproject: acme\nenvironments: {test: {api_key: x}}\n"])
def test_a_warning_at_the_same_place_hides_no_error(text: str, tmp_path: Path) -> None:
    rules = [finding[0] for finding in found(tmp_path, {"hookwright.yaml": text})]
    assert "HW015" in rules
    assert {"HW101", "HW103"} & set(rules)


@pytest.mark.parametrize(
    ("files", "rule"),
    [
        ({"webhooks/a.yaml": orders("https:///x")}, "HW105"),
        ({"webhooks/a.yaml": orders(events="''")}, "HW106"),
        ({"webhooks/a.yaml": orders(more="    type: custom\n    body:\n")}, "HW103"),
        ({"webhooks/a.yaml": orders(), "events/a.yaml": "events:\n  made: {sample: }\n"}, "HW103"),
        ({"webhooks/a.yaml": orders(), "hookwright.yaml": with_rules("{no_such: info}")}, "HW105"),
        ({"webhooks/a.yaml": orders(), "hookwright.yaml": projects.DEFAULT + "  eu: {kind: , api_key: x}\n"}, "HW104"),
        ({"webhooks/a.yaml": orders(), "hookwright.yaml": projects.DEFAULT + "  eu:\n"}, "HW103"),
    ],
)
def test_what_the_schema_refuses_is_told_once(files: dict[str, str], rule: str, tmp_path: Path) -> None:
    found_there = [one[0] for one in found(tmp_path, files)]
    assert [each for each in found_there if each != "HW307"] == [rule]
