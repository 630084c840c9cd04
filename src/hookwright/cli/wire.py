"""What deliveries send before and after the changes of a plan."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from hookwright.cli.samples import Sample
from hookwright.harness.masking import without_secrets
from hookwright.harness.request import build_request, is_header_name
from hookwright.model.delivery import DeliveryRequest, WireChange
from hookwright.model.plan import MASK, Action, Change
from hookwright.model.resources import Declared, DeclaredWebhook, Webhook, WebhookType, in_platform_order
from hookwright.model.source import escape
from hookwright.reconcile.mask import Masker, origin, safe_url, secret_name
from hookwright.reconcile.normalize import desired, normalize

if TYPE_CHECKING:
    from hookwright.model.plan import Plan
    from hookwright.reconcile.live import Live

_EVERYTHING: Final = frozenset({"/url", "/headers", "/body"})
_SAMPLE: Final = Sample(None, {}, None)


class Wire:
    """Renders deliveries of an environment before and after changes.

    Args:
        declared: what is declared for it, workflows resolved.
        live: what was read of it.
    """

    def __init__(self, declared: Declared, live: Live) -> None:
        self._declared = declared
        self._hooks = {hook.name: hook for hook in declared.webhooks}
        self._live = {one.id: _sendable(normalize(one.webhook)) for one in live.webhooks}

    def changes(self, plan: Plan) -> dict[str, tuple[WireChange, ...]]:
        """What differs on the wire, by the name of each webhook that a plan changes; empty where nothing does."""
        return {
            change.name: tuple(self._change(change))
            for change in plan.changes
            if change.kind == "webhook" and change.action is not Action.CONFLICT
        }

    def _change(self, change: Change) -> Iterator[WireChange]:
        hook = None if change.action is Action.DELETE else self._hooks[change.name]
        live = self._live.get(change.id or "")
        wanted = desired(hook, self._declared.project, live) if hook else None
        before = None if live is None else (live, self._shown_live(live, hook))
        after = None if hook is None or wanted is None else (wanted, self._shown(hook, wanted, live))
        subscribed = {event for webhook in (live, wanted) if webhook for event in webhook.events}
        for event in in_platform_order(subscribed):
            real_before, shown_before = self._requests(before, event)
            real_after, shown_after = self._requests(after, event)
            if real_before != real_after:
                masked = (real_before, real_after) != (shown_before, shown_after)
                yield WireChange(event, shown_before, shown_after, masked=masked)

    def _requests(
        self, sides: tuple[Webhook, Webhook] | None, event: str
    ) -> tuple[DeliveryRequest | None, DeliveryRequest | None]:
        """The request of a delivery, real and fit to be shown; None where nothing is delivered."""
        if sides is None or not sides[0].enabled or event not in sides[0].events:
            return None, None
        payload = _SAMPLE.payload(event, self._declared.environment.kind)
        real, shown = (build_request(webhook, payload) for webhook in sides)
        return real, shown

    def _shown(self, hook: DeclaredWebhook, wanted: Webhook, live: Webhook | None) -> Webhook:
        """The webhook as it will be, without its secrets; what is left alone is as it is live."""
        if live is not None and hook.ignore_changes & {"url", "headers", "body", "type"}:
            return self._shown_live(wanted, hook)
        return without_secrets(replace(hook, webhook=wanted), secret_name, safe_url)[0]

    def _shown_live(self, live: Webhook, hook: DeclaredWebhook | None) -> Webhook:
        """A live webhook without its secrets; of one that is not declared any more, nothing tells what is one."""
        masker = Masker(hook.secrets if hook else _EVERYTHING, self._declared.secret_values)
        if hook is None:
            url = f"{origin(live.url)}/…"
        elif live.type is WebhookType.SLACK:
            url = masker.url(live)
        else:
            url = masker.live("/url", live.url)
        headers = {name: str(masker.live(f"/headers/{escape(name)}", value)) for name, value in live.headers.items()}
        return replace(live, url=url, headers=headers, body=MASK if hook is None else masker.live("/body", live.body))


def _sendable(webhook: Webhook) -> Webhook:
    """A live webhook without headers that no delivery can carry: what a hand has set may be anything."""
    return replace(webhook, headers={name: value for name, value in webhook.headers.items() if is_header_name(name)})
