"""What the checks look at: the project, and one environment of it, with what several rules need prepared once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from hookwright.model.finding import Related
from hookwright.model.resources import Kind
from hookwright.model.source import escape
from hookwright.templates.syntax import EVENT, Expression
from hookwright.validate.contracts import Contracts, contracts_of
from hookwright.validate.keys import Lookup, lookups
from hookwright.validate.texts import Text, texts_of
from hookwright.validate.urls import Address, address_of, is_loopback
from hookwright.validate.uses import Use, unfilled, uses_of

if TYPE_CHECKING:
    from hookwright.model.project import Entry, Project
    from hookwright.model.resources import Declared, DeclaredWebhook


class Scope:
    """One environment, as its rules see it.

    Attributes:
        project: the project.
        declared: what it declares for the environment.
        contracts: what the events carry.
        whole: whether everything that the project says could be understood; if not, what seems to be missing may only
            have been passed over.
    """

    def __init__(self, project: Project, declared: Declared, contracts: Contracts, *, whole: bool) -> None:
        self.project = project
        self.declared = declared
        self.contracts = contracts
        self.whole = whole

    @property
    def entry(self) -> Entry | None:
        """The environment's entry in ``hookwright.yaml``."""
        return self.project.environments.get(self.declared.environment.name)

    @property
    def production(self) -> bool:
        """Whether it is of the production kind."""
        return self.declared.environment.kind is Kind.PRODUCTION

    @cached_property
    def local(self) -> bool:
        """Whether its API is on this machine: an emulator, to which what is true of the internet does not apply."""
        address = address_of(self.declared.environment.api_url)
        return address is not None and is_loopback(address.host)

    def variables_in(self, webhook: DeclaredWebhook, field: str) -> list[Related]:
        """The places of the variables that a field of a webhook is made of."""
        written, entry = webhook.raw.get(field), self.entry
        if entry is None or not isinstance(written, str) or "${var." not in written:
            return []
        known = entry.value.get("vars") if isinstance(entry.value, dict) else None
        return [
            Related(f"'{name}' is set here", entry.span(f"/vars/{escape(name)}"))
            for name in (known if isinstance(known, dict) else ())
            if f"${{var.{name}}}" in written
        ]

    @cached_property
    def uses(self) -> Sequence[Use]:
        """Every text with a template in it."""
        return uses_of(self.declared.webhooks)

    @cached_property
    def lookups(self) -> Sequence[Lookup]:
        """The paths of templates of which there is something to say, against the payloads they are rendered with."""
        return tuple(lookups(self.uses, self.contracts))

    @cached_property
    def roots(self) -> Mapping[str, Sequence[tuple[Use, Expression]]]:
        """The expressions of templates that begin with anything but ``event``, by what they begin with."""
        return _by_root(self.uses)

    @cached_property
    def text_bodies(self) -> Sequence[tuple[DeclaredWebhook, str]]:
        """The webhooks whose body is text, with it; one that holds a secret as it is written."""
        found = ((webhook, webhook.webhook.body) for webhook in self.declared.webhooks)
        return tuple((webhook, unfilled(webhook, "/body", body)) for webhook, body in found if isinstance(body, str))

    @cached_property
    def addresses(self) -> Mapping[Address, Sequence[DeclaredWebhook]]:
        """The webhooks by what their URLs say before the path; those whose URL is none are left out."""
        return _by_address(self.declared.webhooks)


class ProjectSubject:
    """A project, as the rules see that look at it once.

    Attributes:
        project: the project.
        scopes: its environments, as far as they are validated.
        contracts: what the events carry.
        whole: as for :class:`Scope`.
    """

    def __init__(self, project: Project, declared: Sequence[Declared], *, whole: bool) -> None:
        self.project = project
        self.whole = whole
        self.contracts = contracts_of(project)
        self.scopes = tuple(Scope(project, each, self.contracts, whole=whole) for each in declared)

    @cached_property
    def texts(self) -> Sequence[Text]:
        """The texts of webhooks and variables that are worth a look."""
        return texts_of(self.project, [scope.declared for scope in self.scopes])


def _by_root(uses: Iterable[Use]) -> dict[str, list[tuple[Use, Expression]]]:
    found: dict[str, list[tuple[Use, Expression]]] = {}
    for use in uses:
        for expression in use.expressions:
            if expression.root != EVENT:
                found.setdefault(expression.root, []).append((use, expression))
    return found


def _by_address(webhooks: Iterable[DeclaredWebhook]) -> dict[Address, list[DeclaredWebhook]]:
    parsed: dict[str, Address | None] = {}
    found: dict[Address, list[DeclaredWebhook]] = {}
    for webhook in webhooks:
        url = webhook.webhook.url
        slash = url.find("/", 8)
        head = url if slash < 0 else url[:slash]
        if head in parsed:
            address = parsed[head]
        else:
            address = parsed[head] = address_of(head)
        if address is not None:
            found.setdefault(address, []).append(webhook)
    return found
