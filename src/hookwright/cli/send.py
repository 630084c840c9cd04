"""``hookwright send``: sample deliveries of declared webhooks, as the platform would make them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

from hookwright.cli import completing
from hookwright.cli.options import EXIT_FAILED, Settings, command, option
from hookwright.cli.samples import payload_options, read_sample
from hookwright.errors import RefusedError

if TYPE_CHECKING:
    from hookwright.cli.batch import Batch
    from hookwright.harness.sender import SendOptions
    from hookwright.model.delivery import Key, Sent
    from hookwright.model.resources import Declared

PLATFORM_RETRIES: Final = 3
_SHOWN_SINGLY: Final = 20


@command(name="send", environment="one", short_help="Fire sample events, rendered and signed as declared.")
@click.argument("name", required=False, shell_complete=completing.webhooks)
@payload_options
@option("--to", metavar="URL", default=None, help="Send here, not to the webhook's URL.")
@option("--count", type=click.IntRange(1, 1_000_000), default=1, show_default=True, help="Deliveries of each event.")
@option("--concurrency", type=click.IntRange(1, 1000), default=10, show_default=True, help="Deliveries at once.")
@option("--key-env", metavar="VAR", default=None, help="Sign with this variable's key, not the environment's.")
@option("--retry", is_flag=True, help="Retry as the platform does: up to 3 times, waiting longer each time.")
@option("--retries", type=click.IntRange(0, 10), default=None, help="Retry so many times.")
@option("--retry-base", type=click.FloatRange(0, 3600), default=1.0, show_default=True, help="Seconds before a retry.")
@option("--timeout", type=click.FloatRange(0.001, 3600), default=10.0, show_default=True, help="Seconds per attempt.")
@option("--yes", is_flag=True, help="Do not ask before sending for a production environment.")
def main(
    settings: Settings,
    name: str | None,
    event: str | None,
    payload: str | None,
    workflow_response: str | None,
    to: str | None,
    key_env: str | None,
    yes: bool,
    **sending: Any,
) -> int:
    """Fire sample events of webhook NAME, or of all webhooks.

    Each delivery is rendered and signed to the byte as the platform would do it, and sent to the webhook's URL or to
    --to. Only an answer of 200 counts as delivered; redirects are not followed. With --count, deliveries differ in
    their run id (instance_id) or time (createdAt), as real ones do.

    Exits with 1 if any delivery was not answered with 200.
    """
    from hookwright.cli.batch import Batch
    from hookwright.cli.targets import read_destination
    from hookwright.cli.unset import load_marked
    from hookwright.harness.requirements import require_aiohttp

    require_aiohttp()
    to = None if to is None else read_destination(to).url
    sample = read_sample(event, payload, workflow_response)
    declared = load_marked(settings)
    batch = Batch(declared, sample, _key(settings, declared, key_env), to, sending.pop("count"))
    batch.choose(name, settings.say)
    _confirm(settings, declared, [job.url for job in batch.jobs], yes=yes)
    return _run(settings, batch, _options(**sending))


def _key(settings: Settings, declared: Declared, variable: str | None) -> Key:
    from hookwright.cli.keys import environment_key, variable_key

    return variable_key(settings, variable) if variable else environment_key(declared.environment)


def _options(*, concurrency: int, retry: bool, retries: int | None, retry_base: float, timeout: float) -> SendOptions:
    from hookwright import __version__
    from hookwright.harness.sender import SendOptions

    if retries is None:
        retries = PLATFORM_RETRIES if retry else 0
    return SendOptions(
        concurrency=concurrency,
        timeout=timeout,
        retries=retries,
        retry_base=retry_base,
        user_agent=f"hookwright/{__version__}",
    )


def _confirm(settings: Settings, declared: Declared, urls: list[str], *, yes: bool) -> None:
    """Make sure that deliveries with the secrets of a production environment leave this machine on purpose only."""
    from hookwright.harness.reach import is_loopback, read_target
    from hookwright.model.resources import Kind

    environment = declared.environment
    if yes or environment.kind is not Kind.PRODUCTION or all(is_loopback(read_target(url).host) for url in urls):
        return
    question = f"Send {len(urls)} kind(s) of delivery, signed and with the secrets of environment {environment.name}?"
    if settings.interactive and click.confirm(question, err=True):
        return
    raise RefusedError(
        f"{environment.name} is a production environment: its receivers would take these samples for real",
        hint="Pass --yes to send them, or --to with a URL of this machine.",
    )


def _run(settings: Settings, batch: Batch, options: SendOptions) -> int:
    import asyncio
    import time

    from hookwright.harness.sender import send_all
    from hookwright.report import sent as report

    text = settings.format == "text"
    shown = 0

    def done(place: int, sent: Sent) -> None:
        nonlocal shown
        if not text or (sent.delivered and batch.total > _SHOWN_SINGLY and not settings.verbose):
            return
        shown += 1
        if shown <= _SHOWN_SINGLY or settings.verbose:
            line = report.line(batch.shown(place, sent), color=settings.color, verbose=settings.verbose)
            settings.emit(line)
        elif shown == _SHOWN_SINGLY + 1:
            settings.emit("… and more that failed; -v shows all of them, --format json too")

    begun = time.perf_counter()
    results = asyncio.run(send_all(batch.requests(), options, done=done))
    if text:
        settings.emit(report.summary(results, time.perf_counter() - begun, color=settings.color))
    else:
        settings.emit(report.to_json([batch.shown(place, sent) for place, sent in enumerate(results)]))
    return 0 if all(sent.delivered for sent in results) else EXIT_FAILED
