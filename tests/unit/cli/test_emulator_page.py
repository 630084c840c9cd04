"""``docs/emulator.md``: its calls answer what the page says."""

from __future__ import annotations

import json
import re
import shlex
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hookwright.cli.rendering import TemplateRenderer
from hookwright.emulator import Options, serve_in_thread

PAGE = (Path(__file__).parents[3] / "docs" / "emulator.md").read_text()
ADDRESS = "http://127.0.0.1:41873"
CALLS = re.findall(r"^\$ (curl (?:.*\\\n)*.*)\n(.*)$", PAGE, re.MULTILINE)


@pytest.fixture
def url() -> Iterator[str]:
    with serve_in_thread(Options(rate_limit=None), TemplateRenderer()) as emulator:
        yield emulator.url


def call(line: str, url: str) -> Any:
    """What the emulator answers to a call of curl."""
    words = iter(shlex.split(line.replace("\\\n", " "))[1:])
    method, headers, body, address = "GET", {}, None, ""
    for word in words:
        if word == "-X":
            method = next(words)
        elif word == "-H":
            name, value = next(words).split(": ")
            headers[name] = value
        elif word == "-d":
            body = next(words).encode()
        else:
            address = word.replace(ADDRESS, url)
    # Without a content type curl says that it is a form; so does urllib.
    request = urllib.request.Request(address, body, headers, method=method)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def test_a_reader_who_types_the_calls_gets_what_the_page_shows(url: str) -> None:
    assert len(CALLS) == 3
    made, emitted, faults = ((call(line, url), shown) for line, shown in CALLS)
    assert made[1].startswith('{"_id":"')
    assert made[0].keys() >= {"_id", "org_id"}
    assert json.loads(emitted[1]).keys() == emitted[0].keys() == {"deliveries"}
    assert len(emitted[0]["deliveries"]) == 1
    assert json.loads(faults[1]) == faults[0]


def test_on_a_fresh_emulator_nobody_hears_of_an_event(url: str) -> None:
    assert call(CALLS[1][0], url) == {"deliveries": []}
    assert '(`{"deliveries":[]}`)' in PAGE
