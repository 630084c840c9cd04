"""``hookwright explain``: the page of a rule."""

from __future__ import annotations

import json

import click

from hookwright.cli import completing
from hookwright.cli.options import Settings, command
from hookwright.errors import UsageError


@command(name="explain", short_help="Show the page of a rule.")
@click.argument("rule", required=False, metavar="[RULE]", shell_complete=completing.rules)
def main(settings: Settings, rule: str | None) -> None:
    """Show what RULE means, why it matters, and how to put it right: by id (HW201) or by name (unknown-key).

    Without RULE, list all rules.
    """
    from hookwright.validate import pages, registry

    if rule is None:
        rules = list(registry.catalogue().values())
        if settings.format == "json":
            settings.emit(json.dumps({"format": pages.FORMAT, "rules": [pages.as_dict(each) for each in rules]}))
        else:
            settings.emit("\n".join(f"{each.id}  {each.severity:<7}  {each.title}" for each in rules))
        return
    found = registry.find(rule)
    if found is None:
        near = registry.nearest(rule)
        hint = f"Did you mean '{near}'?" if near else "'hookwright explain' lists all rules."
        raise UsageError(f"there is no rule '{rule}'", hint=hint)
    if settings.format == "json":
        settings.emit(json.dumps({"format": pages.FORMAT, "rules": [pages.as_dict(found)]}, ensure_ascii=False))
    else:
        settings.emit(pages.page(found))
