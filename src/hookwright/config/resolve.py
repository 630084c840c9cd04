"""A project → all that it declares for one environment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from hookwright.config.bodies import BodyFiles
from hookwright.config.interpolate import MARK, UNSET_VARIABLE, Interpolator, Walk, is_text
from hookwright.config.overlay import EntryPlaces, LayeredPlaces, merged
from hookwright.config.reader import collector_paused
from hookwright.config.webhooks import Webhooks
from hookwright.errors import UsageError
from hookwright.model.finding import Finding, Severity
from hookwright.model.resources import DEFAULT_API_URL, Declared, DeclaredEvent, Environment, Event, Kind, Policy
from hookwright.model.source import escape

if TYPE_CHECKING:
    from hookwright.model.project import Entry, Project
    from hookwright.model.source import Json, Places

UNKNOWN_KIND: Final = "HW025"
EMPTY_KEY: Final = "HW026"


def resolve(
    project: Project, environment: str, environ: Mapping[str, str], *, require_env: bool = False
) -> tuple[Declared, list[Finding]]:
    """All that a project declares for one environment: overrides merged, everything filled in, defaults set.

    Args:
        project: the project.
        environment: name of the environment.
        environ: the process variables.
        require_env: whether an unset process variable is an error, or a warning and filled in as nothing. One that is
            set but empty counts as unset: process variables are secrets, and an empty one protects nothing.

    Returns:
        The declaration, as far as it can be made out, and what is wrong with it (HW020 to HW026).

    Raises:
        UsageError: the project has no such environment.
    """
    entry = project.environments.get(environment)
    if entry is None:
        names = ", ".join(project.environments) or "none"
        raise UsageError(f"the project has no environment '{environment}'", hint=f"There are: {names}.")
    interpolator = Interpolator(entry, environ)
    with collector_paused():
        chosen = _environment(entry, interpolator)
        webhooks = Webhooks(environment, interpolator, BodyFiles(project.root))
        declared = Declared(
            project=project.name,
            environment=chosen,
            webhooks=webhooks.declared(project.webhooks.values()),
            events=_events(project.events.values(), environment, interpolator),
            removed_webhooks=frozenset(project.removed_webhooks),
            removed_events=frozenset(project.removed_events),
            policy=_policy(project.file.value),
            files=len(project.documents),
            secret_values=frozenset(interpolator.used | ({chosen.api_key} if chosen.api_key else set())),
            missing=tuple(sorted(interpolator.unset)),
        )
    interpolator.check_unused_vars()
    found = [*interpolator.findings, *_unset(interpolator, environ, require_env=require_env)]
    return declared, [replace(finding, environments=(environment,)) for finding in found]


def _environment(entry: Entry, interpolator: Interpolator) -> Environment:
    value: Mapping[str, Json] = entry.value if isinstance(entry.value, dict) else {}
    places = EntryPlaces(entry)
    walk = Walk(places)
    key = value.get("api_key")
    api_key: str | None = None
    source = f"the api_key of '{entry.name}'"
    if isinstance(key, str):
        filled = interpolator.filled(key, "/api_key", walk)
        api_key = filled.text.strip() if filled.complete else None
        if key.startswith(MARK) and key.endswith("}") and key.count("}") == 1:
            source = key
        if not api_key and filled.complete and not filled.problems:
            hint = "Write ${env.NAME}, and put the key into that process variable."
            finding = Finding(EMPTY_KEY, Severity.ERROR, f"{source} is empty", places.span("/api_key"), hint)
            interpolator.findings.append(finding)
    url = value.get("api_url")
    api_url = interpolator.fill(url, "/api_url", walk) if isinstance(url, str) else DEFAULT_API_URL
    kind = _kind(entry, value, interpolator.findings)
    return Environment(entry.name, kind, api_url.rstrip("/"), api_key or None, source, "/api_url" in walk.secrets)


def _kind(entry: Entry, value: Mapping[str, Json], findings: list[Finding]) -> Kind:
    known = {str(kind): kind for kind in Kind}
    declared = value.get("kind")
    if declared is None and entry.name in known:
        return known[entry.name]
    if isinstance(declared, str) and declared in known:
        return known[declared]
    message = f"the kind of the environment '{entry.name}' is not known"
    span = entry.span("/kind") if "kind" in value else entry.span(key=isinstance(entry.value, dict))
    findings.append(Finding(UNKNOWN_KIND, Severity.ERROR, message, span, "Add 'kind: test' or 'kind: production'."))
    return Kind.PRODUCTION  # the one to be careful with


def _events(entries: Iterable[Entry], environment: str, interpolator: Interpolator) -> tuple[DeclaredEvent, ...]:
    declared = []
    for entry in entries:
        written = _written_event(entry, environment)
        if written is None:
            continue
        value, places = written
        walk = Walk(places)
        filled = interpolator.value(value, "", walk)
        schema = filled.get("json_schema")
        event = Event(entry.name, filled.get("sample"), schema if isinstance(schema, dict) else {})
        declared.append(DeclaredEvent(event, frozenset(walk.secrets), value, places))
    return tuple(declared)


def _written_event(entry: Entry, environment: str) -> tuple[dict[str, Json], Places] | None:
    """An event with the overrides of an environment, and its places; None where it is not there."""
    value = entry.value
    if not isinstance(value, dict):
        return None
    if "environments" not in value:
        return value, EntryPlaces(entry)
    overrides = value["environments"]
    override = overrides.get(environment) if isinstance(overrides, dict) else None
    if override is False:
        return None
    override = override if isinstance(override, dict) else {}
    base = {key: part for key, part in value.items() if key != "environments"}
    pointer = f"/environments/{escape(environment)}"
    return merged(base, override), LayeredPlaces(entry, override, pointer, None)


def _policy(value: Json) -> Policy:
    declared = value.get("policy") if isinstance(value, dict) else None
    if not isinstance(declared, dict):
        return Policy()
    deletes = _number(declared.get("max_deletes"))
    percent = _number(declared.get("max_delete_percent"))
    return Policy(Policy().max_deletes if deletes is None else int(deletes), percent)


def _number(value: Json) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _unset(interpolator: Interpolator, environ: Mapping[str, str], *, require_env: bool) -> list[Finding]:
    """One finding for each process variable that is needed but not set, at the first place that needs it."""
    severity = Severity.ERROR if require_env else Severity.WARNING
    findings = []
    for name, unset in sorted(interpolator.unset.items()):
        value = environ.get(name)
        state = "not set" if value is None else "empty" if is_text(value) else "not UTF-8"
        places = f", needed in {unset.count} places" if unset.count > 1 else ""
        message = f"the process variable {name} is {state}{places}"
        findings.append(Finding(UNSET_VARIABLE, severity, message, unset.span, f"Set {name} before you run this."))
    return findings
