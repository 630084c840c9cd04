"""Verdicts as JUnit XML, held against the rules of Jenkins' ``junit-10.xsd``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookwright.model.conformance import CheckResult, Conformance, Exchange, Verdict
from hookwright.report.conformance_junit import to_junit
from tests.unit.report import golden
from tests.unit.report.conformance_examples import FINE, RUN, SENDER

TEXT = st.text(st.characters(), max_size=30)  # surrogates and controls among them
ROW = st.dictionaries(TEXT, TEXT, max_size=2)

# Of each element: its children, its needed attributes and its optional ones.
RULES: Mapping[str, tuple[set[str], set[str], set[str]]] = {
    "testsuites": ({"testsuite"}, set(), {"name", "time", "tests", "failures", "errors", "disabled"}),
    "testsuite": (
        {"properties", "testcase", "system-out", "system-err"},
        {"name", "tests"},
        {"failures", "errors", "time", "skipped", "disabled", "timestamp", "hostname", "id", "package"},
    ),
    "properties": ({"property"}, set(), set()),
    "property": (set(), {"name", "value"}, set()),
    "testcase": (
        {"skipped", "error", "failure", "system-out", "system-err"},
        {"name", "classname"},
        {"time", "status", "assertions"},
    ),
    "failure": (set(), set(), {"type", "message"}),
    "skipped": (set(), set(), {"type", "message"}),
    "system-out": (set(), set(), set()),
}


def check_rules(element: ET.Element) -> None:
    children, needed, optional = RULES[element.tag]
    assert {child.tag for child in element} <= children
    assert needed <= set(element.attrib) <= needed | optional
    for name in ("tests", "failures", "errors", "skipped"):
        assert re.fullmatch(r"\d+", element.get(name, "0"))
    assert re.fullmatch(r"\d+\.\d{3}", element.get("time", "0.000"))
    for child in element:
        check_rules(child)


def parse(run: Conformance) -> ET.Element:
    root = ET.fromstring(to_junit(run).encode())
    check_rules(root)
    for each in (root, root[0]):
        assert int(each.attrib["tests"]) == len(root.findall(".//testcase"))
        assert int(each.attrib["failures"]) == len(root.findall(".//failure"))
    assert int(root[0].attrib["skipped"]) == len(root.findall(".//skipped"))
    return root


def test_golden() -> None:
    golden.check("checks.junit.xml", to_junit(RUN))


@pytest.mark.parametrize("run", [RUN, FINE, SENDER, replace(FINE, checks=())])
def test_every_check_is_a_case(run: Conformance) -> None:
    cases = parse(run).findall(".//testcase")
    assert [case.attrib["name"].split()[0] for case in cases] == [check.id for check in run.checks]
    for case, check in zip(cases, run.checks, strict=True):
        assert case.attrib["classname"] == f"hookwright.{run.subject}"
        assert [child.tag for child in case] == {
            Verdict.PASSED: ["system-out"] if check.facts else [],
            Verdict.INFO: ["system-out"],
            Verdict.FAILED: ["failure"],
            Verdict.SKIPPED: ["skipped"],
        }[check.verdict]


def test_a_failure_says_all_that_is_known() -> None:
    failure = next(parse(RUN).iter("failure"))
    assert (failure.attrib["type"], failure.attrib["message"]) == ("R09", "200 to 'one blank more'")
    for part in (
        "a rejection: 4xx",
        "Acceptance proves",
        "Verify the raw bytes",
        "one blank more: 200",
        "Gr\u00fc\u00dfe",
    ):
        assert part in (failure.text or "")
    skipped = next(parse(RUN).iter("skipped"))
    assert skipped.attrib["message"] == "needs a probe of effects: --effects"


def test_the_suite_says_when_it_began() -> None:
    suite = ET.fromstring(to_junit(RUN, ended=datetime(2026, 1, 31, 12, 0, 8, tzinfo=UTC)))[0]
    check_rules(suite)
    assert suite.attrib["timestamp"] == "2026-01-31T11:59:59"


def test_what_xml_cannot_hold_is_replaced() -> None:
    check = CheckResult("R01", "\x00\ufffe", Verdict.FAILED, "e", "a\x1b]0;x\ud800", "]]><x>&amp;")
    case = parse(Conformance("receiver", "\x07", "", (check,))).find(".//testcase")
    assert case is not None
    assert case.attrib["name"] == "R01 \ufffd\ufffd"
    assert case[0].attrib["message"] == "a\ufffd]0;x\ufffd"
    assert "]]><x>&amp;" in (case[0].text or "")


@given(
    st.builds(
        CheckResult,
        TEXT, TEXT, st.sampled_from(Verdict), TEXT, TEXT, TEXT, TEXT,
        duration=st.floats(0, 1e6),
        exchanges=st.lists(
            st.builds(
                Exchange, TEXT, st.floats(0, 10), st.floats(0, 10), st.binary(max_size=40), st.just(40),
                st.binary(max_size=40), st.just(40), st.none() | st.integers(100, 599), TEXT,
            ),
            max_size=2,
        ).map(tuple),
        facts=st.dictionaries(TEXT, TEXT | st.integers() | st.lists(ROW, max_size=2), max_size=2),
    ),
    TEXT,
)  # fmt: skip
def test_any_text_gives_xml(check: CheckResult, target: str) -> None:
    parse(Conformance("receiver", target, target, (check,), 1.0))
