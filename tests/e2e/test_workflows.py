"""The workflows that hookwright hands out, run as GitHub would: their own YAML, the Action's own shell step.

The platform is the emulator, GitHub is a stand-in, the commands are the installed wheel's.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.ci.platform import Platform
from tests.ci.runner import Event, Job, Runner, fake_python
from tests.e2e.conftest import Installed
from tests.github_stand_in import BOT
from tests.unit.cli.repository import committed, git

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[2]

KEY = "tk_test_0123456789abcdef"
SECRETS = {"REFOLD_TEST_API_KEY": KEY, "PAGER_TOKEN": "s3cr3t-pager-token"}
HOSTILE = "x\"; touch pwned; #`touch pwned`$(touch pwned)'\n::error::pwned"
"""What a stranger could put into a title."""

PAGER = """\
webhooks:
  pager:
    url: https://hooks.acme.example/pager
    events: [Workflow Errored]
    headers: {{Authorization: "Bearer ${{env.PAGER_TOKEN}}"}}
    body: {{run: "{{{{event.instance_id}}}}", text: "{text}"}}
"""


@dataclass
class Repository:
    """A team's repository on GitHub, made by ``init --github``, and the platform that its webhooks live on."""

    origin: Path
    github: Platform
    runner: Runner
    emulator: str

    def write(self, text: str, name: str = "pager") -> None:
        (self.origin / "hooks" / "webhooks" / f"{name}.yaml").write_text(text)

    def pull_request(self, text: str, branch: str = "change", fork: bool = False, name: str = "pager") -> Event:
        """A pull request that changes a file; the event of it, for the merge that GitHub would make."""
        git(self.origin, "checkout", "--quiet", "-b", branch, "main")
        self.write(text, name)
        head = committed(self.origin, "Change")
        git(self.origin, "checkout", "--quiet", "--detach", "main")
        git(self.origin, "merge", "--quiet", "--no-ff", "-m", "Merge for a try", branch)
        merge = git(self.origin, "rev-parse", "HEAD")
        git(self.origin, "checkout", "--quiet", "main")
        number = self.github.open(title=HOSTILE)
        repository = "stranger/hooks" if fork else self.github.repository
        pull = {
            "number": number, "title": HOSTILE, "user": {"login": "mona"},
            "head": {"ref": branch, "sha": head, "repo": {"full_name": repository}},
        }  # fmt: skip
        return Event("pull_request", merge, f"refs/pull/{number}/merge", {"number": number, "pull_request": pull})

    def merge(self, event: Event) -> Event:
        """Squash and merge a pull request; the event of the push."""
        git(self.origin, "merge", "--quiet", "--squash", event.payload["pull_request"]["head"]["ref"])
        sha = committed(self.origin, "Change (#1)")
        self.github.merged(event.payload["number"], event.head, sha)
        return Event("push", sha)

    def by_hand(self, name: str) -> Event:
        return Event(name, git(self.origin, "rev-parse", "main"))

    def comments(self, event: Event) -> list[str]:
        return [one["body"] for one in self.github.on(event.payload["number"])]

    def issues(self, state: str = "open") -> list[dict[str, Any]]:
        return [one for one in self.github.issues.values() if "pull_request" not in one and one["state"] == state]

    def live(self) -> dict[str, dict[str, Any]]:
        """The live webhooks, by name."""
        hooks = self._call("GET", "/webhook")
        return {hook["description"].partition("/")[2].strip("]"): hook for hook in hooks}

    def a_hand_changes(self, name: str, **fields: Any) -> None:
        """Somebody edits a webhook in the dashboard."""
        self._call("PUT", f"/webhook/{self.live()[name]['_id']}", fields)

    def a_hand_creates(self, name: str) -> None:
        """Somebody makes a webhook that says it is managed."""
        body = {"webhook_url": "https://elsewhere.acme.example", "webhook_events": ["Workflow Errored"]}
        made = self._call("POST", "/webhook", body)
        self._call("PUT", f"/webhook/{made['_id']}", {"description": f"[hookwright:acme/{name}]"})

    def _call(self, method: str, path: str, body: Any = None) -> Any:
        request = urllib.request.Request(
            f"{self.emulator}/api/v2/public{path}", json.dumps(body).encode() if body else None, method=method,
            headers={"x-api-key": KEY, "content-type": "application/json"},
        )  # fmt: skip
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.loads(answer.read())


@pytest.fixture
def repository(tmp_path: Path, installed: Installed) -> Iterator[Repository]:
    """With one environment: ``test``."""
    origin = tmp_path / "origin"
    git(tmp_path, "init", "--quiet", "--initial-branch=main", "origin")
    with installed.serve("emulator", "--no-rate-limit") as emulator, Platform().serve() as github:
        assert installed.run("init", "hooks", "--project", "acme", cwd=origin).code == 0
        file = origin / "hooks" / "hookwright.yaml"
        file.write_text(file.read_text().replace("    api_key:", f"    api_url: {emulator.url}\n    api_key:"))
        file.write_text(re.sub(r"  production:\n(    .*\n)+", "", file.read_text()))
        made = Repository(origin, github, Runner(origin, tmp_path / "jobs", github, tmp_path, SECRETS), emulator.url)
        made.write(PAGER.format(text="first"))
        # Of the project as it is now: with the secret that the pager needs.
        assert installed.run("init", "hooks", "--github", cwd=origin).code == 0
        committed(origin, "Begin")
        (tmp_path / "tools").mkdir()
        made.runner.python = fake_python(tmp_path / "tools", installed.executable.parent / "python")
        yield made
        assert github.complaints == []
        # A secret is in nothing that people or GitHub see, and is given to nobody who does not need it.
        said = json.dumps([one["body"] for one in (*github.comments.values(), *github.issues.values())])
        assert not any(value in said for value in SECRETS.values())
        assert not list(tmp_path.rglob("pwned"))


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def ended(jobs: dict[str, Job]) -> dict[str, str]:
    for job in jobs.values():
        assert not any(value in job.log + job.summary for value in SECRETS.values())
    return {name: job.result for name, job in jobs.items()}


def test_the_whole_story(repository: Repository) -> None:
    run, github = repository.runner.run, repository.github

    # A pull request: it is checked, and its plan stands there.
    first = repository.pull_request(PAGER.format(text="second"))
    assert ended(run("webhooks.yml", first)) == {"validate": "success"}
    assert len(repository.runner.sarif) == 1
    jobs = run("webhooks-plan.yml", first)
    assert ended(jobs) == {"environments": "success", "plan test": "success", "planned": "skipped"}
    (comment,) = repository.comments(first)
    assert comment.startswith("<!-- hookwright:plan/acme/test -->\n")
    assert "`pager`" in comment
    assert "`pager`" in jobs["plan test"].summary
    assert repository.live() == {}
    # Pushed to once more: the same comment.
    run("webhooks-plan.yml", first)
    assert len(repository.comments(first)) == 1

    # The merge: just that is applied, behind an approval, and it is said where it was reviewed.
    jobs = run("webhooks-apply.yml", repository.merge(first))
    assert ended(jobs) == {"environments": "success", "plan": "skipped", "apply test": "success"}
    assert jobs["apply test"].environment == "test"
    assert repository.live()["pager"]["webhook_body"]["text"] == "second"
    assert repository.comments(first)[1].startswith("<!-- hookwright:apply/acme/test -->\n### ✅ Applied to `test`")

    # A hand changes a webhook: one issue, however often it is looked.
    repository.a_hand_changes("pager", method="PUT")
    for _ in range(2):
        jobs = run("webhooks-drift.yml", repository.by_hand("schedule"))
        assert ended(jobs) == {"environments": "success", "drift test": "success"}
    (issue,) = repository.issues()
    assert issue["title"] == "Webhooks of acme have drifted: test"
    assert issue["user"]["login"] == BOT
    assert "`pager`" in issue["body"]
    assert jobs["drift test"].steps[0].outputs["exit-code"] == "2"

    # Repaired: planned anew and applied by hand, then the issue is closed.
    jobs = run("webhooks-apply.yml", repository.by_hand("workflow_dispatch"))
    assert ended(jobs) == dict.fromkeys(["environments", "plan test", "apply test"], "success")
    assert repository.live()["pager"]["method"] == "POST"
    assert set(ended(run("webhooks-drift.yml", repository.by_hand("schedule"))).values()) == {"success"}
    assert repository.issues() == []
    assert [one["number"] for one in repository.issues("closed")] == [issue["number"]]
    assert len(github.storage.headers) == 2
    assert not any("authorization" in headers for headers in github.storage.headers)


def test_a_plan_that_does_not_fit_any_more_is_shown_again_and_not_applied(repository: Repository) -> None:
    run = repository.runner.run
    # What was never reviewed is not applied either.
    jobs = run("webhooks-apply.yml", Event("push", git(repository.origin, "rev-parse", "main")))
    assert ended(jobs)["apply test"] == "failure"
    assert "was made by no merge of a pull request" in jobs["apply test"].summary
    assert repository.live() == {}

    first = repository.pull_request(PAGER.format(text="second"))
    run("webhooks-plan.yml", first)
    # Between review and merge a hand makes what the plan was going to make.
    repository.a_hand_creates("pager")
    jobs = run("webhooks-apply.yml", repository.merge(first))
    assert ended(jobs)["apply test"] == "failure"
    assert repository.live()["pager"]["webhook_url"] == "https://elsewhere.acme.example"
    summary = jobs["apply test"].summary
    assert summary.startswith("### ⛔ Not applied to `test`")
    assert "the plan file does not fit any more" in summary
    assert "https://elsewhere.acme.example" in summary
    (said,) = [one for one in repository.comments(first) if "apply/acme/test" in one]
    assert "### ⛔ Not applied to `test`" in said
    assert "elsewhere" in said
    assert jobs["apply test"].steps[0].outputs["exit-code"] == "1"


def test_a_fork_is_validated_and_sees_no_secret(repository: Repository) -> None:
    event = repository.pull_request(PAGER.format(text="x"), fork=True)
    secrets, repository.runner.secrets = repository.runner.secrets, {}
    jobs = repository.runner.run("webhooks.yml", event)
    assert ended(jobs) == {"validate": "success"}
    assert repository.runner.sarif == []
    assert not any(name in secrets for name in jobs["validate"].environ)
    assert set(ended(repository.runner.run("webhooks-plan.yml", event)).values()) == {"skipped"}
    assert repository.comments(event) == []


def test_hostile_branches_and_values_stay_values(repository: Repository) -> None:
    text = "x`touch pwned`$(touch pwned)\\n::error::pwned <!-- --> @mona </details>|[x](javascript:1)"
    event = repository.pull_request(PAGER.format(text=text), "x/$(touch${IFS}pwned);'`touch${IFS}pwned`")
    assert ended(repository.runner.run("webhooks.yml", event)) == {"validate": "success"}
    jobs = repository.runner.run("webhooks-plan.yml", event)
    assert ended(jobs) == {"environments": "success", "plan test": "success", "planned": "skipped"}
    for job in jobs.values():
        for step in job.steps:
            assert not any(line.startswith("::error::pwned") for line in step.log.splitlines())
            assert set(step.outputs) <= {"exit-code", "changes", "summary-json", "plan-file", "matrix"}
    # In a comment, what is not code is not theirs.
    comment = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", repository.comments(event)[0], flags=re.DOTALL)
    assert comment.count("<!-- ") == 1
    assert "mona" not in comment
    assert "javascript" not in comment
    jobs = repository.runner.run("webhooks-apply.yml", repository.merge(event))
    assert ended(jobs)["apply test"] == "success"
    assert "touch pwned" in repository.live()["pager"]["webhook_body"]["text"]


def test_findings_fail_the_check_and_stand_at_their_lines(repository: Repository) -> None:
    event = repository.pull_request(PAGER.format(text="{{{{event.nothing}}}}").replace("Errored", "Erored"))
    jobs = repository.runner.run("webhooks.yml", event)
    assert ended(jobs) == {"validate": "failure"}
    assert "::error file=hooks/webhooks/pager.yaml,line=4," in jobs["validate"].log
    # The findings go to code scanning though the step failed.
    (sarif,) = repository.runner.sarif
    results = json.loads(sarif.read_text())["runs"][0]["results"]
    places = {one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for one in results}
    assert "hooks/webhooks/pager.yaml" in places
    plan = repository.runner.run("webhooks-plan.yml", event)
    assert ended(plan)["plan test"] == ended(plan)["planned"] == "failure"
    assert "No plan could be made" in repository.comments(event)[0]


def test_what_is_installed(repository: Repository, tmp_path: Path) -> None:
    """Once for each environment of a job, from pinned wheels; nothing of the working directory is imported."""
    (repository.origin / "hookwright.py").write_text("raise SystemExit('taken from the working directory')")
    (repository.origin / "yaml.py").write_text("raise SystemExit('taken from the working directory')")
    committed(repository.origin, "Modules")
    jobs = repository.runner.run("webhooks-drift.yml", repository.by_hand("schedule"))
    assert ended(jobs)["environments"] == "success"
    calls = (tmp_path / "tools" / "calls").read_text().splitlines()
    assert [call.split()[2] for call in calls] == ["venv", "pip"] * 2
    assert all("--require-hashes" in call and "--only-binary" in call for call in calls[1::2])
    (key,) = repository.runner.cache
    assert key.startswith(f"hookwright-Linux-X64-{tmp_path}/tools/python-")


def test_the_workflows_of_this_repository_on_its_own_example(tmp_path: Path, installed: Installed) -> None:
    origin = tmp_path / "origin"
    for part in (".github", "examples/acme", "schemas"):
        shutil.copytree(ROOT / part, origin / part)
    committed(origin)
    (tmp_path / "tools").mkdir()
    # emulator.sh makes an environment and installs this repository into it: here it is there already.
    system = tmp_path / "tools" / "python3"
    system.write_text(f"""#!/bin/bash
[ "$1 $2" = "-m venv" ] && mkdir -p "$3/bin" && ln -s {installed.executable} /bin/true "$3/bin"
[ -e "$3/bin/true" ] && mv "$3/bin/true" "$3/bin/pip"
""")
    system.chmod(0o755)
    with Platform().serve() as github:
        python = fake_python(tmp_path / "tools", installed.executable.parent / "python")
        runner = Runner(origin, tmp_path / "jobs", github, python)
        runner.machine = {"PATH": f"{tmp_path / 'tools'}:{os.environ['PATH']}", "EMULATOR_PORT": str(free_port())}
        head = git(origin, "rev-parse", "main")
        number = github.open()
        repository = {"full_name": github.repository}
        pull = {"number": number, "user": {"login": "mona"}, "head": {"ref": "x", "sha": head, "repo": repository}}
        event = Event("pull_request", head, payload={"number": number, "pull_request": pull})
        assert ended(runner.run("webhooks.yml", event)) == {"validate": "success"}
        planned = runner.run("webhooks-plan.yml", event)
        made = dict.fromkeys(["environments", "plan test", "plan production"], "success")
        assert ended(planned) == made | {"planned": "skipped"}
        github.merged(number, head, head)
        applied = runner.run("webhooks-apply.yml", Event("push", head))
        assert ended(applied)["apply test"] == ended(applied)["apply production"] == "success"
        assert "test: 6 applied" in applied["apply test"].log
        drift = runner.run("webhooks-drift.yml", Event("schedule", head))
        assert set(ended(drift).values()) == {"success"}
        assert [one for one in github.issues.values() if "pull_request" not in one] == []
        assert len(github.on(number)) == 4
        assert github.complaints == []
