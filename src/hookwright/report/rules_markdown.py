"""The pages of rules, and their index, in Markdown: ``docs/rules``."""

from __future__ import annotations

from collections.abc import Sequence

from hookwright.model.rulepage import RulePage, files_of


def to_markdown(page: RulePage) -> str:
    """The page of a rule, in Markdown."""
    state = f"{page.severity}, off unless `rules:` turns it on" if not page.enabled else str(page.severity)
    return "\n".join(
        [
            f"# {page.id}: {page.title}",
            "",
            f"Name: `{page.name}`. Severity: {state}. Family: {page.family.title.lower()}.",
            "",
            page.why,
            "",
            f"**What to do.** {page.hint}",
            "",
            "## Gives this finding",
            "",
            *_example(page.failing),
            "## Does not",
            "",
            *_example(page.passing),
        ]
    )


def index(pages: Sequence[RulePage]) -> str:
    """The list of all rules, by family, in Markdown."""
    lines = [
        "# Rules",
        "",
        "What `hookwright validate` looks for. `hookwright explain RULE` shows a page in the terminal.",
        "",
        "A rule is turned off, or made an `info`, `warning` or `error`, in `hookwright.yaml`:",
        "",
        "```yaml",
        "rules:",
        "  HW305: error",
        '  no-description: info     # by name; "off" must be quoted',
        '  HW407: "off"',
        "```",
        "",
        "A single line is let off by a comment on it, or on the line above; the reason is required:",
        "",
        "```yaml",
        "    url: http://hooks.acme.example/orders  # hookwright: ignore HW301 - inside the VPN",
        "```",
        "",
        "One on, or above, the line where a text begins behind `|` or `>` is for all of that text.",
        "",
        "Errors of reading and of the schema can be neither turned off nor silenced: nothing behind them is certain.",
    ]
    for family in dict.fromkeys(page.family for page in pages):
        lines += ["", f"## {family.prefix}xx: {family.title}", "", family.about, ""]
        lines += ["| rule | name | severity | |", "|---|---|---|---|"]
        for page in pages:
            if page.family == family:
                severity = str(page.severity) if page.enabled else f"{page.severity} (off)"
                lines.append(f"| [{page.id}]({page.id}.md) | `{page.name}` | {severity} | {page.title} |")
    return "\n".join(lines) + "\n"


def _example(example: str) -> list[str]:
    lines: list[str] = []
    files = files_of(example)
    for path, text in files.items():
        if len(files) > 1:
            lines += [f"`{path}`:", ""]
        kind = "json" if path.endswith(".json") else "yaml" if path.endswith((".yaml", ".yml")) else "text"
        lines += [f"```{kind}", text.rstrip("\n"), "```", ""]
    return lines
