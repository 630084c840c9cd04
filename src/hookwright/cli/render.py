"""``hookwright render``: the exact requests that deliveries would send."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from hookwright.cli import completing
from hookwright.cli.options import EXIT_DIFFERENT, Settings, command, option
from hookwright.cli.samples import Sample, payload_options, read_sample
from hookwright.errors import ConfigError, UsageError

if TYPE_CHECKING:
    from hookwright.model.delivery import RenderedDelivery
    from hookwright.model.resources import Declared, DeclaredWebhook


@command(name="render", environment="many", short_help="Show the exact request that a delivery would send.")
@click.argument("name", required=False, shell_complete=completing.webhooks)
@option("--all", "everything", is_flag=True, help="All webhooks.")
@payload_options
@option("--against", metavar="REF", default=None, help="Show what differs from this git revision of the project.")
@option("--detailed-exitcode", is_flag=True, help="With --against: exit with 2 where something differs.")
@option("--reveal", is_flag=True, help="Show secrets.")
def main(
    settings: Settings,
    name: str | None,
    everything: bool,
    against: str | None,
    detailed_exitcode: bool,
    reveal: bool,
    **given: str | None,
) -> int:
    """Show the exact requests that deliveries of webhook NAME would send.

    One for each subscribed event and environment: method, URL, headers with the signature, and the body to the byte.
    Needs no network and no secrets; what is unset is named, and the signature left out where it depends on that.
    Secrets are masked unless --reveal; the signature is then still that of the real body.

    With --against, of all webhooks or of NAME what changes on the wire: each request that differs between a git
    revision and the files as they are now, before and after, without its signature. The work tree is not touched.
    """
    if (name is None) != everything and (everything or against is None):
        message = "which webhook?" if name is None else "a name and --all exclude each other"
        raise UsageError(message, hint="Name one webhook, or pass --all.")
    sample = read_sample(**given)
    if against is not None:
        return _against(settings, against, name, sample, reveal=reveal, detailed_exitcode=detailed_exitcode)
    if detailed_exitcode:
        raise UsageError("--detailed-exitcode says whether something differs: it needs --against")
    return _show(settings, name, sample, reveal=reveal)


def _against(
    settings: Settings, ref: str, name: str | None, sample: Sample, *, reveal: bool, detailed_exitcode: bool
) -> int:
    from hookwright.cli.against import differences
    from hookwright.report import wire_difference, wire_json

    found = differences(settings, ref, name, sample, reveal=reveal)
    if settings.format == "json":
        settings.emit(wire_json.to_json(found))
    else:
        settings.emit(wire_difference.to_text(found, color=settings.color))
    return EXIT_DIFFERENT if detailed_exitcode and found.changed else 0


def _show(settings: Settings, name: str | None, sample: Sample, *, reveal: bool) -> int:
    from hookwright.report import requests as report

    rendered = [
        one
        for declared in _environments(settings, name)
        for one in _rendered(settings, declared, name, sample, reveal=reveal)
    ]
    if not rendered:
        raise ConfigError("there is nothing to render", hint="No webhook subscribes to what was asked for.")
    settings.emit(
        report.to_json(rendered) if settings.format == "json" else report.to_text(rendered, color=settings.color)
    )
    return 0


def _environments(settings: Settings, name: str | None) -> list[Declared]:
    """The environments asked for, or all; those that do not have the webhook only where it was asked for there."""
    from hookwright.cli.project import known_environment, load_project, refuse_without_environments
    from hookwright.cli.unset import load_marked

    project = load_project(settings)
    known = list(project.environments)
    if not known:
        refuse_without_environments(project)
    names = [known_environment(one, known) for one in settings.environments] or known
    loaded = [load_marked(settings, one) for one in names]
    if name is None or settings.environments:
        return loaded
    having = [declared for declared in loaded if any(one.name == name for one in declared.webhooks)]
    return having or loaded[:1]


def _rendered(
    settings: Settings, declared: Declared, name: str | None, sample: Sample, *, reveal: bool
) -> list[RenderedDelivery]:
    from hookwright.cli.samples import choose

    if declared.missing:
        settings.say(f"{declared.environment.name}: unset: {', '.join(declared.missing)}")
    return [_one(declared, one, event, sample, reveal=reveal) for one, event in choose(declared, name, sample.event)]


def _one(declared: Declared, one: DeclaredWebhook, event: str, sample: Sample, *, reveal: bool) -> RenderedDelivery:
    from hookwright.cli.samples import shown_request
    from hookwright.cli.unset import unset_variables
    from hookwright.harness.request import SLACK_NOTE, build_request
    from hookwright.model.delivery import RenderedDelivery
    from hookwright.model.resources import WebhookType
    from hookwright.signing import SIGNATURE_HEADER

    environment = declared.environment
    payload = sample.payload(event, environment.kind)
    # The signature covers the body alone: what is unset in URL or headers does not change it.
    known = environment.api_key and not unset_variables(replace(one.webhook, url="", headers={}), declared)
    request = build_request(one.webhook, payload, sample.workflow_response, environment.api_key if known else None)
    masked = False
    if not reveal:
        request, masked = shown_request(one, payload, sample.workflow_response, request.header(SIGNATURE_HEADER))
    notes = [
        SLACK_NOTE if one.webhook.type is WebhookType.SLACK else "",
        "" if one.webhook.enabled else "The webhook is disabled: nothing is delivered.",
        "" if known else "Not signed: the key, or a value in the body, is unset.",
    ]
    note = " ".join(note for note in notes if note)
    return RenderedDelivery(one.name, environment.name, event, request, masked=masked, note=note)
