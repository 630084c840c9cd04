"""The workflow list (Refold's API reference, "List workflows") and the control call that fills it."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Final

from hookwright.emulator.pattern import compile_affordable
from hookwright.emulator.state import Asked, Outcome, Record, Write, bad_request
from hookwright.model.source import Json

MAX_LIMIT: Final = 1000
MAX_WORKFLOWS: Final = 10_000
MAX_NAME: Final = 256
_NUMBER: Final = re.compile(r"[0-9]{1,9}")
_FIELDS: Final = frozenset({"_id", "name", "published", "slug"})


def list_workflows(asked: Asked) -> Outcome:
    """``GET /workflow``: a page of them, filtered by ``name`` (a regular expression) and ``published``."""
    page = _number(asked.query, "page", default=1, most=10**9)
    limit = _number(asked.query, "limit", default=10, most=MAX_LIMIT)
    found = asked.organization.workflows
    published = asked.query.get("published")
    if published is not None:
        if published not in ("true", "false"):
            raise bad_request("published must be true or false")
        found = [workflow for workflow in found if workflow["published"] is (published == "true")]
    if asked.query.get("name"):
        pattern = _pattern(asked.query["name"], len(found))
        found = [workflow for workflow in found if pattern.search(workflow["name"])]
    pages = max(1, math.ceil(len(found) / limit))
    return Outcome(
        {
            "docs": found[(page - 1) * limit : page * limit],
            "totalDocs": len(found),
            "limit": limit,
            "page": page,
            "totalPages": pages,
            "hasNextPage": page < pages,
        }
    )


def replace_workflows(asked: Asked) -> Outcome:
    """Control call: make the organization's workflows those of the body, a list of ``{name, published, slug, _id}``.

    Only ``name`` is required; an id is made where there is none.
    """
    if not isinstance(asked.body, list) or len(asked.body) > MAX_WORKFLOWS:
        raise bad_request(f"the body must be a list of at most {MAX_WORKFLOWS} workflows")
    made = [_workflow(item, asked) for item in asked.body]
    ids = {workflow["_id"] for workflow in made}
    if len(ids) < len(made):
        raise bad_request("two workflows have one _id")
    gone = [workflow["_id"] for workflow in asked.organization.workflows if workflow["_id"] not in ids]
    asked.organization.workflows[:] = made
    removals = (Write("workflows", key, None) for key in gone)
    return Outcome(made, (*removals, *(Write("workflows", workflow["_id"], workflow) for workflow in made)))


def _pattern(text: str, count: int) -> re.Pattern[str]:
    try:
        return compile_affordable(text, count, MAX_NAME)
    except ValueError as error:
        raise bad_request(f"name: {error}") from error


def _workflow(item: Json, asked: Asked) -> Record:
    if not isinstance(item, dict) or not _FIELDS.issuperset(item):
        raise bad_request("a workflow has name, published, slug and _id, and nothing else")
    workflow = {"_id": "", "name": "", "published": True, "slug": "", **item}
    if not all(isinstance(workflow[field], str) for field in ("_id", "name", "slug")):
        raise bad_request("name, slug and _id of a workflow must be strings")
    if not 0 < len(workflow["name"]) <= MAX_NAME:
        raise bad_request(f"the name of a workflow must have 1 to {MAX_NAME} characters")
    if not isinstance(workflow["published"], bool):
        raise bad_request("published must be a boolean")
    return {**workflow, "_id": workflow["_id"] or asked.new_id()}


def _number(query: Mapping[str, str], name: str, *, default: int, most: int) -> int:
    text = query.get(name, str(default))
    if not _NUMBER.fullmatch(text) or not 1 <= int(text) <= most:
        raise bad_request(f"{name} must be a number from 1 to {most}")
    return int(text)
