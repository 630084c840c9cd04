"""Declared and live webhooks, paired by identity and compared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from hookwright.errors import ConfigError, RefusedError
from hookwright.model.plan import Action, Change
from hookwright.model.resources import Declared, DeclaredWebhook, LiveWebhook, Webhook, WebhookType
from hookwright.reconcile import diff
from hookwright.reconcile.digest import Digester
from hookwright.reconcile.guard import Permits
from hookwright.reconcile.identity import OPENING
from hookwright.reconcile.live import Owned
from hookwright.reconcile.mask import Masker, origin
from hookwright.reconcile.normalize import desired, normalize, same


class Comparison:
    """Pairs declared webhooks with live ones by identity, and compares the pairs."""

    def __init__(self, declared: Declared, owned: Owned, digester: Digester, permits: Permits, *, past: bool) -> None:
        self.declared = declared
        self.owned = owned
        self.digester = digester
        self.permits = permits
        self.past = past
        self.unchanged = 0
        self.warnings: list[str] = []
        self.wanted: dict[str, Webhook] = {}
        self._unpaired = dict(owned.managed)
        self._foreign = {live.id: live for live in owned.others}
        self._urls: dict[str, list[str]] | None = None

    def webhooks(self) -> Iterator[Change]:
        """The changes of all webhooks, in no order that means anything."""
        self._check_declared()
        renamed = {hook.renamed_from for hook in self.declared.webhooks if hook.renamed_from}
        pending: list[DeclaredWebhook] = []
        for hook in self.declared.webhooks:
            live = self._unpaired.pop(hook.name, None)
            if live is None:
                pending.append(hook)
            elif change := self._pair(hook, live, Action.UPDATE):
                yield change
            else:
                self.unchanged += 1
        for hook in pending:
            yield self._unpaired_hook(hook)
        for name, live in self._unpaired.items():
            yield self._gone(name, live, renamed)

    def _check_declared(self) -> None:
        """Refuse what would leave the live side in doubt: a second marker, or one webhook with two names."""
        adopters: dict[str, str] = {}
        for hook in self.declared.webhooks:
            if OPENING in hook.webhook.description:
                raise ConfigError(
                    f"webhook '{hook.name}': its description holds '{OPENING}', which begins the marker of ownership",
                    hint="Take it out of the description; the marker is written by itself.",
                )
            if hook.adopt and (other := adopters.setdefault(hook.adopt, hook.name)) != hook.name:
                raise RefusedError(
                    f"webhooks '{other}' and '{hook.name}' shall both adopt {hook.adopt}",
                    hint="Leave 'adopt' with one of them.",
                )

    def _pair(self, hook: DeclaredWebhook, live: LiveWebhook, action: Action, note: str = "") -> Change | None:
        if hook.adopt and hook.adopt != live.id and hook.adopt in self._foreign:
            raise RefusedError(
                f"webhook '{hook.name}': it shall adopt {hook.adopt}, but {live.id} already carries its marker",
                hint="Take 'adopt' out, or delete one of the two webhooks.",
            )
        if hook.adopt == live.id and action is Action.UPDATE:
            self.warnings.append(f"'{hook.name}' has adopted {live.id}; its 'adopt' can go")
        current = normalize(live.webhook)
        wanted = desired(hook, self.declared.project, current)
        if same(current, wanted):
            return None
        self.wanted[hook.name] = wanted
        masker = self._masker(hook)
        if current.type is WebhookType.SLACK:
            masker = replace(masker, secrets={*masker.secrets, "/url"})  # A Slack webhook's URL is a credential.
        fields = diff.changed(diff.as_fields(current), diff.as_fields(wanted), masker)
        return Change("webhook", hook.name, action, live.id, self.digester.webhook(live), fields, note)

    def _unpaired_hook(self, hook: DeclaredWebhook) -> Change:
        """A declared webhook without a live one of its name: renamed, adopted or new."""
        if hook.renamed_from and hook.renamed_from in self._unpaired:
            live = self._unpaired.pop(hook.renamed_from)
            change = self._pair(hook, live, Action.UPDATE, f"renamed from {hook.renamed_from}")
        elif hook.adopt:
            change = self._pair(hook, self._adoptable(hook), Action.ADOPT)
        else:
            return self._create(hook)
        if change is None:  # A new name or a new owner is always a new marker.
            raise AssertionError(hook.name)
        return change

    def _adoptable(self, hook: DeclaredWebhook) -> LiveWebhook:
        live = self._foreign.get(hook.adopt)
        if live is None:
            owner = next((name for name, mine in self.owned.managed.items() if mine.id == hook.adopt), None)
            why = (
                f"is managed as '{owner}'" if owner else f"is not in the environment '{self.declared.environment.name}'"
            )
            hint = f"Use 'renamed_from: {owner}' instead of 'adopt'." if owner else "Correct or remove 'adopt'."
            raise RefusedError(f"webhook '{hook.name}': the webhook {hook.adopt} that it shall adopt {why}", hint=hint)
        if OPENING in live.webhook.description:
            raise RefusedError(
                f"webhook '{hook.name}': the webhook {hook.adopt} that it shall adopt belongs to another project",
                hint="Let that project go of it first: its description must end in no marker.",
            )
        return live

    def _create(self, hook: DeclaredWebhook) -> Change:
        wanted = desired(hook, self.declared.project)
        self.wanted[hook.name] = wanted
        fields = diff.created(wanted, self._masker(hook))
        twins = self._twins(wanted.url)
        if twins and not self.permits.duplicate_url:
            note = (
                f"the unmanaged webhook {' and '.join(twins)} already delivers to its URL; adopt it "
                f"(adopt: {{{self.declared.environment.name}: {twins[0]}}}) or pass --allow-duplicate-url"
            )
            return Change("webhook", hook.name, Action.CONFLICT, None, None, fields, note)
        return Change("webhook", hook.name, Action.CREATE, None, None, fields)

    def _twins(self, url: str) -> list[str]:
        """Ids of the unmarked webhooks with this URL that nobody adopts."""
        if self._urls is None:
            adopted = {hook.adopt for hook in self.declared.webhooks if hook.adopt}
            self._urls = {}
            for live in self.owned.others:
                if live.id not in adopted and OPENING not in live.webhook.description:
                    self._urls.setdefault(live.webhook.url, []).append(live.id)
        return self._urls.get(url, [])

    def _gone(self, name: str, live: LiveWebhook, renamed: set[str]) -> Change:
        """A live webhook of the project that is not declared."""
        masker = Masker(values=self.declared.secret_values)
        fields = (
            # Nothing tells any more whether a process variable was in its path.
            masker.change("/url", f"{origin(live.webhook.url)}/…", None),
            masker.change("/events", list(live.webhook.events), None),
        )
        digest = self.digester.webhook(live)
        if name in self.declared.removed_webhooks:
            return Change("webhook", name, Action.DELETE, live.id, digest, fields, "tombstone in removed.webhooks")
        if self.owned.markers[name].protected:
            note = "it is protected and no longer declared; name it under removed.webhooks to let it go"
            if self.past:  # What is named there now counts for what is declared now.
                note = f"it is protected and was not declared then; pass --exclude {name} to go back without it"
            return Change("webhook", name, Action.CONFLICT, live.id, digest, (), note)
        note = "its new name is there already" if name in renamed else ""
        return Change("webhook", name, Action.DELETE, live.id, digest, fields, note)

    def _masker(self, hook: DeclaredWebhook) -> Masker:
        return Masker(hook.secrets, self.declared.secret_values)

    def renames(self, changes: Iterable[Change]) -> Iterator[str]:
        """A warning for every delete and create among the changes that are alike: is it a rename?"""
        gone: dict[tuple[str, tuple[str, ...]], str] = {}
        made: list[str] = []
        for change in changes:
            if change.kind == "webhook" and change.action is Action.DELETE:
                webhook = self.owned.managed[change.name].webhook
                gone[webhook.url, webhook.events] = change.name
            elif change.kind == "webhook" and change.action is Action.CREATE:
                made.append(change.name)
        for name in made:
            wanted = self.wanted[name]
            old = gone.get((wanted.url, wanted.events))
            if old:
                yield f"'{name}' looks like '{old}' under a new name; with 'renamed_from: {old}' it would be kept"
