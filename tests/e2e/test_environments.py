"""Several environments in one run, their parity, the history of their applies and the way back: the installed wheel."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.conftest import Done, Installed
from tests.unit.cli.platforms import VARIABLES, WEBHOOKS, Estate, estate
from tests.unit.cli.repository import committed, git

pytestmark = pytest.mark.e2e

BOTH = ("-e", "test", "-e", "production")
CLEAR = "\r\x1b[K"

Call = Callable[..., Done]


@pytest.fixture
def acme(tmp_path: Path) -> Iterator[Estate]:
    with estate(tmp_path, "test", "production", more="history: history") as made:
        yield made


@pytest.fixture
def call(installed: Installed, acme: Estate) -> Call:
    def call(*arguments: str, expect: int = 0, **environ: str) -> Done:
        done = installed.run(*arguments, cwd=acme.root, **(VARIABLES | environ))
        for value in VARIABLES.values():
            assert value not in done.out + done.err
        assert done.code == expect, done.out + done.err
        return done

    return call


def at_a_terminal(installed: Installed, folder: Path, *arguments: str, typed: str) -> tuple[int, str, str]:
    """Run a command whose stdin and stderr are a terminal; its exit code, its stdout and what the terminal got."""
    outside, inside = pty.openpty()
    got: list[bytes] = []

    def read() -> None:
        try:
            while data := os.read(outside, 65536):
                got.append(data)
        except OSError:  # how Linux says that the last one who had the terminal open is gone
            return

    environ = {"PATH": os.environ["PATH"], "TERM": "xterm", **VARIABLES}
    command = [str(installed.executable), *arguments]
    with subprocess.Popen(command, cwd=folder, env=environ, stdin=inside, stderr=inside, stdout=subprocess.PIPE) as run:
        os.close(inside)
        reader = threading.Thread(target=read)
        reader.start()
        os.write(outside, typed.encode())
        out, _ = run.communicate(timeout=60)
        reader.join(timeout=10)
    os.close(outside)
    return run.returncode, out.decode(), b"".join(got).decode()


def test_a_fleet_from_nothing_to_history(acme: Estate, call: Call) -> None:
    assert "Name one with -e: test, production." in call("plan", expect=64).err
    plans = call("plan", *BOTH, "--format", "json", "--detailed-exitcode", expect=2).json
    assert [plan["environment"] for plan in plans["plans"]] == ["test", "production"]
    broken = call("apply", *BOTH, "--yes", expect=1, PRODUCTION_KEY="pk_wrong_0123456789abcdef")
    assert "Nothing was written to any environment" in broken.err
    assert acme.writes() == {"test": [], "production": []}

    call("apply", *BOTH, "--yes", GITHUB_ACTOR="octocat")
    call("drift", *BOTH)
    call("diff", "test", "production")
    acme.live("production", "plain")["method"] = "PATCH"
    assert call("diff", "test", "production", "--format", "json", expect=2).json["summary"] == {
        "changed": 1, "left_only": 0, "right_only": 0, "alike": 1,
    }  # fmt: skip
    drifts = call("drift", *BOTH, "--format", "json", expect=2).json["drifts"]
    assert [drift["drifted"] for drift in drifts] == [False, True]
    records = call("history", "--format", "json").json["records"]
    assert sorted((one["environment"], one["who"]) for one in records) == [
        ("production", "octocat"),
        ("test", "octocat"),
    ]
    assert len(list((acme.root / "history").glob("*.json"))) == 2


def test_there_and_back(acme: Estate, call: Call) -> None:
    committed(acme.root, "first")
    call("apply", "-e", "test", "--yes")
    acme.declare(WEBHOOKS.replace("[Workflow Errored]", "[Workflow Stopped]"))
    committed(acme.root, "second")
    call("apply", "-e", "test", "--yes")
    index = git(acme.root, "ls-files", "--stage")
    plan = call("rollback", "-e", "test", "--out", "back.json", "--format", "json").json
    assert plan["git_commit"] == git(acme.root, "rev-parse", "HEAD^")
    assert acme.live("test", "pager")["webhook_events"] == ["Workflow Stopped"]
    call("apply", "back.json")
    assert acme.live("test", "pager")["webhook_events"] == ["Workflow Errored"]
    call("rollback", "-e", "test", "--apply", "--yes")
    assert acme.live("test", "pager")["webhook_events"] == ["Workflow Stopped"]
    call("plan", "-e", "test", "--detailed-exitcode")
    assert git(acme.root, "ls-files", "--stage") == index
    assert len(call("history", "--format", "json").json["records"]) == 4


def test_a_person_is_asked_once_and_sees_a_bar(acme: Estate, installed: Installed) -> None:
    code, out, seen = at_a_terminal(installed, acme.root, "apply", *BOTH, typed="n\n")
    assert code == 1
    assert acme.writes() == {"test": [], "production": []}
    assert seen.count("Apply this to 'test' and 'production'? [y/N]:") == 1

    code, out, seen = at_a_terminal(installed, acme.root, "apply", *BOTH, typed="y\n")
    assert code == 0
    assert out.count("Applied: 2 applied") == 2
    assert seen.count("Apply this to") == 1
    assert f"{CLEAR}[" in seen
    assert "] 4/4  reading back" in seen
    assert seen.endswith(CLEAR)
    assert "✓" not in seen


def test_quiet_and_json_have_no_bar(acme: Estate, installed: Installed) -> None:
    for more in (("--quiet",), ("--format", "json", "-e", "production")):
        code, _, seen = at_a_terminal(installed, acme.root, "apply", "-e", "test", "--yes", *more, typed="")
        assert (code, seen) == (0, "")


def test_an_interrupt_ends_all_of_them_and_is_recorded(
    acme: Estate, installed: Installed, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = threading.Event()
    released = threading.Event()
    for platform in acme.platforms.values():

        def answer(method: str, *rest: object, ask: Callable[..., object] = platform.answer) -> object:
            if method == "POST":
                begun.set()
                assert released.wait(20)
            return ask(method, *rest)

        monkeypatch.setattr(platform, "answer", answer)
    many = "".join(f"  hook-{number}: {{url: 'https://x.acme.example/{number}', events: [Workflow Errored]}}\n"
                   for number in range(40))  # fmt: skip
    acme.declare(f"webhooks:\n{many}", "many")
    with installed.start("apply", *BOTH, "--yes", "--format", "json", cwd=acme.root, **VARIABLES) as process:
        assert begun.wait(20)
        process.send_signal(signal.SIGINT)
        assert process.stderr is not None
        assert process.stderr.readline().startswith("SIGINT: the calls under way will end")
        released.set()
        out, _ = process.communicate(timeout=30)
    applies = json.loads(out)["applies"]
    assert process.returncode == 3
    for one in applies:
        assert one["summary"]["withheld"] > 0
        assert one["summary"]["applied"] + one["summary"]["withheld"] == 42
        assert one["converged"] is False
    made = {name: len(platform.webhooks) for name, platform in acme.platforms.items()}
    assert [one["summary"]["applied"] for one in applies] == [made["test"], made["production"]]
    records = call("history", "--format", "json").json["records"]
    assert {(one["environment"], one["outcome"]["converged"], one["landed"]) for one in records} == {
        ("test", False, made["test"] > 0), ("production", False, made["production"] > 0),
    }  # fmt: skip
    call("apply", *BOTH, "--yes")
    call("drift", *BOTH)
