"""The live side: what the platform has, sorted by whose it is, and the interlocks that a read must pass."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field

from hookwright.errors import RefusedError
from hookwright.model.frozen import dataclass
from hookwright.model.resources import Declared, Environment, Kind, LiveEvent, LiveWebhook, Workflow
from hookwright.reconcile.gateway import Gateway
from hookwright.reconcile.identity import Marker, malformed, read_marker

KEY_PREFIXES = {"tk": Kind.TEST, "pk": Kind.PRODUCTION}
"""Production keys start with ``pk``, test keys with ``tk`` (Refold's API reference, "Authentication")."""


@dataclass(frozen=True, slots=True)
class Live:
    """All that was read of an environment for one plan.

    Attributes:
        webhooks: every webhook of the environment.
        events: every custom event; empty where the project has nothing to do with events.
        workflows: the workflows that the declaration names, as far as the platform has them.
    """

    webhooks: Sequence[LiveWebhook]
    events: Sequence[LiveEvent] = ()
    workflows: Sequence[Workflow] = ()


@dataclass(frozen=True, slots=True)
class Owned:
    """The live webhooks by whose they are.

    Attributes:
        managed: the project's own, by name.
        markers: their markers, by name.
        others: everybody else's: unmarked, or marked by another project.
        warnings: what a reviewer should know of the markers.
    """

    managed: dict[str, LiveWebhook] = field(default_factory=dict)
    markers: dict[str, Marker] = field(default_factory=dict)
    others: list[LiveWebhook] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def needs_events(declared: Declared) -> bool:
    """Whether the project has anything to do with custom events, so that they must be read."""
    return bool(declared.events or declared.removed_events)


def workflow_names(declared: Declared) -> set[str]:
    """The names of workflows that must be looked up."""
    return {ref.name for hook in declared.webhooks for ref in hook.workflows if ref.name}


def read(gateway: Gateway, declared: Declared, *, events: bool = False) -> Live:
    """Read all that a plan needs: one call for the webhooks, and one each for events and workflows where needed.

    Args:
        gateway: the platform.
        declared: what is declared for the environment.
        events: read the events even where the declaration has nothing to do with any.
    """
    names = workflow_names(declared)
    events = events or needs_events(declared)
    if not names and not events:
        return Live(gateway.list_webhooks())
    from hookwright.reconcile.pool import impatient_pool

    with impatient_pool(3, "read") as pool:
        webhooks = pool.submit(gateway.list_webhooks)
        found = pool.submit(gateway.list_events) if events else None
        workflows = pool.submit(gateway.find_workflows, sorted(names)) if names else None
        return Live(
            webhooks.result(),
            found.result() if found else (),
            workflows.result() if workflows else (),
        )


def check_key(environment: Environment) -> str:
    """The API key, if its prefix fits the environment's kind.

    Raises:
        RefusedError: the key is of the other kind, or of none.
    """
    key = environment.api_key or ""
    kind = KEY_PREFIXES.get(key[:2])
    if kind is environment.kind:
        return key
    source = environment.key_source or "the API key"
    looks = f"belongs to {kind}" if kind else "is no API key of the platform" if key else "is unset or empty"
    raise RefusedError(
        f"the environment '{environment.name}' is of kind {environment.kind}, but {source} {looks}",
        hint="Production keys start with 'pk', test keys with 'tk'. Set the variable to the key of this environment, "
        f"or correct 'kind' of '{environment.name}' in hookwright.yaml.",
    )


def check_records(environment: Environment, webhooks: Sequence[LiveWebhook]) -> str | None:
    """The organization that the records belong to, if every record is of this environment.

    Returns:
        The organization's id; None where no record says.

    Raises:
        RefusedError: a record is of the other environment, or the records are of several organizations.
    """
    for live in webhooks:
        if live.environment and live.environment != environment.kind:
            raise RefusedError(
                f"the webhook {live.id} is of the environment '{live.environment}', "
                f"but '{environment.name}' is of kind {environment.kind}",
                hint="The API key and 'kind' in hookwright.yaml do not belong together.",
            )
    organizations = sorted({live.org_id for live in webhooks if live.org_id})
    if len(organizations) > 1:
        raise RefusedError(
            f"the webhooks of '{environment.name}' belong to several organizations: {', '.join(organizations)}",
            hint="One API key selects one organization; this answer cannot be trusted.",
        )
    return organizations[0] if organizations else None


def sort_by_owner(project: str, webhooks: Sequence[LiveWebhook]) -> Owned:
    """The live webhooks by whose they are.

    Raises:
        RefusedError: two webhooks carry one marker of the project, or one carries something of a marker of the project
            that cannot be read: who would say which of them is meant?
    """
    owned = Owned()
    ours = f"[hookwright:{project}/"
    for live in webhooks:
        description = live.webhook.description
        marker = read_marker(description)
        if marker is None or marker.project != project:
            owned.others.append(live)
            if marker is None and malformed(description):
                if ours in description:
                    raise _malformed(project, live)
                owned.warnings.append(f"the webhook {live.id} carries a marker that cannot be read; it is left alone")
            continue
        twin = owned.managed.get(marker.name)
        if twin is not None:
            raise RefusedError(
                f"the webhooks {twin.id} and {live.id} both carry the marker of '{marker.name}'",
                hint=f"Delete one of them, or take '{marker}' out of its description; then plan again.",
            )
        owned.managed[marker.name] = live
        owned.markers[marker.name] = marker
    return owned


def _malformed(project: str, live: LiveWebhook) -> RefusedError:
    return RefusedError(
        f"the description of the webhook {live.id} holds a marker of the project '{project}', "
        "but not whole, once and at its end",
        hint=f"Make the description end in '[hookwright:{project}/NAME]' for the webhook to be managed, or take the "
        "marker out for it to be left alone.",
    )
