"""What a plan or a drift leaves behind beside text: documents, annotations, and the outputs of a workflow step."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from hookwright.cli.fleet import Done, Failed
from hookwright.cli.options import Settings, exit_code
from hookwright.cli.results import View, document
from hookwright.errors import HookwrightError, LocalError, UsageError
from hookwright.model.frozen import dataclass

if TYPE_CHECKING:
    from hookwright.cli.reconciling import Session
    from hookwright.model.delivery import WireChange
    from hookwright.model.plan import Plan, Subscriber
    from hookwright.model.project import Project
    from hookwright.model.source import Span
    from hookwright.report.review import Problem, Review
    from hookwright.report.review_github import Places

_ENDINGS: Final = {".md": "markdown", ".html": "html", ".json": "json"}


@dataclass(frozen=True, slots=True)
class Seen:
    """A plan and what is to be seen of it.

    Attributes:
        plan: the plan.
        wire: by name of a webhook what its deliveries send before and after; None where nobody asked.
        wanted: whether JSON and text show that too.
        subscribers: all webhooks after the change; None where nobody asked.
    """

    plan: Plan
    wire: Mapping[str, Sequence[WireChange]] | None = None
    wanted: bool = False
    subscribers: Sequence[Subscriber] | None = None


class Reports:
    """The reports of one run of ``plan`` or ``drift``: those in files, and the one on stdout where it is no text.

    Args:
        settings: where they go, and in which format.
        what: ``plan`` or ``drift``.
        files: where reports are written; the ending of each says its format.
        view: how a result is shown as JSON.

    Attributes:
        alone: whether there is one environment only.
        project: the project, once it was read.

    Raises:
        UsageError: the name of a file says no format.
    """

    def __init__(self, settings: Settings, what: str, files: Sequence[str], view: View[Seen]) -> None:
        self.settings = settings
        self.what = what
        self.files = files
        self.view = view
        self.alone = True
        self.project: Project | None = None
        self._ended: list[Done[Seen] | Failed] = []
        for file in files:
            if Path(file).suffix.lower() not in _ENDINGS:
                raise UsageError(f"{file}: a report is named .md, .html or .json")

    @property
    def folds(self) -> bool:
        """Whether any report has room for what deliveries send, folded away."""
        asked = {_ENDINGS[Path(file).suffix.lower()] for file in self.files} | {self.settings.format}
        return not asked.isdisjoint({"markdown", "html", "github"})

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Write them where the run ends in an error, too."""
        try:
            yield
        except HookwrightError as error:
            if not self._ended:
                self._ended.append(Failed(", ".join(self.settings.environments), error))
                self.write(exit_code(error.category))
            raise

    def noting(self, ended: Iterable[Done[Seen] | Failed]) -> Iterator[Done[Seen] | Failed]:
        """Remember how the environments ended while they are shown."""
        for one in ended:
            self._ended.append(one)
            yield one

    @property
    def found(self) -> bool:
        """Whether any environment has changes."""
        return any(isinstance(one, Done) and not one.value.plan.empty for one in self._ended)

    def json(self) -> dict[str, Any]:
        """The JSON of all environments."""
        return document(self._ended, self.view, plural=f"{self.what}s", alone=self.alone)

    def write(self, code: int) -> None:
        """Write them.

        Args:
            code: what the command is going to exit with.

        Raises:
            LocalError: one of them cannot be written.
        """
        from hookwright.cli.files import write_whole

        for file in self.files:
            try:
                write_whole(Path(file), self._text(_ENDINGS[Path(file).suffix.lower()]).rstrip("\n") + "\n")
            except OSError as error:
                raise LocalError(f"{file} cannot be written: {error.strerror}") from None
        if self.settings.format in {"markdown", "html", "github"}:
            self.settings.emit(self._text(self.settings.format))
        if self.settings.format == "github":
            self._to_workflow(code)

    def _text(self, form: str) -> str:
        if form == "json":
            from hookwright.report.plan_json import dump

            return dump(self.json())
        reviews = self._reviews()
        if form == "markdown":
            from hookwright.report.review_markdown import to_markdown

            return to_markdown(reviews)
        if form == "html":
            from hookwright.report.review_html import to_html

            return to_html(reviews, made=self.settings.now())
        from hookwright.report.review_github import to_github

        return to_github(reviews, self._places(), path=self._path())

    def _path(self) -> Callable[[Path], str]:
        from hookwright.cli.workflow import repository_path

        return repository_path(self.settings, self.project.root if self.project else self.settings.directory)

    def _problems(self, error: HookwrightError) -> Iterator[Problem]:
        """What is wrong with the project's files, where an error is about that."""
        from hookwright.errors import ConfigError
        from hookwright.model.finding import Severity
        from hookwright.report.review import Problem

        path = self._path()
        for finding in error.findings if isinstance(error, ConfigError) else ():
            if finding.severity is Severity.ERROR:
                span = finding.span
                where = f"{path(span.file)}:{span.start.line}" if span else ""
                yield Problem(finding.rule, finding.message, where, span)

    def _reviews(self) -> list[Review]:
        from hookwright.report.review import Result, of_drift, of_plan

        review = of_plan if self.what == "plan" else of_drift
        return [
            review(Result(one.environment, None, error=_told(one.error), problems=tuple(self._problems(one.error))))
            if isinstance(one, Failed)
            else review(Result(one.environment, one.value.plan, one.value.wire or {}))
            for one in self._ended
        ]

    def _places(self) -> dict[str, Places]:
        return {
            one.environment: _declared_at(one.session, self.project) for one in self._ended if isinstance(one, Done)
        }

    def _to_workflow(self, code: int) -> None:
        """Append to the job's summary and set the step's outputs, where a workflow run has files for them."""
        from hookwright.cli.workflow import append_summary, set_outputs
        from hookwright.model.serial import plan_summary

        append_summary(self.settings, self._text("markdown"))
        plans = {one.environment: one.value.plan for one in self._ended if isinstance(one, Done)}
        sums = {name: plan_summary(plan) for name, plan in plans.items()}
        whole: Any = sums if not self.alone else next(iter(sums.values()), None)
        changes = sum(len(plan.changes) for plan in plans.values()) if plans else None
        set_outputs(self.settings, {"exit-code": code, "changes": changes, "summary-json": whole})


def _declared_at(session: Session, project: Project | None) -> Places:
    """Where the webhooks and events of an environment are declared, and where tombstones stand."""
    places: dict[tuple[str, str], Span] = {}
    if project:
        for kind, removed in (("webhook", project.removed_webhooks), ("event", project.removed_events)):
            places |= {(kind, name): entry.span() for name, entry in removed.items()}
    declared = session.declared
    places |= {("webhook", hook.name): hook.places.span("", key=True) for hook in declared.webhooks if hook.places}
    places |= {("event", one.event.name): one.places.span("", key=True) for one in declared.events if one.places}
    return places


def _told(error: HookwrightError) -> str:
    """An error in one sentence, with what there is to do."""
    from hookwright.errors import RefusedError

    reasons = error.reasons if isinstance(error, RefusedError) else ()
    return "; ".join((error.message, *reasons)) + (f". {error.hint}" if error.hint else "")
