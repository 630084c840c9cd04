"""The project's files → declared resources."""

from hookwright.config.project import find_project, load
from hookwright.config.reader import read, read_text
from hookwright.config.resolve import resolve

__all__ = ["find_project", "load", "read", "read_text", "resolve"]
