"""The pages of the rules: ``explain`` shows what they say, ``docs/rules`` holds them.

``python -m hookwright.validate.pages [FOLDER]`` writes them (to ``docs/rules``); with ``--check`` it only says, and
fails, where they are not what the rules say.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from hookwright.model.rulepage import RulePage
from hookwright.validate.registry import catalogue
from hookwright.validate.rule import Rule, files_of

FORMAT: Final = "hookwright.rules/1"
FAMILIES: Final = {
    "HW0": ("Reading", "Whether the files can be read, and mean the same to every reader of YAML."),
    "HW1": ("Schema", "Whether the files have the form that the published JSON Schemas describe."),
    "HW2": ("Templates", "Whether templates name what the subscribed events carry, and stand where they work."),
    "HW3": ("Secrets and safety", "Whether deliveries are safe on their way, and secrets out of the files."),
    "HW4": ("Meaning", "Whether the declarations make sense, for the platform and among each other."),
    "HW5": ("Style and housekeeping", "What is not wrong, but will be in somebody's way."),
}


def page(rule: Rule) -> str:
    """The page of a rule, in Markdown."""
    state = f"{rule.severity}, off unless `rules:` turns it on" if not rule.enabled else str(rule.severity)
    return "\n".join(
        [
            f"# {rule.id}: {rule.title}",
            "",
            f"Name: `{rule.name}`. Severity: {state}. Family: {FAMILIES[rule.id[:3]][0].lower()}.",
            "",
            rule.why,
            "",
            f"**What to do.** {rule.hint}",
            "",
            "## Gives this finding",
            "",
            *_example(rule.failing),
            "## Does not",
            "",
            *_example(rule.passing),
        ]
    )


def page_of(rule: Rule) -> RulePage:
    """What the page of a rule says, to be shown elsewhere than in Markdown."""
    return RulePage(
        id=rule.id,
        name=rule.name,
        family=FAMILIES[rule.id[:3]][0],
        severity=rule.severity,
        enabled=rule.enabled,
        title=rule.title,
        why=rule.why,
        hint=rule.hint,
        failing=files_of(rule.failing),
        passing=files_of(rule.passing),
    )


def as_dict(rule: Rule) -> dict[str, Any]:
    """A rule as ``explain --format json`` has it."""
    return {
        "id": rule.id,
        "name": rule.name,
        "severity": str(rule.severity),
        "enabled": rule.enabled,
        "title": rule.title,
        "why": rule.why,
        "hint": rule.hint,
        "failing": rule.failing,
        "passing": rule.passing,
    }


def pages() -> dict[str, str]:
    """Every page, and their index, by file name."""
    rules = catalogue()
    made = {f"{rule.id}.md": page(rule) for rule in rules.values()}
    return {"README.md": index(list(rules.values())), **made}


def main(arguments: Sequence[str]) -> int:
    """Write the pages into a folder, or check them: returns 1 where one was stale, 64 where the call makes no sense."""
    folders = [argument for argument in arguments if argument != "--check"] or ["docs/rules"]
    if len(folders) != 1:
        sys.stderr.write("usage: python -m hookwright.validate.pages [--check] [FOLDER]\n")
        return 64
    folder = Path(folders[0])
    wanted = pages()
    stale = [name for name, text in wanted.items() if _text(folder / name) != text]
    stale += sorted({path.name for path in folder.glob("*.md")} - wanted.keys())
    if "--check" in arguments:
        for name in stale:
            sys.stderr.write(f"{folder / name} is not what the rules say\n")
        return 1 if stale else 0
    folder.mkdir(parents=True, exist_ok=True)
    for name in stale:
        if name in wanted:
            (folder / name).write_text(wanted[name], "utf-8")
        else:
            (folder / name).unlink()
    return 0


def index(rules: Sequence[Rule]) -> str:
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
        "Errors of reading and of the schema can be neither turned off nor silenced: nothing behind them is certain.",
    ]
    for prefix, (title, about) in FAMILIES.items():
        lines += ["", f"## {prefix}xx: {title}", "", about, "", "| rule | name | severity | |", "|---|---|---|---|"]
        for rule in rules:
            if rule.id.startswith(prefix):
                severity = str(rule.severity) if rule.enabled else f"{rule.severity} (off)"
                lines.append(f"| [{rule.id}]({rule.id}.md) | `{rule.name}` | {severity} | {rule.title} |")
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


def _text(path: Path) -> str | None:
    return path.read_text("utf-8") if path.is_file() else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
