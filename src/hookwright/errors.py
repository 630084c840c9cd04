"""Every error that hookwright raises on purpose.

::

    HookwrightError                   something a user must be told; has a category, a hint and details
    ├── UsageError                    the command line is wrong (category: usage)
    ├── ConfigError                   the project's files are wrong; carries findings (config)
    ├── RefusedError                  a guard said no; nothing was written (refused)
    ├── LocalError                    a file, a port or a program of this machine failed (local)
    └── ApiError                      a call to the platform or GitHub failed; knows if it may have had an effect (api)
        ├── NotSentError              the request never reached the platform (network)
        ├── OutcomeUnknownError       sent, but the answer was lost or makes no sense (network)
        └── AnsweredError             the platform answered with an error
            ├── AuthError             401, 403
            ├── NotFoundError         404, and the 400 that means "not found"
            ├── RateLimitedError      429, after the retries were used up
            └── ServerFailedError     5xx

The command line maps a category to an exit code; nothing here knows one.
"""

from __future__ import annotations

import errno
import os
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hookwright.model.finding import Finding


class Category(StrEnum):
    """What kind of failure this is, for the exit code and the ``category`` field of JSON errors."""

    USAGE = "usage"
    CONFIG = "config"
    REFUSED = "refused"
    LOCAL = "local"
    NETWORK = "network"
    API = "api"


class Effect(StrEnum):
    """Whether a failed call may have changed something on the platform."""

    NONE = "none"
    """It certainly changed nothing: never sent, or refused with an answer."""
    UNKNOWN = "unknown"
    """It may have: the answer was lost, cut off, or made no sense."""


class HookwrightError(Exception):
    """Something went wrong that a user must be told.

    Attributes:
        message: what is wrong, one sentence, no secret in it.
        hint: what to do about it, or an empty string.
        category: the kind of failure.
    """

    category: Category = Category.LOCAL

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(HookwrightError):
    """The command line does not make sense."""

    category = Category.USAGE


class ConfigError(HookwrightError):
    """The project's files cannot be used.

    Attributes:
        findings: what is wrong, each with its place; may be empty where there is no file to point at.
    """

    category = Category.CONFIG

    def __init__(self, message: str, *, hint: str = "", findings: Sequence[Finding] = ()) -> None:
        super().__init__(message, hint=hint)
        self.findings = tuple(findings)


class RefusedError(HookwrightError):
    """A guard refused to go on; nothing was written.

    Attributes:
        reasons: one sentence per guard that refused.
    """

    category = Category.REFUSED

    def __init__(self, message: str, *, hint: str = "", reasons: Sequence[str] = ()) -> None:
        super().__init__(message, hint=hint)
        self.reasons = tuple(reasons)


class LocalError(HookwrightError):
    """A file, a port or a program of this machine failed."""

    category = Category.LOCAL


class ApiError(HookwrightError):
    """A call to the platform, or to GitHub, failed.

    Attributes:
        method: HTTP method of the call.
        path: path of the call, without host or query.
        status: HTTP status of the answer, or None where there was none.
        code: the platform's error code (``error_code`` or ``error`` in its JSON), or an empty string.
        request_id: the platform's request id, or an empty string.
        effect: whether the call may have changed something.
        retry_after: seconds the platform asked to wait, or None.
    """

    category = Category.API
    effect = Effect.NONE

    def __init__(
        self,
        message: str,
        *,
        method: str,
        path: str,
        status: int | None = None,
        code: str = "",
        request_id: str = "",
        retry_after: float | None = None,
        hint: str = "",
    ) -> None:
        super().__init__(message, hint=hint)
        self.method = method
        self.path = path
        self.status = status
        self.code = code
        self.request_id = request_id
        self.retry_after = retry_after


class NotSentError(ApiError):
    """The request never reached the platform: no connection, no TLS, no name."""

    category = Category.NETWORK


class OutcomeUnknownError(ApiError):
    """The request was sent, but its answer was lost, cut off, or is not what the API answers.

    Attributes:
        may_still_run: the platform may be working on it yet (a time-out, a 504): asking again now proves nothing.
    """

    category = Category.NETWORK
    effect = Effect.UNKNOWN
    may_still_run = False


class AnsweredError(ApiError):
    """The platform answered with an error."""


class AuthError(AnsweredError):
    """The key was refused (401, 403)."""


class NotFoundError(AnsweredError):
    """There is no such object (404, or 400 with a code that means it)."""


class RateLimitedError(AnsweredError):
    """Still 429 after the retries were used up."""


class ServerFailedError(AnsweredError):
    """The platform failed (5xx). Whether a write had an effect is not known."""

    category = Category.API
    effect = Effect.UNKNOWN


def not_listening(host: str, port: int, error: Exception, *, who: str = "") -> LocalError:
    """What to raise where a server cannot listen: all of them say it in the same words.

    Args:
        host: the address that was asked for.
        port: likewise.
        error: what came of it; a host that makes no sense need not be an OSError.
        who: the server, where a command has several.
    """
    number = error.errno if isinstance(error, OSError) else None
    reason = os.strerror(number).lower() if number and number > 0 else "no such address"
    hint = "Another port may be free; 0 takes one that is." if number == errno.EADDRINUSE else ""
    return LocalError(f"{who} cannot listen on {host} port {port}: {reason}".lstrip(), hint=hint)
