"""``hookwright github run``: the one step of the Action."""

from __future__ import annotations

from hookwright.cli.options import Settings, command, exit_code
from hookwright.errors import HookwrightError


@command(name="run", formats=("text",), short_help="Do what the inputs of the Action ask for.")
def run(settings: Settings) -> int:
    """Do what the inputs of the GitHub Action ask for: its step calls this, people need not.

    The inputs are the process variables INPUT_COMMAND, INPUT_ENVIRONMENT, INPUT_SHARD, INPUT_PROJECT, INPUT_COMMENT,
    INPUT_PLAN_ARTIFACT, INPUT_FAIL_ON and INPUT_RECEIVER; action.yml says what each means. The outputs and the summary
    go to the files that GITHUB_OUTPUT and GITHUB_STEP_SUMMARY name.
    """
    from hookwright.cli.action.inputs import inputs_of
    from hookwright.cli.action.runner import Runner
    from hookwright.cli.action.steps import Steps, Stopped

    runner = Runner(settings)
    try:
        inputs = inputs_of(settings.environ)
        result = Steps(settings, inputs, runner).run()
    except Stopped as stopped:
        runner.output("exit-code", stopped.code)
        return stopped.code
    except HookwrightError as error:
        runner.output("exit-code", exit_code(error.category))
        raise
    for name, value in result.outputs.items():
        runner.output(name, value)
    runner.output("exit-code", result.code)
    return result.code if inputs.fails(result.code) else 0
