"""What deliveries send now, against what they sent at a git revision of the project."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from hookwright.cli.project import known_environment, load_project, refuse
from hookwright.cli.revision import at_revision, project_at
from hookwright.cli.unset import marked
from hookwright.config import load, resolve
from hookwright.config.include import FILE_NAME
from hookwright.errors import ConfigError, UsageError
from hookwright.harness.masking import without_secrets
from hookwright.harness.request import build_request
from hookwright.model.delivery import DeliveryRequest, WireChange
from hookwright.model.finding import Finding, Severity
from hookwright.model.resources import DeclaredWebhook, Kind, in_platform_order
from hookwright.model.wire import WebhookWire, WireDifference
from hookwright.reconcile.mask import safe_url, secret_name
from hookwright.validate import schema
from hookwright.validate.engine import validate
from hookwright.validate.names import did_you_mean

if TYPE_CHECKING:
    from hookwright.cli.samples import Sample
    from hookwright.cli.settings import Settings
    from hookwright.model.project import Project
    from hookwright.model.resources import Declared


@dataclass(frozen=True, slots=True)
class _Side:
    """A webhook as one side declares it, and the kind of environment that its payloads name."""

    hook: DeclaredWebhook
    kind: Kind


@dataclass(frozen=True, slots=True)
class _Pair:
    """A webhook of one environment on both sides; None where it is not there."""

    environment: str
    before: _Side | None
    after: _Side | None

    @property
    def name(self) -> str:
        side = self.after or self.before
        return side.hook.name if side else ""

    @property
    def names(self) -> set[str]:
        return {side.hook.name for side in (self.before, self.after) if side}


def differences(settings: Settings, ref: str, name: str | None, sample: Sample, *, reveal: bool) -> WireDifference:
    """What the deliveries of the project's files as they are now send, against what they sent at a revision.

    The signature is left out: it follows from body and key. Whatever is a secret on one side is masked on both.

    Args:
        settings: where the project is, and which environments are asked for (none: those of either side).
        ref: the revision.
        name: a webhook that either side has; None for all.
        sample: what payloads are made of, and the event, if one is asked for.
        reveal: whether secrets are shown.

    Raises:
        ConfigError: the project has errors; at the revision only such as make it unreadable count.
        UsageError: there is no such revision, environment or webhook, or the webhook does not get the event.
        LocalError: git failed.
    """
    project = load_project(settings)
    with project_at(project.root, ref, settings.environ) as then:
        earlier = load(then / FILE_NAME)
        names = _environments(settings, project, earlier)
        before = _earlier(earlier, names, settings, then, ref)
    after = _now(project, names, settings)
    for declared in after.values():
        if declared.missing:
            settings.say(f"{declared.environment.name}: unset: {', '.join(declared.missing)}")
    every = [pair for one in names for pair in _pairs(one, before.get(one), after.get(one))]
    pairs = _chosen(every, name, sample.event)
    changed, unchanged = [], 0
    for pair in pairs:
        changes, same = _compare(pair, sample, reveal=reveal)
        unchanged += same
        if changes:
            was = pair.before.hook.name if pair.before else pair.name
            changed.append(WebhookWire(pair.name, pair.environment, changes, "" if was == pair.name else was))
    return WireDifference(project.name, ref, tuple(changed), unchanged)


def _environments(settings: Settings, project: Project, earlier: Project) -> list[str]:
    """The environments asked for, or those of either side, those of today first."""
    known = list(dict.fromkeys([*project.environments, *earlier.environments]))
    return [known_environment(name, known) for name in settings.environments] or known


def _now(project: Project, names: list[str], settings: Settings) -> dict[str, Declared]:
    """What is declared for each environment that there is today."""
    declared, found = _resolved(project, names, settings)
    refuse(validate(project, list(declared.values()), found, only_errors=True), "the project has errors")
    return {name: marked(project, each, settings.environ) for name, each in declared.items()}


def _earlier(project: Project, names: list[str], settings: Settings, root: Path, ref: str) -> dict[str, Declared]:
    """What was declared for each environment that there was. What was wrong in meaning may just have been put right."""
    declared, found = _resolved(project, names, settings)
    findings = [*project.findings, *schema.check_project(project), *found]
    errors = [at_revision(each, root, ref) for each in findings if each.severity is Severity.ERROR]
    if errors:
        raise ConfigError(f"the project cannot be read at {ref}", findings=errors, hint="Name another revision.")
    return {name: marked(project, each, settings.environ) for name, each in declared.items()}


def _resolved(project: Project, names: list[str], settings: Settings) -> tuple[dict[str, Declared], list[Finding]]:
    resolved = {name: resolve(project, name, settings.environ) for name in names if name in project.environments}
    found = [finding for _, findings in resolved.values() for finding in findings]
    return {name: declared for name, (declared, _) in resolved.items()}, found


def _pairs(environment: str, before: Declared | None, after: Declared | None) -> Iterator[_Pair]:
    """The webhooks of both sides, in order of name, paired by name or by what they were called before."""
    old, new = _sides(before), _sides(after)
    earlier = {
        name: name if name in old else side.hook.renamed_from
        for name, side in new.items()
        if name in old or (side.hook.renamed_from in old and side.hook.renamed_from not in new)
    }
    gone = old.keys() - earlier.values()
    for name in sorted(new.keys() | gone):
        if name in gone:
            yield _Pair(environment, old[name], None)
        else:
            yield _Pair(environment, old.get(earlier.get(name, "")), new[name])


def _sides(declared: Declared | None) -> dict[str, _Side]:
    if declared is None:
        return {}
    return {hook.name: _Side(hook, declared.environment.kind) for hook in declared.webhooks}


def _chosen(pairs: list[_Pair], name: str | None, event: str | None) -> list[_Pair]:
    """The pairs of one webhook, if one is asked for."""
    if name is None:
        return pairs
    chosen = [pair for pair in pairs if name in pair.names]
    if not chosen:
        known = sorted({known for pair in pairs for known in pair.names})
        raise UsageError(f"there is no webhook '{name}' on either side", hint=did_you_mean(name, known))
    events = in_platform_order({each for pair in chosen for each in _events(pair)})
    if event is not None and event not in events:
        hint = f"It subscribes to: {', '.join(events)}."
        raise UsageError(f"webhook {name} does not subscribe to '{event}' on either side", hint=hint)
    return chosen


def _compare(pair: _Pair, sample: Sample, *, reveal: bool) -> tuple[tuple[WireChange, ...], int]:
    """What differs between the sides, and how many requests are the same."""
    events = [event for event in _events(pair) if sample.event in (None, event)]
    before, after = pair.before, pair.after
    if before and after and before.hook.webhook == after.hook.webhook and before.kind == after.kind:
        return (), len(events) if after.hook.webhook.enabled else 0
    secrets = frozenset[str]().union(*(side.hook.secrets for side in (before, after) if side))
    changes, same = [], 0
    for event in events:
        real_before, shown_before = _requests(before, event, sample, secrets, reveal=reveal)
        real_after, shown_after = _requests(after, event, sample, secrets, reveal=reveal)
        if real_before != real_after:
            masked = (real_before, real_after) != (shown_before, shown_after)
            changes.append(WireChange(event, shown_before, shown_after, masked=masked))
        elif real_after:
            same += 1
    return tuple(changes), same


def _requests(
    side: _Side | None, event: str, sample: Sample, secrets: frozenset[str], *, reveal: bool
) -> tuple[DeliveryRequest | None, DeliveryRequest | None]:
    """The request of a delivery, real and fit to be shown; None where nothing is delivered."""
    if side is None or not side.hook.webhook.enabled or event not in side.hook.webhook.events:
        return None, None
    payload: Mapping[str, object] = sample.payload(event, side.kind)
    real = build_request(side.hook.webhook, payload, sample.workflow_response)
    if reveal:
        return real, real
    shown, _ = without_secrets(replace(side.hook, secrets=secrets), secret_name, safe_url)
    return real, build_request(shown, payload, sample.workflow_response)


def _events(pair: _Pair) -> list[str]:
    """The events that either side subscribes to, in the platform's order."""
    return in_platform_order(
        {event for side in (pair.before, pair.after) if side for event in side.hook.webhook.events}
    )
