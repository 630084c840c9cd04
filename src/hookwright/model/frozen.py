"""Frozen dataclasses that cost little to import.

The standard decorator writes and compiles six methods for each class: 0.6 ms a class on Python 3.11, and a plan imports
sixty of them. This one compiles the constructor alone; the other methods are closures, or functions that all classes
share. To everybody else the classes are dataclasses: ``fields``, ``replace`` and ``asdict`` of :mod:`dataclasses` work,
and type checkers see the standard decorator.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = ["dataclass"]

if TYPE_CHECKING:
    from dataclasses import dataclass
else:
    import dataclasses
    import operator

    # Collects the fields and makes the slots; writes no method.
    _collect = dataclasses.dataclass(init=False, repr=False, eq=False, slots=True)

    def dataclass(*, frozen, slots, order=False):
        """``@dataclass(frozen=True, slots=True)`` of the standard library, with or without order, and nothing but this.

        Raises:
            TypeError: other options, or a class with something that only the standard decorator knows.
        """
        if not (frozen and slots):
            raise TypeError("this is for frozen classes with slots; others take the standard decorator")
        return _ordered if order else _made

    def _made(cls):
        if hasattr(cls, "__post_init__"):
            raise TypeError(f"{cls.__qualname__} has a __post_init__: it takes the standard decorator")
        cls = _collect(cls)
        cls.__dataclass_params__.frozen = True  # what the standard decorator asks a base class for
        fields = dataclasses.fields(cls)
        cls.__init__ = _constructor(cls, fields)
        cls.__eq__, cls.__hash__ = _comparison(_compared(fields))
        cls.__repr__ = _repr
        cls.__setattr__ = _refuse_assignment
        cls.__delattr__ = _refuse_deletion
        cls.__reduce__ = _reduce
        return cls

    def _ordered(cls):
        cls = _made(cls)
        compared = _compared(dataclasses.fields(cls))
        for compare in (operator.lt, operator.le, operator.gt, operator.ge):
            setattr(cls, f"__{compare.__name__}__", _order(compare, compared))
        return cls

    def _constructor(cls, fields):
        missing = dataclasses.MISSING
        names = {"_MISSING": missing}
        parameters, lines = ["self"], []
        for field in fields:
            if not field.init or field.kw_only or field.hash is not None:
                raise TypeError(f"{cls.__qualname__}.{field.name} is a field for the standard decorator")
            name = value = field.name
            # The slot's own setter: quicker than object.__setattr__, and not refused as setattr is.
            names[f"_set_{name}"] = getattr(cls, name).__set__
            if field.default is not missing:
                names[f"_default_{name}"] = field.default
                parameters.append(f"{name}=_default_{name}")
            elif field.default_factory is not missing:
                names[f"_default_{name}"] = field.default_factory
                parameters.append(f"{name}=_MISSING")
                value = f"_default_{name}() if {name} is _MISSING else {name}"
            else:
                parameters.append(name)
            lines.append(f" _set_{name}(self, {value})")
        text = f"def __init__({', '.join(parameters)}):\n" + ("\n".join(lines) or " pass")
        exec(text, names)  # noqa: S102 - as the standard decorator does; the text is made of the names of fields alone
        made = names.pop("__init__")
        made.__qualname__ = f"{cls.__qualname__}.__init__"
        made.__module__ = cls.__module__
        return made

    def _compared(fields):
        """A function that gives what instances are compared by."""
        names = [field.name for field in fields if field.compare]
        return operator.attrgetter(*names) if names else type

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
