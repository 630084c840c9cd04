"""The checks that ask nobody: this machine's installation, and the project's files."""

from __future__ import annotations

import platform
import sys
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from hookwright.model.examination import Check, CheckStatus
from hookwright.model.finding import Finding, Severity

if TYPE_CHECKING:
    from hookwright.model.project import Project

_PROXIES: Final = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
_CERTIFICATES: Final = ("SSL_CERT_FILE", "SSL_CERT_DIR")


def machine(environ: Mapping[str, str]) -> list[Check]:
    """This machine: Python, the YAML parser, the extra for sending and receiving, proxies and certificates."""
    return [_python(), _yaml(), _harness(), _proxies(environ), _certificates(environ)]


def project_checks(project: Project | None, findings: Sequence[Finding]) -> list[Check]:
    """The project: whether there is one, and whether it is valid."""
    if project is None:
        first = findings[0]
        return [
            Check("D06", "Project", CheckStatus.FAILED, first.message, first.hint),
            Check("D07", "Declaration", CheckStatus.SKIPPED, "there is no project"),
        ]
    files, environments = len(project.documents) + 1, len(project.environments)
    found = f"'{project.name}': {many(files, 'file')}, {many(environments, 'environment')}"
    return [Check("D06", "Project", CheckStatus.OK, found), _declaration(project, findings)]


def _declaration(project: Project, findings: Sequence[Finding]) -> Check:
    counts = {severity: sum(one.severity is severity for one in findings) for severity in Severity}
    things = f"{many(len(project.webhooks), 'webhook')}, {many(len(project.events), 'event')}"
    errors, warnings = counts[Severity.ERROR], counts[Severity.WARNING]
    if not errors and not warnings:
        return Check("D07", "Declaration", CheckStatus.OK, f"{things}: valid")
    status = CheckStatus.FAILED if errors else CheckStatus.WARNING
    said = f"{things}: {many(errors, 'error')}, {many(warnings, 'warning')}"
    return Check("D07", "Declaration", status, said, "'hookwright validate' shows them.")


def _python() -> Check:
    version = f"Python {platform.python_version()}"
    return Check("D01", "Python", CheckStatus.OK, f"{version} ({platform.python_implementation()})")


def _yaml() -> Check:
    from hookwright.config.parsing import has_libyaml

    if has_libyaml():
        return Check("D02", "YAML parser", CheckStatus.OK, "libyaml")
    advice = "Install a wheel of PyYAML for this platform, or libyaml before PyYAML is built."
    return Check("D02", "YAML parser", CheckStatus.WARNING, "PyYAML without libyaml: reading is slow", advice)


def _harness() -> Check:
    title = "Sending and receiving"
    if find_spec("aiohttp") is None:
        advice = "pip install 'hookwright[harness]'"
        return Check("D03", title, CheckStatus.WARNING, "the extra 'harness' is not installed", advice)
    return Check("D03", title, CheckStatus.OK, "the extra 'harness' is installed")


def _proxies(environ: Mapping[str, str]) -> Check:
    """The proxies that calls to the API go through (deliveries never use one); shown without user and password."""
    both = [(name, environ.get(name) or environ.get(name.lower(), "")) for name in _PROXIES]
    shown = [f"{name} is {value if name == 'NO_PROXY' else _host(value)}" for name, value in both if value]
    found = "; ".join(shown) + "; deliveries use none" if shown else "none"
    return Check("D04", "Proxies", CheckStatus.OK, found)


def _host(url: str) -> str:
    try:
        parts = urlsplit(url if "://" in url else f"//{url}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    return f"{host}{f':{port}' if port else ''}" if host else "not a URL"


def _certificates(environ: Mapping[str, str]) -> Check:
    named = [(name, environ[name]) for name in _CERTIFICATES if environ.get(name)]
    missing = [name for name, value in named if not Path(value).exists()]
    if missing:
        found = f"{' and '.join(missing)} names a place that is not there"
        return Check("D05", "Certificates", CheckStatus.WARNING, found, "Correct the variable, or unset it.")
    found = " and ".join(name for name, _ in named)
    return Check("D05", "Certificates", CheckStatus.OK, f"those of {found}" if found else "those of certifi")


def system() -> tuple[str, str]:
    """The version of Python, and the name and machine of the operating system."""
    return platform.python_version(), f"{sys.platform} {platform.machine()}"


def many(count: int, word: str) -> str:
    """So many of a thing: ``1 webhook``, ``2 webhooks``."""
    return f"{count} {word}{'' if count == 1 else 's'}"
