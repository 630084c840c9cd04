"""Origins of URLs that several webhooks or environments share → ``${var.…}``."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

from hookwright.reconcile.takeover.names import host_label
from hookwright.reconcile.takeover.text import Part, Text, Var, parts_of, text_of

Urls = Mapping[str, str | Text]
"""The URL of one webhook by environment."""

_ORIGIN: Final = re.compile(r"(?i)(https?://[^/?#@$]+)(?=[/?#]|\Z)")
_FIRST_NAME: Final = "base_url"

_Slot = dict[str, str]
"""An origin by environment: what becomes one var."""


class Lifter:
    """Replaces origins by vars.

    Attributes:
        added: environment → the vars it needs beside those it has, with their values.

    Args:
        known: environment → the vars it has whose value is known.
        names: environment → the names of all vars it has.
    """

    def __init__(self, known: Mapping[str, Mapping[str, str]], names: Mapping[str, frozenset[str]]) -> None:
        self.added: dict[str, dict[str, str]] = defaultdict(dict)
        self._known = known
        self._names = names

    def lift(self, webhooks: Sequence[Urls]) -> list[Urls]:
        """The URLs of all webhooks with vars in them, in the same order.

        A var that is there and fits is always used. A new one is made for an origin that differs between environments,
        or that several webhooks share.
        """
        known = [self._with_known(urls) for urls in webhooks]
        origins = [{} if done else _origins(urls) for urls, done in zip(webhooks, known, strict=True)]
        slots, chosen = _slots(origins)
        users = Counter(chosen)
        names: dict[int, str] = {}
        for index in sorted(range(len(slots)), key=lambda index: (-users[index], sorted(slots[index].items()))):
            if users[index] > 1 or len(set(slots[index].values())) > 1:
                names[index] = self._name(slots[index])
        return [
            done or (_replaced(urls, names[index], slots[index]) if index in names else urls)
            for urls, done, index in zip(webhooks, known, chosen, strict=True)
        ]

    def _with_known(self, urls: Urls) -> Urls | None:
        """The URLs with the longest var that every environment has and that they begin with; None without one."""
        environments = list(urls)
        names = set.intersection(*(set(self._known.get(name, {})) for name in environments))
        best: tuple[tuple[bool, int], Urls] | None = None
        for name in sorted(names):
            values = {environment: self._known[environment][name] for environment in environments}
            if not all(_begins(_plain(urls[key]), value) for key, value in values.items()):
                continue
            found = _replaced(urls, name, values)
            if found == urls:
                continue
            rests = {_plain(urls[key])[len(value) :] for key, value in values.items()}
            rank = (len(rests) == 1, min(map(len, values.values())))
            if best is None or rank > best[0]:
                best = rank, found
        return best[1] if best else None

    def _name(self, slot: _Slot) -> str:
        """A name for the var of a slot, and the var where an environment does not have it."""
        label = Counter(host_label(origin.partition("://")[2]) for origin in slot.values()).most_common(1)[0][0]
        fitting = f"{label.replace('-', '_')}_url"
        wanted = [_FIRST_NAME, fitting if fitting[0].isalpha() else f"host_{fitting}"]
        numbered = (f"{wanted[1]}_{number}" for number in range(2, 1000))
        name = next(name for name in [*self._half_known(slot), *wanted, *numbered] if self._fits(name, slot))
        for environment, origin in slot.items():
            if name not in self._names.get(environment, frozenset()):
                self.added[environment][name] = origin
        return name

    def _half_known(self, slot: _Slot) -> list[str]:
        """Names of vars that one environment of a slot has with just this value."""
        return sorted(
            {
                name
                for environment, origin in slot.items()
                for name, value in self._known.get(environment, {}).items()
                if value == origin
            }
        )

    def _fits(self, name: str, slot: _Slot) -> bool:
        """Whether a var of this name can stand for a slot: where it is there it says that already."""
        return all(
            self._known.get(environment, {}).get(name) == origin
            if name in self._names.get(environment, frozenset())
            else name not in self.added[environment]
            for environment, origin in slot.items()
        )


def _plain(url: str | Text) -> str:
    return url if isinstance(url, str) else url.plain


def _begins(url: str, value: str) -> bool:
    """Whether a URL begins with the value of a var, and goes on where a part of it ends."""
    return (
        "://" in value and url.startswith(value) and (value.endswith("/") or url[len(value) : len(value) + 1] in "/?#")
    )


def _origins(urls: Urls) -> _Slot:
    """The origins of a webhook's URLs; empty where one of them has none that stands in clear."""
    found: _Slot = {}
    for environment, url in urls.items():
        first = parts_of(url)[0]
        match = _ORIGIN.match(first) if isinstance(first, str) else None
        if match is None:
            return {}
        found[environment] = match[1]
    return found


def _slots(origins: Sequence[_Slot]) -> tuple[list[_Slot], list[int]]:
    """The slots that webhooks fall into, and the number of each webhook's slot; -1 for one without."""
    slots: list[_Slot] = []
    chosen = [-1] * len(origins)
    for number in sorted(range(len(origins)), key=lambda number: -len(origins[number])):
        if not origins[number]:
            continue
        index = _slot_of(origins[number], slots)
        if index < 0:
            index = len(slots)
            slots.append({})
        slots[index].update(origins[number])
        chosen[number] = index
    return slots, chosen


def _slot_of(origins: _Slot, slots: Sequence[_Slot]) -> int:
    """The first slot that says the same wherever both say something, and they both do somewhere; -1 without one."""
    for index, slot in enumerate(slots):
        common = slot.keys() & origins.keys()
        if common and all(slot[environment] == origins[environment] for environment in common):
            return index
    return -1


def _replaced(urls: Urls, name: str, values: Mapping[str, str]) -> Urls:
    """The URLs with a var for the value they begin with; as they are where that would cut a secret in two."""
    result: dict[str, str | Text] = {}
    for environment, url in urls.items():
        rest = _without(parts_of(url), len(values[environment]))
        if rest is None:
            return urls
        result[environment] = text_of([Var(name, values[environment]), *rest])
    return result


def _without(parts: Sequence[Part], length: int) -> list[Part] | None:
    """Parts without their first characters; None where that would cut one that is no plain text."""
    rest = list(parts)
    while length and rest:
        first = rest.pop(0)
        size = len(first if isinstance(first, str) else first.value)
        if size > length:
            if not isinstance(first, str):
                return None
            rest.insert(0, first[length:])
            return rest
        length -= size
    return rest if not length else None
