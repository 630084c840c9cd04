"""The template language in the shape in which the emulator wants it: cli joins the two."""

from __future__ import annotations

from collections.abc import Mapping

from hookwright.model.source import Json
from hookwright.templates import Context, render_body, render_header


class TemplateRenderer:
    """Fills templates in as every other command does (a :class:`hookwright.emulator.Renderer`)."""

    def body(self, template: Json, event: Mapping[str, Json], workflow_response: Json | None) -> bytes:
        """The body of a delivery."""
        return render_body(template, Context(event, workflow_response))

    def header(self, value: str, event: Mapping[str, Json], workflow_response: Json | None) -> str:
        """The value of a header."""
        return render_header(value, Context(event, workflow_response))
