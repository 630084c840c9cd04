from __future__ import annotations

from pathlib import Path

import pytest

from hookwright.config import find_project, load
from hookwright.errors import ConfigError, LocalError
from hookwright.model.finding import Severity
from hookwright.model.project import Project

MAIN = """\
version: 1
project: acme
environments:
  test: {api_key: "${env.KEY}"}
  production: {api_key: "${env.KEY}"}
"""


def write(root: Path, files: dict[str, str | bytes]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return root / "hookwright.yaml"


def found(project: Project) -> list[tuple[str, str, int, int]]:
    """Rule, file, line and column of the findings."""
    return [
        (one.rule, one.span.file.relative_to(project.root).as_posix(), one.span.start.line, one.span.start.column)
        for one in project.findings
        if one.span
    ]


def test_the_project_is_found_upwards(tmp_path: Path) -> None:
    file = write(tmp_path, {"hookwright.yaml": MAIN, "webhooks/deep/a.yaml": ""})
    assert find_project(tmp_path) == file
    assert find_project(tmp_path / "webhooks" / "deep") == file


def test_the_nearest_project_wins(tmp_path: Path) -> None:
    write(tmp_path, {"hookwright.yaml": MAIN, "inner/hookwright.yaml": MAIN})
    assert find_project(tmp_path / "inner") == tmp_path / "inner" / "hookwright.yaml"


def test_a_relative_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = write(tmp_path, {"hookwright.yaml": MAIN, "a/b": ""})
    monkeypatch.chdir(tmp_path / "a")
    assert find_project(Path()) == file


def test_no_project(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no hookwright") as caught:
        find_project(tmp_path)
    assert "hookwright init" in caught.value.hint
    write(tmp_path, {"hookwright.yml": MAIN})
    with pytest.raises(ConfigError) as caught:
        find_project(tmp_path)
    assert caught.value.hint == "Rename 'hookwright.yml' to 'hookwright.yaml'."


def test_a_project_is_read(tmp_path: Path) -> None:
    project = load(
        write(
            tmp_path,
            {
                "hookwright.yaml": MAIN,
                "webhooks/b.yaml": "webhooks:\n  zeta: {url: z}\n  a/b: {url: x}\nevents:\n",
                "webhooks/a.yml": "webhooks: {alpha: {url: a}}\nremoved: {webhooks: [old, older]}\n",
                "events/e.yaml": "events:\n  made: {sample: {}}\nremoved: {events: [gone], webhooks: [old]}\n",
                "events/nothing.yaml": "# nothing\n",
            },
        )
    )
    assert project.findings == ()
    assert (project.name, project.root) == ("acme", tmp_path)
    assert project.file.path == tmp_path / "hookwright.yaml"
    assert [one.path.name for one in project.documents] == ["e.yaml", "nothing.yaml", "a.yml", "b.yaml"]
    assert list(project.environments) == ["test", "production"]
    assert list(project.webhooks) == ["a/b", "alpha", "zeta"]
    assert list(project.events) == ["made"]
    assert list(project.removed_webhooks) == ["old", "older"]
    assert list(project.removed_events) == ["gone"]
    entry = project.webhooks["a/b"]
    assert (entry.value, entry.document.path.name, entry.pointer) == ({"url": "x"}, "b.yaml", "/webhooks/a~1b")
    assert (entry.span("/url").start.line, entry.span(key=True).start.column) == (3, 3)
    assert project.removed_webhooks["old"].span().file.name == "e.yaml"
    assert project.environments["test"].span("/api_key").start.line == 4


def test_a_name_declared_twice(tmp_path: Path) -> None:
    project = load(
        write(
            tmp_path,
            {
                "hookwright.yaml": MAIN,
                "webhooks/a.yaml": "webhooks:\n  x: {url: first}\nevents: {x: {sample: 1}}\n",
                "webhooks/b.yaml": "events: {x: {sample: 2}}\nwebhooks:\n  z: {url: z}\n  x: {url: second}\n",
            },
        )
    )
    assert found(project) == [("HW016", "webhooks/b.yaml", 4, 3), ("HW016", "webhooks/b.yaml", 1, 10)]
    assert project.findings[0].message == "the webhook 'x' is declared twice"
    first = project.findings[0].related[0].span
    assert (first.file.name, first.start.line, first.start.column) == ("a.yaml", 2, 3)
    assert project.webhooks["x"].value == {"url": "first"}
    assert project.events["x"].value == {"sample": 1}


def test_everything_wrong_is_found_and_the_rest_goes_on(tmp_path: Path) -> None:
    project = load(
        write(
            tmp_path,
            {
                "hookwright.yaml": MAIN,
                "webhooks/a.yaml": "webhooks: {a: {url: on}}",
                "webhooks/b.yaml": "webhooks: [",
                "webhooks/c.yaml": b"webhooks: \xff",
                "webhooks/d.yaml": "webhooks: {d: {url: d}}",
            },
        )
    )
    assert found(project) == [
        ("HW006", "webhooks/a.yaml", 1, 21),
        ("HW002", "webhooks/b.yaml", 1, 12),
        ("HW001", "webhooks/c.yaml", 1, 11),
    ]
    assert list(project.webhooks) == ["a", "d"]


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "5",
        "webhooks: []",
        "webhooks: {a: 1}",
        "events: 5",
        "removed: []",
        "removed: {webhooks: 5}",
        "removed: {events: [5]}",
    ],
)
def test_wrong_shapes_are_left_to_the_schema(tmp_path: Path, text: str) -> None:
    project = load(write(tmp_path, {"hookwright.yaml": MAIN, "webhooks/a.yaml": text}))
    assert project.findings == ()
    assert len(project.documents) == 1


@pytest.mark.parametrize("text", ["[]", "5", "a: b", "project: 5\nenvironments: []\ninclude: 5", "include: [5, '']"])
def test_wrong_shapes_of_the_main_file(tmp_path: Path, text: str) -> None:
    project = load(write(tmp_path, {"hookwright.yaml": text}))
    assert (project.name, project.environments, project.documents) == ("", {}, ())


def test_no_file_matched(tmp_path: Path) -> None:
    project = load(write(tmp_path, {"hookwright.yaml": MAIN}))
    assert found(project) == [("HW015", "hookwright.yaml", 1, 1)]
    assert project.findings[0].severity is Severity.WARNING
    project = load(write(tmp_path, {"hookwright.yaml": MAIN + "include: [hooks/*.yaml]\n"}))
    assert found(project) == [("HW015", "hookwright.yaml", 6, 10)]
    assert project.findings[0].message == "no file matches hooks/*.yaml"


def test_one_folder_of_two_is_enough(tmp_path: Path) -> None:
    main = MAIN + "include: [webhooks/**/*.yaml, events/**/*.yaml]\n"
    assert load(write(tmp_path, {"hookwright.yaml": main, "webhooks/a.yaml": ""})).findings == ()


def test_patterns_that_lead_out_of_the_project(tmp_path: Path) -> None:
    main = MAIN + "include:\n  - ../*.yaml\n  - /etc/*.yaml\n  - hooks/*.yaml\n"
    project = load(write(tmp_path / "p", {"hookwright.yaml": main, "hooks/a.yaml": "", "../other.yaml": "x: 1"}))
    assert found(project) == [("HW014", "hookwright.yaml", 7, 5), ("HW014", "hookwright.yaml", 8, 5)]
    assert [one.path.name for one in project.documents] == ["a.yaml"]


def test_a_file_that_matched_but_cannot_be_read(tmp_path: Path) -> None:
    file = write(tmp_path, {"hookwright.yaml": MAIN, "webhooks/a.yaml": ""})
    (tmp_path / "webhooks" / "b.yaml").symlink_to("gone.yaml")
    assert found(load(file)) == [("HW014", "webhooks/b.yaml", 1, 1)]


def test_an_empty_main_file(tmp_path: Path) -> None:
    project = load(write(tmp_path, {"hookwright.yaml": "# nothing\n", "webhooks/a.yaml": ""}))
    assert found(project) == [("HW019", "hookwright.yaml", 1, 1)]
    assert project.documents == ()


@pytest.mark.parametrize(("text", "rule"), [("a: [", "HW002"), (b"\xff", "HW001")])
def test_a_main_file_that_is_no_yaml(tmp_path: Path, text: str | bytes, rule: str) -> None:
    project = load(write(tmp_path, {"hookwright.yaml": text, "webhooks/a.yaml": "a: ["}))
    assert [one.rule for one in project.findings] == [rule]
    assert project.file.value is None
    assert project.documents == ()


def test_a_main_file_that_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(LocalError, match="cannot be read: no such file"):
        load(tmp_path / "hookwright.yaml")
    with pytest.raises(LocalError, match="is a directory"):
        load(tmp_path)
