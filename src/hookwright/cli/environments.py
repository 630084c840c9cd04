"""``hookwright environments``: list them, for people and for a job matrix."""

from __future__ import annotations

import json
import re
from typing import Final

from hookwright.cli.options import Settings, command, option
from hookwright.errors import UsageError

MATRIX: Final = 256
"""Jobs that a matrix may have on GitHub (its documentation, "Usage limits")."""


@command(
    name="environments",
    formats=("text", "json", "github-matrix"),
    short_help="List the environments of the project.",
)
@option("--shard", metavar="I/N", default=None, help="Only every N-th environment, beginning with the I-th (from 1).")
def main(settings: Settings, shard: str | None) -> int:
    """List the environments of the project.

    With --format github-matrix, prints the JSON of a job matrix: {"include": [{"environment": …, "kind": …}, …]}.
    """
    from hookwright.cli.project import load_project, refuse
    from hookwright.config import resolve

    project = load_project(settings)
    refuse(list(project.findings), "the project cannot be read")
    rows = []
    for name in _shard(list(project.environments), shard):
        environment = resolve(project, name, settings.environ)[0].environment
        rows.append({"environment": name, "kind": str(environment.kind), "api_url": environment.shown_url})
    if settings.format == "json":
        settings.emit(json.dumps({"format": "hookwright.environments/1", "environments": rows}, ensure_ascii=False))
    elif settings.format == "github-matrix":
        if len(rows) > MATRIX:
            raise UsageError(
                f"these are {len(rows)} environments, and GitHub takes {MATRIX} jobs in a matrix",
                hint="Let each job work on a shard of them: --shard I/N.",
            )
        settings.emit(json.dumps({"include": [{k: row[k] for k in ("environment", "kind")} for row in rows]}))
    else:
        width = max((len(row["environment"]) for row in rows), default=0)
        for row in rows:
            settings.emit(f"{row['environment']:<{width}}  {row['kind']:<10}  {row['api_url']}")
    return 0


def _shard(names: list[str], shard: str | None) -> list[str]:
    """The names of one shard of several; each name is in exactly one."""
    if shard is None:
        return names
    match = re.fullmatch(r"([1-9]\d*)/([1-9]\d*)", shard)
    if not match or int(match[1]) > int(match[2]):
        raise UsageError(f"'{shard}' is no shard", hint="Write it as I/N, with 1 ≤ I ≤ N: 2/5.")
    return names[int(match[1]) - 1 :: int(match[2])]
