"""The commit of a checkout, in every way that git keeps it."""

from __future__ import annotations

from pathlib import Path

import pytest

from hookwright.cli.git import head_commit
from tests.unit.cli.repository import committed, git


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with two commits on main."""
    root = tmp_path / "repository"
    root.mkdir()
    for text in ("one", "two"):
        (root / "file").write_text(text)
        committed(root)
    return root


def head(folder: Path) -> str:
    return git(folder, "rev-parse", "HEAD")


def test_a_branch(repository: Path) -> None:
    commit = head_commit(repository)
    assert commit == head(repository)
    assert commit is not None
    assert len(commit) == 40


def test_from_a_folder_below(repository: Path) -> None:
    below = repository / "a" / "b"
    below.mkdir(parents=True)
    assert head_commit(below) == head(repository)


def test_through_a_link(repository: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(repository)
    assert head_commit(link) == head(repository)


def test_detached(repository: Path) -> None:
    git(repository, "checkout", "--quiet", "--detach", "HEAD~1")
    assert head_commit(repository) == head(repository) == git(repository, "rev-parse", "main~1")


def test_a_branch_with_slashes(repository: Path) -> None:
    git(repository, "checkout", "--quiet", "-b", "feature/webhooks/new", "HEAD~1")
    assert head_commit(repository) == head(repository)


def test_a_branch_that_stands_for_another(repository: Path) -> None:
    git(repository, "symbolic-ref", "refs/heads/alias", "refs/heads/main")
    git(repository, "symbolic-ref", "HEAD", "refs/heads/alias")
    assert head_commit(repository) == head(repository)
    git(repository, "pack-refs", "--all")
    assert head_commit(repository) == head(repository)
    git(repository, "symbolic-ref", "refs/heads/main", "refs/heads/alias")
    assert head_commit(repository) is None


def test_a_name_that_no_file_can_have(repository: Path) -> None:
    (repository / ".git" / "HEAD").write_text("ref: refs/heads/\0")
    assert head_commit(repository) is None


def test_packed(repository: Path) -> None:
    git(repository, "tag", "--annotate", "v1", "--message", "A tag: its line is followed by that of its commit")
    git(repository, "branch", "other", "HEAD~1")
    git(repository, "pack-refs", "--all")
    assert not (repository / ".git" / "refs" / "heads" / "main").exists()
    assert head_commit(repository) == head(repository)


def test_what_is_loose_wins_over_what_is_packed(repository: Path) -> None:
    git(repository, "pack-refs", "--all")
    (repository / "file").write_text("three")
    commit = committed(repository)
    assert commit not in (repository / ".git" / "packed-refs").read_text()
    assert head_commit(repository) == commit


@pytest.mark.parametrize("packed", [False, True])
def test_a_work_tree_of_its_own(repository: Path, tmp_path: Path, packed: bool) -> None:
    git(repository, "worktree", "add", "--quiet", "-b", "topic", str(tmp_path / "topic"), "HEAD~1")
    if packed:
        git(repository, "pack-refs", "--all")
    assert head_commit(tmp_path / "topic") == head(tmp_path / "topic") == git(repository, "rev-parse", "topic")
    assert head_commit(repository) == head(repository) != head_commit(tmp_path / "topic")


def test_a_detached_work_tree(repository: Path, tmp_path: Path) -> None:
    git(repository, "worktree", "add", "--quiet", "--detach", str(tmp_path / "topic"), "HEAD~1")
    assert head_commit(tmp_path / "topic") == git(repository, "rev-parse", "main~1")


def test_a_submodule(repository: Path, tmp_path: Path) -> None:
    outer = tmp_path / "outer"
    outer.mkdir()
    git(outer, "init", "--quiet", "--initial-branch=main")
    git(outer, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(repository), "inner")
    committed(outer)
    assert (outer / "inner" / ".git").is_file()
    assert head_commit(outer / "inner") == head(repository)
    assert head_commit(outer) == head(outer) != head(repository)


def test_longer_hashes(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "--object-format=sha256")
    (tmp_path / "file").write_text("one")
    commit = committed(tmp_path)
    assert len(commit) == 64
    assert head_commit(tmp_path) == commit


def test_nothing_committed_yet(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    assert head_commit(tmp_path) is None


def test_no_repository(tmp_path: Path) -> None:
    marked = [parent for parent in (tmp_path, *tmp_path.parents) if (parent / ".git").exists()]
    assert marked == [], "the tests' folder is in a repository"
    assert head_commit(tmp_path) is None
    assert head_commit(tmp_path / "not" / "there") is None


@pytest.mark.parametrize("text", [b"", b"ref:", b"ref: refs/heads/gone\n", b"abc\n", b"\xff" * 40, b"g" * 40])
def test_a_broken_repository(tmp_path: Path, text: bytes) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "HEAD").write_bytes(text)
    (tmp_path / ".git" / "packed-refs").write_bytes(b"# pack-refs\nshort refs/heads/gone\n^" + b"a" * 40 + b"\n")
    assert head_commit(tmp_path) is None


def test_a_pointer_to_nowhere(tmp_path: Path) -> None:
    (tmp_path / ".git").write_text("gitdir: gone\n")
    assert head_commit(tmp_path) is None
