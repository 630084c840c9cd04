"""The command killed, interrupted and run twice at once: what it leaves, and what the next apply makes of it."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import KEY, Done, Installed
from tests.e2e.strict_platform import StrictPlatform, strict_platform

pytestmark = pytest.mark.e2e

PROJECT = """\
version: 1
project: acme
environments:
  test:
    api_url: {url}
    api_key: ${{env.KEY}}
policy: {{max_deletes: 5}}
"""
DECLARED = """\
webhooks:
  new-1: {url: "https://hooks.acme.example/new-1", events: [Workflow Errored], group: on-call}
  new-2: {url: "https://hooks.acme.example/new-2", events: [Workflow Errored], body: {run: "{{event}}"}}
  old: {url: "https://hooks.acme.example/old", events: [Workflow Errored], headers: {X-A: "1"}, group: night}
  adopted: {url: "https://hooks.acme.example/adopted", events: [Workflow Errored], adopt: {test: "ADOPTED"}}
events:
  new-event: {sample: {a: 1}}
  old-event: {sample: {a: 2}}
removed:
  events: [gone-event]
"""
CALLS = 13
"""Of an apply: two reads, two creates and the event's, two updates and the event's, a group, two reads, two deletes."""

Answer = Callable[..., Any]


class Estate:
    """A project, and the platform that it is for."""

    def __init__(self, root: Path, installed: Installed, platform: StrictPlatform) -> None:
        self.root = root
        self.installed = installed
        self.platform = platform
        self.url = platform.url
        # What there was before: made by hand, another project's, and what the project shall change or let go.
        for name, marker in (("by-hand", "Made by hand"), ("theirs", "[hookwright:other/theirs]")):
            platform.add(webhook_url=f"https://hooks.acme.example/{name}", description=marker)
        for name in ("old", "gone"):
            platform.add(webhook_url=f"https://hooks.acme.example/{name}", description=f"[hookwright:acme/{name}]")
        self.adopted = platform.add(webhook_url="https://hooks.acme.example/adopted", method="PUT")
        for number, name in enumerate(("old-event", "gone-event", "their-event")):
            identity = f"e{number:023x}"
            platform.events[identity] = {"_id": identity, "name": name, "response": '{"a": 0}'}
        self.others = self.unmanaged()
        self.project(root)

    def project(self, root: Path, prefix: str = "") -> None:
        """Write the project; with a prefix, for an API below that path."""
        (root / "webhooks").mkdir(parents=True)
        (root / "hookwright.yaml").write_text(PROJECT.format(url=self.url + prefix))
        (root / "webhooks" / "all.yaml").write_text(DECLARED.replace("ADOPTED", self.adopted))

    def unmanaged(self) -> str:
        """What nobody may touch, as text."""
        names = ("by-hand", "theirs")
        hooks = [hook for hook in self.platform.webhooks.values() if hook["webhook_url"].rpartition("/")[2] in names]
        return json.dumps([hooks, [event for event in self.platform.events.values() if event["name"] == "their-event"]])

    def start(self, *arguments: str, root: Path | None = None) -> subprocess.Popen[str]:
        return self.installed.start("apply", "--yes", "--format", "json", *arguments, cwd=root or self.root, KEY=KEY)

    def run(self, *arguments: str) -> Done:
        return self.installed.run(*arguments, cwd=self.root, KEY=KEY)

    def holds(self) -> None:
        """Nothing is there twice, and nothing else was touched."""
        urls = Counter(hook["webhook_url"] for hook in self.platform.webhooks.values())
        assert max(urls.values()) == 1, urls
        assert max(Counter(event["name"] for event in self.platform.events.values()).values()) == 1
        assert self.unmanaged() == self.others

    def converges(self) -> None:
        """An undisturbed apply completes what there is."""
        done = self.run("apply", "--yes", "--format", "json")
        assert done.code == 0, done.out + done.err
        assert done.json["converged"] is True
        self.holds()
        names = {hook["webhook_url"].rpartition("/")[2] for hook in self.platform.webhooks.values()}
        assert names == {"by-hand", "theirs", "old", "new-1", "new-2", "adopted"}
        assert {event["name"] for event in self.platform.events.values()} == {"new-event", "old-event", "their-event"}


@pytest.fixture
def estate(tmp_path: Path, installed: Installed) -> Iterator[Estate]:
    with strict_platform(KEY) as platform:
        yield Estate(tmp_path / "project", installed, platform)


class Killer:
    """Kills a process at its n-th call: before that is carried out, or after, but before it is answered."""

    def __init__(self, platform: StrictPlatform, call: int, *, after: bool) -> None:
        self.process: subprocess.Popen[str] | None = None
        self.calls = 0
        self._answer: Answer = platform.answer
        self._at, self._after = call, after
        self._lock = threading.Lock()

    def __call__(self, *request: Any) -> Any:
        with self._lock:
            self.calls += 1
            dies = self.calls == self._at
            if self.calls > self._at:
                # It came from a process that is dead by now.
                raise ConnectionAbortedError
            if dies and not self._after:
                self._kill()
            answer = self._answer(*request)
            if dies:
                self._kill()
            return answer

    def _kill(self) -> None:
        deadline = time.monotonic() + 10
        while self.process is None:
            assert time.monotonic() < deadline
            time.sleep(0.001)
        self.process.kill()
        self.process.wait(10)
        raise ConnectionAbortedError


@pytest.mark.parametrize("after", [False, True], ids=["before it", "after it"])
@pytest.mark.parametrize("call", range(1, CALLS + 1))
def test_killed_at_any_call_the_next_apply_completes_it(
    estate: Estate, call: int, after: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    killer = Killer(estate.platform, call, after=after)
    with monkeypatch.context() as patched:
        patched.setattr(estate.platform, "answer", killer)
        with estate.start() as process:
            killer.process = process
            out, _ = process.communicate(timeout=30)
    assert process.returncode == -signal.SIGKILL
    assert killer.calls >= call
    assert out == ""
    estate.holds()
    estate.converges()


def test_an_apply_makes_as_many_calls_as_are_tried_here(estate: Estate) -> None:
    estate.converges()
    assert len(estate.platform.requests) == CALLS
    assert estate.run("plan", "--detailed-exitcode").code == 0


class Slow:
    """Holds writes back: the first so many calls that arrive are answered when they are let go."""

    def __init__(self, platform: StrictPlatform) -> None:
        self.arrived = threading.Semaphore(0)
        self.go = threading.Event()
        self._answer: Answer = platform.answer

    def __call__(self, method: str, *request: Any) -> Any:
        if method != "GET":
            self.arrived.release()
            assert self.go.wait(30)
        return self._answer(method, *request)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_lets_running_calls_end_and_tells_the_truth(
    estate: Estate, number: signal.Signals, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = Slow(estate.platform)
    before = {**estate.platform.webhooks}
    with monkeypatch.context() as patched:
        patched.setattr(estate.platform, "answer", slow)
        with estate.start() as process:
            for _ in range(3):  # The creates; the updates come after them.
                assert slow.arrived.acquire(timeout=30)
            process.send_signal(number)
            assert process.stderr is not None
            assert number.name in process.stderr.readline()
            slow.go.set()
            out, err = process.communicate(timeout=30)
    assert process.returncode == 3, err
    outcome = json.loads(out)
    assert outcome["converged"] is False
    assert outcome["summary"] == {"applied": 3, "failed": 0, "withheld": 5, "unknown": 0}
    ended = {(step["kind"], step["name"]): (step["status"], step["error"]) for step in outcome["steps"]}
    assert {key for key, (status, _) in ended.items() if status == "applied"} == {
        ("webhook", "new-1"), ("webhook", "new-2"), ("event", "new-event"),
    }  # fmt: skip
    assert {error for status, error in ended.values() if status == "withheld"} == {"interrupted"}
    assert len(estate.platform.webhooks) == len(before) + 2
    assert {key: estate.platform.webhooks[key] for key in before} == before
    estate.converges()


def test_a_second_interrupt_ends_it_at_once(estate: Estate, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = Slow(estate.platform)
    with monkeypatch.context() as patched:
        patched.setattr(estate.platform, "answer", slow)
        with estate.start() as process:
            assert slow.arrived.acquire(timeout=30)
            process.send_signal(signal.SIGINT)
            assert process.stderr is not None
            assert "SIGINT" in process.stderr.readline()
            process.send_signal(signal.SIGINT)
            started = time.monotonic()
            out, _ = process.communicate(timeout=20)
            assert time.monotonic() - started < 10, "it waited for the calls under way"
        slow.go.set()
    assert process.returncode == 3
    assert out == ""
    estate.converges()


class Pair:
    """Two applies: both have read before either writes, and each of their calls takes as long as chance says."""

    def __init__(self, platform: StrictPlatform, seed: int) -> None:
        self._answer: Answer = platform.answer
        self._random = random.Random(seed)
        self._both = threading.Barrier(2, timeout=30)
        self._held: set[str] = set()

    def __call__(self, method: str, path: str, *request: Any) -> Any:
        who, _, rest = path.removeprefix("/").partition("/")
        if method == "GET" and path.endswith("/webhook") and who not in self._held:
            answer = self._answer(method, f"/{rest}", *request)
            self._held.add(who)
            self._both.wait()
            return answer
        time.sleep(self._random.choice([0, 0, 0.01, 0.05, 0.2]))
        answer = self._answer(method, f"/{rest}", *request)
        time.sleep(self._random.choice([0, 0, 0.01, 0.05, 0.2]))
        return answer


@pytest.mark.parametrize("seed", range(4))
def test_of_two_applies_at_once_one_wins_and_the_other_is_told(
    estate: Estate, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    roots = [estate.root.with_name(name) for name in ("a", "b")]
    for root in roots:
        estate.project(root, f"/{root.name}")
    with monkeypatch.context() as patched:
        patched.setattr(estate.platform, "answer", Pair(estate.platform, seed))
        with estate.start(root=roots[0]) as first, estate.start(root=roots[1]) as second:
            said = [process.communicate(timeout=60) for process in (first, second)]
    codes = [first.returncode, second.returncode]
    estate.holds()
    marked = [hook for hook in estate.platform.webhooks.values() if "acme/new-" in hook.get("description", "")]
    assert len(marked) == 2
    there = set(estate.platform.webhooks)
    assert 0 not in codes or codes.count(0) == 1, "both created, so one of them lost"
    for code, (out, err) in zip(codes, said, strict=True):
        outcome = json.loads(out)
        assert (code == 0) is outcome["converged"], err
        for step in outcome["steps"]:
            if step["status"] == "applied" and step["kind"] == "webhook" and step["action"] != "delete":
                assert step["id"] in there
            if step["status"] == "failed":
                assert "another apply created it at the same time" in step["error"]
    estate.converges()
