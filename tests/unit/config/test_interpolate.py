from __future__ import annotations

from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given

from hookwright.config import read_text
from hookwright.config.interpolate import Interpolator, Walk
from hookwright.config.overlay import EntryPlaces
from hookwright.model.project import Entry

FILE = Path("hookwright.yaml")


def interpolator(variables: str = "{}", environ: dict[str, str] | None = None) -> Interpolator:
    document, findings = read_text(FILE, f"vars: {variables}\n")
    assert findings == []
    assert document is not None
    return Interpolator(Entry("test", document.value, document, ""), environ or {})


def walk(text: str) -> tuple[Any, Walk]:
    """A value in YAML, and a walk through it."""
    document, findings = read_text(Path("a.yaml"), text)
    assert findings == []
    assert document is not None
    return document.value, Walk(EntryPlaces(Entry("a", document.value, document, "")))


def found(fills: Interpolator) -> list[tuple[str, str, int, int, int]]:
    """Rule, file, line, first and last column."""
    return [
        (one.rule, one.span.file.name, one.span.start.line, one.span.start.column, one.span.end.column)
        for one in fills.findings
        if one.span
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("${var.a}", "A"),
        ("x${var.a}y${var.b}z", "xAyBz"),
        ("${var.with-dash_1}", "D"),
        ("${var.number}/${var.flag}/${var.real}", "8080/true/1.5"),
        ("${var.nothing}", ""),
        ("${env.X}", "secret"),
        ("$${var.a}", "${var.a}"),
        ("$${", "${"),
        ("$$${var.a}", "$${var.a}"),
        ("$$", "$$"),
        ("$", "$"),
        ("$ {var.a}", "$ {var.a}"),
        ("{{event.x}} ${var.a}", "{{event.x}} A"),
        ("${var.nested}", "A and B"),
        ("${var.literal}", "${x}"),
    ],
)
def test_what_is_filled_in(text: str, expected: str) -> None:
    variables = (
        "{a: A, b: B, with-dash_1: D, number: 8080, flag: true, real: 1.5, nothing: null, "
        'nested: "${var.a} and ${var.b}", literal: "$${x}"}'
    )
    fills = interpolator(variables, {"X": "secret"})
    _, nowhere = walk("a")
    assert fills.fill(text, "", nowhere) == expected
    assert fills.findings == []


@pytest.mark.parametrize("written", ["1.10", "1.0", "+4915112345678", "0x1F", ".5", "5.", "1.5e+3", "-0", "9" * 30])
@pytest.mark.parametrize(
    "variables",
    [
        "{v: WRITTEN}",
        "{v: &x WRITTEN}",
        "{a: &x WRITTEN, v: *x}",
        "{<<: {v: WRITTEN}}",
        "\r\n  é: 1 # é\r\n  v: WRITTEN",
    ],
)
def test_a_number_stands_as_it_is_written(variables: str, written: str) -> None:
    fills = interpolator(variables.replace("WRITTEN", written))
    assert fills.fill("v${var.v}", "", walk("a")[1]) == f"v{written}"


def test_values_keep_their_shape_and_are_shared_where_nothing_changes() -> None:
    fills = interpolator("{a: A}")
    value, through = walk('same: {x: [1, true, null, text]}\nother: [a, {b: "${var.a}", c: 5}, [d]]\n')
    result = fills.value(value, "", through)
    assert result == {"same": {"x": [1, True, None, "text"]}, "other": ["a", {"b": "A", "c": 5}, ["d"]]}
    assert value["other"][1]["b"] == "${var.a}"
    assert result["same"] is value["same"]
    assert result["other"][2] is value["other"][2]
    assert fills.value(value["same"], "", through) is value["same"]
    assert fills.value(5, "", through) == 5
    assert fills.value("x ${var.a}", "", through) == "x A"


def test_secrets_are_known_by_where_they_flow_to() -> None:
    fills = interpolator('{plain: P, key: "${env.X}", deep: "${var.key}!"}', {"X": "secret", "Y": "other"})
    value, through = walk(
        "a: ${env.X}\nb: {c/d: [x, 'y ${var.deep}'], e: ${var.plain}}\nf: $${env.X}\ng: z ${env.Y}\n".replace(
            "e: ${var.plain}", 'e: "${var.plain}"'
        )
    )
    assert fills.value(value, "", through) == {
        "a": "secret", "b": {"c/d": ["x", "y secret!"], "e": "P"}, "f": "${env.X}", "g": "z other",
    }  # fmt: skip
    assert through.secrets == ["/a", "/b/c~1d/1", "/g"]
    assert fills.used == {"secret", "other"}
    assert fills.unset == {}


def test_one_text_in_several_places() -> None:
    fills = interpolator("{}", {"X": "s"})
    value, through = walk("a: ${env.X}\nb: ${env.X}\nc: ${var.no}\nd: ${var.no}\n")
    fills.value(value, "", through)
    assert through.secrets == ["/a", "/b"]
    assert found(fills) == [("HW020", "a.yaml", 3, 4, 13), ("HW020", "a.yaml", 4, 4, 13)]


def test_unset_vars() -> None:
    fills = interpolator("{base_url: x}")
    value, through = walk('a: "é ${var.bse_url}/${var.other}"')
    assert fills.value(value, "", through) == {"a": "é /"}
    assert found(fills) == [("HW020", "a.yaml", 1, 7, 21), ("HW020", "a.yaml", 1, 22, 34)]
    assert [one.hint for one in fills.findings] == [
        "Did you mean '${var.base_url}'?",
        "Set it under 'vars' of the environment.",
    ]


def test_unset_process_variables() -> None:
    fills = interpolator('{v: "${env.IN_VAR}"}', {"EMPTY": ""})
    value, through = walk("a: 'x ${env.NO} ${env.EMPTY}'\nb: ${env.NO}\nc: ${var.v}\nd: ${var.v}")
    assert fills.value(value, "", through) == {"a": "x  ", "b": "", "c": "", "d": ""}
    assert fills.findings == []
    assert through.secrets == ["/a", "/b", "/c", "/d"]
    places = {name: (one.span.file.name, one.span.start.column, one.count) for name, one in fills.unset.items()}
    assert places == {"NO": ("a.yaml", 7, 2), "EMPTY": ("a.yaml", 17, 1), "IN_VAR": ("hookwright.yaml", 12, 1)}
    assert fills.used == set()


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("${", 3), ("${x", 3), ("${}", 4), ("${var}", 7), ("${var.}", 8), ("${foo.x}", 9), ("${env.1X}", 10),
        ("${env.A-B}", 11), ("${ var.a }", 11), ("${var.a b}", 11), ("${var.${env.X}}", 3), ("${VAR.a}", 9),
    ],
)  # fmt: skip
def test_malformed(text: str, end: int) -> None:
    fills = interpolator("{a: A}", {"X": "x"})
    _, through = walk(f"'{text}'")
    fills.fill(text, "", through)
    assert found(fills)[0] == ("HW022", "a.yaml", 1, 2, end + 1)


def test_spaces_are_called_by_their_name() -> None:
    fills = interpolator("{a: A}")
    _, through = walk("'${ var.a }'")
    fills.fill("${ var.a }", "", through)
    assert fills.findings[0].hint == "Write ${var.a}, without spaces."


def test_keys_are_not_filled_in() -> None:
    fills = interpolator("{a: A}")
    value, through = walk('x: {"${var.a}": b}\n')
    assert fills.value(value, "", through) == {"x": {"${var.a}": "b"}}
    assert found(fills) == [("HW022", "a.yaml", 1, 5, 15)]


def test_cycles() -> None:
    fills = interpolator('{a: "${var.b}", b: "${var.c}", c: "x ${var.b}", d: "${var.d}", e: E}')
    value, through = walk("x: ${var.a}\nz: ${var.d}${var.e}\nu: ${var.a}\n")
    assert fills.value(value, "", through) == {"x": "x ", "z": "E", "u": "x "}
    assert [(one.rule, one.message) for one in fills.findings] == [
        ("HW023", "vars stand for each other: b → c → b"),
        ("HW023", "vars stand for each other: d → d"),
    ]
    assert found(fills)[0] == ("HW023", "hookwright.yaml", 1, 26, 36)


def test_a_chain_that_is_too_long() -> None:
    chain = ", ".join(f'v{number}: "${{var.v{number + 1}}}"' for number in range(3000))
    fills = interpolator(f"{{{chain}, v3000: end}}")
    _, through = walk("a")
    assert fills.fill("${var.v0}", "", through) == ""
    assert [one.message for one in fills.findings] == ["vars stand for each other more than 50 deep"]
    assert fills.fill("${var.v2990}", "", through) == "end"


def test_vars_that_grow_without_end() -> None:
    chain = ", ".join(f'v{number}: "{f"${{var.v{number + 1}}}" * 10}"' for number in range(20))
    fills = interpolator(f"{{{chain}, v20: ten-characters}}")
    _, through = walk("a")
    fills.fill("${var.v0}", "", through)
    assert "HW023" in {one.rule for one in fills.findings}
    assert all(len(one.message) < 200 for one in fills.findings)


def test_vars_that_nothing_uses_are_checked_too() -> None:
    fills = interpolator('{used: "${env.X}", a: "${env.NOT_SET} ${var.no}", b: "${"}')
    _, through = walk("a")
    fills.fill("${var.used}", "", through)
    fills.check_unused_vars()
    assert [one.rule for one in fills.findings] == ["HW020", "HW022"]
    assert list(fills.unset) == ["X"]
    assert fills.used == set()


def test_vars_of_a_wrong_shape_are_left_to_the_schema() -> None:
    for text in ("[a]", "5", "null"):
        fills = interpolator(text)
        fills.check_unused_vars()
        assert fills.findings == []
    fills = interpolator("{a: [x], b: {c: d}}")
    _, through = walk("a")
    assert fills.fill("${var.a}${var.b}", "", through) == '["x"]{"c": "d"}'


@given(st.text(st.sampled_from("${}.varenX \n'\"")))
def test_no_text_breaks_it(text: str) -> None:
    fills = interpolator("{a: A}", {"X": "x"})
    _, through = walk("a")
    filled = fills.fill(text, "", through)
    if "${" not in text:
        assert filled == text
    assert fills.fill(text.replace("$${", "${").replace("${", "$${"), "", through) == text.replace("$${", "${")
