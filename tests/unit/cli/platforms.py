"""Projects whose environments are platforms of this machine, to call commands in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.e2e.strict_platform import StrictPlatform, strict_platform
from tests.unit.cli.calling import Call, Called

KEYS = {
    "test": "tk_test_0123456789abcdef",
    "staging": "tk_stag_0123456789abcdef",
    "production": "pk_live_0123456789abcdef",
}
VARIABLES = {f"{name.upper()}_KEY": key for name, key in KEYS.items()} | {"TOKEN": "s3cr3t-token"}

Run = Callable[..., Called]

WEBHOOKS = """\
webhooks:
  plain:
    url: ${var.base_url}/plain
    events: [Connection Created]
  pager:
    url: ${var.base_url}/pager
    events: [Workflow Errored]
    headers: {Authorization: "Bearer ${env.TOKEN}"}
    body: {run: "{{event.instance_id}}"}
    environments: {production: {method: PUT}}
"""


@dataclass
class Estate:
    """A project and the platforms of its environments, by name."""

    root: Path
    platforms: dict[str, StrictPlatform] = field(default_factory=dict)

    def declare(self, text: str, name: str = "all") -> None:
        (self.root / "webhooks").mkdir(exist_ok=True)
        (self.root / "webhooks" / f"{name}.yaml").write_text(text)

    def writes(self) -> dict[str, list[str]]:
        """The methods of the calls that write, by environment."""
        return {
            name: [method for method, _, _ in platform.requests if method != "GET"]
            for name, platform in self.platforms.items()
        }

    def live(self, environment: str, name: str) -> dict[str, object]:
        """The record of a managed webhook."""
        marker = f"acme/{name}"
        return next(
            one for one in self.platforms[environment].webhooks.values() if marker in one.get("description", "")
        )


@contextmanager
def estate(root: Path, *environments: str, more: str = "") -> Iterator[Estate]:
    """A project with these environments, ``more`` at the end of its file."""
    with ExitStack() as stack:
        made = Estate(root, {name: stack.enter_context(strict_platform(KEYS[name])) for name in environments})
        lines = ["version: 1", "project: acme", "environments:"]
        for name, platform in made.platforms.items():
            kind = "production" if KEYS[name].startswith("pk") else "test"
            lines += [
                f"  {name}:", f"    kind: {kind}", f"    api_url: {platform.url}",
                f"    api_key: ${{env.{name.upper()}_KEY}}", f"    vars: {{base_url: https://{name}.acme.example}}",
            ]  # fmt: skip
        (root / "hookwright.yaml").write_text("\n".join([*lines, "policy: {max_deletes: 2}", more, ""]))
        made.declare(WEBHOOKS)
        yield made


def runner(call: Call) -> Run:
    """Calls a command with the variables of the project, and holds it to the exit code expected and to its secrets."""

    def run(*arguments: str, expect: int = 0, **environ: str) -> Called:
        done = call(*arguments, **(VARIABLES | environ))
        for value in VARIABLES.values():
            assert value not in done.out + done.err
        assert done.code == expect, done.out + done.err
        return done

    return run
