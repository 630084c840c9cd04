"""The commands of ``hookwright test``."""
