"""The transport of an https URL."""

from __future__ import annotations

import asyncio
from typing import Final

from hookwright.harness.checks.bench import Bench
from hookwright.harness.checks.check import Check, Ended, failed, passed, skipped
from hookwright.harness.checks.wire import closed, reason


async def _certificate(bench: Bench) -> Ended:
    wire = bench.wire
    if not wire.endpoint.tls:
        return skipped("the URL is http: there is no TLS to be looked at")
    try:
        transport = await wire.connect(asyncio.Protocol(), verify=True)
    except (OSError, TimeoutError) as error:
        return failed(reason(error, wire.timeout))
    connection = transport.get_extra_info("ssl_object")
    version = connection.version()
    await closed(transport)
    return passed(f"{version}, with a certificate that holds for {wire.endpoint.host}")


CHECKS: Final = (
    Check(
        id="R36",
        title="TLS holds",
        sent="A TLS connection to an https URL, with the trust of this machine.",
        expected="A certificate that is trusted and names the host, and TLS 1.2 or later.",
        why="The platform delivers over https to what it can trust; without that nothing arrives, or others read it.",
        hint="Serve the whole chain of a certificate for this host. SSL_CERT_FILE names other authorities to trust.",
        judge=_certificate,
        sends=False,
    ),
)
