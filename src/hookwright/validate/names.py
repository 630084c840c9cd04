"""Names that look alike, and lists of names in a sentence."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name that looks most like ``name``, in any case; an empty string where none does."""
    import difflib

    folded = {each.casefold(): each for each in known}
    near = difflib.get_close_matches(name.casefold(), folded, n=1)
    return folded[near[0]] if near else ""


def did_you_mean(name: str, known: Iterable[str], *, form: str = "{}", otherwise: str = "There are") -> str:
    """A hint: the known name that looks like ``name``, or the known names.

    Args:
        name: the wrong name.
        known: the right ones.
        form: how a name is written in the project, ``{{event.{}}}`` say, with ``{}`` for the name.
        otherwise: how the list of the known names begins where none is near.
    """
    names = list(known)
    near = nearest(name, names)
    if near:
        return f"Did you mean '{form.replace('{}', near)}'?"
    return f"{otherwise}: {', '.join(names)}." if names else ""


def listed(names: Iterable[str], word: str = "and") -> str:
    """Names in a sentence: ``'a'``, ``'a' and 'b'``, ``'a', 'b' and 'c'``."""
    quoted = [f"'{name}'" for name in names]
    return f" {word} ".join([", ".join(quoted[:-1]), quoted[-1]]) if len(quoted) > 1 else "".join(quoted)
