"""The least that a small plan must do with the libraries it is made of: load them, and call the API once.

As hookwright loads them: without httpx's own command line, without the certificates of all authorities for a server on
this machine, and with the collector at rest.
"""

from __future__ import annotations

import gc
import os
import ssl
import sys


def main(url: str) -> None:
    """Load click, PyYAML, jsonschema-rs and httpx, and read the webhooks of a platform."""
    gc.set_threshold(500_000)
    sys.modules["httpx._main"] = None  # type: ignore[assignment]
    import click
    import httpx
    import jsonschema_rs
    import yaml

    assert click and jsonschema_rs and yaml  # noqa: PT018 - they are loaded for the sake of it
    transport = httpx.HTTPTransport(verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
    with httpx.Client(transport=transport) as client:
        client.get(f"{url}/api/v2/public/webhook").raise_for_status()
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1])
