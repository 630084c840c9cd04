"""Reading URLs, and how far away they are."""

from __future__ import annotations

import pytest

from hookwright.errors import LocalError, UsageError
from hookwright.harness.reach import Reach, Target, is_loopback, reach, read_target


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("http://127.0.0.1:8000/hook?a=b", ("127.0.0.1", 8000, "/hook?a=b")),
        ("https://hooks.acme.example", ("hooks.acme.example", 443, "")),
        ("http://hooks.acme.example/", ("hooks.acme.example", 80, "/")),
        ("http://[::1]:9/x", ("::1", 9, "/x")),
        ("http://user:pw@localhost/", ("localhost", 80, "/")),
    ],
)
def test_read(url: str, target: tuple[str, int, str]) -> None:
    assert read_target(url) == Target(url, *target)


@pytest.mark.parametrize(
    "url",
    [
        "", "x", "/x", "ftp://a/", "http://", "http:///x", "http://a:99999/", "http://a:x/", "http://[::1/",
        "http://a b/", "http://a/\r\nX: y", "http://a/\0", "http://a/\udcff", "javascript:alert(1)",
    ],
)  # fmt: skip
def test_what_is_no_url_is_refused_without_being_repeated(url: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_target(url)
    assert not url or url not in f"{caught.value.message}"


@pytest.mark.parametrize(
    ("host", "distance"),
    [
        ("127.0.0.1", Reach.LOOPBACK),
        ("127.9.9.9", Reach.LOOPBACK),
        ("localhost", Reach.LOOPBACK),
        ("LOCALHOST.", Reach.LOOPBACK),
        ("::1", Reach.LOOPBACK),
        ("0.0.0.0", Reach.LOOPBACK),
        ("::ffff:127.0.0.1", Reach.LOOPBACK),
        ("10.0.0.1", Reach.PRIVATE),
        ("192.168.1.1", Reach.PRIVATE),
        ("172.16.0.1", Reach.PRIVATE),
        ("fd00::1", Reach.PRIVATE),
        ("169.254.169.254", Reach.LINK_LOCAL),
        ("::ffff:169.254.169.254", Reach.LINK_LOCAL),
        ("64:ff9b::a9fe:a9fe", Reach.LINK_LOCAL),
        ("64:ff9b:1::a9fe:a9fe", Reach.LINK_LOCAL),
        ("::ffff:0:a9fe:a9fe", Reach.LINK_LOCAL),
        ("::a9fe:a9fe", Reach.LINK_LOCAL),
        ("fd20:ce::254", Reach.LINK_LOCAL),
        ("::", Reach.LOOPBACK),
        ("fe80::1", Reach.LINK_LOCAL),
        ("224.0.0.1", Reach.LINK_LOCAL),
        ("8.8.8.8", Reach.PUBLIC),
        ("2001:4860:4860::8888", Reach.PUBLIC),
    ],
)
def test_reach(host: str, distance: Reach) -> None:
    assert reach(host) is distance
    assert is_loopback(host) is (distance is Reach.LOOPBACK)


def test_a_name_is_not_looked_up_to_tell_loopback() -> None:
    assert not is_loopback("hooks.acme.example")


@pytest.mark.parametrize("host", ["no-such-host.invalid", "a" * 70 + ".invalid", "\0"])
def test_a_name_without_address(host: str) -> None:
    with pytest.raises(LocalError, match="has no address"):
        reach(host)
