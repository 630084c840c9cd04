"""What rules leave unsaid of a project that could not be understood as a whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from hookwright.validate.rules import hw308_key_of_other_kind
from hookwright.validate.subject import ProjectSubject
from tests.examples import projects

PROJECT = projects.DEFAULT.replace("REFOLD_PRODUCTION_API_KEY", "REFOLD_STAGING_API_KEY")


@pytest.mark.parametrize(("whole", "environments"), [(True, ["production"]), (False, [])])
def test_a_key_is_not_held_against_a_kind_that_may_be_another(
    whole: bool, environments: list[str], tmp_path: Path
) -> None:
    project, declared, _ = projects.loaded(projects.write(tmp_path, {"hookwright.yaml": PROJECT}))
    scopes = ProjectSubject(project, declared, whole=whole).scopes
    assert [scope.declared.environment.name for scope in scopes for _ in hw308_key_of_other_kind.check(scope)] == (
        environments
    )
