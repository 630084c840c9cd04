"""``hookwright verify``: one captured delivery, valid or not, and why not."""

from __future__ import annotations

import sys

from hookwright.cli.options import EXIT_FAILED, Settings, command, option
from hookwright.errors import LocalError, UsageError

_LARGEST = 64 * 1024 * 1024


@command(name="verify", environment="one", short_help="Tell whether a captured delivery is valid, and why not.")
@option("--signature", metavar="S", required=True, help="Value of its x-cobalt-signature header.")
@option("--key-env", "key_envs", metavar="VAR", multiple=True, help="Process variable that holds the key.")
@option("--also-key", "also_keys", metavar="VAR", multiple=True, help="One more key: the old one, while it is rotated.")
def main(settings: Settings, signature: str, key_envs: tuple[str, ...], also_keys: tuple[str, ...]) -> int:
    """Tell whether the delivery whose raw body is on stdin is valid, and if not, why not.

    The key is that of --key-env, or of the environment named with -e in the project found from here. Tells a wrong
    key, a body that was written anew or trimmed, another algorithm and another spelling from each other.

    Exits with 0 if it is valid, 1 if not.
    """
    from hookwright.cli.keys import chosen_keys
    from hookwright.harness.diagnosis import diagnose
    from hookwright.report import diagnosis as report

    keys, others = chosen_keys(settings, (*key_envs, *also_keys))
    if not keys:
        raise UsageError("which key?", hint="Name its process variable with --key-env, or its environment with -e.")
    if sys.stdin.isatty():
        settings.say("Reading the body from the terminal; Ctrl-D ends it.")
    body = sys.stdin.buffer.read(_LARGEST + 1)
    if len(body) > _LARGEST:
        raise LocalError(f"the body is larger than {_LARGEST} bytes")
    found = diagnose(body, signature, keys, others)
    settings.emit(report.to_json(found) if settings.format == "json" else report.to_text(found, color=settings.color))
    return 0 if found.valid else EXIT_FAILED
