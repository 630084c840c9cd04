"""The platform's template language: ``{{event.key}}``, ``{{workflow_response.key}}`` and their roots."""

from hookwright.templates.render import Context, body_structure, render_body, render_header, render_text, render_value
from hookwright.templates.syntax import Expression, Fault, Template, parse

__all__ = [
    "Context",
    "Expression",
    "Fault",
    "Template",
    "body_structure",
    "parse",
    "render_body",
    "render_header",
    "render_text",
    "render_value",
]
