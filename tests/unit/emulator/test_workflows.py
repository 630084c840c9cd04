from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest

from tests.unit.emulator.support import Caller, bad_request, new_key

NAMES = [f"Export {number}" for number in range(11)] + ["Import (old)", "export 3"]


def bad(message: str) -> dict[str, Any]:
    return bad_request(message, field_name="error_code")


@pytest.fixture
def filled(caller: Caller) -> Caller:
    caller.ok(
        "PUT",
        "/_emulator/workflows",
        [{"name": name, "published": not name.startswith("I"), "slug": "hubspot"} for name in NAMES],
    )
    return caller


def page(caller: Caller, **query: Any) -> Any:
    return caller.ok("GET", f"/workflow?{urlencode(query)}")


def names(caller: Caller, **query: Any) -> list[str]:
    return [each["name"] for each in page(caller, limit=100, **query)["docs"]]


def test_pages(filled: Caller) -> None:
    first = page(filled)
    assert [each["name"] for each in first.pop("docs")] == NAMES[:10]
    assert first == {"totalDocs": 13, "limit": 10, "page": 1, "totalPages": 2, "hasNextPage": True}
    second = page(filled, page=2)
    assert [each["name"] for each in second.pop("docs")] == NAMES[10:]
    assert second == {"totalDocs": 13, "limit": 10, "page": 2, "totalPages": 2, "hasNextPage": False}
    beyond = page(filled, page=3, limit=10)
    assert (beyond["docs"], beyond["hasNextPage"]) == ([], False)


def test_none_is_one_empty_page(caller: Caller) -> None:
    assert page(caller) == {
        "docs": [],
        "totalDocs": 0,
        "limit": 10,
        "page": 1,
        "totalPages": 1,
        "hasNextPage": False,
    }


def test_name_is_a_regular_expression_found_anywhere(filled: Caller) -> None:
    assert names(filled, name="port 3") == ["Export 3", "export 3"]
    assert names(filled, name="^Export 1.?$") == ["Export 1", "Export 10"]
    assert names(filled, name=r"^Import\ \(old\)$") == ["Import (old)"]
    assert names(filled, name="^(Im|ex)port") == ["Import (old)", "export 3"]
    assert names(filled, name="") == NAMES
    assert names(filled, name="nothing") == []


def test_published(filled: Caller) -> None:
    assert names(filled, published="false") == ["Import (old)"]
    assert names(filled, published="true", name="I") == []


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"page": 0}, "page must be a number from 1 to 1000000000"),
        ({"page": "one"}, "page must be a number from 1 to 1000000000"),
        ({"page": "-1"}, "page must be a number from 1 to 1000000000"),
        ({"page": "1" * 5000}, "page must be a number from 1 to 1000000000"),
        ({"limit": 0}, "limit must be a number from 1 to 1000"),
        ({"limit": 1001}, "limit must be a number from 1 to 1000"),
        ({"limit": ""}, "limit must be a number from 1 to 1000"),
        ({"published": "yes"}, "published must be true or false"),
        ({"name": "("}, "name: it is not a regular expression"),
        ({"name": "(a+)+$"}, "name: a regular expression that could take too long"),
        ({"name": r"(a)\1"}, "name: back-references are not supported"),
    ],
)
def test_a_wrong_query_is_refused(filled: Caller, query: dict[str, Any], message: str) -> None:
    assert filled.refused("GET", f"/workflow?{urlencode(query)}") == bad(message)


def test_what_is_put_is_answered_and_read(caller: Caller) -> None:
    made = caller.ok("PUT", "/_emulator/workflows", [{"name": "a"}, {"name": "b", "_id": "x", "published": False}])
    assert len(made[0].pop("_id")) == 24
    assert made == [
        {"name": "a", "published": True, "slug": ""},
        {"_id": "x", "name": "b", "published": False, "slug": ""},
    ]
    assert caller.ok("GET", "/_emulator/workflows")[1] == made[1]
    assert caller.ok("PUT", "/_emulator/workflows", []) == caller.ok("GET", "/_emulator/workflows") == []


def test_each_organization_has_its_own(filled: Caller) -> None:
    assert Caller(filled.url, new_key()).ok("GET", "/_emulator/workflows") == []


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "the body must be a list of at most 10000 workflows"),
        ([1], "a workflow has name, published, slug and _id, and nothing else"),
        ([{"name": "a", "id": "x"}], "a workflow has name, published, slug and _id, and nothing else"),
        ([{"name": 1}], "name, slug and _id of a workflow must be strings"),
        ([{"name": "a", "_id": None}], "name, slug and _id of a workflow must be strings"),
        ([{}], "the name of a workflow must have 1 to 256 characters"),
        ([{"name": "a" * 257}], "the name of a workflow must have 1 to 256 characters"),
        ([{"name": "a", "published": 1}], "published must be a boolean"),
        ([{"name": "a", "_id": "x"}, {"name": "b", "_id": "x"}], "two workflows have one _id"),
    ],
)
def test_wrong_workflows_are_refused(filled: Caller, body: Any, message: str) -> None:
    assert filled.refused("PUT", "/_emulator/workflows", body) == bad_request(message)
    assert names(filled) == NAMES
