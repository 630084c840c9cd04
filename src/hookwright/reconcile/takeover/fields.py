"""A live webhook → the fields of its block, without those that say no more than the defaults."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from hookwright.model.resources import Webhook, WebhookType, Workflow, in_platform_order
from hookwright.reconcile.takeover.body import readable
from hookwright.reconcile.takeover.secrets import Finder
from hookwright.reconcile.takeover.text import Text, Tree


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of a webhook in one environment, under the names of the project's YAML.

    Attributes:
        url: the URL.
        body: the body; None where there is none.
        others: all others that say something, in the order in which they are written.
    """

    url: str | Text
    body: Tree
    others: Mapping[str, Tree] = field(default_factory=dict)

    def tree(self, url: str | Text, body: Tree) -> dict[str, Tree]:
        """All of them in the order in which they are written, with this URL and body."""
        head = {"url": url, "events": self.others["events"]}
        before = {name: self.others[name] for name in ("type", "method", "headers") if name in self.others}
        middle = {} if body is None else {"body": body}
        return {
            **head,
            **before,
            **middle,
            **{name: value for name, value in self.others.items() if name not in before},
        }


def fields_of(webhook: Webhook, url: str | Text, finder: Finder, names: Mapping[str, str], *, protect: bool) -> Fields:
    """The fields of a normalised webhook.

    Args:
        webhook: the webhook, without marker.
        url: its URL, with the secrets in it.
        finder: finds the secrets in it.
        names: names of workflows by id, where the name alone says which is meant.
        protect: whether its marker says that it is protected.
    """
    others: dict[str, Tree] = {"events": [*in_platform_order(webhook.events)]}
    if webhook.type is WebhookType.SLACK:
        others["type"] = str(webhook.type)
    if webhook.method != "POST":
        others["method"] = webhook.method
    if webhook.headers:
        others["headers"] = {name: finder.header(name, value) for name, value in webhook.headers.items()}
    if webhook.description.strip():
        others["description"] = finder.text(webhook.description.rstrip())
    if not webhook.enabled:
        others["enabled"] = False
    if webhook.slug:
        others["slug"] = webhook.slug
    if webhook.workflows:
        others["workflows"] = [names.get(identity) or {"id": identity} for identity in webhook.workflows]
    if webhook.group:
        others["group"] = webhook.group
    if protect:
        others["protect"] = True
    body = readable(finder.body(webhook.body)) if webhook.type is WebhookType.CUSTOM else None
    return Fields(url, body, others)


def telling_names(workflows: Sequence[Workflow]) -> dict[str, str]:
    """The names of workflows by id: those that no other workflow of the environment has."""
    counts = Counter(workflow.name for workflow in workflows)
    return {workflow.id: workflow.name for workflow in workflows if workflow.name and counts[workflow.name] == 1}
