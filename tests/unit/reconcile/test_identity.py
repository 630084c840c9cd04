import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookwright.reconcile.identity import Marker, malformed, mark, read_marker, unmark

NAMES = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,20}", fullmatch=True)
PROJECTS = st.from_regex(r"[a-z0-9-]{1,20}", fullmatch=True)


@given(st.text().filter(lambda text: "[hookwright:" not in text), PROJECTS, NAMES, st.booleans())
def test_what_is_marked_is_read_back(text: str, project: str, name: str, protected: bool) -> None:
    marker = Marker(project, name, protected)
    marked = mark(text, marker)
    assert read_marker(marked) == marker
    assert unmark(marked) == text.rstrip()
    assert not malformed(marked)


@pytest.mark.parametrize(
    ("description", "marked"),
    [
        ("Pages on-call [hookwright:acme/alerts]", Marker("acme", "alerts")),
        ("[hookwright:acme/alerts protected]", Marker("acme", "alerts", protected=True)),
        ("[hookwright:acme/alerts]  \n", Marker("acme", "alerts")),
        ("", None),
        ("plain text", None),
    ],
)
def test_read(description: str, marked: Marker | None) -> None:
    assert read_marker(description) == marked
    assert not malformed(description)


@pytest.mark.parametrize(
    "description",
    [
        "[hookwright:acme/alerts] edited by hand",
        "[hookwright:acme/alerts",
        "[hookwright:acme/alerts protekted]",
        "[hookwright:acme]",
        "[hookwright:ACME/alerts]",
        "[hookwright:acme/a][hookwright:acme/b]",
        "[hookwright:acme/a] [hookwright:acme/a]",
        "[hookwright:acme/a b]",
    ],
)
def test_malformed(description: str) -> None:
    assert read_marker(description) is None
    assert malformed(description)
    assert unmark(description) == description
