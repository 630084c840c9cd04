"""Names for the process variables that secrets are read from."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from hookwright.model.takeover import Variable
from hookwright.reconcile.takeover.text import Secret

_SHORTEST_SHARED: Final = 8
"""Characters. Two shorter secrets that are equal may be so by chance: each has its own variable."""


@dataclass(frozen=True, slots=True)
class Use:
    """A secret in its place.

    Attributes:
        kind: ``webhooks`` or ``events``.
        name: name of the webhook or event.
        environment: the environment.
        pointer: JSON pointer of the value it is in.
        secret: the secret.
    """

    kind: str
    name: str
    environment: str
    pointer: str
    secret: Secret


class Variables:
    """Names for secrets: one value has one name, and one name has one value.

    Args:
        known: values of process variables that the project uses already, each with its name.
        used: names of all process variables that the project uses, set or not.
        environ: the process variables that are set: their names mean their values.
    """

    def __init__(self, known: Mapping[str, str], used: Iterable[str], environ: Mapping[str, str]) -> None:
        self._known = known
        self._environ = environ
        self._taken = {*used, *known.values()}
        self._names: dict[tuple[str, str], str] = {}
        self._uses: dict[str, list[Use]] = defaultdict(list)

    def assign(self, uses: Sequence[Use]) -> None:
        """Give every secret its name."""
        by_key: dict[tuple[str, str], list[Use]] = defaultdict(list)
        for use in uses:
            by_key[_key(use)].append(use)
        slots: dict[str, set[tuple[str, str]]] = defaultdict(set)
        for key, group in by_key.items():
            slots[_wanted(group)].add(key)
        for key, group in by_key.items():
            value = group[0].secret.value
            name = self._known.get(value)
            if name is None:
                wanted = _wanted(group)
                differs = len({use.environment for other in slots[wanted] for use in by_key[other]}) > 1
                suffix = _environment_suffix(group) if differs and len(slots[wanted]) > 1 else ""
                name = self._unique(wanted + suffix, value)
            self._names[key] = name
            self._uses[name] += group

    def name_of(self, use: Use) -> str:
        """The name of a secret in its place."""
        return self._names[_key(use)]

    def all(self) -> tuple[Variable, ...]:
        """The variables, in order of name."""
        return tuple(
            Variable(name, uses[0].secret.value, tuple(sorted({f"{use.kind}/{use.name}{use.pointer}" for use in uses})))
            for name, uses in sorted(self._uses.items())
        )

    def _unique(self, wanted: str, value: str) -> str:
        name, number = wanted, 2
        while name in self._taken or (self._environ.get(name) or value) != value:
            name, number = f"{wanted}_{number}", number + 1
        self._taken.add(name)
        return name


def _key(use: Use) -> tuple[str, str]:
    """What makes two secrets one: their value, and for short ones the place."""
    value = use.secret.value
    return value, "" if len(value) >= _SHORTEST_SHARED else f"{use.kind}/{use.name}{use.pointer}"


def _wanted(uses: Sequence[Use]) -> str:
    """The name that says whose secret this is and what: ``INCIDENT_PAGER_TOKEN``."""
    owners = sorted({use.name for use in uses})
    words = _words(owners[0])
    for owner in owners[1:]:
        other = _words(owner)
        words = [one for index, one in enumerate(words) if other[: index + 1] == words[: index + 1]]
    role = uses[0].secret.role
    while words and (role == words[-1] or role.startswith(f"{words[-1]}_")):
        words.pop()
    name = "_".join([*(words or ([] if len(owners) == 1 else ["SHARED"])), role])
    return name if name[0].isalpha() else f"WEBHOOK_{name}"


def _environment_suffix(uses: Sequence[Use]) -> str:
    environments = sorted({use.environment for use in uses})
    return "_" + "_".join("_".join(_words(name)) for name in environments)


def _words(name: str) -> list[str]:
    return re.findall("[A-Z0-9]+", name.upper())
