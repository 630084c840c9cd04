"""Sample deliveries of declared webhooks: which webhook, which events, what payload, and what of it may be shown."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hookwright.cli import completing
from hookwright.cli.options import Decorator, option
from hookwright.errors import LocalError, UsageError
from hookwright.model.frozen import dataclass

if TYPE_CHECKING:
    from hookwright.model.delivery import DeliveryRequest
    from hookwright.model.resources import Declared, DeclaredWebhook, Kind
    from hookwright.model.source import Json

_DEEPEST = 100


@dataclass(frozen=True, slots=True)
class Sample:
    """What the payloads of sample deliveries are made of.

    Attributes:
        event: the event asked for, or None for all that a webhook subscribes to.
        overrides: keys to set in the documented sample.
        workflow_response: what a Response node gave, any JSON; None where there is none.
    """

    event: str | None
    overrides: Mapping[str, Json]
    workflow_response: Json

    def payload(self, event: str, kind: Kind) -> dict[str, Json]:
        """The payload for an event: the documented sample with the overrides; just the name of an unknown event."""
        from hookwright.harness.payload import sample_payload
        from hookwright.validate.contracts import sample

        try:
            documented = sample(event)
        except KeyError:
            documented = {}
        return sample_payload(event, documented, kind, self.overrides)


def payload_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say what a sample delivery carries."""
    options: list[Decorator] = [
        option(
            "--event",
            metavar="E",
            default=None,
            help="Only this event. Default: all subscribed ones.",
            shell_complete=completing.events,
        ),
        option(
            "--payload",
            metavar="JSON",
            default=None,
            help="Keys to set in the sample payload: a JSON object, @FILE, or - for stdin.",
        ),
        option(
            "--workflow-response",
            metavar="JSON",
            default=None,
            help="What {{workflow_response}} stands for: JSON, @FILE, or -.",
        ),
    ]
    for add in reversed(options):
        function = add(function)
    return function


def read_sample(event: str | None, payload: str | None, workflow_response: str | None) -> Sample:
    """Read the options of :func:`payload_options`.

    Raises:
        UsageError: an option does not hold JSON, or the payload is no object.
        LocalError: a file cannot be read.
    """
    if payload == "-" and workflow_response == "-":
        raise UsageError("only one of --payload and --workflow-response can be read from stdin")
    overrides = {} if payload is None else _json("--payload", payload)
    if not isinstance(overrides, dict):
        raise UsageError("--payload is not a JSON object")
    response = None if workflow_response is None else _json("--workflow-response", workflow_response)
    return Sample(event, overrides, response)


def _json(name: str, text: str) -> Json:
    from hookwright.model.source import nests_at_most, refuse_constant

    if text == "-":
        raw = sys.stdin.buffer.read()
    elif text.startswith("@"):
        try:
            raw = Path(text[1:]).read_bytes()
        except OSError as error:
            raise LocalError(f"{name}: {text[1:]} cannot be read: {error.strerror}") from error
    else:
        raw = text.encode("utf-8", "surrogatepass")
    try:
        value = json.loads(raw, parse_constant=refuse_constant)
    except (ValueError, RecursionError) as error:
        reason = f"{error.msg} at line {error.lineno}" if isinstance(error, json.JSONDecodeError) else "not JSON"
        raise UsageError(f"{name}: {reason}", hint="Put JSON into single quotes, or use @FILE.") from error
    if not nests_at_most(_DEEPEST, value):
        raise UsageError(f"{name} nests deeper than {_DEEPEST} levels")
    return value


def choose(declared: Declared, name: str | None, event: str | None) -> Iterator[tuple[DeclaredWebhook, str]]:
    """The webhooks and events to make deliveries of, in order of name and event.

    Args:
        declared: what the project declares for the environment.
        name: the webhook; None for all.
        event: the event; None for all that each subscribes to.

    Raises:
        UsageError: there is no such webhook, or it does not subscribe to the event.
    """
    webhooks = [one for one in declared.webhooks if name is None or one.name == name]
    if name is not None and not webhooks:
        raise _unknown(declared, name)
    for one in webhooks:
        events = one.webhook.events
        if event is None:
            yield from ((one, subscribed) for subscribed in events)
        elif event in events:
            yield one, event
        elif name is not None:
            raise UsageError(
                f"webhook {name} does not subscribe to '{event}'", hint=f"It subscribes to: {', '.join(events)}."
            )


def _unknown(declared: Declared, name: str) -> UsageError:
    import difflib

    known = [one.name for one in declared.webhooks]
    subscribed = [one.name for one in declared.webhooks if name in one.webhook.events]
    near = difflib.get_close_matches(name, known, n=1)
    if subscribed:
        hint = f"That is an event; these webhooks subscribe to it: {', '.join(subscribed)}."
    elif near:
        hint = f"Did you mean '{near[0]}'?"
    else:
        hint = f"There are: {', '.join(known) or 'none'}."
    return UsageError(f"environment {declared.environment.name} has no webhook '{name}'", hint=hint)


def shown_request(
    declared: DeclaredWebhook, payload: Mapping[str, Json], workflow_response: Json, signature: str | None
) -> tuple[DeliveryRequest, bool]:
    """The request of a delivery with its secrets masked, and whether there were any.

    It is rendered from the webhook without its secrets; only the signature is that of the real one.
    """
    from hookwright.harness.masking import without_secrets
    from hookwright.harness.request import build_request, with_signature
    from hookwright.reconcile.mask import safe_url, secret_name

    webhook, masked = without_secrets(declared, secret_name, safe_url)
    request = build_request(webhook, payload, workflow_response)
    return (request if signature is None else with_signature(request, signature)), masked
