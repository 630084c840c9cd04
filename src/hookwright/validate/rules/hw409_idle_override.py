"""HW409: an override that changes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from hookwright.model.finding import Finding, Severity
from hookwright.model.source import Json, escape, identical
from hookwright.validate.rule import Rule

if TYPE_CHECKING:
    from hookwright.validate.subject import ProjectSubject


def check(subject: ProjectSubject) -> Iterator[Finding]:
    """Merge every override in mind, and look for parts that are as they were. An empty override is left alone."""
    project = subject.project
    for entry in (*project.webhooks.values(), *project.events.values()):
        overrides = entry.value.get("environments") if isinstance(entry.value, dict) else None
        for name, override in overrides.items() if isinstance(overrides, dict) else ():
            if isinstance(override, dict):
                base = f"/environments/{escape(str(name))}"
                for pointer, message in _idle(entry.value, override, ""):
                    yield RULE.at(entry.span(base + pointer, key=True), message)


def _idle(base: Mapping[str, Json], override: Mapping[str, Json], pointer: str) -> Iterator[tuple[str, str]]:
    for key, value in override.items():
        here = f"{pointer}/{escape(str(key))}"
        name = here[1:].replace("/", ".")
        if value is None:
            if key not in base:
                yield here, f"this removes '{name}', which is not there"
        elif isinstance(value, dict) and isinstance(base.get(key), dict):
            yield from _idle(base[key], value, here)
        elif key in base and identical(base[key], value):
            yield here, f"'{name}' is the same without the override"


RULE = Rule(
    id="HW409",
    name="idle-override",
    title="An override changes nothing",
    severity=Severity.WARNING,
    why="Who reads it takes the environments for different. And when the value above is changed one day, this one "
    "stays behind unnoticed.",
    failing="""\
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
    environments:
      test: {url: https://hooks.acme.example/orders}
""",
    passing="""\
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
    environments:
      test: {url: https://staging.acme.example/orders}
""",
    hint="Delete it.",
    per_project=check,
)
