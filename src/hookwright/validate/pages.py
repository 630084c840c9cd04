"""What the pages of the rules say; how they are shown is for ``report``."""

from __future__ import annotations

from typing import Final

from hookwright.model.rulepage import Family, RulePage
from hookwright.validate import registry
from hookwright.validate.rule import Rule

FAMILIES: Final = {
    prefix: Family(prefix, title, about)
    for prefix, title, about in (
        ("HW0", "Reading", "Whether the files can be read, and mean the same to every reader of YAML."),
        ("HW1", "Schema", "Whether the files have the form that the published JSON Schemas describe."),
        ("HW2", "Templates", "Whether templates name what the subscribed events carry, and stand where they work."),
        ("HW3", "Secrets and safety", "Whether deliveries are safe on their way, and secrets out of the files."),
        ("HW4", "Meaning", "Whether the declarations make sense, for the platform and among each other."),
        ("HW5", "Style and housekeeping", "What is not wrong, but will be in somebody's way."),
    )
}
"""The families of rules, by what the ids of their rules begin with."""


def page_of(rule: Rule) -> RulePage:
    """The page of a rule."""
    return RulePage(
        id=rule.id,
        name=rule.name,
        family=FAMILIES[rule.id[:3]],
        severity=rule.severity,
        enabled=rule.enabled,
        title=rule.title,
        why=rule.why,
        hint=rule.hint,
        failing=rule.failing,
        passing=rule.passing,
    )


def every_page() -> dict[str, RulePage]:
    """The page of each rule by its id, in order of id."""
    return {rule.id: page_of(rule) for rule in registry.catalogue().values()}
