"""GitLab, Kubernetes, cron and the container file: checked as far as that goes here, and run where it can be."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.e2e.conftest import Installed
from tests.unit.cli.platforms import VARIABLES, Estate, estate

ROOT = Path(__file__).parents[2]
NOTIFY = {"HOOKWRIGHT_NOTIFY_KEY": "notify_test_key_0123456789"}
GITLAB: dict[str, Any] = yaml.safe_load((ROOT / "examples" / "ci" / "gitlab-ci.yml").read_text())


def job(name: str) -> dict[str, Any]:
    """A job of GitLab CI with what it extends."""
    found = dict(GITLAB[name])
    base = found.pop("extends", None)
    return (job(base) | found) if base else found


# --- GitLab


def test_every_job_says_where_and_when_it_runs() -> None:
    names = [name for name in GITLAB if name.startswith("webhooks:")]
    assert len(names) == 7
    for name in names:
        made = job(name)
        assert made["stage"] in GITLAB["stages"]
        assert made["rules"]
        assert "latest" not in made["image"]
        if name.startswith("webhooks:apply"):
            assert made["resource_group"] == f"webhooks-{made['environment']['name']}"
            assert all(rule["when"] == "manual" for rule in made["rules"])
        if name != "webhooks:validate":
            assert made["environment"]["name"] == made["variables"]["ENVIRONMENT"]


def run_job(installed: Installed, name: str, folder: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run the script of a job as GitLab's shell does: one script of all lines, which ends at the first that fails."""
    made = job(name)
    variables = {key: str(value) for key, value in (GITLAB["variables"] | made.get("variables", {})).items()}
    path = f"{installed.executable.parent}:{os.environ['PATH']}"
    return subprocess.run(
        ["bash", "-eo", "pipefail", "-c", "\n".join(made["script"])], cwd=folder, check=False, timeout=60,
        env={"PATH": path, "HOME": str(folder), "CI": "true"} | variables | environ, capture_output=True, text=True,
    )  # fmt: skip


@pytest.fixture
def acme(tmp_path: Path) -> Any:
    with estate(tmp_path, "test", "production") as made:
        yield made


@pytest.mark.e2e
def test_the_jobs_of_gitlab_validate_plan_apply_and_find_drift(installed: Installed, acme: Estate) -> None:
    assert run_job(installed, "webhooks:validate", acme.root).returncode == 0
    assert json.loads((acme.root / "gl-code-quality-report.json").read_text()) != []  # no key is set: HW021
    planned = run_job(installed, "webhooks:plan:test", acme.root, **VARIABLES)
    assert planned.returncode == 0, planned.stderr
    assert {path.name for path in (acme.root / "webhooks-plan").iterdir()} == {"plan.json", "plan.html", "plan.md"}
    applied = run_job(installed, "webhooks:apply:test", acme.root, **VARIABLES)
    assert applied.returncode == 0, applied.stderr
    assert run_job(installed, "webhooks:drift:test", acme.root, **VARIABLES).returncode == 0
    acme.live("test", "plain")["method"] = "PATCH"
    assert run_job(installed, "webhooks:drift:test", acme.root, **VARIABLES).returncode == 2
    assert acme.writes()["production"] == []


@pytest.mark.e2e
def test_findings_fail_the_job_and_are_in_the_report(installed: Installed, acme: Estate) -> None:
    acme.declare("webhooks:\n  bad:\n    url: https://acme.example/x\n    events: [Workflow Complete]\n", "bad")
    done = run_job(installed, "webhooks:validate", acme.root)
    assert done.returncode == 1
    issues = json.loads((acme.root / "gl-code-quality-report.json").read_text())
    assert {"HW401 unknown-event"} <= {one["check_name"] for one in issues}
    assert {one["location"]["path"] for one in issues} >= {"webhooks/bad.yaml"}


@pytest.mark.parametrize(("version", "asked"), [("", "hookwright"), ("1.2.3", "hookwright==1.2.3")])
def test_what_gitlab_installs(tmp_path: Path, version: str, asked: str) -> None:
    python = tmp_path / "python"
    python.write_text('#!/bin/bash\nprintf "%s\\n" "${@: -1}"\n')
    python.chmod(0o755)
    (line,) = GITLAB[".hookwright"]["before_script"]
    environ = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "HOOKWRIGHT_VERSION": version}
    done = subprocess.run(["bash", "-euc", line], env=environ, capture_output=True, text=True, check=True)
    assert done.stdout == f"{asked}\n"


# --- Kubernetes


def test_the_cronjob_needs_no_privilege() -> None:
    manifest = yaml.safe_load((ROOT / "examples" / "ci" / "cronjob.yaml").read_text())
    assert (manifest["apiVersion"], manifest["kind"]) == ("batch/v1", "CronJob")
    assert re.fullmatch(r"[\d*/,-]+( [\d*/,-]+){4}", manifest["spec"]["schedule"])
    assert manifest["spec"]["concurrencyPolicy"] == "Forbid"
    job_spec = manifest["spec"]["jobTemplate"]["spec"]
    assert job_spec["backoffLimit"] == 0
    pod = job_spec["template"]["spec"]
    assert pod["restartPolicy"] == "Never"
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["automountServiceAccountToken"] is False
    (container,) = pod["containers"]
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert {mount["name"] for mount in container["volumeMounts"]} == {volume["name"] for volume in pod["volumes"]}
    assert not container["image"].endswith(":latest")
    assert container["resources"]["limits"]["memory"]


@pytest.mark.e2e
def test_what_the_cronjob_calls_is_a_command(installed: Installed, acme: Estate) -> None:
    manifest = yaml.safe_load((ROOT / "examples" / "ci" / "cronjob.yaml").read_text())
    (container,) = manifest["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"]
    with installed.serve("listen", "--key-env", "HOOKWRIGHT_NOTIFY_KEY", "--format", "json", **NOTIFY) as receiver:
        places = {"/project": str(acme.root), "$(DRIFT_URL)": receiver.url}
        arguments = [places.get(argument, argument) for argument in container["args"]]
        assert installed.run(*arguments, **VARIABLES, **NOTIFY).code == 2  # Nothing is live yet.
        assert json.loads(receiver.line())["method"] == "POST"


# --- cron


@pytest.mark.e2e
def test_the_line_of_cron_says_something_only_where_there_is_something(installed: Installed, acme: Estate) -> None:
    lines = (ROOT / "examples" / "ci" / "crontab").read_text().splitlines()
    (line,) = [line for line in lines if re.match(r"[\d*]", line)]
    command = line.split(" ", 5)[5]
    assert any(each.startswith("PATH=/") for each in lines), "cron finds little by itself"
    home = acme.root / "home"
    (home / ".config").mkdir(parents=True)
    (home / ".config" / "hookwright.env").write_text("".join(f"{name}={value}\n" for name, value in VARIABLES.items()))
    (home / "webhooks").symlink_to(acme.root)
    environ = {"PATH": f"{installed.executable.parent}:{os.environ['PATH']}", "HOME": str(home)}

    def tick() -> str:
        done = subprocess.run(["bash", "-c", command], env=environ, capture_output=True, text=True, timeout=60)
        assert done.stderr == ""
        return done.stdout

    assert "plain" in tick()
    installed.run("apply", "-C", str(acme.root), "-e", "production", "--yes", **VARIABLES)
    assert tick() == ""


# --- the container file


def instructions() -> list[tuple[str, str]]:
    """The instructions of the container file, long ones on one line."""
    text = (ROOT / "Containerfile").read_text()
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    joined = re.sub(r"\s*\\\n\s*", " ", "\n".join(lines))
    return [(line.split(" ", 1)[0], line.split(" ", 1)[1]) for line in joined.splitlines()]


def test_the_container_file() -> None:
    made = instructions()
    froms = [rest for name, rest in made if name == "FROM"]
    assert len(froms) == 2
    assert all(re.fullmatch(r"python:3\.\d+-slim-[a-z]+( AS \w+)?", rest) for rest in froms)
    last = made[max(index for index, (name, _) in enumerate(made) if name == "FROM") :]
    assert [rest for name, rest in last if name == "USER"] == ["65532:65532"]
    assert [json.loads(rest) for name, rest in last if name == "ENTRYPOINT"] == [["hookwright"]]
    assert not any(name == "RUN" for name, _ in last), "what is run in the last stage runs as root"
    assert not any(name == "ADD" for name, _ in made)
    assert not any(re.search(r"curl|wget|sudo|(KEY|TOKEN|SECRET|PASSWORD)=", rest) for _, rest in made)
    installs = [part for name, rest in made if name == "RUN" for part in rest.split("&&") if "pip install" in part]
    assert all("--require-hashes" in part or ("--no-deps" in part and "--no-index" in part) for part in installs)


def test_what_the_container_file_copies_is_there_and_let_in() -> None:
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    let_in = {line[1:] for line in ignored if line.startswith("!")}
    assert ignored[0] == "*"
    for name, rest in instructions():
        if name == "COPY" and not rest.startswith("--from"):
            for source in rest.split()[:-1]:
                assert (ROOT / source).exists(), source
                assert any(source == one or source.startswith(f"{one}/") for one in let_in), source


def test_what_the_build_needs_is_what_the_container_file_copies() -> None:
    import tomllib

    hatch = tomllib.loads((ROOT / "pyproject.toml").read_text())
    needed = set(hatch["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"])
    copied = {source for name, rest in instructions() if name == "COPY" for source in rest.split()[:-1]}
    assert needed <= copied
    assert hatch["project"]["readme"] in copied


# --- what is pinned


@pytest.mark.parametrize("name", ["action", "build"])
def test_what_is_pinned_is_what_was_tested(name: str) -> None:
    def pins(file: str) -> dict[str, str]:
        found = re.findall(
            r"^([\w.-]+)(?:\[[^\]]*\])?==(\S+)", (ROOT / "requirements" / f"{file}.txt").read_text(), re.MULTILINE
        )
        return dict(found)

    pinned, tested = pins(name), pins("dev")
    assert pinned
    assert pinned.items() <= tested.items()
