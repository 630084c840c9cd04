"""Where requests may go: reading a URL, and telling this machine and its network from the rest of the world."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from enum import IntEnum
from typing import Final
from urllib.parse import SplitResult, urlsplit

from hookwright.errors import LocalError, UsageError

_FORBIDDEN: Final = frozenset(chr(code) for code in (*range(0x21), 0x7F))


class Reach(IntEnum):
    """How far away an address is, nearest first."""

    LOOPBACK = 0
    PRIVATE = 1
    PUBLIC = 2
    LINK_LOCAL = 3
    """Addresses of the link only, those of cloud metadata services among them: never a receiver."""


@dataclass(frozen=True, slots=True)
class Target:
    """A URL that requests can be sent to.

    Attributes:
        url: the URL.
        host: its host, without brackets.
        port: its port, the scheme's where it names none.
        path: its path and query; empty where it names neither (a lone ``/`` is a path).
    """

    url: str
    host: str
    port: int
    path: str


def read_target(url: str) -> Target:
    """Read a URL that requests are to be sent to.

    Raises:
        UsageError: it is no http or https URL with a host. The message does not hold the URL: that may be a secret.
    """
    if _FORBIDDEN & set(url) or any("\ud800" <= character <= "\udfff" for character in url):
        raise UsageError("the URL holds blanks or control characters")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise UsageError("the URL's host or port makes no sense") from error
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise UsageError("the URL is not one of http or https with a host", hint="http://127.0.0.1:8000/hook is one.")
    return Target(url, parts.hostname, port or {"http": 80, "https": 443}[parts.scheme], _path(parts))


def _path(parts: SplitResult) -> str:
    return parts.path + (f"?{parts.query}" if parts.query else "")


def is_loopback(host: str) -> bool:
    """Whether a host is this machine by its spelling alone: nothing is looked up."""
    try:
        return host.lower().rstrip(".") == "localhost" or _address_reach(host) is Reach.LOOPBACK
    except ValueError:
        return False


def reach(host: str, port: int = 0) -> Reach:
    """How far away the farthest address of a host is. A name is looked up.

    Raises:
        LocalError: the name has no address.
    """
    if is_loopback(host):
        return Reach.LOOPBACK
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, ValueError) as error:
        raise LocalError(f"the host name {host!r} has no address") from error
    return max(_address_reach(str(address[0])) for *_, address in found)


def _address_reach(text: str) -> Reach:
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if address.is_link_local or address.is_multicast:
        return Reach.LINK_LOCAL
    if address.is_loopback or address.is_unspecified:
        return Reach.LOOPBACK
    return Reach.PRIVATE if address.is_private else Reach.PUBLIC
