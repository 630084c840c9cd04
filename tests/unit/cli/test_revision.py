"""A project at a git revision."""

from __future__ import annotations

from pathlib import Path

import pytest

from hookwright.cli.revision import at_revision, project_at
from hookwright.errors import ConfigError, LocalError, UsageError
from hookwright.model.finding import Finding, Related, Severity
from hookwright.model.source import Position, Span
from tests.unit.cli.repository import ENVIRON, committed, git


def state(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Everything in a folder, git's own files included."""
    return {
        str(path.relative_to(folder)): (path.stat().st_mtime_ns, path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with a project at its root, in two commits, and a change that is not committed."""
    root = tmp_path / "repository"
    (root / "webhooks").mkdir(parents=True)
    (root / "hookwright.yaml").write_text("version: 1\n")
    (root / "webhooks" / "a.yaml").write_text("first\n")
    committed(root)
    (root / "webhooks" / "a.yaml").write_text("second\n")
    (root / "webhooks" / "b.yaml").write_text("new\n")
    committed(root)
    (root / "webhooks" / "a.yaml").write_text("not committed\n")
    return root


def test_the_files_as_they_were(repository: Path) -> None:
    with project_at(repository, "HEAD~1", ENVIRON) as then:
        assert (then / "webhooks" / "a.yaml").read_text() == "first\n"
        assert sorted(path.name for path in then.rglob("*.yaml")) == ["a.yaml", "hookwright.yaml"]
    assert not then.exists()


def test_nothing_is_touched(repository: Path) -> None:
    before = state(repository)
    with project_at(repository, "main", ENVIRON):
        pass
    assert state(repository) == before


@pytest.mark.parametrize("ref", ["HEAD", "main", "v1", "annotated", "@", "main@{0}", "HASH"])
def test_whatever_names_a_commit(repository: Path, ref: str) -> None:
    git(repository, "tag", "v1")
    git(repository, "tag", "--annotate", "annotated", "--message", "A tag")
    ref = ref.replace("HASH", git(repository, "rev-parse", "--short", "HEAD"))
    with project_at(repository, ref, ENVIRON) as then:
        assert (then / "webhooks" / "a.yaml").read_text() == "second\n"


def test_a_project_in_a_folder_below(tmp_path: Path) -> None:
    root = tmp_path / "projects" / "ac me"
    root.mkdir(parents=True)
    (root / "hookwright.yaml").write_text("version: 1\n")
    (root / ".gitattributes").write_text("hookwright.yaml export-ignore\n")
    (tmp_path / "other.txt").write_text("no part of it\n")
    (tmp_path / ".gitattributes").write_text("/projects/*/hookwright.yaml text eol=crlf\n")
    committed(tmp_path)
    with project_at(root, "HEAD", ENVIRON) as then:
        assert {path.name for path in then.iterdir()} == {"hookwright.yaml", ".gitattributes"}
        # As a checkout writes it, by the attributes that stand above the project; nothing is left out.
        assert (then / "hookwright.yaml").read_bytes() == b"version: 1\r\n"


def test_what_a_sparse_work_tree_leaves_out_is_there(repository: Path) -> None:
    git(repository, "restore", ".")
    git(repository, "sparse-checkout", "set", "--no-cone", "/hookwright.yaml")
    assert not (repository / "webhooks").exists()
    with project_at(repository, "HEAD", ENVIRON) as then:
        assert (then / "webhooks" / "b.yaml").read_text() == "new\n"


def test_called_from_a_hook(repository: Path) -> None:
    before = (repository / ".git" / "index").read_bytes()
    hook = ENVIRON | {"GIT_DIR": "elsewhere", "GIT_INDEX_FILE": str(repository / ".git" / "index")}
    with project_at(repository, "HEAD", hook) as then:
        assert (then / "webhooks" / "a.yaml").read_text() == "second\n"
    assert (repository / ".git" / "index").read_bytes() == before


@pytest.mark.parametrize("ref", ["nowhere", "HEAD~9", "", "--upload-pack=x", "-h", "HEAD:webhooks", "a b", "v1\nx"])
def test_no_such_revision(repository: Path, ref: str) -> None:
    with pytest.raises(UsageError) as raised, project_at(repository, ref, ENVIRON):
        pass
    assert raised.value.message == f"the repository has no revision '{ref}'"
    assert "git fetch" in raised.value.hint


def test_a_shallow_clone_says_so(repository: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{repository}", "shallow")
    with pytest.raises(UsageError) as raised, project_at(tmp_path / "shallow", "HEAD~1", ENVIRON):
        pass
    assert "fetch-depth: 0" in raised.value.hint


def test_no_project_then(repository: Path) -> None:
    below = repository / "later"
    below.mkdir()
    (below / "hookwright.yaml").write_text("version: 1\n")
    with pytest.raises(ConfigError, match=r"there is no later/hookwright\.yaml at HEAD \([0-9a-f]{12}\)"):
        project_at(below, "HEAD", ENVIRON).__enter__()


def test_a_folder_without_a_project_then(repository: Path) -> None:
    with pytest.raises(ConfigError, match=r"there is no webhooks/hookwright\.yaml at main"):
        project_at(repository / "webhooks", "main", ENVIRON).__enter__()


def test_no_repository(tmp_path: Path) -> None:
    bounded = ENVIRON | {"GIT_CEILING_DIRECTORIES": str(tmp_path.parent)}
    with pytest.raises(LocalError, match="is in no git repository"):
        project_at(tmp_path, "HEAD", bounded).__enter__()


def test_no_git(repository: Path, tmp_path: Path) -> None:
    with pytest.raises(LocalError, match="git is not installed"):
        project_at(repository, "HEAD", {"PATH": str(tmp_path)}).__enter__()


def test_what_git_says_is_passed_on(repository: Path) -> None:
    (repository / ".git" / "config").write_text("[core\n")
    with pytest.raises(LocalError, match="git failed: fatal: bad config line 1"):
        project_at(repository, "HEAD", ENVIRON).__enter__()


def test_a_broken_repository(repository: Path) -> None:
    blob = git(repository, "rev-parse", "HEAD:webhooks/b.yaml")
    (repository / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    with pytest.raises(LocalError, match=f"git failed: .*{blob}"):
        project_at(repository, "HEAD", ENVIRON).__enter__()


def test_findings_are_named_as_git_names_their_files(tmp_path: Path) -> None:
    def at(file: Path) -> Span:
        return Span(file, Position(1, 1), Position(1, 2))

    folder, elsewhere = tmp_path / "tree", tmp_path / "elsewhere.yaml"
    related = (Related("the other", at(folder / "webhooks" / "b.yaml")), Related("of no revision", at(elsewhere)))
    found = Finding("HW016", Severity.ERROR, "twice", at(folder / "webhooks" / "a.yaml"), related=related)
    named = at_revision(found, folder, "main")
    assert named.span is not None
    files = [named.span.file, *(one.span.file for one in named.related)]
    assert [str(file) for file in files] == ["main:webhooks/a.yaml", "main:webhooks/b.yaml", str(elsewhere)]
    without = Finding("HW000", Severity.ERROR, "nothing there")
    assert at_revision(without, folder, "main") == without
