from __future__ import annotations

import os
from pathlib import Path

import pytest

from hookwright.config.include import DEFAULT_INCLUDE, is_absolute, leaves_root, matching


def tree(root: Path, *files: str) -> None:
    for name in files:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}")


def names(root: Path, *patterns: str) -> list[str]:
    included = matching(root, patterns)
    assert included.findings == []
    return [path.relative_to(root).as_posix() for path in included.files]


def failures(root: Path, *patterns: str) -> list[tuple[str, str]]:
    found = [one for one in matching(root, patterns).findings if one.span]
    assert all(one.rule == "HW014" for one in found)
    return [(one.span.file.relative_to(root).as_posix(), one.message) for one in found if one.span]


def test_the_default(tmp_path: Path) -> None:
    tree(
        tmp_path, "hookwright.yaml", "webhooks/b.yaml", "webhooks/a.yml", "webhooks/x/y/c.yaml", "events/d.yaml",
        "webhooks/no.json", "other/e.yaml", "f.yaml", "webhooks/.hidden.yaml", "webhooks/.git/g.yaml",
    )  # fmt: skip
    assert names(tmp_path, *DEFAULT_INCLUDE) == [
        "events/d.yaml", "webhooks/a.yml", "webhooks/b.yaml", "webhooks/x/y/c.yaml",
    ]  # fmt: skip


def test_no_folder_is_no_failure(tmp_path: Path) -> None:
    assert names(tmp_path, *DEFAULT_INCLUDE) == []
    tree(tmp_path, "a")
    assert names(tmp_path, "a/*.yaml", "b/c/*.yaml") == []


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("*.yaml", ["a.yaml"]),
        ("./w/*.yaml", ["w/a.yaml", "w/b1.yaml", "w/b2.yaml"]),
        ("w/a.yaml", ["w/a.yaml"]),
        ("**/*.yaml", ["a.yaml", "w/a.yaml", "w/b1.yaml", "w/b2.yaml", "w/x/a.yaml", "w/x/y/a.yaml"]),
        ("w/**", ["w/a.yaml", "w/b1.yaml", "w/b2.yaml", "w/c.txt", "w/x/a.yaml", "w/x/y/a.yaml"]),
        ("w/**/y/*.yaml", ["w/x/y/a.yaml"]),
        ("w/*/a.yaml", ["w/x/a.yaml"]),
        ("w/b?.yaml", ["w/b1.yaml", "w/b2.yaml"]),
        ("w/b[2-9].yaml", ["w/b2.yaml"]),
        ("w/b[!2].yaml", ["w/b1.yaml"]),
        ("w/[ab]*.yaml", ["w/a.yaml", "w/b1.yaml", "w/b2.yaml"]),
        ("w/b[.yaml", []),
        ("w/.h/*.yaml", ["w/.h/z.yaml"]),
        ("w", []),
        ("w/x", []),
    ],
)
def test_globs(tmp_path: Path, pattern: str, expected: list[str]) -> None:
    tree(
        tmp_path, "hookwright.yaml", "a.yaml", "w/a.yaml", "w/b1.yaml", "w/b2.yaml", "w/c.txt", "w/x/a.yaml",
        "w/x/y/a.yaml", "w/.h/z.yaml",
    )  # fmt: skip
    assert names(tmp_path, pattern) == expected


def test_a_file_is_included_once(tmp_path: Path) -> None:
    tree(tmp_path, "w/a.yaml", "w/x/b.yaml")
    (tmp_path / "w" / "again.yaml").symlink_to("a.yaml")
    (tmp_path / "w" / "0-link").symlink_to("x")
    (tmp_path / "v").symlink_to("w")
    assert names(tmp_path, "w/**/*.yaml", "w/*.yaml", "v/*.yaml") == ["w/a.yaml", "w/x/b.yaml"]


def test_links_within_the_project_are_followed(tmp_path: Path) -> None:
    tree(tmp_path, "common/a.yaml", "common/x/b.yaml", "w/c.yaml")
    (tmp_path / "w" / "d.yaml").symlink_to("../common/a.yaml")
    (tmp_path / "w" / "e").symlink_to("../common/x")
    assert names(tmp_path, "w/**/*.yaml") == ["w/c.yaml", "w/d.yaml", "w/e/b.yaml"]


def test_a_project_that_is_reached_through_a_link(tmp_path: Path) -> None:
    tree(tmp_path, "real/w/a.yaml", "real/common/b.yaml")
    (tmp_path / "real" / "w" / "b.yaml").symlink_to("../common/b.yaml")
    (tmp_path / "link").symlink_to("real")
    assert names(tmp_path / "link", "w/*.yaml", "common/*.yaml") == ["common/b.yaml", "w/a.yaml"]


def test_link_loops_end(tmp_path: Path) -> None:
    tree(tmp_path, "w/a.yaml")
    (tmp_path / "w" / "loop").symlink_to(".")
    (tmp_path / "w" / "up").symlink_to("..")
    (tmp_path / "w" / "self").symlink_to("self")
    assert names(tmp_path, "w/**/*.yaml") == ["w/a.yaml"]
    (tmp_path / "w" / "circle.yaml").symlink_to("circle.yaml")
    assert names(tmp_path, "w/**/*.yaml") == ["w/a.yaml", "w/circle.yaml"]


def test_links_out_of_the_project_are_failures(tmp_path: Path) -> None:
    root = tmp_path / "project"
    tree(root, "w/a.yaml")
    tree(tmp_path, "project-other/b.yaml", "c.yaml")
    (root / "w" / "b").symlink_to("../../project-other")
    (root / "w" / "c.yaml").symlink_to("../../c.yaml")
    (root / "out").symlink_to("..")
    reason = "cannot be read: it is a link that leads out of the project"
    assert failures(root, "w/**/*.yaml", "out/*.yaml") == [
        ("out", f"out {reason}"),
        ("w/b", f"b {reason}"),
        ("w/c.yaml", f"c.yaml {reason}"),
    ]
    assert [path.name for path in matching(root, ["w/**/*.yaml"]).files] == ["a.yaml"]


def test_a_link_that_leads_nowhere_is_not_passed_over(tmp_path: Path) -> None:
    tree(tmp_path, "w/a.yaml")
    (tmp_path / "w" / "b.yaml").symlink_to("gone.yaml")
    assert names(tmp_path, "w/*.yaml") == ["w/a.yaml", "w/b.yaml"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may look anywhere")
def test_a_folder_that_may_not_be_looked_into_is_a_failure(tmp_path: Path) -> None:
    tree(tmp_path, "w/x/a.yaml", "w/b.yaml")
    (tmp_path / "w" / "x").chmod(0)
    assert failures(tmp_path, "w/**/*.yaml") == [("w/x", "x cannot be read: permission denied")]
    assert failures(tmp_path, "w/x/y/*.yaml") == [("w/x/y", "y cannot be read: permission denied")]
    (tmp_path / "w" / "x").chmod(0o700)


def test_a_name_that_is_too_long_is_a_failure(tmp_path: Path) -> None:
    long = "x" * 300
    assert failures(tmp_path, f"{long}/*.yaml") == [(long, f"{long} cannot be read: file name too long")]


@pytest.mark.parametrize("path", ["/a", "\\a", "~/a", "C:/a", "c:a"])
def test_absolute_paths(path: str) -> None:
    assert is_absolute(path)
    assert leaves_root(path)


@pytest.mark.parametrize("path", ["../a", "a/../../b", "a/.."])
def test_paths_that_lead_upwards(path: str) -> None:
    assert not is_absolute(path)
    assert leaves_root(path)


@pytest.mark.parametrize("path", ["a", "./a", "a/b..c", "**/*.yaml"])
def test_paths_that_stay(path: str) -> None:
    assert not leaves_root(path)
