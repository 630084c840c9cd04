"""``hookwright schema``: print a JSON Schema."""

from __future__ import annotations

import json

import click

from hookwright.cli import completing
from hookwright.cli.options import Settings, command
from hookwright.errors import UsageError


@command(name="schema", short_help="Print a JSON Schema.")
@click.argument("name", required=False, metavar="[NAME]", shell_complete=completing.schemas)
def main(settings: Settings, name: str | None) -> None:
    """Print the JSON Schema NAME: of a project's files, of what an event carries, or of what a command prints.

    Without NAME, list them. The folder may be left out: 'workflow-errored' is 'events/workflow-errored'.
    """
    from hookwright.validate.names import nearest
    from hookwright.validate.schemas import schema_names, whole_schema_text

    known = schema_names()
    if name is None:
        listed = {"format": "hookwright.schemas/1", "schemas": list(known)}
        settings.emit(json.dumps(listed) if settings.format == "json" else "\n".join(known))
        return
    wanted = name.strip().lower().replace(" ", "-").removesuffix(".schema.json")
    found = next((each for each in known if wanted in (each, each.rpartition("/")[2])), None)
    if found is None:
        near = nearest(wanted, {each.rpartition("/")[2]: each for each in known})
        hint = f"Did you mean '{near}'?" if near else "'hookwright schema' lists them."
        raise UsageError(f"there is no schema '{name}'", hint=hint)
    settings.emit(whole_schema_text(found))
