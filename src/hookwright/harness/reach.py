"""Where requests may go: reading a URL, and telling this machine and its network from the rest of the world."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from enum import IntEnum
from typing import Final
from urllib.parse import SplitResult, urlsplit

from hookwright.errors import LocalError, UsageError

_METADATA: Final = frozenset({"fd00:ec2::254", "fd20:ce::254", "100.100.100.200", "168.63.129.16", "192.0.0.192"})
"""Cloud metadata services at addresses that are not of the link."""

_EMBEDDING: Final = tuple(map(ipaddress.IPv6Network, ("64:ff9b::/96", "64:ff9b:1::/48", "::ffff:0:0:0/96", "::/96")))
"""IPv6 addresses that end in the IPv4 address that they may lead to: NAT64 (RFC 6052, RFC 8215), SIIT, the old form."""
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
        return host.lower().rstrip(".") == "localhost" or address_reach(host) is Reach.LOOPBACK
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
    return max(address_reach(str(address[0])) for *_, address in found)


def is_address(host: str) -> bool:
    """Whether a host is written as an address, not as a name."""
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


def address_reach(text: str) -> Reach:
    """How far away an address is.

    Raises:
        ValueError: it is none.
    """
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        if int(address) > 1 and any(address in network for network in _EMBEDDING):  # :: and ::1 are addresses proper
            address = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        else:
            address = address.ipv4_mapped or address.sixtofour or address
    if address.is_link_local or address.is_multicast or str(address) in _METADATA:
        return Reach.LINK_LOCAL
    if address.is_loopback or address.is_unspecified:
        return Reach.LOOPBACK
    return Reach.PUBLIC if address.is_global else Reach.PRIVATE
