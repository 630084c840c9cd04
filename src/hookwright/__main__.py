"""``python -m hookwright``."""

from hookwright.cli.main import run

run()
