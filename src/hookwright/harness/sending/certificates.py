"""S19: whom a sender believes. The certificates stand beside, in ``certificates/``; their ``README.md`` says more."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Final

from hookwright.harness.sending.check import Check, Finding, Scenario, judged, times
from hookwright.harness.sending.platform import Ability
from hookwright.harness.sending.scene import Scene

FOLDER: Final = Path(__file__).with_name("certificates")
AUTHORITY: Final = FOLDER / "authority.pem"
"""The authority that issued the right one; the sender is told to trust it, so that each wrong one has one fault."""

_WRONG: Final = ("self-signed", "expired", "wrong-host")


def _context(name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(FOLDER / f"{name}.pem")
    return context


async def _presenting(scene: Scene) -> None:
    for name in _WRONG:
        await scene.endpoint(name, tls=_context(name))
    trusted = Ability.TRUST not in scene.sending.lacks
    if trusted:
        await scene.endpoint("valid", tls=_context("valid"))
    await scene.fire()
    await scene.attempts(2, *(scene[name] for name in _WRONG))
    if trusted:
        await scene.attempts(1, scene["valid"])


def _refused(scene: Scene) -> Finding:
    problems: list[str] = []
    for name in _WRONG:
        arrivals = scene[name].arrivals
        if any(arrival.raw and arrival.secure for arrival in arrivals):
            problems.append(f"{name}: the delivery was made")
        if any(arrival.raw and not arrival.secure for arrival in arrivals):
            problems.append(f"{name}: the delivery was made in plain text")
        if len(arrivals) < 2:
            problems.append(f"{name}: {times(len(arrivals), 'connection')}, where retries were expected")
    if "valid" not in scene.endpoints:
        return judged(problems, "all were refused and retried; whether a valid one is taken could not be tried")
    if not any(arrival.raw and arrival.secure for arrival in scene["valid"].arrivals):
        problems.append("valid: the delivery was not made")
    return judged(problems, "all were refused and retried, never in plain text; a valid one was taken")


CHECKS: Final = (
    Check(
        "S19",
        "Certificates are checked",
        "shows a self-signed, an expired and another host's certificate",
        "Refused and retried, with no fallback to plain text.",
        "Payloads hold people's data: whoever stands in between must not read them.",
        "Verify the chain, the dates and the host, and take a certificate that is refused for a failure.",
        Scenario("certificates", _presenting, frozenset({Ability.SOCKETS}), frozenset({Ability.TRUST})),
        _refused,
    ),
)
