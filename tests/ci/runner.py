"""A small runner of workflows: reads the YAML and does what its jobs say, shell steps in the shell that GitHub uses.

Steps that use actions of others are played: a checkout is a clone, an upload goes to the stand-in for GitHub. Steps
that use ours run what its ``action.yml`` says. "Workflow syntax for GitHub Actions" of GitHub's documentation.
"""

from __future__ import annotations

import itertools
import json
import os
import re
import signal
import subprocess
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.ci.expressions import Context, fill, holds, text
from tests.ci.platform import Platform
from tests.unit.cli.repository import git

ROOT = Path(__file__).parents[2]
ACTION = ROOT / ".github" / "actions" / "hookwright"
OURS = ("./.github/actions/hookwright", "hookwright/hookwright/.github/actions/hookwright@")
SHELLS = {None: ("bash", "-e"), "bash": ("bash", "--noprofile", "--norc", "-eo", "pipefail")}


@dataclass
class Event:
    """What starts a run.

    Attributes:
        name: its name, as ``pull_request``.
        sha: the commit that is checked out.
        ref: the ref that the run is for.
        payload: what GitHub tells of it.
    """

    name: str
    sha: str
    ref: str = "refs/heads/main"
    payload: dict[str, Any] = field(default_factory=dict)

    @property
    def head(self) -> str:
        """The commit that a run is said to be for: of a pull request, the last of its branch."""
        pull = self.payload.get("pull_request")
        return str(pull["head"]["sha"]) if pull else self.sha


@dataclass
class Step:
    """A shell step that was run."""

    code: int
    log: str
    outputs: dict[str, str]
    summary: str


@dataclass
class Job:
    """A job that was run, or skipped.

    Attributes:
        result: ``success``, ``failure`` or ``skipped``.
        outputs: its outputs.
        steps: its shell steps, those of our Action among them, in order.
        environ: the variables that its steps were given by ``env:``.
        environment: the GitHub environment that it waited for, or empty.
    """

    result: str
    outputs: dict[str, str] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    environ: dict[str, str] = field(default_factory=dict)
    environment: str = ""

    @property
    def log(self) -> str:
        return "\n".join(step.log for step in self.steps)

    @property
    def summary(self) -> str:
        return "\n".join(step.summary for step in self.steps)


class Runner:
    """Runs workflows of a repository.

    Args:
        origin: the repository.
        folder: where jobs work; each gets a folder of its own.
        github: the stand-in for GitHub.
        python: what ``actions/setup-python`` sets up.
        secrets: the secrets of the repository.

    Attributes:
        machine: process variables that all steps have.
        cache: the keys that were cached, each with its path.
        sarif: the files that were uploaded to code scanning.
    """

    def __init__(
        self, origin: Path, folder: Path, github: Platform, python: Path, secrets: Mapping[str, str] | None = None
    ) -> None:
        self.origin, self.folder, self.github, self.python = origin, folder, github, python
        self.secrets = dict(secrets or {})
        self.machine = {"PATH": os.environ["PATH"]}
        self.cache: dict[str, str] = {}
        self.sarif: list[Path] = []
        self._runs = itertools.count(9001)
        self._jobs = itertools.count(1)

    def run(self, name: str, event: Event) -> dict[str, Job]:
        """Run a workflow of the commit that the event is about; its jobs by name, those of a matrix with its values."""
        workflow = yaml.safe_load(git(self.origin, "show", f"{event.sha}:.github/workflows/{name}"))
        assert event.name in workflow[True], f"{name} does not run on {event.name}"
        run = next(self._runs)
        done: dict[str, Job] = {}
        needs: dict[str, dict[str, Any]] = {}
        for job_id, job in workflow["jobs"].items():
            wanted = [job["needs"]] if isinstance(job.get("needs"), str) else job.get("needs", [])
            values: dict[str, Any] = {"needs": {one: needs[one] for one in wanted}, **self._contexts(event, run)}
            failed = any(needs[one]["result"] != "success" for one in wanted)
            if not holds(job.get("if"), Context(values, failed=failed)):
                done[job_id] = Job("skipped")
                needs[job_id] = {"result": "skipped", "outputs": {}}
                continue
            matrix = fill(job.get("strategy", {}).get("matrix", {}), Context(values))
            rows = matrix.get("include", [{}])
            parts = [self._job(job, event, run, values | {"matrix": row}) for row in rows]
            for row, part in zip(rows, parts, strict=True):
                done[" ".join([job_id, *row.values()][: 2 if row else 1])] = part
            result = "success" if all(part.result == "success" for part in parts) else "failure"
            needs[job_id] = {"result": result, "outputs": parts[0].outputs}
        return done

    def _contexts(self, event: Event, run: int) -> dict[str, Any]:
        github = {
            "event_name": event.name, "event": event.payload, "sha": event.sha, "ref": event.ref, "run_id": run,
            "repository": self.github.repository, "token": self.github.token, "actor": "mona",
            "head_ref": event.payload.get("pull_request", {}).get("head", {}).get("ref", ""),
        }  # fmt: skip
        return {"github": github, "secrets": self.secrets, "runner": {"os": "Linux", "arch": "X64"}}

    def _job(self, job: dict[str, Any], event: Event, run: int, values: dict[str, Any]) -> Job:
        home = self.folder / f"job-{next(self._jobs)}"
        for name in ("workspace", "temp", "files"):
            (home / name).mkdir(parents=True)
        (home / "event.json").write_text(json.dumps(event.payload))
        running = _Running(self, event, run, home, job.get("permissions", {}))
        values = values | {"runner": values["runner"] | {"temp": str(home / "temp")}}
        environment = text(fill(job.get("environment", ""), Context(values)))
        try:
            steps, failed = running.steps(job["steps"], values, {})
        finally:
            running.end()
        outputs = fill(job.get("outputs", {}), Context(values | {"steps": steps}))
        return Job(
            "failure" if failed else "success", {name: text(value) for name, value in outputs.items()},
            running.done, running.environ, environment,
        )  # fmt: skip


class _Running:
    """A job while it runs."""

    def __init__(self, runner: Runner, event: Event, run: int, home: Path, permissions: Mapping[str, str]) -> None:
        self.runner, self.event, self.run, self.home, self.permissions = runner, event, run, home, permissions
        self.done: list[Step] = []
        self.environ: dict[str, str] = {}

    def steps(
        self, steps: list[dict[str, Any]], values: dict[str, Any], environ: dict[str, str]
    ) -> tuple[dict[str, Any], bool]:
        """Do steps in order; their outputs by id, and whether one failed."""
        known: dict[str, Any] = {}
        failed = False
        for step in steps:
            context = Context(values | {"steps": known}, failed=failed)
            if not holds(step.get("if"), context):
                continue
            given = environ | {name: text(value) for name, value in fill(step.get("env", {}), context).items()}
            self.environ |= given
            outputs, ended = self._step(step, context, given)
            if "id" in step:
                known[step["id"]] = {"outputs": outputs}
            failed = failed or (not ended and not step.get("continue-on-error"))
        return known, failed

    def end(self) -> None:
        """End what steps have left running, as GitHub does; they note its process ids in the job's temporary folder."""
        for file in (self.home / "temp").glob("*.pid"):
            with suppress(ProcessLookupError):
                os.kill(int(file.read_text()), signal.SIGTERM)

    def _step(self, step: dict[str, Any], context: Context, environ: dict[str, str]) -> tuple[dict[str, str], bool]:
        if "run" in step:
            assert "${{" not in step["run"], "an expression in a script is what an attacker fills in"
            return self._shell(step["run"], step.get("shell"), environ)
        uses, given = step["uses"], fill(step.get("with", {}), context)
        if uses.startswith(OURS):
            return self._composite(given, context, environ)
        assert re.fullmatch(r"[\w.-]+(/[\w.-]+)+@[0-9a-f]{40}", uses), f"{uses} is not pinned"
        played: dict[str, Callable[[dict[str, Any]], dict[str, str]]] = {
            "actions/checkout": self._checkout,
            "actions/setup-python": lambda _: {"python-path": str(self.runner.python), "python-version": "3.12.0"},
            "actions/cache": lambda given: self.runner.cache.update({given["key"]: given["path"]}) or {},
            "actions/upload-artifact": self._upload,
            "github/codeql-action/upload-sarif": self._sarif,
        }
        return played[uses.partition("@")[0]](given), True

    def _composite(
        self, given: dict[str, Any], context: Context, environ: dict[str, str]
    ) -> tuple[dict[str, str], bool]:
        action = yaml.safe_load((ACTION / "action.yml").read_text())
        assert set(given) <= set(action["inputs"]), "an input that the Action does not have"
        inputs = {name: text(given.get(name, each.get("default", ""))) for name, each in action["inputs"].items()}
        github = context.values["github"] | {"action_path": str(ACTION)}
        # Neither secrets nor needs nor matrix are seen in an action.
        values = {"inputs": inputs, "github": github, "runner": context.values["runner"]}
        known, failed = self.steps(action["runs"]["steps"], values, environ)
        outputs = {
            name: text(fill(each["value"], Context(values | {"steps": known})))
            for name, each in action["outputs"].items()
        }
        return outputs, not failed

    def _shell(self, script: str, shell: str | None, environ: dict[str, str]) -> tuple[dict[str, str], bool]:
        number = len(self.done)
        files = {
            f"GITHUB_{name}": self.home / "files" / f"{name.lower()}-{number}"
            for name in ("OUTPUT", "STEP_SUMMARY", "ENV", "PATH")
        }
        for file in files.values():
            file.touch()
        script_file = self.home / "files" / f"script-{number}.sh"
        script_file.write_text(script)
        event, github = self.event, self.runner.github
        process = {
            "HOME": str(self.home), "CI": "true", "GITHUB_ACTIONS": "true",
            "RUNNER_TEMP": str(self.home / "temp"), "GITHUB_WORKSPACE": str(self.home / "workspace"),
            "GITHUB_ACTION_PATH": str(ACTION), "GITHUB_EVENT_NAME": event.name, "GITHUB_SHA": event.sha,
            "GITHUB_REF": event.ref, "GITHUB_RUN_ID": str(self.run), "GITHUB_REPOSITORY": github.repository,
            "GITHUB_API_URL": github.url, "GITHUB_EVENT_PATH": str(self.home / "event.json"),
            "GITHUB_HEAD_REF": event.payload.get("pull_request", {}).get("head", {}).get("ref", ""),
            "GITHUB_SERVER_URL": "https://github.com",
        } | self.runner.machine | {name: str(file) for name, file in files.items()} | environ  # fmt: skip
        may = {scope for scope, level in self.permissions.items() if level == "write"}
        see = set(self.permissions)
        github.denied = {
            what
            for what, granted in (
                ("comments", may & {"pull-requests", "issues"}),  # either lets a token comment
                ("issues", may & {"issues"}),
                ("pulls", see & {"pull-requests"}),
                ("artifacts", see & {"actions"}),
            )
            if not granted
        }
        ran = subprocess.run(
            [*SHELLS[shell], str(script_file)], cwd=self.home / "workspace", env=process, check=False,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120, text=True,
        )  # fmt: skip
        outputs = outputs_in(files["GITHUB_OUTPUT"].read_text())
        self.done.append(Step(ran.returncode, ran.stdout, outputs, files["GITHUB_STEP_SUMMARY"].read_text()))
        return outputs, ran.returncode == 0

    # --- actions of others, played

    def _checkout(self, given: dict[str, Any]) -> dict[str, str]:
        assert given.get("persist-credentials") is False, "the token would be kept in the clone"
        git(self.home, "clone", "--quiet", "--no-checkout", str(self.runner.origin), "workspace")
        git(self.home / "workspace", "fetch", "--quiet", "origin", self.event.sha)
        git(self.home / "workspace", "checkout", "--quiet", "--detach", self.event.sha)
        return {}

    def _upload(self, given: dict[str, Any]) -> dict[str, str]:
        file = Path(given["path"])
        self.runner.github.keep(given["name"], self.run, self.event.head, {file.name: file.read_bytes()})
        return {}

    def _sarif(self, given: dict[str, Any]) -> dict[str, str]:
        assert self.permissions.get("security-events") == "write"
        self.runner.sarif.append(Path(given["sarif_file"]))
        return {}


def outputs_in(content: str) -> dict[str, str]:
    """The outputs in a file that ``GITHUB_OUTPUT`` named: ``name=value``, and ``name<<DELIMITER`` for several lines."""
    outputs: dict[str, str] = {}
    lines = iter(content.split("\n"))
    for line in lines:
        if not line:
            continue
        name, sign, rest = re.match(r"([^=<]+)(<<|=)(.*)", line).groups()  # type: ignore[union-attr]
        if sign == "=":
            outputs[name] = rest
            continue
        outputs[name] = "\n".join(itertools.takewhile(rest.__ne__, lines))
    return outputs


def fake_python(folder: Path, python: Path) -> Path:
    """A python whose ``venv`` gives an environment with all in it; its ``pip`` only notes what it is asked.

    Installing takes a package index; ``benchmarks/action.py`` installs for real.

    Args:
        folder: where to put it, and its notes: a file ``calls``.
        python: the python of the environment.
    """
    fake = folder / "python"
    fake.write_text(f"""#!/bin/bash
printf '%q ' "$@" >> {folder}/calls; echo >> {folder}/calls
if [ "$1 $2 $3" = "-I -m venv" ]; then
  mkdir -p "${{!#}}/bin" "${{!#}}/lib/python3.12/site-packages"
  printf '#!/bin/sh\\nexec {python} "$@"\\n' > "${{!#}}/bin/python"
  chmod +x "${{!#}}/bin/python"
fi
""")
    fake.chmod(0o755)
    return fake
