"""Where a probe receives deliveries."""

from __future__ import annotations

import pytest

from hookwright.cli.doctoring.receiving import Place, read_place
from hookwright.errors import UsageError
from hookwright.model.resources import Environment, Kind

LOCAL = Environment("test", Kind.TEST, "http://127.0.0.1:8080", None)
REMOTE = Environment("test", Kind.TEST, "https://app.refold.ai", None)


@pytest.mark.parametrize(
    ("receiver", "public", "environment", "place"),
    [
        ("127.0.0.1:0", "", LOCAL, Place("127.0.0.1", 0, "")),
        (":8080", "", LOCAL, Place("127.0.0.1", 8080, "")),
        ("8080", "", LOCAL, Place("127.0.0.1", 8080, "")),
        ("[::1]:8080", "", LOCAL, Place("::1", 8080, "")),
        ("0.0.0.0:80", "https://t.acme.example/x/", REMOTE, Place("0.0.0.0", 80, "https://t.acme.example/x")),
    ],
)
def test_places(receiver: str, public: str, environment: Environment, place: Place) -> None:
    assert read_place(receiver, public, environment) == place


@pytest.mark.parametrize(
    ("receiver", "public", "environment", "message"),
    [
        ("localhost", "", LOCAL, "is no address to listen on"),
        ("localhost:65536", "", LOCAL, "is no address to listen on"),
        ("127.0.0.1:0", "", REMOTE, "the platform cannot reach a receiver on this machine"),
        ("127.0.0.1:0", "ftp://t.acme.example", REMOTE, "not one of http or https"),
        ("127.0.0.1:0", "https://t.acme.example/?a", REMOTE, "more than an address and a path"),
    ],
)
def test_places_that_make_no_sense(receiver: str, public: str, environment: Environment, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        read_place(receiver, public, environment)
