"""The YAML parser: libyaml's where PyYAML was built with it, PyYAML's own otherwise. Both give the same events."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol, cast

from yaml import events as classes
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner


class Mark(Protocol):
    """A place that the parser names.

    Attributes:
        index: characters of the text before it.
    """

    index: int


class Event(Protocol):
    """What there is to ask of a parser's event. Which of these an event has depends on its class in ``yaml.events``.

    Attributes:
        start_mark: where it begins.
        end_mark: where it ends.
        anchor: the anchor that it sets, or that an alias names; None or empty where there is none.
        tag: its explicit tag; None where there is none.
        value: text of a scalar, quotes and escapes resolved.
        style: quote of a scalar, ``|`` or ``>``; None or empty for a plain one.
        flow_style: whether a collection is written in brackets.
    """

    start_mark: Mark
    end_mark: Mark
    anchor: str
    tag: str | None
    value: str
    style: str | None
    flow_style: bool


# What events are told apart by: their exact classes, which both parsers share.
SCALAR: Final[type] = classes.ScalarEvent
ALIAS: Final[type] = classes.AliasEvent
MAPPING_START: Final[type] = classes.MappingStartEvent
MAPPING_END: Final[type] = classes.MappingEndEvent
SEQUENCE_END: Final[type] = classes.SequenceEndEvent
DOCUMENT_END: Final[type] = classes.DocumentEndEvent
STREAM_END: Final[type] = classes.StreamEndEvent

Events = Callable[[], Event]
"""Gives the next event each time it is called; raises ``yaml.YAMLError`` where the text is not YAML."""


class PureParser(Reader, Scanner, Parser):
    """PyYAML's parser in Python: some twenty times slower."""

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)


def fastest() -> type:
    """The fastest parser there is."""
    try:
        from yaml._yaml import CParser
    except ImportError:  # PyYAML was built without libyaml
        return PureParser
    return CParser


PARSER: Final = fastest()


def has_libyaml() -> bool:
    """Whether the fast parser is there; the other takes some twenty times as long."""
    return PARSER is not PureParser


def events(text: str) -> Events:
    """The events of a YAML text, one per call. The marks count characters of ``text``."""
    return cast("Events", PARSER(text).get_event)
