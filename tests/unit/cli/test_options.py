"""The options that commands share: where they may stand, what a process variable says, what an error looks like."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hookwright.cli.options import EXIT_FAILED, EXIT_USAGE, Settings, command, exit_code, fail, option
from hookwright.errors import (
    ApiError,
    AuthError,
    Category,
    ConfigError,
    LocalError,
    NotSentError,
    RefusedError,
    UsageError,
)
from tests.unit.cli.calling import Call, Called

ENVIRONMENTS = ("test", "production")
SECRETS = {"TEST_KEY": "tk_test_0123456789abcdef", "LIVE_KEY": "pk_live_0123456789abcdef"}


def rendered(done: Called) -> set[str]:
    assert done.code == 0, done.err
    return {one["environment"] for one in done.json["requests"]}


@pytest.fixture
def other(project: Path) -> Path:
    """Another project, below."""
    folder = project / "other"
    folder.mkdir()
    (folder / "hookwright.yaml").write_text(
        "version: 1\nproject: other\nenvironments: {staging: {kind: test, api_key: '${env.STAGING_KEY}'}}\n"
    )
    return folder


def names(done: Called) -> list[str]:
    assert done.code == 0, done.err
    return [one["environment"] for one in done.json["environments"]]


# --- before and behind the command


def test_the_folder_in_both_places(call: Call, other: Path) -> None:
    listed = ("environments", "--format", "json")
    assert names(call(*listed)) == ["test", "production"]
    assert names(call("-C", "other", *listed)) == ["staging"]
    assert names(call(*listed, "-C", "other")) == ["staging"]
    assert names(call("-C", "other", *listed, "-C", ".")) == ["test", "production"]
    assert names(call(*listed, "--directory", str(other))) == ["staging"]


def test_a_folder_that_is_not_there(call: Call, other: Path) -> None:
    for arguments in (("-C", "othr", "environments"), ("environments", "-C", "othr")):
        done = call(*arguments)
        assert (done.code, done.out) == (64, "")
        assert done.err.startswith("error: there is no folder 'othr'\n")


def test_the_environment_in_both_places(call: Call) -> None:
    shown = ("render", "plain", "--format", "json")
    assert rendered(call(*shown, **SECRETS)) == {"test", "production"}
    assert rendered(call("-e", "test", *shown, **SECRETS)) == {"test"}
    assert rendered(call(*shown, "-e", "test", **SECRETS)) == {"test"}
    assert rendered(call("-e", "test", *shown, "-e", "production", **SECRETS)) == {"production"}


def test_the_format_in_both_places(call: Call) -> None:
    assert call("--format", "json", "environments").json["format"] == "hookwright.environments/1"
    assert call("--format", "json", "environments", "--format", "text").out.startswith("test ")
    done = call("--format", "sarif", "environments")
    assert (done.code, done.out) == (64, "")
    assert "error: This command has no format 'sarif', but text, json, github-matrix." in done.err


# --- process variables


def test_a_variable_for_each_option(call: Call, other: Path) -> None:
    assert names(call("environments", HOOKWRIGHT_FORMAT="json", HOOKWRIGHT_DIRECTORY="other")) == ["staging"]
    assert rendered(call("render", "plain", "--format", "json", HOOKWRIGHT_ENVIRONMENT="test", **SECRETS)) == {"test"}
    both = call("render", HOOKWRIGHT_ALL="1", HOOKWRIGHT_ENVIRONMENT="production test", HOOKWRIGHT_FORMAT="json")
    assert rendered(both) == {"test", "production"}
    assert {one["webhook"] for one in both.json["requests"]} == {"plain", "pager", "channel"}
    assert call("render", "--all", "-e", "test", HOOKWRIGHT_QUIET="true").err == ""
    assert call("render", "--all", "-e", "test", HOOKWRIGHT_QUIET="0").err != ""


def test_only_options_have_variables(call: Call) -> None:
    # What a workflow may call the version that it installs, and names that click would make up.
    made_up = {"HOOKWRIGHT_VERSION": "1.2.3", "HOOKWRIGHT_HELP": "1", "HOOKWRIGHT_ENVIRONMENTS_OUTPUT_FORMAT": "json"}
    assert call("environments", **made_up).out == call("environments").out


@pytest.mark.parametrize("where", ["before", "behind"])
def test_the_command_line_wins_over_variables(call: Call, other: Path, where: str) -> None:
    def run(options: list[str], *arguments: str, **environ: str) -> Called:
        line = [*options, *arguments] if where == "before" else [*arguments, *options]
        return call(*line, **SECRETS, **environ)

    chosen = run(["-e", "test"], "render", "plain", HOOKWRIGHT_ENVIRONMENT="production", HOOKWRIGHT_FORMAT="json")
    assert rendered(chosen) == {"test"}
    listed = run(["-C", "."], "environments", HOOKWRIGHT_DIRECTORY="other", HOOKWRIGHT_FORMAT="json")
    assert names(listed) == list(ENVIRONMENTS)
    assert run(["--format", "text"], "environments", HOOKWRIGHT_FORMAT="json").out.startswith("test ")
    assert run(["-q"], "render", "--all", HOOKWRIGHT_QUIET="0").err == ""


def test_a_variable_that_makes_no_sense(call: Call) -> None:
    done = call("validate", HOOKWRIGHT_STRICT="perhaps")
    assert (done.code, done.out) == (64, "")
    assert "error: Invalid value for HOOKWRIGHT_STRICT: 'perhaps' is not a valid boolean" in done.err
    assert call("environments", HOOKWRIGHT_FORMAT="xml").code == 64


def test_a_wrong_value_is_reported_under_the_variable_that_holds_it(call: Call) -> None:
    wrong = call("send", "plain", HOOKWRIGHT_COUNT="many")
    assert "error: Invalid value for HOOKWRIGHT_COUNT: 'many' is not a whole number." in wrong.err
    assert "error: Invalid value for '--count': 'many' is not a whole number." in call("send", "--count", "many").err
    assert "for HOOKWRIGHT_QUIET: 'maybe'" in call("environments", HOOKWRIGHT_QUIET="maybe").err
    for done in (
        call("environments", HOOKWRIGHT_DIRECTORY="othr"),
        call("environments", "--format", "text", HOOKWRIGHT_DIRECTORY="othr", HOOKWRIGHT_FORMAT="xml"),
    ):
        assert (done.code, done.out) == (64, "")
        assert "there is no folder 'othr'\nhint: HOOKWRIGHT_DIRECTORY names it. -C names" in done.err
    done = call("render", "plain", "--format", "json", HOOKWRIGHT_ENVIRONMENT="staging")
    assert done.json["error"]["hint"].startswith("HOOKWRIGHT_ENVIRONMENT names it. ")
    # What was typed is not blamed on a variable.
    assert "HOOKWRIGHT" not in call("render", "plain", "-e", "staging", HOOKWRIGHT_ENVIRONMENT="test").err
    assert "HOOKWRIGHT" not in call("-C", "othr", "environments", HOOKWRIGHT_DIRECTORY=".").err


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("--env", "--environment"),
        ("--environnement", "--environment"),
        ("--verbos", "--verbose"),
        ("--colour", "--no-color"),
        ("--json", "--format json"),
        ("--formt", "--format"),
    ],
)
def test_a_mistyped_option(call: Call, typed: str, meant: str) -> None:
    done = call("render", typed)
    assert (done.code, done.out) == (64, "")
    assert f"error: No such option '{typed}'. Did you mean '{meant}'?\n" in done.err


@pytest.mark.parametrize("typed", ["--file", "--markdown", "-x", "--zzz"])
def test_an_option_that_looks_like_none(call: Call, typed: str) -> None:
    assert f"error: No such option '{typed}'.\n" in call("render", typed).err


# --- errors


@pytest.mark.parametrize(
    ("category", "code"),
    [(category, EXIT_USAGE if category is Category.USAGE else EXIT_FAILED) for category in Category],
)
def test_exit_codes(category: Category, code: int) -> None:
    assert exit_code(category) == code


ERRORS = [
    (UsageError("no", hint="do"), 64, "usage"),
    (ConfigError("no", hint="do"), 1, "config"),
    (RefusedError("no", hint="do", reasons=["one"]), 1, "refused"),
    (LocalError("no", hint="do"), 1, "local"),
    (ApiError("no", hint="do", method="GET", path="/x"), 1, "api"),
    (AuthError("no", hint="do", method="GET", path="/x", status=401), 1, "api"),
    (NotSentError("no", hint="do", method="GET", path="/x"), 1, "network"),
]


@pytest.mark.parametrize(("error", "code", "category"), ERRORS)
def test_an_error_is_told_once_for_people_and_once_for_programs(
    error: UsageError, code: int, category: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        fail(error, "json")
    captured = capsys.readouterr()
    assert ended.value.code == code
    told = json.loads(captured.out)["error"]
    assert (told["category"], told["message"], told["hint"], told["exit_code"]) == (category, "no", "do", code)
    assert captured.err.startswith("error: no\n")
    assert captured.err.endswith("hint: do\n")
    with pytest.raises(SystemExit):
        fail(error, "text", color=True)
    captured = capsys.readouterr()
    assert (captured.out, "\x1b[" in captured.err) == ("", True)


def test_a_command_ends_with_what_it_returns(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Settings] = []

    @command(name="sample", formats=("text", "yaml"), environment="one")
    @option("--some-thing", type=int, default=0)
    def sample(settings: Settings, some_thing: int) -> int | None:
        seen.append(settings)
        return some_thing or None

    for arguments, code in (([], 0), (["--some-thing", "3"], 3)):
        with pytest.raises(SystemExit) as ended:
            sample.main(arguments, standalone_mode=False)
        assert ended.value.code == code
    monkeypatch.setenv("HOOKWRIGHT_SOME_THING", "2")
    with pytest.raises(SystemExit) as ended:
        sample.main(["-e", "b", "-e", "a", "-e", "b", "--format", "yaml", "-v"], standalone_mode=False)
    assert ended.value.code == 2
    assert (seen[0].format, seen[0].environments, seen[0].directory) == ("text", (), Path.cwd())
    assert (seen[2].format, seen[2].environments, seen[2].verbose) == ("yaml", ("b", "a"), True)


def test_an_option_with_its_own_variable() -> None:
    parameters = {}
    for made in (option("--flag/--no-flag"), option("-x", "--long-name"), option("--own", envvar="OTHER")):
        built = made(lambda: None)
        (parameter,) = built.__click_params__
        parameters[parameter.name] = parameter.envvar
    assert parameters == {"flag": "HOOKWRIGHT_FLAG", "long_name": "HOOKWRIGHT_LONG_NAME", "own": "OTHER"}
