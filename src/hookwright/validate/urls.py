"""URLs, as far as rules judge them: scheme, credentials, host, port."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from hookwright.model.frozen import dataclass

if TYPE_CHECKING:
    from ipaddress import IPv4Address, IPv6Address

_PRIVATE_SUFFIXES: Final = (
    ".local", ".localhost", ".localdomain", ".internal", ".intranet", ".lan", ".home.arpa", ".corp", ".private",
    ".test", ".invalid",
)  # fmt: skip
"""Names that no public resolver answers: RFC 6761, RFC 6762, RFC 8375, and ICANN's ``.internal``."""

_LABEL: Final = "[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_HOST: Final = re.compile(rf"{_LABEL}(?:\.{_LABEL})*\.?|\[[0-9A-Fa-f:.]+(?:%25[A-Za-z0-9._~-]+)?\]")
_NUMBER: Final = re.compile(r"(?:.*\.)?(?:[0-9]+|0[xX][0-9A-Fa-f]*)\.?")
"""A host that ends in a number, which is an address to every client (WHATWG URL, "ends in a number")."""
_ODD: Final = re.compile(r"[\s\x00-\x1f\x7f<>\"{}|\\^`]")


@dataclass(frozen=True, slots=True)
class Address:
    """What a URL says before its path.

    Attributes:
        scheme: in lower case.
        host: in lower case, without brackets or a closing dot.
        port: as written, or an empty string.
        credentials: whether something stands before an ``@``.
    """

    scheme: str
    host: str
    port: str = ""
    credentials: bool = False


def address_of(url: str) -> Address | None:
    """What a URL says before its path; None where it is no http or https URL with a host."""
    scheme, separator, rest = url.partition("://")
    if not separator or scheme.lower() not in ("http", "https"):
        return None
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    before, at, place = authority.rpartition("@")
    host, port = _split_port(place)
    if not _HOST.fullmatch(host) or (port and not (port.isdecimal() and int(port) < 65536)):
        return None
    if _NUMBER.fullmatch(host) and not is_address(host.rstrip(".")):
        return None
    return Address(scheme.lower(), host.strip("[]").rstrip(".").lower(), port, bool(at and before))


def fault_of(url: str) -> str:
    """What keeps a text from being an http or https URL; an empty string where nothing does."""
    odd = _ODD.search(url)
    if odd:
        return f"it holds {_name(odd.group())}"
    scheme, separator, _ = url.partition("://")
    if not separator or scheme.lower() not in ("http", "https"):
        return "it does not begin with https://"
    if address_of(url):
        return ""
    authority = re.split(r"[/?#]", url.partition("://")[2], maxsplit=1)[0]
    return (
        "its host or port is not valid" if authority.isascii() else "its host is not ASCII: write the 'xn--' form of it"
    )


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    return is_address(host) and _ip(host).is_loopback


def is_private(host: str) -> bool:
    """Whether a host cannot be reached from the internet, as far as its name tells."""
    if is_address(host):
        return not _ip(host).is_global
    return "." not in host or host.endswith(_PRIVATE_SUFFIXES)


def is_address(host: str) -> bool:
    """Whether a host is an IP address and not a name."""
    if ":" not in host and not host[-1:].isdigit():
        return False
    try:
        _ip(host)
    except ValueError:
        return False
    return True


def _ip(host: str) -> IPv4Address | IPv6Address:
    import ipaddress

    return ipaddress.ip_address(host.partition("%")[0])


def _split_port(place: str) -> tuple[str, str]:
    if place.startswith("["):
        host, bracket, port = place.partition("]")
        return host + bracket, port.removeprefix(":")
    host, _, port = place.partition(":")
    return host, port


def _name(character: str) -> str:
    return "a blank" if character == " " else f"the character {character!r}"
