"""The checks that ask nobody."""

from __future__ import annotations

from pathlib import Path

import pytest

from hookwright.cli.doctoring.local import machine, project_checks
from hookwright.model.examination import Check, CheckStatus
from hookwright.model.finding import Finding, Severity

OK, WARNING, FAILED, SKIPPED = CheckStatus.OK, CheckStatus.WARNING, CheckStatus.FAILED, CheckStatus.SKIPPED


def by_id(checks: list[Check], key: str) -> Check:
    return next(check for check in checks if check.id == key)


def test_a_complete_installation() -> None:
    checks = machine({})
    assert [(check.id, check.status) for check in checks] == [(f"D0{number}", OK) for number in range(1, 6)]
    assert by_id(checks, "D04").found == "none"


def test_without_libyaml_and_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hookwright.config.parsing.has_libyaml", lambda: False)
    monkeypatch.setattr("hookwright.cli.doctoring.local.find_spec", lambda name: None)
    checks = machine({})
    assert by_id(checks, "D02").status is WARNING
    assert by_id(checks, "D03").status is WARNING
    assert by_id(checks, "D03").advice == "pip install 'hookwright[harness]'"


def test_proxies_are_shown_without_user_and_password() -> None:
    environ = {
        "HTTPS_PROXY": "http://jane:private@proxy.acme.example:3128",
        "http_proxy": "proxy.acme.example",
        "ALL_PROXY": "http://[broken",
        "NO_PROXY": "localhost",
    }
    assert by_id(machine(environ), "D04").found == (
        "HTTP_PROXY is proxy.acme.example; HTTPS_PROXY is proxy.acme.example:3128; ALL_PROXY is not a URL; "
        "NO_PROXY is localhost; deliveries use none"
    )


def test_certificates_that_are_not_there(tmp_path: Path) -> None:
    found = by_id(machine({"SSL_CERT_FILE": str(tmp_path / "none.pem"), "SSL_CERT_DIR": str(tmp_path)}), "D05")
    assert (found.status, found.found) == (WARNING, "SSL_CERT_FILE names a place that is not there")
    assert by_id(machine({"SSL_CERT_DIR": str(tmp_path)}), "D05").found == "those of SSL_CERT_DIR"


def test_no_project() -> None:
    finding = Finding("HW000", Severity.ERROR, "there is no hookwright.yaml", None, "Run 'hookwright init'.")
    project, declaration = project_checks(None, [finding])
    assert (project.status, project.found, project.advice) == (FAILED, finding.message, finding.hint)
    assert declaration.status is SKIPPED
