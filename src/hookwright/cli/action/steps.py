"""What the Action does for each of its commands: which hookwright commands, in which order, and what comes of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from hookwright.cli.action.inputs import Do, FailOn, Inputs
from hookwright.cli.action.runner import Called, Runner, call
from hookwright.cli.options import EXIT_DIFFERENT, EXIT_FAILED, EXIT_USAGE
from hookwright.errors import LocalError, UsageError
from hookwright.report import action_markdown
from hookwright.report.workflow_commands import command

if TYPE_CHECKING:
    from hookwright.cli.settings import Settings
    from hookwright.model.reviewed import PullRequest


_CHANGES: Final = ("create", "update", "replace", "adopt", "delete", "conflict")
"""The counts of a plan that are changes."""

FAILED: Final = "Not all of it was applied: the log and the summary say what was."
STALE: Final = (
    "Nothing was applied: what would be done now is not what was reviewed. Run this workflow by hand to plan anew."
)


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a step.

    Attributes:
        code: the exit code of hookwright.
        outputs: outputs of the step beside the exit code.
    """

    code: int
    outputs: Mapping[str, object] = field(default_factory=dict)


class Stopped(Exception):  # noqa: N818 - it is no error of its own: a command showed one
    """A command that a step needs has failed, and has said why.

    Attributes:
        code: its exit code.
    """

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Steps:
    """The commands of the Action.

    Args:
        settings: the process: its environment, working directory and clock.
        inputs: what the step asks for.
        runner: the runner of the workflow.
    """

    def __init__(self, settings: Settings, inputs: Inputs, runner: Runner) -> None:
        self._settings = settings
        self._inputs = inputs
        self._runner = runner

    def run(self) -> Result:
        """Do what the inputs ask for.

        Raises:
            HookwrightError: it could not be begun.
            Stopped: the comment or the issue could not be kept, or the project could not be read.
        """
        acts: dict[Do, Callable[[], Result]] = {
            Do.VALIDATE: self._validate,
            Do.PLAN: self._plan,
            Do.APPLY: self._apply,
            Do.DRIFT: self._drift,
            Do.TEST: self._test,
            Do.ENVIRONMENTS: self._environments,
        }
        return acts[self._inputs.command]()

    # --- the commands

    def _environments(self) -> Result:
        shard = ["--shard", self._inputs.shard] if self._inputs.shard else []
        listed = self._call("environments", "--format", "github-matrix", *shard, keep=True)
        matrix = listed.out.strip()
        self._settings.emit(matrix)
        return Result(listed.code, {"matrix": matrix} if listed.code == 0 else {})

    def _validate(self) -> Result:
        chosen = self._chosen() if self._inputs.shard else self._options(self._inputs.environments)
        strict = ["--strict"] if self._inputs.fail_on is FailOn.WARNING else []
        shown = self._call("validate", *chosen, *strict, "--format", "github")
        if shown.code == EXIT_USAGE:
            raise Stopped(shown.code)
        kept = self._call("validate", *chosen, "--format", "sarif", keep=True)
        record = self._call("validate", *chosen, "--format", "json", keep=True).record
        file = self._runner.folder / "findings.sarif"
        _write(file, kept.out)
        counts = record.get("summary", {})
        self._runner.summarize(action_markdown.findings(record))
        outputs = {"sarif-file": file, "changes": 0, "summary-json": json.dumps(counts)}
        return Result(shown.code, outputs)

    def _plan(self) -> Result:
        names = self._names()
        alone = len(names) == 1
        if self._inputs.plan_artifact and not alone:
            raise UsageError(
                "a plan file holds the plan of one environment", hint="Call the action once for each, or without one."
            )
        report = self._file("plan.md")
        file = self._file(f"plan-{names[0]}.json") if alone else None
        out = ["--out", str(file)] if file else []
        done = self._call(
            "plan", *self._options(names), "--format", "github", "--detailed-exitcode", "--report", str(report), *out
        )
        body = self._body(report, done, f"Plan of {', '.join(names)}")
        if self._inputs.comment:
            self._comment(self._key("plan", names), body)
        return Result(done.code, {"plan-file": file} if file and file.is_file() else {})

    def _drift(self) -> Result:
        names = self._names()
        report, told = self._file("drift.md"), self._file("drift.json")
        files = ["--report", str(report), "--report", str(told)]
        done = self._call("drift", *self._options(names), "--format", "github", *files)
        body = self._body(report, done, f"Drift of {', '.join(names)}")
        if self._inputs.comment and done.code in (0, EXIT_DIFFERENT):
            key = self._key("drift", names)
            if done.code:
                text = self._file("issue.md")
                _write(text, body)
                self._kept("issue", "--key", key, "--title", self._title(told), "--body-file", str(text))
            else:
                self._kept("issue", "--key", key, "--close")
        return Result(done.code)

    def _test(self) -> Result:
        what, *target = ("receiver", self._inputs.receiver) if self._inputs.receiver else ("delivery",)
        environment = self._options(self._inputs.environments)
        done = self._call(f"test {what}", *target, *environment, "--format", "json", keep=True)
        record = done.record
        if "checks" not in record:
            self._runner.summarize(action_markdown.failed(f"Test of {what}", done.err))
            return Result(done.code)
        self._settings.emit(action_markdown.checks_line(record))
        self._runner.summarize(action_markdown.checks(record))
        return Result(done.code, {"changes": 0, "summary-json": json.dumps(record.get("summary", {}))})

    def _apply(self) -> Result:
        names = self._names()
        if not self._inputs.plan_artifact:
            return self._applied(names, [*self._options(names), "--yes"], None)
        if len(names) > 1:
            raise UsageError(
                "a plan file holds the plan of one environment", hint="Call the action once for each, or without one."
            )
        from hookwright.cli.action.plans import reviewed

        found = reviewed(self._settings, self._inputs.plan_artifact, self._file("reviewed.json"))
        if found.file is None:
            return self._not_reviewed(names, found.pull_request, found.why)
        arguments = [*self._options(names), "--any-commit", str(found.file)]
        return self._applied(names, arguments, found.pull_request)

    # --- their parts

    def _applied(self, names: Sequence[str], arguments: Sequence[str], merged: PullRequest | None) -> Result:
        done = self._call("apply", *arguments, "--format", "json", keep=True)
        if done.refused and self._inputs.plan_artifact:
            return self._not_reviewed(names, merged, done.err)
        record = done.record
        self._settings.emit(action_markdown.outcome_line(record))
        if done.code:
            self._settings.emit(command("error", done.err.strip() or FAILED, {"title": f"Apply to {', '.join(names)}"}))
        body = action_markdown.outcome(record, names, done.err)
        self._runner.summarize(body)
        if self._inputs.comment and merged:
            self._comment(self._key("apply", names), body, "--pr", str(merged.number))
        counts = _counts(record, "applies")
        return Result(done.code, {"changes": _total(counts), "summary-json": json.dumps(counts)})

    def _not_reviewed(self, names: Sequence[str], merged: PullRequest | None, why: str) -> Result:
        """Plan again, show it, and stop: what would be done is not what was reviewed."""
        report, counted = self._file("plan.md"), self._file("plan-counted.json")
        planned = self._call(
            "plan", *self._options(names), "--detailed-exitcode", "--report", str(report), "--report", str(counted)
        )
        if planned.code == 0:
            self._settings.emit("Nothing is to be applied: what is live is what is declared.")
            return Result(0, {"changes": 0, "summary-json": json.dumps(_summary(counted))})
        body = action_markdown.stale(names, why, _read(report))
        self._runner.summarize(body)
        if self._inputs.comment and merged:
            self._comment(self._key("apply", names), body, "--pr", str(merged.number))
        self._settings.say(why.strip())
        self._settings.emit(command("error", STALE, {"title": f"Not applied to {', '.join(names)}"}))
        counts = _summary(counted)
        outputs = {"changes": sum(counts.get(name, 0) for name in _CHANGES), "summary-json": json.dumps(counts)}
        return Result(planned.code if planned.code != EXIT_DIFFERENT else EXIT_FAILED, outputs)

    def _body(self, report: Path, done: Called, title: str) -> str:
        """The report of a command; where it came to none, that it failed: the one before is not true any more."""
        if text := _read(report):
            return text
        body = action_markdown.failed(title, done.err)
        self._runner.summarize(body)
        return body

    def _names(self) -> tuple[str, ...]:
        """The environments that this is for: those named, those of the shard, or all."""
        if self._inputs.environments:
            return self._inputs.environments
        shard = ["--shard", self._inputs.shard] if self._inputs.shard else []
        listed = self._call("environments", "--format", "json", *shard, keep=True)
        if listed.code:
            raise Stopped(listed.code)
        names = tuple(str(one["environment"]) for one in listed.record["environments"])
        if not names:
            raise UsageError(f"the shard {self._inputs.shard} has no environment", hint="Use fewer shards.")
        return names

    def _chosen(self) -> list[str]:
        return self._options(self._names())

    def _options(self, names: Sequence[str]) -> list[str]:
        return [part for name in names for part in ("-e", name)]

    def _call(self, command: str, *arguments: str, keep: bool = False) -> Called:
        return call(*command.split(), "-C", self._inputs.project, *arguments, keep=keep)

    def _project(self) -> str:
        """The project's name."""
        from dataclasses import replace

        from hookwright.cli.project import load_main

        document = load_main(replace(self._settings, directory=Path(self._inputs.project)))
        return str(document.value.get("project")) if isinstance(document.value, dict) else ""

    def _key(self, what: str, names: Sequence[str]) -> str:
        """The key of a comment or an issue: the same for the same environments in every run, and another for others."""
        from hookwright.api.github.keeping import CLOSING
        from hookwright.model.github import is_key

        named = "+".join(sorted(self._inputs.environments)) or "all"
        shard = f"shard-{self._inputs.shard.replace('/', '-of-')}" if self._inputs.shard else named
        key = f"{what}/{self._project()}/{names[0] if len(names) == 1 else shard}"
        # Names may be longer than a key, and hold what none can; why an issue is closed has a key below that of it.
        return key if is_key(f"{key}/{CLOSING}") else f"{what}/{sha256(key.encode()).hexdigest()[:32]}"

    def _title(self, told: Path) -> str:
        """The title of the issue: the environments that have drifted, as far as GitHub takes so many.

        Args:
            told: the drift as JSON.
        """
        from hookwright.model.github import LARGEST_TITLE

        record = json.loads(_read(told))
        first, *others = [one["environment"] for one in record.get("drifts", [record]) if one.get("changes")]
        begin = f"Webhooks of {self._project()} have drifted: "
        title = begin + ", ".join([first, *others])
        return title if len(title) <= LARGEST_TITLE else f"{begin}{first} and {len(others)} more"

    def _comment(self, key: str, body: str, *more: str) -> None:
        text = self._file("comment.md")
        _write(text, body)
        self._kept("comment", "--key", key, "--body-file", str(text), *more)

    def _kept(self, kind: str, *arguments: str) -> None:
        """Keep a comment or an issue.

        Raises:
            Stopped: that failed.
        """
        done = call("github", kind, *arguments)
        if done.code:
            raise Stopped(done.code)

    def _file(self, name: str) -> Path:
        """A file of this step; what an earlier step left in its place is gone."""
        file = self._runner.folder / name
        file.unlink(missing_ok=True)
        return file


def _counts(record: Mapping[str, Any], several: str) -> dict[str, Any]:
    """The counts in what a command printed: of one environment, or by environment."""
    if several in record:
        return {str(one.get("environment")): one.get("summary", {}) for one in record[several]}
    counts: dict[str, Any] = record.get("summary", {})
    return counts


def _summary(file: Path) -> dict[str, int]:
    """The counts in the JSON of a plan; empty where it came to none."""
    try:
        record = json.loads(_read(file))
    except ValueError:
        return {}
    counts: dict[str, int] = record.get("summary", {})
    return counts


def _total(counts: Mapping[str, Any]) -> int:
    """How many changes an apply was about."""
    return sum(_total(value) if isinstance(value, Mapping) else int(value) for value in counts.values())


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except OSError:
        return ""


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, "utf-8")
    except OSError as error:
        raise LocalError(f"{file} cannot be written: {error.strerror}") from None
