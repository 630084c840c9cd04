"""``github comment`` and ``github issue`` against a stand-in for GitHub, over a real socket."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.github_stand_in import BOT, GitHub
from tests.unit.cli.calling import Call, Called, make_call

Hub = Callable[..., Called]


@pytest.fixture
def github() -> Iterator[GitHub]:
    with GitHub().serve() as served:
        yield served
        assert served.complaints == []


@pytest.fixture
def hub(github: GitHub, call: Call, tmp_path: Path) -> Hub:
    """Calls ``hookwright github``: ``hub("comment", "the text", "--pr", "1")``."""

    def run(kind: str, body: str | None, *arguments: str, expect: int = 0, **environ: str) -> Called:
        given = [] if body is None else ["--body-file", str(tmp_path / "body.md")]
        if body is not None:
            (tmp_path / "body.md").write_text(body, "utf-8")
        done = call("github", kind, *given, *arguments, **(github.environ() | environ))
        assert done.code == expect, done.err
        assert github.token not in done.out + done.err
        return done

    return run


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Call:
    return make_call(monkeypatch, capsys, tmp_path)


def bodies(github: GitHub, number: int) -> list[str]:
    return [one["body"] for one in github.on(number)]


# --- one comment


def test_a_comment_is_made_and_then_kept_current(github: GitHub, hub: Hub) -> None:
    number = github.open()
    github.comment(number, "Looks good to me", login="mona")
    first = hub("comment", "## Plan\none\n", "--pr", str(number), "--format", "json").json
    assert first["action"] == "created"
    assert bodies(github, number)[1] == "<!-- hookwright:plan -->\n## Plan\none\n"
    second = hub("comment", "## Plan\ntwo\n", "--pr", str(number), "--format", "json").json
    assert second | {"action": "created"} == first
    assert second["action"] == "updated"
    assert bodies(github, number) == ["Looks good to me", "<!-- hookwright:plan -->\n## Plan\ntwo\n"]
    writes = len(github.made("PATCH"))
    assert hub("comment", "## Plan\r\ntwo", "--pr", str(number)).out.startswith(
        f"comment 'plan' on #{number} unchanged"
    )
    assert len(github.made("PATCH")) == writes


def test_each_key_has_a_comment_of_its_own(github: GitHub, hub: Hub) -> None:
    number = github.open()
    for key in ("plan", "plan-test", "plan"):
        hub("comment", key, "--pr", str(number), "--key", key)
    assert [body.splitlines()[1] for body in bodies(github, number)] == ["plan", "plan-test"]


def test_what_others_wrote_is_left_alone_whatever_is_in_it(github: GitHub, hub: Hub) -> None:
    number = github.open()
    github.comment(number, "<!-- hookwright:plan -->\nmine", login="mona")
    github.comment(number, "As I said: <!-- hookwright:plan -->")  # ours, but it only quotes the marker
    hub("comment", "the plan", "--pr", str(number))
    assert len(bodies(github, number)) == 3
    assert bodies(github, number)[0] == "<!-- hookwright:plan -->\nmine"
    assert bodies(github, number)[1] == "As I said: <!-- hookwright:plan -->"


def test_the_comment_is_found_on_a_later_page(github: GitHub, hub: Hub) -> None:
    github.page_limit = 3
    number = github.open()
    for count in range(7):
        github.comment(number, f"remark {count}", login="mona")
    ours = github.comment(number, "<!-- hookwright:plan -->\nold")
    assert hub("comment", "new", "--pr", str(number), "--format", "json").json["id"] == ours
    assert len(github.on(number)) == 8
    assert [call.query.get("page") for call in github.made("GET")] == [None, "2", "3"]


@pytest.mark.parametrize(
    ("event", "number"),
    [
        ({"pull_request": {"number": 1}}, 1),
        ({"issue": {"number": 1, "pull_request": {}}, "comment": {}}, None),
        ({"issue": {"number": 1, "pull_request": {"url": "x"}}}, 1),
        ({"issue": {"number": 1}}, None),
        ({"workflow_run": {"pull_requests": [{"number": 1}]}}, 1),
        ({"workflow_run": {"pull_requests": [{"number": 1}, {"number": 2}]}}, None),
        ({"ref": "refs/heads/main"}, None),
        ({"pull_request": {"number": True}}, None),
    ],
)
def test_the_number_comes_from_the_event(
    event: dict[str, Any], number: int | None, github: GitHub, hub: Hub, tmp_path: Path
) -> None:
    github.open()
    path = tmp_path / "event.json"
    path.write_text(json.dumps(event))
    environ = {"GITHUB_EVENT_PATH": str(path), "GITHUB_EVENT_NAME": "push"}
    done = hub("comment", "text", expect=64 if number is None else 0, **environ)
    assert len(github.on(1)) == (number is not None)
    if number is None:
        assert "the event push is for no pull request" in done.err


def test_an_enterprise_server_has_its_api_below_a_path(call: Call, tmp_path: Path) -> None:
    with GitHub(prefix="/api/v3").serve() as github:
        github.page_limit = 1
        number = github.open()
        github.comment(number, "first", login="mona")
        (tmp_path / "b.md").write_text("text")
        done = call("github", "comment", "--body-file", "b.md", "--pr", str(number), **github.environ())
        assert done.code == 0, done.err
        assert [call.path for call in github.calls if "graphql" in call.path] == ["/api/graphql"]
        assert github.complaints == []


# --- two at once


def both(github: GitHub, tmp_path: Path, *arguments: str) -> list[Any]:
    """Two processes that do the same at the same time, each with a text of its own."""
    processes = []
    for number in (1, 2):
        (tmp_path / f"{number}.md").write_text(f"text of run {number}")
        command = [sys.executable, "-m", "hookwright", "github", *arguments, "--body-file", f"{number}.md"]
        environ = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ} | github.environ()
        process = subprocess.Popen(
            [*command, "--format", "json"],
            cwd=tmp_path, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        processes.append(process)
    ended = [process.communicate(timeout=60) for process in processes]
    assert [process.returncode for process in processes] == [0, 0], ended
    return [json.loads(out) for out, _ in ended]


def test_two_runs_at_once_leave_one_comment(github: GitHub, tmp_path: Path) -> None:
    number = github.open()
    github.meet("GET .*/comments", 2)
    told = both(github, tmp_path, "comment", "--pr", str(number))
    assert [call.method for call in github.calls].count("POST") == 4, "each asked who it is, and made one"
    (left,) = github.on(number)
    assert {one["id"] for one in told} == {left["id"]}, "both name the one that stays"
    assert left["id"] == min(one["id"] for one in told)
    assert left["body"].startswith("<!-- hookwright:plan -->\ntext of run ")
    assert sorted(one["action"] for one in told) == ["created", "updated"]
    assert [len(one["duplicates"]) for one in sorted(told, key=lambda one: str(one["action"]))] == [0, 1]


def test_two_runs_at_once_leave_one_open_issue(github: GitHub, tmp_path: Path) -> None:
    github.meet("GET .*/issues", 2)
    told = both(github, tmp_path, "issue", "--key", "drift", "--title", "Drift")
    assert [issue["state"] for issue in github.issues.values()] == ["open", "closed"]
    assert github.issues[2]["state_reason"] == "not_planned"
    assert {one["number"] for one in told} == {1}


def test_what_a_run_left_that_was_killed_is_cleaned_up_by_the_next(github: GitHub, hub: Hub) -> None:
    number = github.open()
    first, second = (github.comment(number, f"<!-- hookwright:plan -->\n{text}") for text in "ab")
    told = hub("comment", "c", "--pr", str(number), "--format", "json").json
    assert (told["id"], told["duplicates"]) == (first, [second])
    assert bodies(github, number) == ["<!-- hookwright:plan -->\nc"]


# --- lost answers and limits


@pytest.mark.parametrize("fault", ["after", "before", 502])
def test_a_post_whose_answer_was_lost_is_looked_for_and_not_doubled(fault: str | int, github: GitHub, hub: Hub) -> None:
    number = github.open()
    github.fault("POST .*/comments", fault)
    hub("comment", "text", "--pr", str(number))
    assert len(github.on(number)) == 1
    posts = [call for call in github.made("POST") if call.path.endswith("/comments")]
    assert len(posts) == (1 if fault == "after" else 2)


@pytest.mark.parametrize("fault", ["before", 500, 503])
def test_calls_that_can_be_repeated_are(fault: str | int, github: GitHub, hub: Hub) -> None:
    number = github.open()
    github.comment(number, "<!-- hookwright:plan -->\nold")
    for calls in ("GET", "PATCH", "POST /graphql"):
        github.fault(calls, fault)
    hub("comment", "new", "--pr", str(number))
    assert bodies(github, number) == ["<!-- hookwright:plan -->\nnew"]


@pytest.mark.parametrize("status", [403, 429])
def test_a_secondary_rate_limit_is_waited_out(status: int, github: GitHub, hub: Hub) -> None:
    number = github.open()
    message = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
    github.fault("POST .*/comments", status, headers={"Retry-After": "1"}, message=message)
    hub("comment", "text", "--pr", str(number))
    assert len(github.on(number)) == 1


def test_a_limit_longer_than_the_cap_is_told(github: GitHub, hub: Hub) -> None:
    number = github.open()
    github.fault("GET", 403, headers={"Retry-After": "400"}, message="You have exceeded a secondary rate limit.")
    done = hub("comment", "text", "--pr", str(number), "--format", "json", expect=1)
    assert done.json["error"]["message"].endswith(
        "was answered 403: You have exceeded a secondary rate limit. (request 0A1B:2C3D)"
    )
    assert "asks to wait 400 seconds; --max-wait" in done.err
    assert github.made("POST")[1:] == []


# --- refusals


def test_a_permission_that_is_missing_is_named(github: GitHub, hub: Hub) -> None:
    number = github.open()
    github.denied = {"comments"}
    done = hub("comment", "text", "--pr", str(number), expect=1)
    assert "was answered 403: Resource not accessible by integration" in done.err
    assert "needs the permission 'issues: write' or 'pull-requests: write'" in done.err
    assert "forks" in done.err


def test_what_github_finds_wrong_with_a_text_is_told(github: GitHub, hub: Hub) -> None:
    number = github.open()
    errors = "Validation Failed"
    github.fault("POST .*/comments", 422, message=errors)
    assert "was answered 422: Validation Failed" in hub("comment", "text", "--pr", str(number), expect=1).err


def test_a_number_that_is_not_there_is_told(github: GitHub, hub: Hub) -> None:
    done = hub("comment", "text", "--pr", "7", expect=1)
    assert "GET /repos/acme/hooks/issues/7/comments was answered 404" in done.err
    assert "Is this the repository and the number, and may the token see them?" in done.err


def test_a_token_that_is_refused_is_told_and_not_shown(github: GitHub, hub: Hub) -> None:
    done = hub("comment", "text", "--pr", "7", expect=1, GITHUB_TOKEN="ghs_other_9876543210")
    assert "the token in GITHUB_TOKEN was refused" in done.err.lower() or "GITHUB_TOKEN was refused" in done.err
    assert "ghs_other" not in done.out + done.err


@pytest.mark.parametrize(
    ("environ", "told"),
    [
        ({"GITHUB_TOKEN": ""}, "GITHUB_TOKEN is unset or empty"),
        ({"GITHUB_TOKEN": "ghs_a b"}, "characters that no token has"),
        ({"GITHUB_API_URL": "http://github.acme.example"}, "not https"),
        ({"GITHUB_API_URL": "nonsense"}, "is not a URL"),
        ({"GITHUB_GRAPHQL_URL": "https://elsewhere.example/graphql"}, "different hosts"),
    ],
)
def test_settings_that_cannot_be_are_told(environ: dict[str, str], told: str, github: GitHub, hub: Hub) -> None:
    assert told in hub("comment", "text", "--pr", "1", expect=1, **environ).err
    assert github.calls == []


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--key", "a--b"), "cannot be a key"),
        (("--key", "a-->"), "cannot be a key"),
        (("--key", ""), "cannot be a key"),
        (("--repo", "acme"), "is no repository"),
        (("--repo", "acme/../x"), "is no repository"),
        (("--pr", "0"), "'--pr'"),
    ],
)
def test_arguments_that_make_no_sense_are_told(arguments: tuple[str, ...], told: str, github: GitHub, hub: Hub) -> None:
    assert told in hub("comment", "text", "--pr", "1", *arguments, expect=64).err
    assert github.calls == []


@pytest.mark.parametrize(("body", "told"), [("", "is empty"), (" \n", "is empty"), ("x" * 65_536, "65,561 characters")])
def test_texts_that_github_would_refuse_are_refused_here(body: str, told: str, github: GitHub, hub: Hub) -> None:
    assert told in hub("comment", body, "--pr", "1", expect=1).err
    assert github.calls == []


def test_the_longest_text_is_taken(github: GitHub, hub: Hub) -> None:
    number = github.open()
    hub("comment", "x" * (65_536 - 25), "--pr", str(number))
    assert len(bodies(github, number)[0]) == 65_536


def test_a_next_page_on_another_host_does_not_get_the_token(github: GitHub, hub: Hub, monkeypatch: Any) -> None:
    number = github.open()
    monkeypatch.setattr(github, "_page", lambda call, _: (200, {"Link": '<http://127.0.0.1:9/x>; rel="next"'}, []))
    assert "on another host" in hub("comment", "text", "--pr", str(number), expect=1).err


# --- one issue


def test_the_life_of_an_issue(github: GitHub, hub: Hub) -> None:
    github.open()
    named = ("--key", "drift-test", "--title", "Drift in test")
    assert hub("issue", None, "--key", "drift-test", "--close", "--format", "json").json["action"] == "none"
    opened = hub("issue", "missing: pager", *named, "--label", "drift", "--format", "json").json
    assert (opened["action"], opened["number"]) == ("created", 2)
    issue = github.issues[2]
    assert issue["title"] == "Drift in test"
    assert issue["labels"] == [{"name": "drift"}]
    assert issue["body"] == "<!-- hookwright:drift-test -->\nmissing: pager"
    assert hub("issue", "missing: pager", *named, "--format", "json").json["action"] == "unchanged"
    assert hub("issue", "missing: pager, plain", *named, "--format", "json").json["action"] == "updated"
    assert issue["body"].endswith("pager, plain")
    assert len(github.issues) == 2
    assert hub("issue", None, "--key", "drift-test", "--close", "--format", "json").json["action"] == "closed"
    assert (issue["state"], issue["state_reason"]) == ("closed", "completed")
    assert bodies(github, 2) == ["<!-- hookwright:drift-test/closed -->\nWhat is live is what is declared again."]
    again = hub("issue", "missing: plain", *named, "--format", "json").json
    assert (again["action"], again["number"]) == ("created", 3), "what comes back is a new issue"
    assert issue["state"] == "closed"


def test_pull_requests_and_other_issues_are_left_alone(github: GitHub, hub: Hub) -> None:
    github.open(body="<!-- hookwright:drift -->", login=BOT)
    github.open(body="<!-- hookwright:drift -->", login="mona", pull_request=False)
    told = hub("issue", "text", "--key", "drift", "--title", "Drift", "--format", "json").json
    assert told["number"] == 3
    hub("issue", None, "--key", "drift", "--close")
    assert [issue["state"] for issue in github.issues.values()] == ["open", "open", "closed"]


def test_a_run_that_died_before_it_closed_does_not_say_it_twice(github: GitHub, hub: Hub) -> None:
    hub("issue", "text", "--key", "drift", "--title", "Drift")
    github.fault("PATCH .*/issues/1$", 422)
    hub("issue", None, "--key", "drift", "--close", expect=1)
    assert github.issues[1]["state"] == "open"
    hub("issue", None, "--key", "drift", "--close")
    assert github.issues[1]["state"] == "closed"
    assert len(github.on(1)) == 1


def test_the_issue_is_found_on_a_later_page(github: GitHub, hub: Hub) -> None:
    hub("issue", "old", "--key", "drift", "--title", "Drift")
    for number in range(5):
        github.open(title=f"Other {number}", pull_request=number % 2 == 0)
    github.page_limit = 2
    assert hub("issue", "new", "--key", "drift", "--title", "Drift", "--format", "json").json["number"] == 1
    assert len(github.issues) == 6
    assert hub("issue", "fixed by hand", "--key", "drift", "--close", "--format", "json").json["action"] == "closed"
    assert bodies(github, 1) == ["<!-- hookwright:drift/closed -->\nfixed by hand"]


def test_several_open_ones_are_all_closed(github: GitHub, hub: Hub) -> None:
    for text in "ab":
        github.open(body=f"<!-- hookwright:drift -->\n{text}", login=BOT, pull_request=False)
    told = hub("issue", None, "--key", "drift", "--close", "--format", "json").json
    assert (told["number"], told["duplicates"]) == (1, [2])
    assert [issue["state"] for issue in github.issues.values()] == ["closed", "closed"]
    assert github.comments.keys() == {one["id"] for one in github.on(1)}, "said once"


def test_a_renamed_issue_gets_its_title_again(github: GitHub, hub: Hub) -> None:
    for title in ("Drift", "Drift in test"):
        hub("issue", "same", "--key", "drift", "--title", title)
    assert github.issues[1]["title"] == "Drift in test"


def test_an_account_can_be_named(github: GitHub, hub: Hub) -> None:
    number = github.open()
    github.comment(number, "<!-- hookwright:plan -->\nold")
    hub("comment", "new", "--pr", str(number), "--author", BOT.upper())
    assert bodies(github, number) == ["<!-- hookwright:plan -->\nnew"]
    assert [call for call in github.calls if "graphql" in call.path] == []


@pytest.mark.parametrize(("body", "told"), [(b"\xff", "is not UTF-8"), (None, "cannot be read")])
def test_a_text_that_cannot_be_read_is_told(
    body: bytes | None, told: str, github: GitHub, call: Call, tmp_path: Path
) -> None:
    if body is not None:
        (tmp_path / "b.md").write_bytes(body)
    done = call("github", "comment", "--body-file", "b.md", "--pr", "1", **github.environ())
    assert (done.code, github.calls) == (1, [])
    assert told in done.err


def test_the_text_can_come_from_stdin(github: GitHub, call: Call) -> None:
    number = github.open()
    done = call("github", "comment", "--body-file", "-", "--pr", str(number), stdin="ä".encode(), **github.environ())
    assert done.code == 0, done.err
    assert bodies(github, number) == ["<!-- hookwright:plan -->\nä"]


def test_an_event_that_cannot_be_read_is_told(github: GitHub, hub: Hub, tmp_path: Path) -> None:
    (tmp_path / "event.json").write_text("{")
    for name in ("event.json", "nothing.json"):
        environ = {"GITHUB_EVENT_PATH": str(tmp_path / name)}
        assert "the event of this run cannot be read" in hub("comment", "text", expect=1, **environ).err
    assert "which pull request?" in hub("comment", "text", expect=64).err


def test_a_lost_issue_is_looked_for(github: GitHub, hub: Hub) -> None:
    github.fault("POST .*/issues$", "after")
    hub("issue", "text", "--key", "drift", "--title", "Drift")
    assert len(github.issues) == 1


def test_an_issue_needs_a_title_and_a_text(github: GitHub, hub: Hub) -> None:
    assert "needs --title and --body-file" in hub("issue", "text", "--key", "drift", expect=64).err
    assert "needs --title" in hub("issue", None, "--key", "drift", "--title", "x", expect=64).err
    told = hub("issue", "text", "--key", "drift", "--title", "x" * 257, expect=64).err
    assert "the title has 257 characters; GitHub takes 256" in told
    assert "which repository?" in hub("issue", "t", "--key", "d", "--title", "x", expect=64, GITHUB_REPOSITORY="").err
    github.denied = {"issues"}
    assert "'issues: write'" in hub("issue", "t", "--key", "d", "--title", "x", expect=1).err
