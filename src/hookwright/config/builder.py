"""Events of the YAML parser → value, in one pass, with everything on the way that must not be.

This is the part that every file goes through and that 10,000 webhooks feel: positions are left to :mod:`.positions`,
and a scalar is looked at closely only where its first character gives cause.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hookwright.config import limits, problems, scalars
from hookwright.config.parsing import ALIAS, DOCUMENT_END, MAPPING_END, MAPPING_START, SCALAR, SEQUENCE_END, STREAM_END
from hookwright.config.problems import BrokenError, Problem
from hookwright.config.scalars import LETTERS, SUSPECTS, meaning
from hookwright.config.tags import MAPPING_TAGS, SEQUENCE_TAGS, shown, tagged
from hookwright.model.frozen import dataclass

if TYPE_CHECKING:
    from hookwright.config.parsing import Event, Events
    from hookwright.model.source import Json

MERGE_KEY: Final = "<<"
_NO_KEY: Final = "\ud800"
"""In place of what cannot be a key. No YAML text may hold this character, not even as an escape."""
_UNUSUAL_KEYS: Final = frozenset({MERGE_KEY, _NO_KEY})
_OPEN: Final = object()
"""Stands for an anchored collection that is not complete yet."""

_UNLIKE: Final = {
    scalars.WORD: ("'{}' is a boolean in YAML 1.1, but text in YAML 1.2", "Quote it, or write true or false."),
    scalars.NUMBER: ("'{}' is read differently by YAML 1.1 and YAML 1.2", "Quote it, or write a plain decimal number."),
    scalars.DATE: ("'{}' is a date in YAML 1.1, but text in YAML 1.2", "Quote it."),
    scalars.NOT_JSON: ("'{}' is a number that JSON cannot hold", "Quote it, or write another number."),
}


@dataclass(frozen=True, slots=True)
class _Anchored:
    """What an anchor stands for: its value, how many values that is, and how many levels of collections."""

    value: Json
    size: int = 1
    height: int = 0


class Builder:
    """Builds the value of one YAML text.

    Attributes:
        problems: what was found wrong so far.
    """

    def __init__(self, text: str, events: Events) -> None:
        self.problems: list[Problem] = []
        self._text = text
        self._next = events
        self._anchors: dict[str, _Anchored] = {}
        self._depth = 0
        self._deepest = 0  # of what was read since the innermost open anchor
        self._outer_deepest: list[int] = []
        self._nodes = 0
        self._expanded = 0

    def document(self) -> Json:
        """The value of the text's one document; None where it holds none.

        Raises:
            yaml.YAMLError: the text is not YAML.
            BrokenError: it is, but cannot be read any further.
        """
        self._next()  # the start of the stream
        if self._next().__class__ is STREAM_END:
            return None
        value = self._node(self._next())
        while (event := self._next()).__class__ is DOCUMENT_END:
            pass
        if event.__class__ is not STREAM_END:
            self._report(problems.DOCUMENTS, "a second document begins here", event, "Give it a file of its own.")
        return value

    def _node(self, event: Event) -> Json:
        kind = event.__class__
        if kind is SCALAR:
            return self._scalar(event)
        if kind is MAPPING_START:
            return self._mapping(event)
        if kind is ALIAS:
            return self._alias(event)
        return self._sequence(event)

    def _mapping(self, start: Event) -> Json:
        before = self._begin(start, MAPPING_TAGS)
        found_before = len(self.problems)
        get = self._next
        mapping: dict[str, Json] = {}
        merged: list[dict[str, Json]] = []
        template = False
        while (key_event := get()).__class__ is not MAPPING_END:
            if key_event.__class__ is SCALAR:
                key = key_event.value
                suspect = not key_event.style and key[:1] in SUSPECTS and key not in LETTERS
                if suspect or key_event.tag or key_event.anchor:
                    key = self._key(self._scalar(key_event), key_event)
            else:
                found = self._node(key_event)
                adjacent = key_event.start_mark.index == start.start_mark.index + 1
                template = template or (adjacent and key_event.__class__ is MAPPING_START)
                key = self._key(found, key_event)
            event = get()
            if event.__class__ is SCALAR and not (event.tag or event.anchor):
                value: Json = event.value
                if not event.style and event.value[:1] in SUSPECTS:
                    value = self._plain(event)
            else:
                value = self._node(event)
            if key in mapping or key in _UNUSUAL_KEYS:
                self._special(start, key_event, key, value, mapping, merged)
            else:
                mapping[key] = value
        whole: Json = self._merge(merged, mapping) if merged else mapping
        if template and start.flow_style:
            del self.problems[found_before:]
            whole = self._template(start, key_event)
        self._end(start, before, whole, len(mapping))
        return whole

    def _sequence(self, start: Event) -> list[Json]:
        before = self._begin(start, SEQUENCE_TAGS)
        get = self._next
        sequence: list[Json] = []
        while (event := get()).__class__ is not SEQUENCE_END:
            if event.__class__ is SCALAR and not (event.tag or event.anchor):
                value = event.value
                if not event.style and value[:1] in SUSPECTS:
                    value = self._plain(event)
            else:
                value = self._node(event)
            sequence.append(value)
            if len(sequence) > limits.MAX_NODES:
                raise self._too_much(event, "too many values in one file")
        self._end(start, before, sequence, len(sequence))
        return sequence

    def _scalar(self, event: Event) -> Json:
        value: Json = event.value
        if event.tag:
            value, wrong = tagged(event.tag, event.value)
            if wrong:
                self._report(problems.TAG, wrong, event, "Leave the tag out.")
        elif not event.style:
            value = self._plain(event)
        if event.anchor:
            self._anchors[event.anchor] = _Anchored(value)
        return value

    def _plain(self, event: Event) -> Json:
        value, rule = meaning(event.value)
        if rule:
            message, hint = _UNLIKE[rule]
            self._report(rule, message.format(event.value[:40]), event, hint)
        return value

    def _key(self, key: Json, event: Event) -> str:
        """The key; of one that is no string what is written, or where."""
        if isinstance(key, str):
            return key
        if event.__class__ is SCALAR:
            wrong = (
                f"the key '{event.value[:40]}' is not a string" if event.value else "there is no key before this ':'"
            )
            self._report(problems.KEY, wrong, event, "Quote it.")
            return event.value
        self._report(problems.KEY, "a key is a string, and this is none", event, "Write the key out.")
        return _NO_KEY

    def _special(
        self, start: Event, event: Event, key: str, value: Json, mapping: dict[str, Json], merged: list[dict[str, Json]]
    ) -> None:
        """A key that is there already, is none, or means that mappings are to be merged."""
        if key == _NO_KEY:
            return
        merges = key == MERGE_KEY and event.__class__ is SCALAR and not event.style
        if key in mapping or (merges and merged):
            first = (start.start_mark.index, key)
            message = f"the key '{key[:80]}' stands here twice"
            self._report(problems.DUPLICATE, message, event, "Remove one of the two.", first=first)
        elif merges:
            merged += self._merged(value, event)
        else:
            mapping[key] = value

    def _alias(self, event: Event) -> Json:
        anchored = self._anchors.get(event.anchor)
        if anchored is None:
            message = f"no anchor '&{event.anchor}' stands before this alias"
            self._report(problems.SYNTAX, message, event, "Quote the value if no alias is meant.")
            return None
        if anchored.value is _OPEN:
            message = f"the alias '*{event.anchor}' stands inside what it stands for"
            raise self._too_much(event, message, "Write out what it is meant to stand for.")
        self._nodes += anchored.size
        self._expanded += anchored.size
        if self._expanded > limits.MAX_EXPANDED:
            message = f"aliases add more than {limits.MAX_EXPANDED:,} values to this file"
            raise self._too_much(event, message, "Write the values out, and spread them over several files.")
        self._reach(self._depth + anchored.height, event)
        return anchored.value

    def _merged(self, value: Json, event: Event) -> list[dict[str, Json]]:
        """The mappings that ``<<`` names, those that win first (https://yaml.org/type/merge.html)."""
        wanted = value if isinstance(value, list) else [value]
        found = [one for one in wanted if isinstance(one, dict)]
        if len(found) != len(wanted):
            self._report(
                problems.MERGE, "'<<' merges mappings, and this is none", event, "Give it an alias of a mapping."
            )
        return found

    @staticmethod
    def _merge(merged: list[dict[str, Json]], own: dict[str, Json]) -> dict[str, Json]:
        result: dict[str, Json] = {}
        for one in reversed(merged):
            result.update(one)
        result.update(own)
        return result

    def _template(self, start: Event, end: Event) -> str:
        text = self._text[start.start_mark.index : end.end_mark.index]
        self._report(problems.TEMPLATE, "a template must be quoted", start, problems.QUOTE_TEMPLATE, end)
        return text

    def _begin(self, start: Event, tags: frozenset[str]) -> int:
        self._depth += 1
        if start.tag and start.tag not in tags:
            self._report(problems.TAG, f"the tag {shown(start.tag)} is not supported here", start, "Leave it out.")
        if start.anchor:
            self._anchors[start.anchor] = _Anchored(_OPEN)
            self._outer_deepest.append(self._deepest)
            self._deepest = 0
        if self._depth > self._deepest:
            self._reach(self._depth, start)
        return self._nodes

    def _end(self, start: Event, before: int, value: Json, length: int) -> None:
        self._nodes += length
        if self._nodes > limits.MAX_NODES:
            raise self._too_much(start, "too many values in one file")
        if start.anchor:
            height = self._deepest - self._depth + 1
            self._anchors[start.anchor] = _Anchored(value, self._nodes - before + 1, height)
            self._deepest = max(self._deepest, self._outer_deepest.pop())
        self._depth -= 1

    def _reach(self, depth: int, event: Event) -> None:
        """Note how deep the value is here, what aliases bring in counted."""
        if depth > limits.MAX_DEPTH:
            message = f"more than {limits.MAX_DEPTH} levels of mappings and lists"
            raise self._too_much(event, message, "Nest less deeply: check that every bracket is closed.")
        self._deepest = max(self._deepest, depth)

    def _too_much(self, event: Event, message: str, hint: str = "Spread them over several files.") -> BrokenError:
        return BrokenError(Problem(problems.TOO_MUCH, message, event.start_mark.index, event.end_mark.index, hint))

    def _report(
        self,
        rule: str,
        message: str,
        event: Event,
        hint: str,
        end: Event | None = None,
        first: tuple[int, str] | None = None,
    ) -> None:
        if len(self.problems) >= limits.MAX_PROBLEMS:
            message = f"more than {limits.MAX_PROBLEMS} findings: the file is not read any further"
            raise self._too_much(event, message, "Put those before this right first.")
        stop = (end or event).end_mark.index
        self.problems.append(Problem(rule, message, event.start_mark.index, stop, hint, first=first))
