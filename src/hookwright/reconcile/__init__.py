"""Declared and live → plan, and the apply of a plan."""
