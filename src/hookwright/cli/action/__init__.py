"""The GitHub Action's part of a run: ``.github/actions/hookwright/action.yml`` installs hookwright and calls this.

Nothing here plans, applies or compares: it calls the commands that people call, with what the inputs ask for, and tells
the runner what came of it.
"""
