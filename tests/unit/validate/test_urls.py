from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookwright.validate.urls import Address, address_of, fault_of, is_address, is_loopback, is_private


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://hooks.acme.example", Address("https", "hooks.acme.example")),
        ("HTTPS://Hooks.Acme.Example./x", Address("https", "hooks.acme.example")),
        ("https://XX.acme.example.XX", Address("https", "xx.acme.example.xx")),
        ("http://localhost:8080?x", Address("http", "localhost", "8080")),
        ("https://[::1]:8443/x", Address("https", "::1", "8443")),
        ("https://user:p@ss@hooks.acme.example/x", Address("https", "hooks.acme.example", "", credentials=True)),
        ("https://@hooks.acme.example", Address("https", "hooks.acme.example")),
        ("https://hooks.acme.example#@other", Address("https", "hooks.acme.example")),
        ("https://a_b.acme.example", Address("https", "a_b.acme.example")),
        ("ftp://hooks.acme.example", None),
        ("hooks.acme.example", None),
        ("https://", None),
        ("https:///x", None),
        ("https://-x.example", None),
        ("https://x.example:port", None),
        ("https://x.example:65536", None),
        ("https://hooks..acme.example", None),
        (f"https://{'a' * 64}.example", None),
        ("https://192.168.1.300/x", None),
        ("https://127.1", None),
        ("https://2130706433", None),
        ("https://10.0.0.1", Address("https", "10.0.0.1")),
        ("https://10.0.0.1./x", Address("https", "10.0.0.1")),
        ("https://a1.2b", Address("https", "a1.2b")),
        ("https://x.example:0", Address("https", "x.example", "0")),
    ],
)
def test_address(url: str, expected: Address | None) -> None:
    assert address_of(url) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://hooks.acme.example/a?b=c#d", ""),
        ("https://hooks.acme.example/a b", "it holds a blank"),
        ("https://hooks.acme.example/a\n", "it holds the character '\\n'"),
        ("https://hooks.acme.example/{a}", "it holds the character '{'"),
        ("hooks.acme.example", "it does not begin with https://"),
        ("ftp://hooks.acme.example", "it does not begin with https://"),
        ("https:hooks.acme.example", "it does not begin with https://"),
        ("https://hooks.acme.example/?next=ftp://x", ""),
        ("https://hooks.acme.example:99999", "its host or port is not valid"),
        ("https://hooks..acme.example/?next=https://bücher.example", "its host or port is not valid"),
        ("https://bücher.example/a", "its host is not ASCII: write the 'xn--' form of it"),
    ],
)
def test_faults(url: str, expected: str) -> None:
    assert fault_of(url) == expected


@pytest.mark.parametrize("host", ["localhost", "api.localhost", "127.0.0.1", "127.8.8.8", "::1"])
def test_loopback(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host",
    ["10.0.0.1", "172.16.0.9", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
     "fe80::1", "fd00::1", "orders",
     "hooks.acme.test", "x.invalid", "localhost.localdomain",
     "printer.local", "db.internal", "nas.lan", "gate.home.arpa", "x.localhost"],
)  # fmt: skip
def test_private(host: str) -> None:
    assert is_private(host)


@pytest.mark.parametrize(
    "host", ["hooks.acme.example", "8.8.8.8", "2606:4700::1111", "local.acme.example", "internal.io", "1.2.3.4.example"]
)
def test_public(host: str) -> None:
    assert not is_private(host)
    assert not is_loopback(host)


def test_addresses_and_names() -> None:
    assert is_address("fe80::1%eth0")
    assert is_address("fe80::a")
    assert not is_address("v1")
    assert not is_address("1.2.3")


@given(st.text(max_size=40))
def test_any_text(text: str) -> None:
    for url in (text, f"https://{text}", f"http://{text}/x"):
        address = address_of(url)
        assert fault_of(url) or address
        if address:
            is_private(address.host)
            is_loopback(address.host)
