"""What differs on the wire between two revisions of a project → text for a terminal."""

from __future__ import annotations

from hookwright.model.wire import WireDifference
from hookwright.report.style import one_line, painter
from hookwright.report.wire_text import wire_lines


def to_text(difference: WireDifference, *, color: bool = False) -> str:
    """The requests that differ, each as what goes and what comes, and how many there are."""
    paint = painter(color)
    blocks = []
    for webhook in difference.webhooks:
        was = f" (was {one_line(webhook.renamed_from)})" if webhook.renamed_from else ""
        title = f"── {one_line(webhook.name)}{was} · {one_line(webhook.environment)}"
        blocks.append("\n".join([paint(title, "bold", "cyan"), *wire_lines(webhook.changes, paint)]))
    blocks.append(_summary(difference))
    return "\n\n".join(blocks)


def _summary(difference: WireDifference) -> str:
    changed, unchanged = difference.changed, difference.unchanged
    against = one_line(difference.against)
    differ = f"{changed} request{'s' if changed > 1 else ''} differ{'' if changed > 1 else 's'} from {against}"
    same = f"{unchanged} {'is' if unchanged == 1 else 'are'} the same"
    return f"{differ if changed else f'No request differs from {against}'}; {same}."
