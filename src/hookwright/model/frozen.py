"""Frozen dataclasses that cost little to import.

The standard decorator writes and compiles six methods for each class: 0.7 ms a class on Python 3.11, and a plan imports
sixty of them. This one makes the slots at once; the constructor is compiled when the first instance is made, and what
the functions of :mod:`dataclasses` ask for when they first ask. To everybody else the classes are dataclasses:
``fields``, ``replace`` and ``asdict`` work, and type checkers see the standard decorator.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = ["dataclass"]

if TYPE_CHECKING:
    from dataclasses import dataclass
else:
    import dataclasses
    import functools
    import operator

    # Collects the fields; writes no method.
    _collect = dataclasses.dataclass(init=False, repr=False, eq=False)

    def dataclass(*, frozen, slots, order=False):
        """``@dataclass(frozen=True, slots=True)`` of the standard library, with or without order, and nothing but this.

        Raises:
            TypeError: other options, or a class with something that only the standard decorator knows.
        """
        if not (frozen and slots):
            raise TypeError("this is for frozen classes with slots; others take the standard decorator")
        return functools.partial(_made, order=order)

    def _made(cls, *, order):
        names = tuple(cls.__annotations__)
        given = {name: vars(cls)[name] for name in names if name in vars(cls)}
        _check(cls, names, given)

        def __init__(self, *args, **kwargs):  # noqa: N807 - it becomes the method of that name, and makes way at once
            made.__init__ = constructor = _constructor(made, names, given)
            constructor(self, *args, **kwargs)

        kept = {name: value for name, value in vars(cls).items() if name not in {"__dict__", "__weakref__", *names}}
        own = {
            "__qualname__": cls.__qualname__,
            "__annotations__": cls.__annotations__,
            "__slots__": names,
            "__match_args__": names,
            "__init__": __init__,
            "__repr__": _repr,
            "__setattr__": _refuse_assignment,
            "__delattr__": _refuse_deletion,
            "__reduce__": _reduce,
            "__dataclass_fields__": _Later(cls, given),
            "__dataclass_params__": _Later(cls, given),
        }
        compared = _compared(names, given)
        own["__eq__"], own["__hash__"] = _comparison(compared)
        if order:
            for compare in (operator.lt, operator.le, operator.gt, operator.ge):
                own[f"__{compare.__name__}__"] = _order(compare, compared)
        made = type(cls)(cls.__name__, cls.__bases__, kept | own)
        return made

    def _check(cls, names, given):
        """Refuse what only the standard decorator knows, or what it refuses too."""
        if hasattr(cls, "__post_init__"):
            raise TypeError(f"{cls.__qualname__} has a __post_init__: it takes the standard decorator")
        if hasattr(cls, "__dataclass_fields__"):
            raise TypeError(f"{cls.__qualname__} builds on a dataclass: it takes the standard decorator")
        optional = False
        for name in names:
            default = given.get(name, dataclasses.MISSING)
            special = isinstance(default, dataclasses.Field) and (
                not default.init or default.kw_only is True or default.hash is not None
            )
            unlike = any(word in str(cls.__annotations__[name]) for word in ("ClassVar", "InitVar", "KW_ONLY"))
            if special or unlike or default.__class__.__hash__ is None:
                raise TypeError(f"{cls.__qualname__}.{name} is a field for the standard decorator")
            required = _factory(default) is None and _default(default) is dataclasses.MISSING
            if required and optional:
                raise TypeError(f"{cls.__qualname__}: the field '{name}' without a default follows one that has one")
            optional = optional or not required

    def _constructor(cls, names, given):
        known = {"_MISSING": dataclasses.MISSING}
        parameters, lines = ["self"], []
        for name in names:
            value = name
            # The slot's own setter: quicker than object.__setattr__, and not refused as setattr is.
            known[f"_set_{name}"] = getattr(cls, name).__set__
            declared = given.get(name, dataclasses.MISSING)
            if (factory := _factory(declared)) is not None:
                known[f"_default_{name}"] = factory
                parameters.append(f"{name}=_MISSING")
                value = f"_default_{name}() if {name} is _MISSING else {name}"
            elif (default := _default(declared)) is not dataclasses.MISSING:
                known[f"_default_{name}"] = default
                parameters.append(f"{name}=_default_{name}")
            else:
                parameters.append(name)
            lines.append(f" _set_{name}(self, {value})")
        text = f"def __init__({', '.join(parameters)}):\n" + ("\n".join(lines) or " pass")
        exec(text, known)  # noqa: S102 - as the standard decorator does; the text is made of the names of fields alone
        made = known.pop("__init__")
        made.__qualname__ = f"{cls.__qualname__}.__init__"
        made.__module__ = cls.__module__
        return made

    def _factory(declared):
        made = declared.default_factory if isinstance(declared, dataclasses.Field) else dataclasses.MISSING
        return None if made is dataclasses.MISSING else made

    def _default(declared):
        return declared.default if isinstance(declared, dataclasses.Field) else declared

    class _Later:
        """What the functions of :mod:`dataclasses` look for in a class: the standard decorator's, when they do."""

        def __init__(self, cls, given):
            kept = {name: getattr(cls, name) for name in ("__module__", "__annotations__", "__doc__")}
            self._space = kept | given

        def __set_name__(self, owner, name):
            self._owner, self._name = owner, name

        def __get__(self, _instance, _owner):
            standard = _collect(type("Standard", (), self._space))
            standard.__dataclass_params__.frozen = True  # what the standard decorator asks a base class for
            setattr(self._owner, self._name, getattr(standard, self._name))
            return getattr(standard, self._name)

    def _compared(names, given):
        """A function that gives what instances are compared by."""
        left_out = {name for name, one in given.items() if isinstance(one, dataclasses.Field) and not one.compare}
        kept = [name for name in names if name not in left_out]
        return operator.attrgetter(*kept) if kept else type

    def _comparison(compared):
        def __eq__(self, other):  # noqa: N807 - it becomes the method of that name
            return compared(self) == compared(other) if other.__class__ is self.__class__ else NotImplemented

        def __hash__(self):  # noqa: N807
            return hash(compared(self))

        return __eq__, __hash__

    def _order(compare, compared):
        def ordered(self, other):
            return compare(compared(self), compared(other)) if other.__class__ is self.__class__ else NotImplemented

        return ordered

    def _repr(self):
        shown = (f"{field.name}={getattr(self, field.name)!r}" for field in dataclasses.fields(self) if field.repr)
        return f"{self.__class__.__qualname__}({', '.join(shown)})"

    def _refuse_assignment(_self, name, _value):
        raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")

    def _refuse_deletion(_self, name):
        raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")

    def _reduce(self):
        """How it is copied and pickled: by its constructor, as nothing can be assigned to it."""
        return self.__class__, tuple(getattr(self, field.name) for field in dataclasses.fields(self))
