"""Where the checks of receivers may go."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from hookwright.errors import HookwrightError, LocalError, RefusedError, UsageError
from hookwright.harness.checks.admission import admit
from hookwright.harness.reach import Reach, address_reach

NAMES = {
    "localhost": ["127.0.0.1", "::1"],
    "hooks.acme.example": ["10.1.2.3"],
    "receiver": ["172.17.0.2"],
    "receiver.internal": ["10.0.0.9"],
    "staging.acme.dev": ["93.184.216.34"],
    "rebound.acme.dev": ["93.184.216.34", "10.0.0.1"],
    "localtest.dev": ["127.0.0.1"],
    "meta.acme.dev": ["169.254.169.254"],
}


@pytest.fixture(autouse=True)
def lookups(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names that this test knows; gives those that were looked up."""
    asked: list[str] = []

    def getaddrinfo(host: str, port: int, **_: Any) -> list[Any]:
        asked.append(host)
        try:
            socket.inet_pton(socket.AF_INET6 if ":" in host else socket.AF_INET, host)
            addresses = [host]
        except OSError:
            addresses = NAMES.get(host, [])
        if not addresses:
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked


@pytest.mark.parametrize(
    ("url", "declared", "owned"),
    [
        ("http://127.0.0.1:8000/hook", (), False),
        ("http://[::1]:8000/hook", (), False),
        ("http://localhost/hook", (), False),
        ("https://staging.acme.dev/hook", ("staging.acme.dev",), False),
        ("https://STAGING.acme.dev/hook", ("staging.acme.dev",), False),
        ("https://staging.acme.dev/hook", (), True),
        ("http://192.168.1.5/hook", (), True),
        ("http://receiver:8000/hook", ("receiver",), False),
        ("http://receiver.internal/hook", (), True),
    ],
)
def test_admitted(url: str, declared: tuple[str, ...], owned: bool) -> None:
    endpoint = admit(url, declared, owned=owned)
    assert endpoint.loopback is (endpoint.host in {"127.0.0.1", "::1", "localhost"})
    assert endpoint.addresses


@pytest.mark.parametrize(
    ("url", "declared", "owned", "error", "message"),
    [
        ("https://staging.acme.dev/hook", (), False, RefusedError, "neither this machine nor"),
        ("http://192.168.1.5/hook", (), False, RefusedError, "neither this machine nor"),
        ("http://receiver:8000/", (), False, RefusedError, "neither this machine nor"),
        ("http://169.254.169.254/", (), True, RefusedError, "an address of the link"),
        ("http://100.100.100.200/", (), True, RefusedError, "an address of the link"),
        ("http://[fd00:ec2::254]/", (), True, RefusedError, "an address of the link"),
        ("http://[64:ff9b::a9fe:a9fe]/", (), True, RefusedError, "an address of the link"),
        ("http://[fe80::1]/", (), True, RefusedError, "an address of the link"),
        ("http://meta.acme.dev/", ("meta.acme.dev",), True, RefusedError, "an address of the link"),
        ("http://rebound.acme.dev/", ("rebound.acme.dev",), True, RefusedError, "a public name, but it leads to"),
        ("http://localtest.dev/", (), False, RefusedError, "a public name, but it leads to"),
        ("http://unknown.acme.dev/", (), True, LocalError, "has no address"),
        ("http:///hook", (), True, UsageError, "with a host"),
    ],
)
def test_not_admitted(
    url: str, declared: tuple[str, ...], owned: bool, error: type[HookwrightError], message: str
) -> None:
    with pytest.raises(error, match=message):
        admit(url, declared, owned=owned)


def test_the_name_is_looked_up_once_and_its_addresses_are_kept(lookups: list[str]) -> None:
    endpoint = admit("https://staging.acme.dev:8443/a%20b?c=d", owned=True)
    assert lookups == ["staging.acme.dev"]
    assert endpoint.addresses == ("93.184.216.34",)
    assert (endpoint.authority, endpoint.target) == (b"staging.acme.dev:8443", b"/a%20b?c=d")


def test_what_the_url_says() -> None:
    endpoint = admit("http://user:p%40ss@127.0.0.1/ä")
    assert endpoint.authorization == "Basic dXNlcjpwQHNz"
    assert (endpoint.authority, endpoint.target) == (b"127.0.0.1", b"/%C3%A4")
    assert admit("http://127.0.0.1").target == b"/"
    assert "p%40ss" not in repr(endpoint)


@pytest.mark.parametrize(
    ("address", "reach"),
    [
        ("100.64.0.1", Reach.PRIVATE),
        ("::ffff:10.0.0.1", Reach.PRIVATE),
        ("2002:a9fe:a9fe::1", Reach.LINK_LOCAL),
        ("64:ff9b::7f00:1", Reach.LOOPBACK),
        ("2606:2800:220:1::1", Reach.PUBLIC),
    ],
)
def test_addresses_within_addresses(address: str, reach: Reach) -> None:
    assert address_reach(address) is reach
