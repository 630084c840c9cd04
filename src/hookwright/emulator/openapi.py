"""The OpenAPI document of what the emulator offers."""

from hookwright.model.source import Json


def document() -> Json:
    """The document."""
    return {}
