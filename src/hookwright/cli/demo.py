"""``hookwright demo``: the whole of hookwright on the bundled example and a local emulator, as real commands."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from hookwright.cli.options import Settings, command
from hookwright.errors import LocalError
from hookwright.report.style import painter

KEY: Final = "tk_demo_0123456789abcdef"
VARIABLES: Final = {
    "REFOLD_TEST_API_KEY": KEY,
    "SLACK_TEST_PATH": "T000/B000/demo",
    "PAGER_TOKEN": "demo-pager-token",
    "REFOLD_CALLBACK_KEY": "tk_demo_callback_00000000",
}
_DELIVERY: Final = re.compile(r"#\d+ ")
PATIENCE: Final = 15.0
"""Seconds that a server may take to start, and the deliveries to end."""
_AGAIN: Final = 0.1
"""Seconds before a call that was refused is made again."""


@command(name="demo", short_help="Run all of it on the emulator, in a temporary folder.")
def main(settings: Settings) -> int:
    """Run all of it on the emulator, in a temporary folder.

    Validates, plans and applies the bundled example to a local emulator of the platform, lets a hand change what is
    live, finds and repairs the drift, then fires an event at a receiver that fails twice. Each step is a command that
    you can type yourself. Needs the extra 'harness'; touches nothing outside of its folder, and calls nobody but this
    machine.
    """
    from hookwright.harness.requirements import require_aiohttp

    require_aiohttp()
    with tempfile.TemporaryDirectory(prefix="hookwright-demo-") as folder:
        return _Demo(settings, Path(folder)).run()


def example() -> Path:
    """The folder of the bundled example: in the wheel, or in the checkout."""
    here = Path(__file__).resolve()
    for place in (here.parents[1] / "examples" / "acme", here.parents[3] / "examples" / "acme"):
        if (place / "hookwright.yaml").is_file():
            return place
    raise LocalError("the bundled example is missing", hint="Install hookwright again.")


class _StepFailedError(Exception):
    """A step did not end as it must; it is on record."""


class _Demo:
    """The story, step by step."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self.settings = settings
        self.paint = painter(settings.color)
        self.folder = folder
        self.project = folder / "acme"
        self.environ = {**settings.environ, **VARIABLES, "CI": "1", "PYTHONUNBUFFERED": "1"}
        if settings.color:
            self.environ["FORCE_COLOR"] = "1"
        self.steps: list[dict[str, Any]] = []

    def run(self) -> int:
        """Tell the story; 1 as soon as a step does not end as it must."""
        started = time.monotonic()
        with suppress(_StepFailedError), ExitStack() as stack:
            self.say("A platform and a receiver on this machine", "Both run in the background until the end.")
            emulator = stack.enter_context(
                self.server("emulator", "--db", str(self.folder / "refold.db"), "--retry-base", "0.4")
            )
            receiver = stack.enter_context(
                self.server("listen", "--fail", "2", "--key-env", "REFOLD_TEST_API_KEY", show=True)
            )
            self._prepare(emulator, receiver)
            self._reconcile(emulator)
            self._deliver(emulator)
        failed = [step for step in self.steps if not step["ok"]]
        verdict = f"{len(self.steps)} steps, {len(failed)} failed, {time.monotonic() - started:.1f} s"
        if self.settings.format == "json":
            report = {"format": "hookwright.demo/1", "ok": not failed, "steps": self.steps}
            self.settings.emit(json.dumps(report))
        else:
            self.print(self.paint(f"\n{verdict}", "red" if failed else "green", "bold"))
        return 1 if failed else 0

    def _prepare(self, emulator: str, receiver: str) -> None:
        shutil.copytree(example(), self.project)
        file = self.project / "hookwright.yaml"
        text = file.read_text("utf-8")
        # Only the environment "test", which stands first, is pointed at this machine.
        for old, new in (
            ("    api_key:", f"    api_url: {emulator}\n    api_key:"),
            ("base_url: https://staging.acme.example", f"base_url: {receiver}"),
            ("slack_channel: https://hooks.slack.example", f"slack_channel: {receiver}"),
            ("refold_url: https://app.refold.ai", f"refold_url: {receiver}"),
        ):
            text = text.replace(old, new, 1)
        file.write_text(text, "utf-8")

    def _reconcile(self, emulator: str) -> None:
        self.say(
            "Check the project offline", "Schema, templates and meaning; a pull request stops here if it is wrong."
        )
        self.call("validate")
        self.say("What would change?", "Two calls to the API, nothing is written.")
        self.call("plan", "-e", "test")
        self.say("Make it so", "Create, update, read back, delete.")
        self.call("apply", "-e", "test", "--yes")
        self.say("Once more", "A converged apply plans empty; --detailed-exitcode would say 2 if it did not.")
        self.call("plan", "-e", "test", "--detailed-exitcode")
        self.say("Somebody changes a webhook in the dashboard", "The pager is switched off, and its method changed.")
        pager = next(
            hook for hook in _json(f"{emulator}/api/v2/public/webhook") if "incident-pager" in hook["description"]
        )
        _json(f"{emulator}/api/v2/public/webhook/{pager['_id']}", "PUT", {"is_enabled": False, "method": "PUT"})
        self.say("The scheduled job notices", "Exit code 2: there is drift.")
        self.call("drift", "-e", "test", expect=2)
        self.say("Repair it", "The declaration wins.")
        self.call("apply", "-e", "test", "--yes")
        self.call("drift", "-e", "test")

    def _deliver(self, emulator: str) -> None:
        self.say(
            "A workflow fails on the platform",
            "The receiver answers 500 to the first two attempts of a delivery; the platform tries again, up to 3 times"
            ", waiting longer each time.",
        )
        event = {"event": "Workflow Errored", "payload": {"workflow_name": 'Export "contacts"'}}
        self.print(self.paint(f"  POST {emulator}/_emulator/emit  {json.dumps(event)}", "dim"))
        made = _json(f"{emulator}/_emulator/emit", "POST", event)["deliveries"]
        attempts = self._settled(emulator, made)
        delivered = bool(made) and all(answers == [500, 500, 200] for answers in attempts)
        self.record("deliver", delivered, f"answers of each delivery: {attempts}")
        self.say("Fire a sample by hand", "Rendered and signed as the platform would, for a receiver under work.")
        self.call("send", "incident-pager", "-e", "test", "--event", "Workflow Errored", "--retry")

    def _settled(self, emulator: str, deliveries: list[str]) -> list[list[Any]]:
        """The answers to every attempt of the deliveries, once nothing more comes."""
        deadline = time.monotonic() + PATIENCE
        while True:
            found = [_json(f"{emulator}/_emulator/deliveries/{delivery}") for delivery in deliveries]
            answers = [[attempt["status"] for attempt in delivery["attempts"]] for delivery in found]
            if all(line and (line[-1] == 200 or len(line) == 4) for line in answers) or time.monotonic() > deadline:
                time.sleep(0.2)  # The receiver prints what it answered a moment ago.
                return answers
            time.sleep(0.1)

    def say(self, title: str, text: str) -> None:
        """A heading of the story."""
        self.print(f"\n{self.paint(f'── {title} ', 'bold', 'cyan')}\n{self.paint(text, 'dim')}")

    def print(self, text: str) -> None:
        """A line for people; JSON has the steps instead."""
        if self.settings.format == "text":
            self.settings.emit(text)

    def call(self, *arguments: str, expect: int = 0) -> None:
        """One command of hookwright in the project, shown as it is typed and with what it prints."""
        self.print(self.paint(f"$ hookwright {shlex.join(arguments)}", "bold"))
        done = subprocess.run(  # noqa: S603 - this program itself, with arguments written above
            [sys.executable, "-m", "hookwright", *arguments],
            cwd=self.project, env=self.environ, text=True, capture_output=True, timeout=60, check=False,
        )  # fmt: skip
        self.print((done.stdout + done.stderr).rstrip())
        self.record(shlex.join(arguments), done.returncode == expect, f"exit code {done.returncode}, {expect} expected")

    def record(self, step: str, ok: bool, detail: str) -> None:
        """Keep how a step ended; the first that went wrong ends the story."""
        self.steps.append({"step": step, "ok": ok, "detail": detail})
        self.print(self.paint(f"  {'ok' if ok else 'FAILED'}: {detail}", "green" if ok else "red"))
        if not ok:
            raise _StepFailedError

    @contextmanager
    def server(self, *arguments: str, show: bool = False) -> Iterator[str]:
        """A server of hookwright in the background; gives its URL, and ends it cleanly."""
        self.print(self.paint(f"$ hookwright {shlex.join(arguments)} &", "bold"))
        process = subprocess.Popen(  # noqa: S603 - this program itself, with arguments written above
            [sys.executable, "-m", "hookwright", *arguments],
            cwd=self.folder, env=self.environ, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        output = process.stdout
        if output is None:
            raise LocalError("the server has no output")
        try:
            first = output.readline().rstrip()
            url = first.rpartition(" ")[2]
            if not url.startswith("http://127.0.0.1:"):
                raise LocalError(f"'hookwright {arguments[0]}' did not start: {first}{output.read(2000)}")
            self.print(f"  {first}")
            reader = threading.Thread(target=self._follow, args=(output, show), daemon=True)
            reader.start()
            yield url
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                code = process.wait(timeout=PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                code = process.wait()
            if code:
                self.record(f"end {arguments[0]}", ok=False, detail=f"exit code {code}, 0 expected")

    def _follow(self, output: Any, show: bool) -> None:
        """Show what a server prints; of a repeated delivery only the line that is new, its number and its answer."""
        repeated = False
        for line in output:
            text = line.rstrip()
            if _DELIVERY.search(text):
                repeated = "(attempt " in text
            if show and not (repeated and text.startswith("    ")) and (text or not repeated):
                self.print(self.paint("  receiver │ ", "magenta") + text)


def _json(url: str, method: str = "GET", body: object = None) -> Any:
    """A call to the emulator with the demo's key."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"x-api-key": KEY, "content-type": "application/json"}
    request = urllib.request.Request(url, data, headers, method=method)  # noqa: S310 - a URL of this machine
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310
                return json.load(answer)
        except urllib.error.HTTPError as error:
            # The command before may have used up what the rate limit admits.
            if error.code != 429 or time.monotonic() > deadline:
                raise
        time.sleep(_AGAIN)
