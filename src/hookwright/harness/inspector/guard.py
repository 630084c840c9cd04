"""Who may see the inspector: the one who has the address that the listener printed, in a browser on this machine.

Deliveries hold other people's data and secrets, and any page in the same browser can send requests to this machine.
What keeps them out:

- the port is bound to the loopback address alone, and the ``Host`` header must be that very address: a name that an
  attacker lets point here (DNS rebinding) is another;
- every page but the one that trades it for a cookie needs the token, which is random for each run. The address carries
  it behind the ``#``, where it never leaves the browser; the cookie is ``HttpOnly`` and ``SameSite=Strict``;
- cookies are shared by all ports of a host, so that ``Sec-Fetch-Site`` and ``Origin`` are looked at too: nothing is
  answered to a page of another origin, and what changes anything (POST) must say that it comes from this one;
- the pages may load nothing from elsewhere, run no script of their text, and stand in no frame.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from typing import Final

from aiohttp import web

TOKEN_BYTES: Final = 32

HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
        " form-action 'self'; base-uri 'none'; frame-ancestors 'none';"
        " require-trusted-types-for 'script'; trusted-types 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Server": "hookwright",
}
"""What every answer says to the browser."""

_OURS: Final = ("same-origin", "none")
_OPEN: Final = ("/open", "/session")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request is not answered.

    Attributes:
        status: HTTP status.
        title: what is wrong, in a few words.
        message: what to do about it.
    """

    status: int
    title: str
    message: str


class Guard:
    """Decides which requests are answered.

    Args:
        authority: host and port that the inspector is bound to, as they stand in a URL.
    """

    def __init__(self, authority: str) -> None:
        self._authority = authority
        self._token = secrets.token_urlsafe(TOKEN_BYTES)
        self._cookie = f"hookwright_{authority.rpartition(':')[2]}"

    @property
    def origin(self) -> str:
        """The origin of the pages."""
        return f"http://{self._authority}"

    @property
    def address(self) -> str:
        """The address to open, with the token."""
        return f"{self.origin}/open#{self._token}"

    def refusal(self, request: web.BaseRequest) -> Refusal | None:
        """Why a request is not answered; None where it is."""
        if request.headers.getall("Host", []) != [self._authority]:
            return Refusal(421, "Not this host", f"The inspector is at {self.origin} and under no other name.")
        if request.method not in ("GET", "HEAD", "POST"):
            return Refusal(405, "No such method", "The inspector answers to GET and POST.")
        if request.method == "POST" and request.headers.get("Origin") != self.origin:
            return Refusal(403, "From elsewhere", "Only the inspector's own pages can ask for this.")
        public = request.path == _OPEN[0] or request.path.startswith("/static/")
        if not public and request.headers.get("Sec-Fetch-Site", "none") not in _OURS:
            return Refusal(403, "From elsewhere", "Only the inspector's own pages can ask for this.")
        if not public and request.path not in _OPEN and not self._same(request.cookies.get(self._cookie, "")):
            return Refusal(403, "No token", "Open the address that the listener printed, all of it.")
        return None

    def admit(self, token: str, response: web.StreamResponse) -> bool:
        """Trade the token for a cookie; tells whether it is the token."""
        if not self._same(token):
            return False
        response.set_cookie(self._cookie, self._token, path="/", httponly=True, samesite="Strict")
        return True

    def _same(self, token: str) -> bool:
        return hmac.compare_digest(token.encode("utf-8", "surrogateescape"), self._token.encode())
