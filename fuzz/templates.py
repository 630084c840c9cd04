"""Coverage-guided fuzzing of the template parser and renderer: any text and values, and what holds of the result."""

from __future__ import annotations

import json
import sys

import atheris

with atheris.instrument_imports(include=["hookwright"]):
    from hookwright.templates import Context, parse, render_body, render_header, render_value

CONTROL = frozenset(map(chr, (*range(32), 127)))


def value_of(data: atheris.FuzzedDataProvider, depth: int = 0) -> object:
    """A JSON value."""
    kind = data.ConsumeIntInRange(0, 6 if depth < 3 else 3)
    if kind == 0:
        return data.ConsumeUnicode(12)
    if kind == 1:
        return data.ConsumeInt(8)
    if kind == 2:
        return data.ConsumeBool()
    if kind == 3:
        return None
    if kind == 4:
        return [value_of(data, depth + 1) for _ in range(data.ConsumeIntInRange(0, 3))]
    return {data.ConsumeUnicode(6): value_of(data, depth + 1) for _ in range(data.ConsumeIntInRange(0, 3))}


def one(raw: bytes) -> None:
    """Parse and render; parts make up the text, JSON stays JSON, a header stays one line."""
    data = atheris.FuzzedDataProvider(raw)
    event = value_of(data)
    context = Context(event if isinstance(event, dict) else {"a": event, "b": data.ConsumeUnicode(8)}, value_of(data))
    template = data.ConsumeUnicode(sys.maxsize)
    parsed = parse(template)
    at = 0
    for part in parsed.parts:
        width = len(part) if isinstance(part, str) else part.end - part.start
        assert isinstance(part, str) or part.start == at
        at += width
    assert at == len(template)
    json.loads(render_body({"k": template, template: [template]}, context))
    render_body(template, context)
    render_value(template, context)
    assert not CONTROL & set(render_header(template, context))


if __name__ == "__main__":
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
