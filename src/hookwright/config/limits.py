"""How much a file may hold: far beyond any real project, far below what would hurt."""

from typing import Final

MAX_BYTES: Final = 10 * 1024 * 1024
"""Largest file that is read."""

MAX_DEPTH: Final = 60
"""Deepest nesting of mappings and sequences."""

MAX_NODES: Final = 1_000_000
"""Most values in one file."""

MAX_EXPANDED: Final = 100_000
"""Most values that aliases and merge keys may add to those that are written out."""

MAX_PROBLEMS: Final = 200
"""Most findings in one file: behind them reading stops, the rest would be of no help."""

MAX_TRACED: Final = 200_000
"""Longest scalar, in characters, whose characters are traced back to the text one by one."""

MAX_DIRECTIVES: Final = 64
"""Most lines that begin with ``%``: the parser's time grows with the square of its directives."""
