"""Webhooks as code for Refold.

The public names are :func:`sign` and :func:`verify`, for receivers and their tests; everything else is reached through
the ``hookwright`` command.
"""

from hookwright.signing import sign, verify

__version__ = "0.1.0"
__all__ = ["__version__", "sign", "verify"]
