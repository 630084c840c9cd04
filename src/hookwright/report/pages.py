"""HTML pages in one file, from the templates beside this module.

Every value is escaped where it stands (Jinja2's autoescape). A page needs nothing but itself: its Content Security
Policy forbids every request, and admits its one style sheet, and its one script where it has any, by their digests.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from hookwright.report.style import printable

_TEMPLATES: Final = Path(__file__).parent / "templates"


def render(name: str, values: Mapping[str, Any]) -> str:
    """A page, from ``NAME.html``, ``NAME.css`` and, where there is one, ``NAME.js``.

    The template puts ``style`` into its style sheet, ``script`` into its script and ``policy`` into its
    ``Content-Security-Policy``.

    Args:
        name: name of the files without their endings.
        values: what the template shows; text in it is text, never markup.
    """
    # The text of an element, to the byte: the digest in the policy is of exactly that (CSP 3, §6.7.2.3).
    style = (_TEMPLATES / f"{name}.css").read_text("utf-8")
    file = _TEMPLATES / f"{name}.js"
    script = file.read_text("utf-8") if file.is_file() else ""
    admitted = [f"style-src '{_digest(style)}'", *([f"script-src '{_digest(script)}'"] if script else [])]
    policy = "; ".join(["default-src 'none'", *admitted, "base-uri 'none'", "form-action 'none'"])
    trusted = {"style": Markup(style), "script": Markup(script)}  # noqa: S704  # files of this package
    return _environment().get_template(f"{name}.html").render(values, policy=policy, **trusted) + "\n"


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode('ascii')}"


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _shown(value: object) -> object:
    """Text without control characters, which HTML cannot hold (WHATWG HTML §13.1.4), and that UTF-8 can."""
    return printable(value) if type(value) is str else value
