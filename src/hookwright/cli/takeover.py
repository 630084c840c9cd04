"""The command ``import``: live webhooks and events → YAML. A module cannot be called ``import``."""

from __future__ import annotations

import sys

import click

from hookwright.cli.options import Settings, command, option


@command(name="import", environment="many", short_help="Write live webhooks and events as YAML, to be adopted.")
@option("--out", metavar="FILE|DIR|-", default=None, help="Where to; '-' prints. Default: webhooks/imported.yaml.")
@option("--all", "lost", is_flag=True, help="Also webhooks of this project whose block is gone.")
@option(
    "--name-from",
    type=click.Choice(["description", "url"]),
    default="description",
    show_default=True,
    help="What webhooks are named after.",
)
@option("--env-file", metavar="FILE", default=None, help="Write the secrets' values there, for your secret store.")
@option("--dry-run", is_flag=True, help="Write nothing.")
def main(settings: Settings, out: str | None, lost: bool, name_from: str, env_file: str | None, dry_run: bool) -> None:
    """Write live webhooks and events that are not declared as YAML, so that the next apply adopts them.

    Webhooks that correspond in several environments become one block with overrides. Secrets become ${env.NAME}; what
    to set is listed by name. No file that is there is overwritten; vars are inserted into hookwright.yaml.
    """
    from hookwright.cli.estates import read_estates, readable, wish_for
    from hookwright.cli.importing import Destination, Import
    from hookwright.cli.project import load_project, refuse
    from hookwright.reconcile.takeover.run import take_over
    from hookwright.report import takeover_json, takeover_text

    destination = Destination.of(out, settings.format)
    project = load_project(settings)
    refuse(list(project.findings), "the project has errors")
    declared = readable(project, settings)
    takeover = take_over(read_estates(project, settings, declared), wish_for(project, settings, name_from, lost=lost))
    names = tuple(one.environment.name for one in declared)
    job = Import(settings, project, takeover, names, destination, env_file, dry_run=dry_run)
    imported = job.run()
    if settings.format == "json":
        settings.emit(takeover_json.to_json(imported))
        return
    if destination.prints:
        settings.emit(job.text())
    elif not dry_run and imported.files:
        settings.emit("\n".join(imported.files))
    color = settings.color and sys.stderr.isatty()
    settings.say(takeover_text.to_text(imported, color=color, values_in=env_file))
