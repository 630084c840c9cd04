"""A probe as a command runs it: asking, telling what is left, recording."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import pytest

from hookwright.api.call import Call
from hookwright.api.exchange import Exchange
from hookwright.api.failures import Answer
from hookwright.cli.doctoring import probing
from hookwright.cli.doctoring.probing import Asked, confirm, leftover_lines
from hookwright.cli.doctoring.receiving import Place, receive
from hookwright.cli.settings import Settings
from hookwright.errors import UsageError
from hookwright.harness.answers import Answer as Given
from hookwright.model.examination import CheckStatus, Leftover, Probed
from hookwright.model.resources import Declared, Environment, Kind
from hookwright.reconcile.probe.cleaning import Cleaned
from hookwright.reconcile.probe.run import Probe
from tests.unit.reconcile.probe.platforms import RUN, Documented

KEY = "tk_test_0123456789abcdef"
TEST = Environment("test", Kind.TEST, "https://app.refold.ai", KEY, "${env.KEY}")
DECLARED = Declared("acme", TEST, secret_values=frozenset({KEY, "s3cr3t-value"}))
PLACE = Place("127.0.0.1", 0, "https://tunnel.acme.example/x")


def settings(**fields: Any) -> Settings:
    return Settings(Path(), **fields)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (Asked(), ["Make some 41 disabled webhooks and a custom event in 'test'"]),
        (Asked(place=PLACE), ["some of them enabled and pointing at your receiver"]),
        (Asked(sweep=True), ["Delete all that probes have left behind in 'test'?"]),
    ],
)
def test_a_person_is_asked(monkeypatch: pytest.MonkeyPatch, asked: Asked, words: list[str]) -> None:
    questions: list[str] = []

    def refuse(question: str, *, abort: bool, err: bool) -> None:
        assert abort
        assert err
        questions.append(question)
        raise click.Abort

    monkeypatch.setattr(click, "confirm", refuse)
    with pytest.raises(click.Abort):
        confirm(settings(interactive=True), DECLARED, asked)
    assert all(word in questions[0] for word in words)
    confirm(settings(interactive=True), DECLARED, replace(asked, yes=True))
    with pytest.raises(UsageError, match="nobody can be asked here"):
        confirm(settings(), DECLARED, asked)


def test_what_is_left_is_told_even_when_an_exception_comes_through(capsys: pytest.CaptureFixture[str]) -> None:
    class Crashing(Probe):
        def run(self) -> Probed:
            self.cleaned = Cleaned(left=[Leftover("webhook", "66e31564c0287b4136f77ef8"), Leftover("event", "e1")])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        probing._run(settings(), Crashing(Documented(), TEST, None))  # type: ignore[arg-type]
    assert capsys.readouterr().err == (
        "left behind: webhook 66e31564c0287b4136f77ef8, event e1\n'hookwright doctor --sweep -e test' deletes them.\n"
    )
    assert leftover_lines("test", []) == []


EXCHANGE = Exchange(Call("GET", "/api/v2/public/webhook"), Answer(200, {}, b"[]"), 0.0, 0.0)


def test_a_recording_that_cannot_be_written_is_a_check_that_failed(tmp_path: Path) -> None:
    check = probing._record(tmp_path, [EXCHANGE], DECLARED)
    assert (check.id, check.status) == ("D20", CheckStatus.FAILED)
    assert "cannot be written" in check.found


def test_a_recording_that_would_hold_a_secret_is_not_written(tmp_path: Path) -> None:
    leaking = replace(EXCHANGE, answer=Answer(200, {"content-type": "s3cr3t-value"}, b"[]"))
    check = probing._record(tmp_path / "x.yaml", [leaking], DECLARED)
    assert (check.status, (tmp_path / "x.yaml").exists()) == (CheckStatus.FAILED, False)
    assert probing._record(tmp_path / "x.yaml", [EXCHANGE], DECLARED).status is CheckStatus.OK


def test_a_real_platform_is_waited_for() -> None:
    asked: list[str] = []
    with receive(replace(PLACE), TEST, RUN, None, asked.append, 30.0) as post:  # type: ignore[arg-type]
        assert post.url == "https://tunnel.acme.example/x"
        post.occur()
        assert post.received() == ()
    (question,) = asked
    assert question.startswith("Now let something happen in 'test': let a workflow run to its end")
    assert question.endswith("Waiting up to 30 s for its deliveries.")


def test_the_receiver_answers_only_what_is_the_probes() -> None:
    from hookwright.cli.doctoring import receiving

    assert receiving._script("other", "x").answer(1) == Given(404)
    moved = receiving._script("answers-302", "https://x.acme.example/redirected")
    assert moved.answer(1) == moved.answer(9)
    assert moved.answer(1).headers == (("Location", "https://x.acme.example/redirected"),)
