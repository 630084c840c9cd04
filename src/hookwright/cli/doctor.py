"""``hookwright doctor``: is everything as it must be, on this machine and on the platform?"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hookwright.cli.options import EXIT_FAILED, Settings, command, option
from hookwright.errors import LocalError, UsageError
from hookwright.model.examination import Examination, Probed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hookwright.cli.doctoring.probing import Asked
    from hookwright.model.examination import Check
    from hookwright.model.project import Project
    from hookwright.model.resources import Declared


@command(name="doctor", environment="many", short_help="Check the installation, the project, its keys and the API.")
@option("--probe", is_flag=True, help="Check what is assumed of the platform, in one test environment.")
@option("--sweep", is_flag=True, help="Only delete what earlier probes left behind in one test environment.")
@option("-y", "--yes", is_flag=True, help="Do not ask; for CI.")
@option("--receiver", metavar="HOST:PORT", default=None, help="Receive deliveries here, for what needs real ones.")
@option("--public-url", metavar="URL", default=None, help="Under which the platform reaches the receiver: a tunnel.")
@option("--wait", type=click.FloatRange(1, 86400), default=300.0, show_default=True, help="Seconds for deliveries.")
@option("--count", type=click.IntRange(1, 1000), default=21, show_default=True, help="Webhooks to fill a list with.")
@option("--record", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write a scrubbed cassette.")
def main(settings: Settings, probe: bool, sweep: bool, **given: Any) -> int:
    """Check this installation, the project, and for each environment its key and the API: one list call each.

    With --probe, checks one by one what hookwright takes for granted of the platform, in one environment of kind test,
    never of production: with disabled webhooks to an invalid host, which are deleted again whatever happens. Some of it
    shows only in real deliveries: --receiver starts a receiver for them, which the platform must be able to reach under
    --public-url. The report holds no secret; attach it to a bug.
    """
    if probe and sweep:
        raise UsageError("--probe and --sweep exclude each other", hint="--probe sweeps what is old by itself.")
    if not probe:
        for name in ("receiver", "public_url", "record"):
            if given[name]:
                raise UsageError(f"--{name.replace('_', '-')} is for --probe")
    if given["public_url"] and not given["receiver"]:
        raise UsageError("--public-url is for --receiver", hint="Name the address that the tunnel leads to with it.")
    return _probe(settings, sweep, given) if probe or sweep else _examine(settings)


def _examine(settings: Settings) -> int:
    from hookwright.cli.doctoring.environment import examine
    from hookwright.cli.doctoring.local import machine, project_checks
    from hookwright.cli.validate import check
    from hookwright.reconcile.pool import impatient_pool

    project, declared, findings = check(settings)
    checks = [*machine(settings.environ), *project_checks(project, findings)]
    with impatient_pool(8, "doctor") as pool:
        for one in pool.map(examine, declared):
            checks += one
    return _report(settings, project, checks)


def _probe(settings: Settings, sweep: bool, given: dict[str, Any]) -> int:
    """Examine the one environment, then probe or sweep it if nothing speaks against that."""
    from hookwright.cli.doctoring import environment, local, probing
    from hookwright.cli.project import choose_environment, load_project
    from hookwright.cli.validate import check
    from hookwright.reconcile.probe.run import require_kind

    chosen = choose_environment(load_project(settings), settings)
    project, (declared,), findings = check(replace(settings, environments=(chosen,)))
    require_kind(declared.environment)
    asked = _asked(declared, sweep, given)
    checks = [*local.machine(settings.environ), *local.project_checks(project, findings)]
    checks += environment.examine(declared)
    if not environment.usable(checks):
        why = "a check of the environment failed; nothing was written"
        return _report(settings, project, checks, Probed(chosen, "", ended=why))
    probing.confirm(settings, declared, asked)
    probed, recorded = probing.probe(settings, declared, asked)
    return _report(settings, project, [*checks, *filter(None, [recorded])], probed)


def _asked(declared: Declared, sweep: bool, given: dict[str, Any]) -> Asked:
    """What the options ask for, refused where something for it is missing."""
    from hookwright.cli.doctoring.probing import Asked

    place, record = None, given["record"]
    if given["receiver"]:
        from hookwright.cli.doctoring.receiving import read_place
        from hookwright.harness.requirements import require_aiohttp

        require_aiohttp()
        place = read_place(given["receiver"], given["public_url"] or "", declared.environment)
    if record:
        from hookwright.api.cassette import require_vcr

        require_vcr()
        if not record.absolute().parent.is_dir():
            raise LocalError(f"{record} cannot be written: there is no such folder")
    return Asked(given["yes"], sweep, place, given["wait"], given["count"], record)


def _report(settings: Settings, project: Project | None, checks: Sequence[Check], probed: Probed | None = None) -> int:
    from hookwright import __version__
    from hookwright.cli.doctoring.local import system
    from hookwright.report import doctor_json, doctor_text

    python, machine = system()
    name = project.name if project else None
    found = Examination(__version__, python, machine, settings.now(), name, tuple(checks), probed)
    if settings.format == "json":
        settings.emit(doctor_json.to_json(found))
    else:
        settings.emit(doctor_text.to_text(found, color=settings.color, verbose=settings.verbose))
    return EXIT_FAILED if found.failed else 0
