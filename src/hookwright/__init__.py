"""Webhooks as code for Refold.

The public names are :func:`sign` and :func:`verify`, for receivers and their tests; everything else is reached through
the ``hookwright`` command.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hookwright.signing import sign, verify

__version__ = "0.1.0"
__all__ = ["__version__", "sign", "verify"]


def __getattr__(name: str) -> object:
    """``sign`` and ``verify`` when they are first asked for: what they load, the command line need not wait for."""
    if name in {"sign", "verify"}:
        from hookwright import signing

        return getattr(signing, name)
    raise AttributeError(f"module 'hookwright' has no attribute {name!r}")
