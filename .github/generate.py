"""Write what is made of other files below ``.github``; with ``--check``, tell what is not up to date.

- The workflows of this repository: those of ``examples/ci/github``, on ``examples/acme``, with an emulator in the place
  of the platform.
- In the Action, the digest of the dependencies that it installs: the key of its cache.
"""

from __future__ import annotations

import hashlib
import re
import sys
from pathlib import Path

from hookwright.cli.workflows import FOLDER, NAMES, VALIDATE, Setting, rendered

ROOT = Path(__file__).parents[1]
ACTION = ROOT / ".github" / "actions" / "hookwright" / "action.yml"
PINNED = ROOT / "requirements" / "action.txt"

KEYS = {
    "REFOLD_TEST_API_KEY": "tk_test_key_of_the_emulator",
    "REFOLD_PRODUCTION_API_KEY": "pk_test_key_of_the_emulator",
    "PAGER_TOKEN": "a-token-of-nobody",
    "REFOLD_CALLBACK_KEY": "tk_test_key_of_nobody",
    "SLACK_TEST_PATH": "T000/B000/test",
    "SLACK_PRODUCTION_PATH": "T000/B000/production",
}
"""No secrets: the platform is an emulator that takes any key."""

_HEAD = "# Made of examples/ci/github/{name} by 'make docs': what hookwright hands out, on its own example.\n"
_STEP = "      - id: hookwright\n"
_EMULATOR = """\
      - name: Put an emulator in the place of the platform
        run: .github/emulator.sh{applied}
"""


def workflow(name: str) -> str:
    """A workflow of this repository."""
    setting = Setting("examples/acme", "./.github/actions/hookwright", dict.fromkeys(KEYS, ("x",)), ("x",))
    text = rendered(name, setting)
    for key, value in KEYS.items():
        text = text.replace(f"${{{{ secrets.{key} }}}}", value)
    text = text.replace("# The job of an environment is given the secrets of that environment only.", "# No secrets.")
    if name != VALIDATE:
        # The first step of that id finds the environments: it needs no platform. What drifts must be there first.
        first, *others = text.split(_STEP)
        step = _EMULATOR.format(applied=" applied" if "drift" in name else "") + _STEP
        text = first + _STEP + step.join(others)
    text = text.replace('cron: "17 * * * *"', 'cron: "17 4 * * 1"').replace("every hour", "every week")
    return _HEAD.format(name=name) + text


def action() -> str:
    """The Action, with the digest of what it installs."""
    digest = hashlib.sha256(PINNED.read_bytes()).hexdigest()[:12]
    return re.sub(r"(inputs\.version \|\| ')[0-9a-f]{12}'", rf"\g<1>{digest}'", ACTION.read_text("utf-8"))


def files() -> dict[Path, str]:
    """All that is generated."""
    return {ACTION: action()} | {ROOT / FOLDER / name: workflow(name) for name in NAMES}


def main() -> int:
    """Write, or check."""
    stale = [(file, text) for file, text in files().items() if not file.is_file() or file.read_text("utf-8") != text]
    if "--check" not in sys.argv[1:]:
        for file, text in stale:
            file.write_text(text, "utf-8")
        return 0
    for file, _ in stale:
        sys.stderr.write(f"{file.relative_to(ROOT)} is not up to date: run 'make docs'\n")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
