"""What ``make versions`` installs is the lowest that pyproject.toml allows."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[2]


def test_the_lowest_versions_are_those_that_are_allowed() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    lines = [*project["dependencies"], *extras["harness"], *extras["pytest"], *extras["record"]]
    asked = [each for each in map(Requirement, lines) if each.name != project["name"]]
    pinned = dict(
        re.findall(r"^([\w.-]+)==([^ ]+)", (ROOT / "requirements" / "lowest.txt").read_text("utf-8"), re.MULTILINE)
    )
    lowest = {each.name: [Version(one.version) for one in each.specifier if one.operator == ">="] for each in asked}
    assert lowest == {name: [Version(pinned[canonicalize_name(name)])] for name in lowest}
