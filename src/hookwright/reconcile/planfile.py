"""Plan files: a reviewed plan, bound to all that it was made from.

A plan file is the JSON of a plan and a seal: an HMAC under a key derived from the API key. It holds no values that an
apply would use; an apply makes the plan again and goes on only if it is the very same one.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeGuard

from hookwright.errors import RefusedError
from hookwright.model.plan import Plan
from hookwright.model.serial import PLAN, plan_to_dict
from hookwright.reconcile.digest import Digester
from hookwright.reconcile.guard import Permits
from hookwright.reconcile.planner import Request

SEAL: Final = "seal"
ASKED: Final = "asked"
_CLOCK_SKEW: Final = timedelta(minutes=5)
_PLACE: Final = ("project", "environment", "api_url")
_COMMIT: Final = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


def seal(plan: Plan, asked: Request, digester: Digester) -> dict[str, Any]:
    """The content of a plan file.

    Args:
        plan: the plan.
        asked: what it was made for: its targets and permits are reviewed with it, and count again when it is applied.
        digester: under the environment's API key.
    """
    content = plan_to_dict(plan) | {
        ASKED: {
            "targets": sorted(asked.targets),
            "excludes": sorted(asked.excludes),
            "allow_deletes": asked.permits.deletes,
            "allow_empty": asked.permits.empty,
            "allow_duplicate_url": asked.permits.duplicate_url,
            "past": asked.past,
            "renamed": dict(asked.renamed),
        }
    }
    return content | {SEAL: digester.digest(content)}


def is_one(content: object) -> TypeGuard[dict[str, Any]]:
    """Whether a JSON value has the form of a plan file. What 'plan --format json' prints is none: it has no seal."""
    return isinstance(content, dict) and content.get("format") == PLAN and isinstance(content.get(ASKED), dict)


def other_version(content: object) -> str:
    """The format of a plan file that another version of hookwright wrote; empty where it is none of these."""
    name = content.get("format") if isinstance(content, dict) else None
    return name if isinstance(name, str) and name != PLAN and name.startswith(PLAN.rpartition("/")[0] + "/") else ""


def asked_of(content: dict[str, Any], now: datetime, git_commit: str | None) -> Request:
    """What the plan in a file was made for, to make it again. Trust nothing in it before :func:`check`."""
    asked = content[ASKED]
    deletes = asked.get("allow_deletes")
    permits = Permits(
        deletes=deletes if isinstance(deletes, int) else None,
        empty=asked.get("allow_empty") is True,
        duplicate_url=asked.get("allow_duplicate_url") is True,
    )
    targets, excludes = (frozenset(_texts(asked.get(name))) for name in ("targets", "excludes"))
    renamed = asked.get("renamed")
    return Request(
        now,
        git_commit,
        permits=permits,
        targets=targets,
        excludes=excludes,
        past=asked.get("past") is True,
        # What it names and is not there any more is told by check().
        elsewhere=targets | excludes,
        renamed={str(name): str(live) for name, live in renamed.items()} if isinstance(renamed, dict) else {},
    )


def past_commit(content: dict[str, Any]) -> str | None:
    """The commit whose files the plan in a file was made from, where it was not made from those checked out."""
    asked, commit = content.get(ASKED), content.get("git_commit")
    past = isinstance(asked, dict) and asked.get("past") is True
    return commit if past and isinstance(commit, str) and _COMMIT.fullmatch(commit) else None


def check(content: dict[str, Any], fresh: Plan, digester: Digester, *, any_commit: bool = False) -> None:
    """Hold a plan file against the plan as it would be made now.

    Args:
        content: the JSON value of the file.
        fresh: the plan made now, from the files and the live state of now.
        digester: under the environment's API key.
        any_commit: whether another commit may be checked out than the file's: what is declared must be the same, and
            its digest says so. A merge, squash or rebase makes a commit of its own.

    Raises:
        RefusedError: the file was edited, has expired, or anything that it was made from is not the same
            any more; the reasons say what.
    """
    saved = {key: value for key, value in content.items() if key != SEAL}
    now = plan_to_dict(fresh)
    reasons = list(_differences(saved, now, fresh.created_at, any_commit=any_commit))
    whole = _sealed(content.get(SEAL), saved, digester)
    if not reasons and not whole:
        reasons.append("the file was edited, or made with another API key")
    if reasons:
        hint = "Plan again, have it reviewed, apply that."
        done = saved.get("changes") and not now["changes"]
        if whole and done and all(saved.get(name) == now[name] for name in _PLACE):
            hint = "Nothing is left to do: it seems to have been applied already."
        raise RefusedError("the plan file does not fit any more", hint=hint, reasons=reasons)


def _sealed(mac: object, saved: dict[str, Any], digester: Digester) -> bool:
    try:
        digest = digester.digest(saved)
    except RecursionError:  # What could be read may still be nested too deep to be written.
        return False
    return isinstance(mac, str) and hmac.compare_digest(mac.encode("utf-8", "surrogatepass"), digest.encode())


def _differences(saved: dict[str, Any], fresh: dict[str, Any], now: datetime, *, any_commit: bool) -> Iterator[str]:
    for name, what in (
        ("project", "the project"),
        ("environment", "the environment"),
        ("api_url", "the API's address"),
        ("git_commit", "the commit"),
    ):
        if saved.get(name) != fresh[name] and not (any_commit and name == "git_commit"):
            yield f"{what} is {_shown(fresh[name])}, the plan was made for {_shown(saved.get(name))}"
    if saved.get("org_id") != fresh["org_id"]:
        yield _organization(saved.get("org_id"), fresh["org_id"])
    created, expires = _moment(saved.get("created_at")), _moment(saved.get("expires_at"))
    if created is None or expires is None:
        yield "its dates cannot be read"
    elif now > expires:
        yield f"it expired at {saved['expires_at']}"
    elif created > now + _CLOCK_SKEW:
        yield f"it was made in the future, at {saved['created_at']}"
    if saved.get("config_digest") != fresh["config_digest"]:
        yield "the declaration, a process variable or the API key has changed since"
    yield from _changed(saved.get("changes"), fresh["changes"])


def _organization(then: object, now: object) -> str:
    """Why the organizations do not agree: only live webhooks tell which one it is."""
    if then is None:
        return f"nothing live told the organization when the plan was made, now it is {_shown(now)}"
    if now is None:
        return f"nothing live tells the organization any more, the plan was made for {_shown(then)}"
    return f"the organization is {_shown(now)}, the plan was made for {_shown(then)}"


def _changed(saved: object, fresh: list[dict[str, Any]]) -> Iterator[str]:
    """What differs between the changes of then and of now."""
    if not isinstance(saved, list) or not all(isinstance(change, dict) for change in saved):
        yield "its changes cannot be read"
        return
    before = {(str(change.get("kind")), str(change.get("name"))): change for change in saved}
    after = {(change["kind"], change["name"]): change for change in fresh}
    for kind, name in sorted(before.keys() | after.keys(), key=str):
        then, now = before.get((kind, name)), after.get((kind, name))
        if then == now:
            continue
        if now is None:
            yield f"{kind} '{name}': nothing to do any more, the plan has '{then and then.get('action')}'"
        elif then is None:
            yield f"{kind} '{name}': '{now['action']}' is needed now, the plan does not have it"
        elif then.get("live_digest") != now["live_digest"] or then.get("id") != now["id"]:
            yield f"{kind} '{name}': the live object has changed since"
        else:
            yield f"{kind} '{name}': the change is not the same any more"


def _texts(value: object) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _moment(text: object) -> datetime | None:
    try:
        return datetime.strptime(str(text), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None


def _shown(value: object) -> str:
    return "none" if value is None else f"'{value}'"
