"""Which hosts may be put to the proof, and at which addresses.

The checks forge, flood and abort. They go to this machine and to hosts that webhooks of non-production environments
declare; elsewhere only where the user says that the host is theirs. The addresses that were judged are the ones that
are connected to: a name that answers otherwise the second time it is looked up gains nothing.
"""

from __future__ import annotations

import base64
import socket
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote, unquote, urlsplit

from hookwright.errors import LocalError, RefusedError
from hookwright.harness.reach import Reach, address_reach, is_address, is_loopback, read_target

_PRIVATE_NAMES: Final = frozenset(
    {"localhost", "local", "internal", "intranet", "lan", "home", "corp", "test", "example", "invalid", "localdomain"}
)
"""Last labels of names that no public name server knows (RFC 2606, RFC 6762, and what networks use by custom)."""


_AS_WRITTEN: Final = "".join(map(chr, range(0x21, 0x7F)))


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A URL that may be put to the proof.

    Attributes:
        url: the URL as given.
        host: its host, without brackets.
        port: its port.
        addresses: the addresses that were judged, to be tried in this order.
        tls: whether it is https.
        target: path and query as they stand in the request line.
        authority: the value of ``Host``.
        authorization: value of ``Authorization`` where the URL has user information, or an empty string.
        loopback: whether all addresses are this machine's.
    """

    url: str = field(repr=False)
    host: str
    port: int
    addresses: tuple[str, ...]
    tls: bool
    target: bytes = field(repr=False)
    authority: bytes
    authorization: str = field(default="", repr=False)
    loopback: bool = True


def admit(url: str, declared: Collection[str] = (), *, owned: bool = False) -> Endpoint:
    """Judge where a URL leads; its name is looked up once.

    Args:
        url: the URL.
        declared: hosts that webhooks of non-production environments name, in lower case.
        owned: whether the user says that the host is theirs.

    Raises:
        UsageError: it is no URL.
        LocalError: its name has no address.
        RefusedError: nothing may be sent there.
    """
    read = read_target(url)
    parts = urlsplit(url)
    host = read.host.rstrip(".").lower()
    addresses = _addresses(read.host, read.port)
    loopback = _judge(host, addresses, declared, owned=owned)
    written = read.host if read.host.isascii() else read.host.encode("idna").decode("ascii")
    written = f"[{written}]" if ":" in written else written
    default = {"http": 80, "https": 443}[parts.scheme]
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Endpoint(
        url=url,
        host=read.host,
        port=read.port,
        addresses=addresses,
        tls=parts.scheme == "https",
        target=quote(path, safe=_AS_WRITTEN).encode("ascii"),
        authority=(written if read.port == default else f"{written}:{read.port}").encode("ascii"),
        authorization=_basic(parts.username, parts.password),
        loopback=loopback,
    )


def _addresses(host: str, port: int) -> tuple[str, ...]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, ValueError) as error:
        raise LocalError(f"the host name {host!r} has no address") from error
    return tuple(dict.fromkeys(str(address[0]) for *_, address in found))


def _judge(host: str, addresses: Collection[str], declared: Collection[str], *, owned: bool) -> bool:
    """Refuse what must not be; gives whether it is this machine."""
    reaches = {address_reach(address) for address in addresses}
    if Reach.LINK_LOCAL in reaches:
        raise RefusedError(
            f"{host} is an address of the link, as cloud metadata services are: nothing is sent there",
            hint="Name the receiver's own host.",
        )
    if not is_address(host) and _public_name(host) and reaches != {Reach.PUBLIC}:
        raise RefusedError(
            f"{host} is a public name, but it leads to an address of this machine or its network",
            hint="If that is the receiver, give the address itself.",
        )
    loopback = reaches == {Reach.LOOPBACK} or is_loopback(host)
    if loopback or owned or host in declared:
        return loopback
    raise RefusedError(
        f"{host} is neither this machine nor the host of a webhook that a test environment declares",
        hint="The checks forge, flood and abort: if the host is yours, say so with --i-own-this-host.",
    )


def _public_name(host: str) -> bool:
    labels = host.split(".")
    return len(labels) > 1 and labels[-1] not in _PRIVATE_NAMES and not host.endswith(".home.arpa")


def _basic(user: str | None, password: str | None) -> str:
    if user is None:
        return ""
    pair = f"{unquote(user)}:{unquote(password or '')}"
    return f"Basic {base64.b64encode(pair.encode('utf-8', 'surrogatepass')).decode('ascii')}"
