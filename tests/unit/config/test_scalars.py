from __future__ import annotations

import pytest
import yaml

from hookwright.config.scalars import DATE, NOT_JSON, NUMBER, SUSPECTS, WORD, meaning


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("True", True),
        ("TRUE", True),
        ("false", False),
        ("null", None),
        ("Null", None),
        ("~", None),
        ("", None),
        ("0", 0),
        ("-0", 0),
        ("+1", 1),
        ("42", 42),
        ("-17", -17),
        ("0x1F", 31),
        ("1.5", 1.5),
        ("-.5", -0.5),
        ("1.", 1.0),
        ("010.5", 10.5),
        ("1.5e+3", 1500.0),
        ("2.0E-2", 0.02),
    ],
)
def test_values_that_both_versions_read_alike(text: str, value: object) -> None:
    found, rule = meaning(text)
    assert rule is None
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize("text", ["tRUE", "nULL", "nil", "none", "Text", "o", "-", "--", "+", ".", "..", "-a", "1a"])
@pytest.mark.parametrize("suffix", ["", " more"])
def test_text(text: str, suffix: str) -> None:
    assert meaning(text + suffix) == (text + suffix, None)


@pytest.mark.parametrize("text", ["127.0.0.1", "1.2.3", "8080:80", "12345-6", "0xZZ", "1:60", "5m", "2026-1", "-1-1"])
def test_text_that_begins_like_a_number(text: str) -> None:
    assert meaning(text) == (text, None)


@pytest.mark.parametrize("lower", ["y", "n", "yes", "no", "on", "off"])
def test_booleans_of_yaml_1_1(lower: str) -> None:
    for text in (lower, lower.capitalize(), lower.upper()):
        assert meaning(text) == (text, WORD)


@pytest.mark.parametrize(
    "text",
    [
        "010",
        "08",
        "0o7",
        "0b1",
        "1e3",
        "1E-3",
        "1.5e3",
        "66e31564",
        "1_000",
        "1_000.5",
        "0x_1F",
        "-0x1F",
        "1:30",
        "22:22:22",
        "1:30.5",
    ],
)
def test_numbers_that_the_versions_read_differently(text: str) -> None:
    assert meaning(text) == (text, NUMBER)


@pytest.mark.parametrize(
    "text", ["2026-01-31", "2026-1-3 10:00:00", "2026-01-31T10:00:00Z", "2026-01-31 10:00:00.5 +01:00"]
)
def test_dates(text: str) -> None:
    assert meaning(text) == (text, DATE)


@pytest.mark.parametrize("text", [".nan", ".NaN", ".inf", "-.Inf", "+.INF", "1.5e+999", "9" * 5000])
def test_numbers_that_json_cannot_hold(text: str) -> None:
    assert meaning(text) == (text, NOT_JSON)


def test_whatever_pyyaml_resolves_to_more_than_text_is_suspect() -> None:
    resolved = yaml.SafeLoader.yaml_implicit_resolvers
    more_than_text = {first for first, tags in resolved.items() if first not in ("=", "<", "!", "&", "*")}
    assert more_than_text <= SUSPECTS
