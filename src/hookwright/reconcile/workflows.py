"""Names of workflows → their ids, which differ between environments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from hookwright.errors import ConfigError
from hookwright.model.resources import Declared, DeclaredWebhook, Workflow


def resolve_workflows(declared: Declared, known: Sequence[Workflow]) -> Declared:
    """The declaration with the ids of all workflows in ``Webhook.workflows``, sorted.

    Args:
        declared: a declaration.
        known: the workflows of the platform under the names that the declaration uses.

    Raises:
        ConfigError: a name is not there, or several workflows have it.
    """
    if not any(hook.workflows for hook in declared.webhooks):
        return declared
    ids: dict[str, list[str]] = defaultdict(list)
    for workflow in known:
        ids[workflow.name].append(workflow.id)
    where = declared.environment.name
    return replace(declared, webhooks=tuple(_resolve(hook, ids, where) for hook in declared.webhooks))


def _resolve(hook: DeclaredWebhook, ids: dict[str, list[str]], environment: str) -> DeclaredWebhook:
    if not hook.workflows:
        return hook
    found: set[str] = set()
    for ref in hook.workflows:
        candidates = [ref.id] if ref.id else ids.get(ref.name, [])
        if len(candidates) == 1:
            found.add(candidates[0])
            continue
        if candidates:
            problem = f"is the name of {len(candidates)} workflows: {', '.join(sorted(candidates))}"
            hint = f"Name the one that is meant by its id: {{id: {min(candidates)}}}."
        else:
            import difflib

            near = difflib.get_close_matches(ref.name, ids, n=1)
            problem = "is no workflow"
            hint = f"Did you mean '{near[0]}'?" if near else "Names are case-sensitive; check it in the dashboard."
        raise ConfigError(
            f"webhook '{hook.name}': '{ref.name}' {problem} in the environment '{environment}'", hint=hint
        )
    return replace(hook, webhook=replace(hook.webhook, workflows=tuple(sorted(found))))
