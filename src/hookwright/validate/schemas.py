"""The published JSON Schemas: in the installed package, or beside the sources."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Final

SUFFIX: Final = ".schema.json"
_REFERENCE: Final = r'"\$ref": "([a-z-]+)\.schema\.json'
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


def whole_schema_text(name: str) -> str:
    """The text of a published schema, with those it refers to below ``$defs``: it can be used without any other file.

    Raises:
        KeyError: there is no schema of that name.
    """
    import json

    folder = name.rpartition("/")[0]
    texts: dict[str, str] = {}
    waiting = [name]
    while waiting:
        one = waiting.pop()
        if one not in texts:
            texts[one] = schema_text(one)
            waiting += [f"{folder}/{other}" for other in re.findall(_REFERENCE, texts[one])]
    text = texts.pop(name)
    if not texts:
        return text
    schema = json.loads(text)
    # By its '$id' each is found where it stands (JSON Schema 2020-12, 9.3: compound documents).
    schema["$defs"] = schema.get("$defs", {}) | {one: json.loads(texts[one]) for one in sorted(texts)}
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


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
