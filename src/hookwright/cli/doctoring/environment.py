"""The checks of one environment: its key and address by their looks, and one list call to the API."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from hookwright.cli.doctoring.local import many
from hookwright.errors import HookwrightError, RefusedError
from hookwright.model.examination import Check, CheckStatus
from hookwright.reconcile.live import check_key, check_records

if TYPE_CHECKING:
    from hookwright.api.exchange import Exchange, Observe
    from hookwright.api.probing import ProbeClient
    from hookwright.model.resources import Declared, Environment, LiveWebhook

LEGACY_HOSTS: Final = frozenset({"api.gocobalt.io", "app.gocobalt.io"})
"""Hosts of the API that still answer and will be retired."""

_SKEW: Final = 30.0
"""Seconds by which clocks may differ before it is worth a warning."""
_PATIENCE: Final = 20.0
"""Seconds that the one call may take."""
_NEEDED: Final = frozenset({"D12", "D13", "D15", "D16"})

OK, WARNING, FAILED, SKIPPED = CheckStatus.OK, CheckStatus.WARNING, CheckStatus.FAILED, CheckStatus.SKIPPED


def examine(declared: Declared) -> list[Check]:
    """All checks of one environment. One call, where there is a key that fits."""
    environment = declared.environment
    checks = [_variables(declared), _key_set(environment), _key_fits(environment), _address(environment)]
    callable_now = all(check.status is OK for check in checks if check.id in _NEEDED)
    if callable_now:
        checks += _calls(declared)
    else:
        why = "needs a key that fits"
        checks += [Check(key, title, SKIPPED, why) for key, title in _TITLES.items()]
    return [replace(check, environment=environment.name) for check in checks]


def usable(checks: Sequence[Check]) -> bool:
    """Whether all that a write to the environment needs is as it must be."""
    return all(check.status is not FAILED for check in checks if check.id in _NEEDED)


def connect(declared: Declared, *, observe: Observe, patience: float | None = None) -> ProbeClient:
    """A client for looking at the platform.

    Args:
        declared: what is declared for the environment.
        observe: told of every exchange.
        patience: seconds that a call may take, tried at most twice; None for what every other command takes.

    Raises:
        RefusedError: the key does not fit the environment's kind.
        ConfigError: the address or the key cannot be used.
        LocalError: the network settings of this machine cannot be used.
    """
    from hookwright.api.probing import ProbeClient
    from hookwright.api.retry import Retry

    environment = declared.environment
    return ProbeClient(
        environment.api_url,
        check_key(environment),
        redact=declared.secret_values,
        key_source=environment.key_source,
        observe=observe,
        retry=Retry(attempts=2, total=patience) if patience else None,
        read_timeout=patience or 30.0,
    )


_TITLES: Final = {
    "D15": "API",
    "D16": "Records",
    "D17": "Organization",
    "D18": "Clock",
    "D19": "Rate limit",
}


def _variables(declared: Declared) -> Check:
    if not declared.missing:
        return Check("D11", "Process variables", OK, "all that are used are set")
    found = f"unset: {', '.join(declared.missing)}"
    return Check("D11", "Process variables", WARNING, found, "plan, apply and send need them.")


def _key_set(environment: Environment) -> Check:
    if environment.api_key:
        return Check("D12", "API key", OK, f"{environment.key_source} is set")
    return Check("D12", "API key", FAILED, f"{environment.key_source} is unset or empty", "Put the key into it.")


def _key_fits(environment: Environment) -> Check:
    title = "Kind of the key"
    if not environment.api_key:
        return Check("D13", title, SKIPPED, "there is no key")
    try:
        check_key(environment)
    except RefusedError as error:
        return Check("D13", title, FAILED, error.message, error.hint)
    return Check("D13", title, OK, f"it is one for {environment.kind}")


def _address(environment: Environment) -> Check:
    from hookwright.api.scrub import bare_url
    from hookwright.harness.reach import is_loopback

    shown = bare_url(environment.shown_url)
    try:
        parts = urlsplit(environment.api_url)
        host = parts.hostname or ""
    except ValueError:
        return Check("D14", "Address of the API", FAILED, "api_url is not a URL")
    if host in LEGACY_HOSTS:
        advice = "Set api_url to https://app.refold.ai, or leave it out."
        return Check("D14", "Address of the API", WARNING, f"{shown} is a legacy address that will be retired", advice)
    if parts.scheme != "https" and not is_loopback(host):
        advice = "Set api_url to an https address: the key would be sent in clear."
        return Check("D14", "Address of the API", WARNING, f"{shown} is not encrypted", advice)
    return Check("D14", "Address of the API", OK, shown)


def _calls(declared: Declared) -> Iterator[Check]:
    """What one list call tells."""
    seen: list[Exchange] = []
    webhooks: list[LiveWebhook] | None = None
    try:
        with connect(declared, observe=seen.append, patience=_PATIENCE) as client:
            webhooks = client.list_webhooks()
    except HookwrightError as error:
        yield Check("D15", _TITLES["D15"], FAILED, error.message, error.hint)
    else:
        took = f"answered {seen[-1].answer.status} in {seen[-1].duration * 1000:.0f} ms"
        yield Check("D15", _TITLES["D15"], OK, f"{took} with {many(len(webhooks), 'webhook')}")
    yield from _records(declared.environment, webhooks)
    yield _clock(seen)
    yield _rate_limit(seen)


def _records(environment: Environment, webhooks: list[LiveWebhook] | None) -> Iterator[Check]:
    if not webhooks:
        why = "there is no webhook to tell from" if webhooks is not None else "there is no answer"
        yield Check("D16", _TITLES["D16"], SKIPPED, why)
        yield Check("D17", _TITLES["D17"], SKIPPED, why)
        return
    try:
        organization = check_records(environment, webhooks)
    except RefusedError as error:
        yield Check("D16", _TITLES["D16"], FAILED, error.message, error.hint)
        yield Check("D17", _TITLES["D17"], SKIPPED, "the records do not agree")
        return
    said = sum(live.environment != "" for live in webhooks)
    yield Check("D16", _TITLES["D16"], OK, f"{said} of {len(webhooks)} say '{environment.kind}', none another")
    found = organization or "no record says"
    yield Check("D17", _TITLES["D17"], OK if organization else SKIPPED, found)


def _clock(seen: Sequence[Exchange]) -> Check:
    title = _TITLES["D18"]
    if not seen:
        return Check("D18", title, SKIPPED, "there is no answer")
    last = seen[-1]
    try:
        date = parsedate_to_datetime(last.answer.headers.get("date", "")).timestamp()
    except (ValueError, OverflowError, OSError):
        return Check("D18", title, SKIPPED, "the answer holds no date")
    # The header holds whole seconds, cut off; it was written somewhere between request and answer.
    ahead = (last.ended - last.duration / 2) - (date + 0.5)
    if abs(ahead) <= _SKEW:
        return Check("D18", title, OK, "agrees with the platform's")
    side = "ahead of" if ahead > 0 else "behind"
    found = f"{abs(ahead):.0f} s {side} the platform's"
    return Check("D18", title, WARNING, found, "Set this machine's clock: plan files expire by it.")


def _rate_limit(seen: Sequence[Exchange]) -> Check:
    title = _TITLES["D19"]
    if not seen:
        return Check("D19", title, SKIPPED, "there is no answer")
    headers = seen[-1].answer.headers
    told = [f"{name}: {headers[name]}" for name in sorted(headers) if "ratelimit" in name or "rate-limit" in name]
    documented = "the answer says nothing of it; 20 a second with a burst of 5 are documented"
    return Check("D19", title, OK, ", ".join(told) or documented)
