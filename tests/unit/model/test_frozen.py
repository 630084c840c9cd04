"""The frozen dataclasses are the standard library's to whoever uses them."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from collections.abc import Callable
from dataclasses import field
from typing import Any

import pytest

from hookwright.model import frozen

STANDARD = dataclasses.dataclass


@frozen.dataclass(frozen=True, slots=True, order=True)
class Ours:
    """One of ours."""

    name: str
    size: int = 1
    parts: list[int] = field(default_factory=list)
    note: str = field(default="", compare=False, repr=False)


@STANDARD(frozen=True, slots=True, order=True)
class Theirs:
    """The same, of the standard library."""

    name: str
    size: int = 1
    parts: list[int] = field(default_factory=list)
    note: str = field(default="", compare=False, repr=False)


ARGUMENTS: list[tuple[tuple[Any, ...], dict[str, Any]]] = [
    (("a",), {}),
    (("a", 2), {}),
    (("a",), {"note": "x"}),
    (("b",), {"parts": [1], "size": 0}),
    (("b", 0, [1], "y"), {}),
]


def outcome(call: Callable[[], object]) -> object:
    """What a call gives, or raises."""
    try:
        return call()
    except (TypeError, AttributeError) as error:
        return type(error), str(error).replace("Theirs", "Ours")


@pytest.mark.parametrize(("args", "kwargs"), [*ARGUMENTS, ((), {}), (("a", 1, [], "", "more"), {}), (("a",), {"x": 1})])
def test_it_is_made_and_shown_like_the_standard_one(args: Any, kwargs: Any) -> None:
    shown = [outcome(lambda kind=kind: repr(kind(*args, **kwargs))) for kind in (Ours, Theirs)]
    assert str(shown[0]) == str(shown[1]).replace("Theirs", "Ours")


def test_it_compares_like_the_standard_one() -> None:
    ours = [Ours(*args, **kwargs) for args, kwargs in ARGUMENTS]
    theirs = [Theirs(*args, **kwargs) for args, kwargs in ARGUMENTS]
    for left, right in ((i, j) for i in range(len(ours)) for j in range(len(ours))):
        assert (ours[left] == ours[right]) is (theirs[left] == theirs[right])
        assert (ours[left] < ours[right]) is (theirs[left] < theirs[right])
        assert (ours[left] >= ours[right]) is (theirs[left] >= theirs[right])
    assert ours[0] != theirs[0]
    assert outcome(lambda: ours[0] < 1) == outcome(lambda: theirs[0] < 1)  # type: ignore[operator]
    assert ours[0].parts is not ours[1].parts


def test_it_is_hashed_by_what_it_is_compared_by() -> None:
    made = frozen.dataclass(frozen=True, slots=True)(type("Point", (), {"__annotations__": {"x": int}, "__doc__": "."}))
    assert len({made(1), made(1), made(2)}) == 2
    assert outcome(lambda: hash(Ours("a"))) == outcome(lambda: hash(Theirs("a")))


def test_it_is_frozen_and_has_no_room_for_more() -> None:
    for act in (
        lambda one: setattr(one, "name", "b"),
        lambda one: delattr(one, "name"),
        lambda one: vars(one),
    ):
        ours, theirs = outcome(lambda act=act: act(Ours("a"))), outcome(lambda act=act: act(Theirs("a")))
        assert ours == theirs
        assert isinstance(ours, tuple)
    with pytest.raises(AttributeError, match="other"):
        Ours("a").other = "b"  # type: ignore[attr-defined]


def test_the_tools_for_dataclasses_take_it() -> None:
    one = Ours("a", 2, [3], "n")
    assert dataclasses.replace(one, size=5) == Ours("a", 5, [3])
    assert dataclasses.asdict(one) == {"name": "a", "size": 2, "parts": [3], "note": "n"}
    assert dataclasses.is_dataclass(Ours)
    for again in (copy.copy(one), copy.deepcopy(one), pickle.loads(pickle.dumps(one))):
        assert (again, again.note) == (one, "n")
    match one:
        case Ours(name, size):
            assert (name, size) == ("a", 2)


@pytest.mark.parametrize(
    "make",
    [
        lambda: frozen.dataclass(frozen=False, slots=True),
        lambda: frozen.dataclass(frozen=True, slots=False),
        lambda: _made(x=int, __post_init__=lambda self: None),
        lambda: _made(x=field(init=False, default=1)),
        lambda: _made(x=field(kw_only=True)),
        lambda: _made(x=field(hash=True)),
        lambda: _made(x=[]),
        lambda: _made(__annotations__={"x": "ClassVar[int]"}),
        lambda: _made(__annotations__={"x": "dataclasses.InitVar[int]"}),
        lambda: _made(__annotations__={"_": "KW_ONLY", "x": "int"}),
        lambda: frozen.dataclass(frozen=True, slots=True)(type("More", (Ours,), {"__annotations__": {"y": "int"}})),
    ],
)
def test_what_it_does_not_know_it_refuses(make: Callable[[], object]) -> None:
    with pytest.raises(TypeError, match="standard decorator"):
        make()


def _made(**space: Any) -> type:
    given = {name: value for name, value in space.items() if not isinstance(value, type)}
    body = {"__annotations__": {"x": "int"}, "__doc__": "One.", **given}
    return frozen.dataclass(frozen=True, slots=True)(type("One", (), body))


def test_nothing_is_compiled_before_the_first_instance() -> None:
    made = _made(x=1)
    before = made.__init__
    assert made() == made(1) == made(x=1)
    assert made.__init__ is not before


def test_a_default_is_compared_whatever_it_is_like() -> None:
    class Odd:
        compare = False

    made = _made(x=Odd())
    assert made() != made(2)


def test_a_field_without_a_default_behind_one_with_a_default() -> None:
    with pytest.raises(TypeError, match="'y'"):
        _made(__annotations__={"x": "int", "y": "int"}, x=1)


def test_a_class_of_the_standard_decorator_may_build_on_it() -> None:
    @dataclasses.dataclass(frozen=True, slots=True)
    class More(Ours):
        more: int = 1

    assert [each.name for each in dataclasses.fields(More)] == ["name", "size", "parts", "note", "more"]
    assert More("a", more=2) == More("a", more=2) != More("a")
    with pytest.raises(dataclasses.FrozenInstanceError):
        More("a").name = "b"  # type: ignore[misc]
