"""Where the command line says that deliveries go: read alike by every command that takes such a URL."""

from __future__ import annotations

import pytest

from hookwright.cli.targets import read_destination
from hookwright.harness.background import serve_receiver_in_thread
from tests.unit.cli.acme import SECRETS
from tests.unit.cli.calling import Call

COMMANDS = [
    ("send", "plain", "-e", "test", "--to"),
    ("replay", "1", "--db", "kept.db", "--to"),
    ("listen", "--forward"),
    ("test", "receiver", "-e", "test"),
    ("test", "delivery", "--emulator-url"),
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize(
    "url",
    [
        "nourl",
        "8000",
        "",
        "mailto:a@b.example",
        "http:/x",
        "http:127.0.0.1:1",
        "file:/a.b",
        "//a.example",
        "me@b.example",
    ],
)
def test_what_names_no_host_is_told_in_the_same_words(call: Call, command: tuple[str, ...], url: str) -> None:
    if command[-1] == "--emulator-url" and not url:
        return  # An option that is empty is one that was not given.
    done = call(*command, url, **SECRETS)
    assert (done.code, done.out) == (64, "")
    assert done.err == (
        "error: the URL starts with neither http:// or https:// nor a host\n"
        "hint: http://127.0.0.1:8000/hook is one, and localhost:8000 too.\n"
    )


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_another_scheme_is_told_in_the_same_words(call: Call, command: tuple[str, ...]) -> None:
    done = call(*command, "ftp://127.0.0.1/", **SECRETS)
    assert (done.code, done.out) == (64, "")
    assert "error: the URL is not one of http or https with a host\n" in done.err


@pytest.mark.parametrize("command", [COMMANDS[0], COMMANDS[3]], ids=" ".join)
def test_the_scheme_may_be_left_out(call: Call, command: tuple[str, ...]) -> None:
    with serve_receiver_in_thread() as receiver:
        near = receiver.url.removeprefix("http://")
        more = ("--only", "R01") if command[0] == "test" else ()
        assert call(*command, f"{near}/hook", *more, **SECRETS).code == 0
        assert {delivery.path for delivery in receiver.deliveries} == {"/hook"}


def test_the_scheme_of_a_running_emulator_may_be_left_out(call: Call) -> None:
    done = call("test", "delivery", "--emulator-url", "127.0.0.1:1", "--only", "S02")
    assert (done.code, "there is no sender at 127.0.0.1:1: " in done.err) == (1, True)


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:80", "a.example", "127.0.0.1:80", "a:80", "[::1]", "[::1]:80"]
)
@pytest.mark.parametrize("path", ["", "/", "/me@b.example:x", "?u=mailto:a@b.example"])
def test_a_host_may_stand_alone_where_it_looks_like_one(host: str, path: str) -> None:
    assert read_destination(f"{host}{path}").url == f"http://{host}{path}"


@pytest.mark.parametrize("path", ["/hook?next=http://a.example/b", "/to/https://a.example", "?u=http://a"])
def test_a_url_within_the_url_is_no_scheme(path: str) -> None:
    assert read_destination(f"localhost:8000{path}").url == f"http://localhost:8000{path}"
    assert read_destination(f"HTTPS://localhost{path}").url == f"HTTPS://localhost{path}"
