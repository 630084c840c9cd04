"""Why a request failed, in words without URL and host."""

from __future__ import annotations

import errno
import ssl
from types import SimpleNamespace
from typing import Any, cast

import aiohttp
import pytest

from hookwright.harness.http import BrokenOffError, explain, prepare

KEY: Any = SimpleNamespace(host="secret.acme.example", port=443, ssl=True, is_ssl=True)
INFO = cast("aiohttp.RequestInfo", SimpleNamespace(real_url="https://secret.acme.example/s3cr3t"))


def certificate_error() -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed for secret.acme.example")
    error.verify_message = "self-signed certificate"
    return error


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (TimeoutError(), "no answer within 2.5 s"),
        (aiohttp.ServerTimeoutError("secret.acme.example"), "no answer within 2.5 s"),
        (BrokenOffError("the connection was reset"), "the connection was reset"),
        (aiohttp.ClientConnectorDNSError(KEY, OSError(-2, "x")), "the host name has no address"),
        (
            aiohttp.ClientConnectorCertificateError(KEY, certificate_error()),
            "the certificate was refused: self-signed certificate",
        ),
        (
            aiohttp.ClientConnectorCertificateError(KEY, ValueError("secret.acme.example")),
            "the certificate was refused: not trusted",
        ),
        (aiohttp.ClientConnectorSSLError(KEY, OSError(1, "x")), "no TLS connection could be made"),
        (ssl.SSLError(1, "secret.acme.example"), "no TLS connection could be made"),
        (aiohttp.ClientConnectorError(KEY, OSError(errno.ECONNREFUSED, "secret")), "connection refused"),
        (aiohttp.ClientConnectorError(KEY, OSError(errno.EHOSTUNREACH, "secret")), "no route to host"),
        (
            aiohttp.ClientConnectorError(KEY, OSError("Multiple exceptions: [Errno 111] Connect call failed")),
            "connection refused",
        ),
        (aiohttp.ClientConnectorError(KEY, OSError("secret")), "no connection could be made"),
        (aiohttp.ClientPayloadError("secret"), "the answer broke off"),
        (aiohttp.ClientResponseError(INFO, ()), "the answer is not HTTP"),
        (aiohttp.InvalidURL("https://secret.acme.example/s3cr3t"), "the URL cannot be used"),
        (OSError(errno.EPIPE, "secret"), "broken pipe"),
        (aiohttp.ClientError("secret"), "the request failed (ClientError)"),
    ],
)
def test_reasons(error: Exception, reason: str) -> None:
    assert explain(error, 2.5) == reason


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("http://h/a%2Fb%20c?x=%41&y=+", "/a%2Fb%20c?x=%41&y=+"),
        ("http://h/ä?ö", "/%C3%A4?%C3%B6"),
        ("http://h/{x}", "/{x}"),
        ("http://h", "/"),
    ],
)
def test_a_url_is_sent_as_it_is_written(url: str, path: str) -> None:
    assert prepare(url, ())[0].raw_path_qs == path
