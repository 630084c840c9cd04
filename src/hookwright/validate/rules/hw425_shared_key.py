"""HW425: two environments with one API key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from hookwright.model.finding import Finding, Related, Severity
from hookwright.model.resources import DEFAULT_API_URL
from hookwright.validate.rule import ORDERS, Rule

if TYPE_CHECKING:
    from hookwright.model.project import Entry
    from hookwright.validate.subject import ProjectSubject


def check(subject: ProjectSubject) -> Iterator[Finding]:
    """Hold the keys against each other as the file says them, and the addresses that they are for."""
    first: dict[tuple[str, str], Entry] = {}
    for entry in subject.project.environments.values():
        value = entry.value if isinstance(entry.value, dict) else {}
        key, url = value.get("api_key"), value.get("api_url", DEFAULT_API_URL)
        # A var has a value of its own in each environment.
        if not isinstance(key, str) or not key.strip() or not isinstance(url, str) or "${var." in key + url:
            continue
        place = (key, url.rstrip("/"))
        other = first.setdefault(place, entry)
        if other is not entry:
            related = [Related(f"that of '{other.name}'", other.span("/api_key"))]
            message = f"'{entry.name}' has the API key of '{other.name}'"
            yield RULE.at(entry.span("/api_key"), message, related=related)


RULE = Rule(
    id="HW425",
    name="shared-key",
    title="Two environments have the same API key",
    severity=Severity.WARNING,
    why="The key alone says where an apply writes: both are one place, and hold the same webhooks under the same "
    "names. An apply of the one undoes what the other declares otherwise, and deletes what only the other has.",
    failing="""\
--- hookwright.yaml ---
version: 1
project: acme
environments:
  test: {api_key: "${env.REFOLD_TEST_API_KEY}"}
  staging: {kind: test, api_key: "${env.REFOLD_TEST_API_KEY}"}
"""
    + ORDERS,
    passing="""\
--- hookwright.yaml ---
version: 1
project: acme
environments:
  test: {api_key: "${env.REFOLD_TEST_API_KEY}"}
  staging: {kind: test, api_key: "${env.REFOLD_STAGING_API_KEY}"}
"""
    + ORDERS,
    hint="Give it the key of an organization of its own, or make one environment of both.",
    per_project=check,
)
