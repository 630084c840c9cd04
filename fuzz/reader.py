"""Coverage-guided fuzzing of the YAML reader: any bytes, never an exception, a hang or a gigabyte.

``make fuzz`` runs it; libFuzzer's own options (``-max_total_time``, ``-timeout``, ``-rss_limit_mb``) bound it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["hookwright"]):
    from hookwright.config import read_text
    from hookwright.model.source import escape

FILE = Path("fuzz.yaml")


def pointers(value: object, pointer: str = "", depth: int = 0) -> list[str]:
    """Some pointers into a value, keys that need escaping among them."""
    found = [pointer]
    if depth > 3:
        return found
    if isinstance(value, dict):
        for key, item in list(value.items())[:4]:
            found += pointers(item, f"{pointer}/{escape(key)}", depth + 1)
    elif isinstance(value, list):
        for index, item in enumerate(value[:4]):
            found += pointers(item, f"{pointer}/{index}", depth + 1)
    return found


def one(data: bytes) -> None:
    """Read the bytes; ask for places; what was read must be JSON."""
    document, findings = read_text(FILE, data)
    for finding in findings:
        assert finding.span is None or finding.span.start.line >= 1
    if document is None:
        assert findings
        return
    if not any(finding.severity == "error" for finding in findings):
        json.dumps(document.value, allow_nan=False)
    for pointer in pointers(document.value):
        span = document.places.span(pointer)
        assert 1 <= span.start.line <= span.end.line
        assert document.places.span(pointer, key=True).start.column >= 1
    if isinstance(document.value, str) and document.value:
        document.places.within("", 0, len(document.value))


if __name__ == "__main__":
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
