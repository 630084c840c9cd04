"""The published JSON Schemas: in the installed package, or beside the sources."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

SUFFIX: Final = ".schema.json"
_INSTALLED: Final = Path(__file__).parents[1] / "schemas"
_BESIDE_SOURCES: Final = Path(__file__).parents[3] / "schemas"


def schema_text(name: str) -> str:
    """The text of a published schema.

    Args:
        name: its name without suffix: ``project``, ``resources``, ``events/workflow-errored``, ``output/plan``.

    Raises:
        KeyError: there is no schema of that name.
    """
    try:
        return (_folder() / f"{name}{SUFFIX}").read_text("utf-8")
    except (FileNotFoundError, NotADirectoryError):
        raise KeyError(name) from None


@cache
def schema_names() -> tuple[str, ...]:
    """The names of all published schemas, sorted."""
    folder = _folder()
    return tuple(
        sorted(path.relative_to(folder).as_posix().removesuffix(SUFFIX) for path in folder.rglob(f"*{SUFFIX}"))
    )


def _folder() -> Path:
    """The folder of the schemas: the wheel carries it in the package, a checkout has it beside ``src``."""
    return _INSTALLED if _INSTALLED.is_dir() else _BESIDE_SOURCES
