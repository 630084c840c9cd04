"""The checks of what the platform stores: webhooks that are disabled and point nowhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Final

from hookwright.errors import AnsweredError, NotFoundError
from hookwright.model.examination import CheckStatus
from hookwright.model.resources import DEFAULT_BODY, LiveWebhook, Webhook, WebhookType
from hookwright.reconcile.probe.bench import Bench, Seen, broken, holds, unknown

Check = Callable[[Bench], Seen]

DESCRIPTION_LENGTH: Final = 255
"""Characters of a description that hookwright relies on."""

_AWKWARD: Final = "äöüß “quotes” \"double\" 'single' back\\slash <b>markup</b> & {{event}} [brackets] 日本 "
_NO_WORKFLOW: Final = "000000000000000000000000"
_APP: Final = "hubspot"


def description_is_kept(bench: Bench) -> Seen:
    """A5."""
    blank = bench.blank("a5")
    text = (blank.description + " " + _AWKWARD * 4)[: DESCRIPTION_LENGTH - 1] + "."
    live = bench.create(replace(blank, description=text))
    changed = text[:-6] + "again."
    for wanted, answer in (
        (text, live),
        (text, bench.listed(live)),
        (changed, bench.update(live, replace(live.webhook, description=changed), "description")),
        (changed, bench.listed(live)),
    ):
        kept = answer.webhook.description if answer else ""
        if kept != wanted:
            return broken(f"{len(wanted)} characters were sent and {len(kept)} came back, {_difference(wanted, kept)}")
    return holds(f"{DESCRIPTION_LENGTH} characters came back as they were sent")


def list_is_complete(count: int) -> Check:
    """A6, with so many webhooks."""

    def check(bench: Bench) -> Seen:
        made = [bench.create(bench.blank(f"a6-{number}")) for number in range(count)]
        wanted = {live.id for live in made}
        listed = {live.id for live in bench.platform.list_webhooks()}
        if missing := len(wanted - listed):
            return broken(f"{missing} of {count} webhooks were not listed just after they were created")
        first = made[0]
        bench.update(first, replace(first.webhook, description="changed"), "description")
        seen = bench.listed(first)
        if seen is None or seen.webhook.description != "changed":
            return broken("an update was answered, but the list showed the webhook as it was before")
        bench.delete(first)
        if bench.listed(first) is not None:
            return broken("a delete was answered, but the webhook was listed still")
        return holds(f"a list of {len(listed)} webhooks was complete and up to date after each write")

    return check


def default_and_headers_replace(bench: Bench) -> Seen:
    """A8."""
    custom = replace(
        bench.blank("a8"),
        type=WebhookType.CUSTOM,
        body={"run": "{{event.instance_id}}"},
        headers={"X-Probe-One": "one", "X-Probe-Two": "two"},
    )
    live = bench.create(custom)
    if live.webhook.type is not WebhookType.CUSTOM or live.webhook.body != custom.body:
        return broken("a custom body did not come back as it was sent")
    plain = replace(custom, type=WebhookType.DEFAULT, body=None)
    answered = bench.update(live, plain, "type")
    if answered.webhook.type is not WebhookType.DEFAULT:
        return broken(f"after an update to the type default the type was {answered.webhook.type}")
    if (body := bench.platform.stored_body(live.id)) not in (DEFAULT_BODY, None, ""):
        return broken(f"after an update to the type default the body was {_kind(body)}, not {DEFAULT_BODY}")
    headers = {"X-Probe-One": "changed"}
    bench.update(live, replace(plain, headers=headers), "headers")
    kept = _webhook(bench.listed(live)).headers
    if dict(kept) != headers:
        return broken(f"one header was sent; the webhook then had {_names(kept)}")
    return holds("the default body was back, and one header replaced two")


def update_patches(bench: Bench) -> Seen:
    """Q1."""
    full = replace(
        bench.blank("q1"),
        events=("Workflow Completed", "Workflow Errored"),
        type=WebhookType.CUSTOM,
        body={"run": "{{event.instance_id}}"},
        headers={"X-Probe": "one"},
        method="PUT",
    )
    live = bench.create(full)
    wanted = replace(live.webhook, description="changed")
    bench.update(live, wanted, "description")
    seen = _webhook(bench.listed(live))
    differing = [one.name for one in fields(Webhook) if getattr(seen, one.name) != getattr(wanted, one.name)]
    if differing:
        return broken(f"only the description was sent, but these were not as wanted afterwards: {', '.join(differing)}")
    return holds("only the field that was sent had changed")


def group_by_its_call(bench: Bench) -> Seen:
    """Q2."""
    live = bench.create(bench.blank("q2"))
    said = "an update that names one was ignored"
    try:
        answered = bench.platform.update_group(live.id, "hookwright-probe")
    except AnsweredError as error:
        said = f"an update that names one was refused ({error.status})"
    else:
        if answered.webhook.group:
            return broken("an update set the group")
    for group in ("hookwright-probe", ""):
        affected = bench.platform.set_group([live.id], group)
        if [each.id for each in affected] != [live.id]:
            return broken("the group call did not answer with the webhook it affected")
        if _webhook(bench.listed(live)).group != group:
            return broken(f"the group call did not {'set' if group else 'unset'} the group")
    return holds(f"the group call set and unset the group; {said}")


def delete_answers_rest(bench: Bench) -> Seen:
    """Q3."""
    goes, stays = bench.create(bench.blank("q3-goes")), bench.create(bench.blank("q3-stays"))
    answered = {live.id for live in bench.delete(goes)}
    if goes.id in answered or stays.id not in answered:
        return broken("the answer of a delete was not the webhooks that remain")
    listed = {live.id for live in bench.platform.list_webhooks()}
    if missing := len((bench.ids | {goes.id}) & (listed ^ answered)):
        return broken(f"the answer of a delete and the list differed in {missing} webhooks")
    return holds("the answer of a delete was what the list then showed")


def unknown_is_400(bench: Bench) -> Seen:
    """Q4."""
    live = bench.create(bench.blank("q4"))
    bench.delete(live)
    try:
        bench.platform.get_webhook(live.id)
    except NotFoundError as error:
        seen = f"answered {error.status} {error.code}".strip()
        if (error.status, error.code) == (400, "RESOURCE_NOT_FOUND"):
            return holds(seen)
        return Seen(CheckStatus.WARNING, f"{seen}, which hookwright understands too", "The documentation has changed.")
    except AnsweredError as error:
        return broken(f"answered {error.status} {error.code}, which hookwright does not take for 'not there'")
    return broken("a webhook that was deleted could be read")


def slug_is_cleared(bench: Bench) -> Seen:
    """Q5."""
    wanted = replace(bench.blank("q5"), slug=_APP)
    try:
        live = bench.create(wanted)
    except AnsweredError as error:
        return unknown(f"a webhook for the app '{_APP}' was refused ({error.status} {error.code})")
    if live.webhook.slug != _APP:
        return broken("the slug of a webhook was not kept")
    bench.update(live, replace(wanted, slug=""), "slug")
    return broken("the slug was still there") if _webhook(bench.listed(live)).slug else holds("the slug was gone")


def workflows_are_cleared(bench: Bench) -> Seen:
    """Q6."""
    there = bench.platform.list_workflows()
    wanted = replace(bench.blank("q6"), workflows=(there[0].id if there else _NO_WORKFLOW,))
    try:
        live = bench.create(wanted)
    except AnsweredError as error:
        advice = "" if there else "The environment has no workflow to try it with."
        return unknown(f"a webhook for one workflow was refused ({error.status} {error.code})", advice)
    if live.webhook.workflows != wanted.workflows:
        return broken("the workflow of a webhook was not kept")
    bench.update(live, replace(wanted, workflows=()), "workflows")
    seen = _webhook(bench.listed(live))
    return broken("the workflow was still there") if seen.workflows else holds("no workflow was left")


def body_needs_custom(bench: Bench) -> Seen:
    """Q8."""
    live = bench.create(bench.blank("q8"))
    try:
        bench.platform.update_body_alone(live.id, {"run": "{{event.instance_id}}"})
    except AnsweredError as error:
        return holds(f"a body without the type custom was refused ({error.status})")
    if bench.platform.stored_body(live.id) in (DEFAULT_BODY, None, ""):
        return holds("a body without the type custom was ignored")
    return broken("a body was taken without the type custom")


def method_goes_back(bench: Bench) -> Seen:
    """Q9."""
    wanted = replace(bench.blank("q9"), method="PUT")
    live = bench.create(wanted)
    bench.update(live, replace(wanted, method="POST"), "method")
    method = _webhook(bench.listed(live)).method
    return holds("PUT became POST") if method == "POST" else broken(f"the method was {method}")


def url_may_repeat(bench: Bench) -> Seen:
    """Q10."""
    first = bench.create(bench.blank("q10"))
    try:
        second = bench.create(bench.blank("q10"))
    except AnsweredError as error:
        return broken(f"a second webhook with the URL was refused ({error.status} {error.code})")
    listed = {live.id for live in bench.platform.list_webhooks()}
    if first.id != second.id and {first.id, second.id} <= listed:
        return holds("two webhooks with one URL were there")
    return broken("a second webhook with the URL took the place of the first")


def unknown_event_is_refused(bench: Bench) -> Seen:
    """Q11."""
    try:
        bench.create(replace(bench.blank("q11"), events=("Hookwright Probe",)))
    except AnsweredError as error:
        return holds(f"refused with {error.status} {error.code}".strip())
    return broken("a webhook for an event of a made-up name was created")


def _webhook(live: LiveWebhook | None) -> Webhook:
    """The webhook; one that is not listed is empty, so that it is like none that was sent."""
    return live.webhook if live else Webhook("", (), method="none", slug="?", workflows=("?",), group="?")


def _difference(wanted: str, kept: str) -> str:
    same = next((i for i, (a, b) in enumerate(zip(wanted, kept, strict=False)) if a != b), min(len(wanted), len(kept)))
    return f"alike up to character {same}"


def _kind(body: object) -> str:
    return f"of {len(body)} keys" if isinstance(body, dict) else f"a {type(body).__name__}"


def _names(headers: object) -> str:
    return ", ".join(sorted(headers)) if isinstance(headers, dict) and headers else "none"
