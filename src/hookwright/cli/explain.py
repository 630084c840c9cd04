"""``hookwright explain``: the page of a rule."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from hookwright.cli import completing
from hookwright.cli.options import Settings, command
from hookwright.errors import UsageError

if TYPE_CHECKING:
    from hookwright.validate.rule import Rule


@command(name="explain", formats=("text", "json", "markdown"), short_help="Show the page of a rule.")
@click.argument("rule", required=False, metavar="[RULE]", shell_complete=completing.rules)
def main(settings: Settings, rule: str | None) -> None:
    """Show what RULE means, why it matters, and how to put it right: by id (HW201) or by name (unknown-key).

    Without RULE, list all rules.
    """
    from hookwright.report import rules_text
    from hookwright.validate import pages, registry

    rules = list(registry.catalogue().values()) if rule is None else [_known(rule)]
    if settings.format == "json":
        made = {"format": pages.FORMAT, "rules": [pages.as_dict(each) for each in rules]}
        settings.emit(json.dumps(made, ensure_ascii=False))
    elif settings.format == "markdown":
        settings.emit(pages.index(rules) if rule is None else pages.page(rules[0]))
    elif rule is None:
        settings.emit(rules_text.listed([pages.page_of(each) for each in rules], color=settings.color))
    else:
        settings.emit(rules_text.to_text(pages.page_of(rules[0]), color=settings.color))


def _known(name: str) -> Rule:
    from hookwright.validate import registry

    found = registry.find(name)
    if found is None:
        near = registry.nearest(name)
        hint = f"Did you mean '{near}'?" if near else "'hookwright explain' lists all rules."
        raise UsageError(f"there is no rule '{name}'", hint=hint)
    return found
