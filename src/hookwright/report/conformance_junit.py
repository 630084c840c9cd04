"""Verdicts of conformance checks as JUnit XML, as Jenkins, GitLab and others read it.

There is no standard; this keeps to what the schema of Jenkins' xUnit plugin (``junit-10.xsd``) allows, which is what
the others read too.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Final
from xml.etree import ElementTree as ET

from hookwright.model.conformance import CheckResult, Conformance, Verdict
from hookwright.report import conformance_text

_FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, not even escaped (§2.2)."""


def to_junit(run: Conformance, *, ended: datetime | None = None) -> str:
    """One suite, with a case for each check.

    A failed check is a failure with all that the report for people says of it; a skipped one has its reason; what a
    check only reports, and its figures, are its ``system-out``.

    Args:
        run: the checks.
        ended: when they ended (UTC), where that is to be told: the suite says when they began.
    """
    suites = ET.Element("testsuites", _attributes(run, "hookwright"))
    suite = ET.SubElement(
        suites,
        "testsuite",
        _attributes(run, f"hookwright.{run.subject}") | {"skipped": str(run.count(Verdict.SKIPPED))},
    )
    if ended:
        began = ended - timedelta(seconds=run.duration)
        suite.set("timestamp", f"{began:%Y-%m-%dT%H:%M:%S}")
    properties = ET.SubElement(suite, "properties")
    for name, value in (("target", run.target), ("webhook", run.webhook)):
        if value:
            ET.SubElement(properties, "property", {"name": name, "value": _clean(value)})
    for check in run.checks:
        _add_case(suite, f"hookwright.{run.subject}", check)
    ET.indent(suites)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(suites, encoding="unicode")


def _attributes(run: Conformance, name: str) -> dict[str, str]:
    return {
        "name": _clean(name),
        "tests": str(len(run.checks)),
        "failures": str(run.count(Verdict.FAILED)),
        "errors": "0",
        "time": _seconds(run.duration),
    }


def _add_case(suite: ET.Element, class_name: str, check: CheckResult) -> None:
    name = f"{check.id} {check.title}"
    case = ET.SubElement(
        suite,
        "testcase",
        {"classname": _clean(class_name), "name": _clean(name), "time": _seconds(check.duration)},
    )
    match check.verdict:
        case Verdict.FAILED:
            failure = ET.SubElement(case, "failure", {"type": _clean(check.id), "message": _clean(check.observed)})
            failure.text = _clean(conformance_text.details(check))
        case Verdict.SKIPPED:
            ET.SubElement(case, "skipped", {"message": _clean(check.observed)})
        case Verdict.INFO:
            ET.SubElement(case, "system-out").text = _clean(conformance_text.details(check))
        case Verdict.PASSED:
            if shown := conformance_text.facts(check):
                ET.SubElement(case, "system-out").text = _clean(shown)


def _seconds(duration: float) -> str:
    return f"{max(duration, 0.0):.3f}"


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)
