"""Webhooks and events as hostile as people and dashboards make them."""

from __future__ import annotations

import re
from typing import Any

from hypothesis import strategies as st

from hookwright.model.resources import METHODS, PLATFORM_EVENTS, Event, Webhook, WebhookType
from hookwright.reconcile.takeover.secrets import Finder

ODD = [
    "", " ", " a ", "no", "On", "y", "null", "~", "true", "1", "-1.5", "010", "1e3", "0x1f", "1:30",
    "2024-01-31", ".inf", "=", "<<", "{{event}}", "{{event.x}}", "a {{event.x}} b", "{{", "}}", "${", "$${",
    "$", "$$", "${var.base_url}", "${env.HOME}", "a$", "{a", "'", '"', "\\", "a: b", "a #b", "- a", "a\nb\n",
    "a\n\n", "\n", "a\r\nb", "a\tb", "\x00", "\x1b[31m", "\x85", "\u2028", "\ufeff", "日本", "é", "\U0001f600",
    "Bearer abc", "Basic YTpi", "token=abc&x={{event.y}}", '{"token": "abc", "e": {{event}}}', "None",
    "https://u:p@x.example/?key=v&a=b#token=c", "tk_test_0123456789abcdef", '{"a": 1, "a": 2}', '{"a": NaN}',
    "[1, 2.0]", '{"a": 1e999}',
]  # fmt: skip
SECRET_KEYS = ["token", "Authorization", "X-Api-Key", "password", "key", "auth"]

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(ODD)
keys = text | st.sampled_from([*SECRET_KEYS, "a", "b", "${x}"])
leaves = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | text

finders = st.sampled_from(
    [
        Finder(),
        Finder(parts=lambda text: [found.span() for found in re.finditer("[a-e]+|[0-9]+", text)], known={"hooks": "H"}),
        Finder(names=lambda name: len(name) % 2 == 0, known={"{{event.x}}": "X", "services": "S"}),
    ]
)
"""The usual one, and two that find secrets in the oddest places."""


def nested(names: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    """JSON values with these keys."""
    return st.recursive(
        leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3), max_leaves=8
    )


values = nested(keys)
bodies = st.dictionaries(keys, values, max_size=4) | st.lists(values, max_size=3) | text
header_names = st.sampled_from([*SECRET_KEYS, "X-A", "X-B", "no", "1", "~", "a.b", "$x"])
origins = st.sampled_from(["https://hooks.acme.example", "http://10.0.0.1:8080", "https://u:p@x.example", "https://x"])
paths = st.sampled_from(
    ["", "/", "/a", "/a/b", "?token=abc", "/a?key=${x}&b=1#c", "/$", "/#token=x", "/services/T0/B0/c"]
)
descriptions = (text | st.sampled_from(["The pager", "a b c"])).map(str.rstrip)


@st.composite
def webhooks(draw: st.DrawFn) -> Webhook:
    """A webhook without marker."""
    kind = draw(st.sampled_from(list(WebhookType)))
    return Webhook(
        url=draw(origins) + draw(paths) + draw(st.just("") | text),
        events=tuple(
            sorted(draw(st.sets(st.sampled_from(PLATFORM_EVENTS) | text.filter(bool), min_size=1, max_size=3)))
        ),
        type=kind,
        method=draw(st.sampled_from(METHODS)),
        headers=draw(st.dictionaries(header_names, text, max_size=3)),
        body=draw(bodies) if kind is WebhookType.CUSTOM else None,
        description=draw(descriptions),
        enabled=draw(st.booleans()),
        slug=draw(text),
        workflows=tuple(sorted(draw(st.sets(st.sampled_from(["w1", "w2", "w3", "1", "no"]), max_size=2)))),
        group=draw(text),
    )


@st.composite
def events(draw: st.DrawFn) -> list[Event]:
    """Custom events with different names."""
    names = draw(st.lists(text.filter(lambda name: name[:1] not in ("", " ")), max_size=3, unique=True))
    no_mark = keys.filter(lambda key: "${" not in key)
    samples = st.dictionaries(no_mark, nested(no_mark), max_size=3) | text
    return [Event(name, draw(samples), draw(st.just({}) | st.just({"type": "object"}))) for name in names]
