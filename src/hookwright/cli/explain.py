"""``hookwright explain``: the page of a rule."""

from __future__ import annotations

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
    from hookwright.report import rules_json, rules_markdown, rules_text
    from hookwright.validate.pages import every_page, page_of

    pages = list(every_page().values()) if rule is None else [page_of(_known(rule))]
    if settings.format == "json":
        settings.emit(rules_json.to_json(pages))
    elif settings.format == "markdown":
        settings.emit(rules_markdown.index(pages) if rule is None else rules_markdown.to_markdown(pages[0]))
    elif rule is None:
        settings.emit(rules_text.listed(pages, color=settings.color))
    else:
        settings.emit(rules_text.to_text(pages[0], color=settings.color))


def _known(name: str) -> Rule:
    from hookwright.validate import registry

    found = registry.find(name)
    if found is None:
        near = registry.nearest(name)
        hint = f"Did you mean '{near}'?" if near else "'hookwright explain' lists all rules."
        raise UsageError(f"there is no rule '{name}'", hint=hint)
    return found
