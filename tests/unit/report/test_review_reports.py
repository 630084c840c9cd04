"""Plans and drifts for reviewers: Markdown, annotations, a page."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Sequence
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hookwright.model.delivery import DeliveryRequest, WireChange
from hookwright.model.plan import Action, Blocked, Change, Coverage, FieldChange, Plan, Unmanaged
from hookwright.model.source import Position, Span
from hookwright.report import drift_text, plan_json, plan_text
from hookwright.report.markdown import visible
from hookwright.report.review import Problem, Result, Review, of_drift, of_plan
from hookwright.report.review_github import to_github
from hookwright.report.review_html import to_html
from hookwright.report.review_markdown import LARGEST, to_markdown
from tests.unit.report.golden import check
from tests.unit.report.rendering import HTML, STRUCTURE, columns, flat, kind, words
from tests.unit.report.review_examples import INVALID, ONE, SEVERAL
from tests.unit.report.test_markdown import NASTY_TEXT as TEXT
from tests.unit.report.test_plan_details import WIRE
from tests.unit.report.test_plan_reports import EMPTY, NOW, PLAN

SLOW = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""Whole plans take their time to be made up, all the more where many tests run."""
PLACES = {
    "production": {
        ("webhook", "incident-pager"): Span(Path("webhooks/a:b,c%.yaml"), Position(3, 3), Position(3, 17)),
        ("webhook", "gone"): Span(Path("webhooks/gone.yaml"), Position(2, 1), Position(4, 1)),
    }
}
ENDS = ("old", "new")
REPORTS = {
    "plan.md": lambda: to_markdown([of_plan(one) for one in ONE]),
    "plan-several.md": lambda: to_markdown([of_plan(one) for one in SEVERAL]),
    "plan-empty.md": lambda: to_markdown([of_plan(Result("production", EMPTY))]),
    "plan-invalid.md": lambda: to_markdown([of_plan(INVALID)]),
    "plan-invalid.github.txt": lambda: to_github([of_plan(INVALID)], {}),
    "drift.md": lambda: to_markdown([of_drift(one) for one in ONE]),
    "drift-several.md": lambda: to_markdown([of_drift(one) for one in SEVERAL]),
    "drift-none.md": lambda: to_markdown([of_drift(Result("production", EMPTY))]),
    "plan.github.txt": lambda: to_github([of_plan(one) for one in SEVERAL], PLACES),
    "drift.github.txt": lambda: to_github([of_drift(one) for one in ONE], PLACES),
}


@pytest.mark.parametrize("name", sorted(REPORTS))
def test_golden(name: str) -> None:
    check(name, REPORTS[name]())


def test_a_change_at_the_end_of_a_long_value_is_seen_in_every_report() -> None:
    said = "All is well. " * 400
    field = FieldChange("/body/text", f"{said}old", f"{said}new")
    plan = replace(EMPTY, changes=(Change("webhook", "pager", Action.UPDATE, "1", None, (field,)),))
    old, new = (
        DeliveryRequest("POST", "https://acme.example", (), f'{{"text":"{said}{end}"}}'.encode()) for end in ENDS
    )
    one = Result("production", plan, {"pager": [WireChange("Workflow Errored", old, new)]})
    texts = {
        "text": plan_text.to_text(plan), "drift": "\n".join(drift_text.to_lines(plan)),
        "html": to_html([of_plan(one)], made=NOW), "markdown": to_markdown([of_plan(one)]),
        "github": to_github([of_plan(one)], {}),
    }  # fmt: skip
    for name, text in texts.items():
        assert all(re.search(rf"All is well\. {end}\b", text) for end in ENDS), name
    assert texts["markdown"].count("All is well. new") == 2  # in the table, and in what deliveries send


def test_a_long_name_moves_no_other_value_out_of_sight() -> None:
    fields = (FieldChange("/headers/" + "h" * 300, None, "x"), FieldChange("/url", "a", "b"))
    plan = replace(EMPTY, changes=(Change("webhook", "pager", Action.UPDATE, "1", None, fields),))
    (line,) = [line for line in plan_text.to_text(plan).splitlines() if line.startswith("    url")]
    assert len(line) < 80


# --- whatever the values hold

JSON = st.one_of(st.none(), st.integers(), TEXT, st.dictionaries(TEXT, st.none() | TEXT, max_size=2))
CHANGES = st.builds(
    Change,
    kind=st.sampled_from(["webhook", "event"]),
    name=TEXT,
    action=st.sampled_from([one for one in Action if one is not Action.UNCHANGED]),
    id=st.none() | TEXT,
    fields=st.lists(st.builds(FieldChange, TEXT.map(lambda t: f"/{t}"), JSON, JSON, st.booleans()), max_size=4).map(
        tuple
    ),
    note=TEXT,
)
REQUESTS = st.builds(
    DeliveryRequest,
    method=st.just("POST"),
    url=TEXT,
    headers=st.lists(st.tuples(TEXT, TEXT), max_size=2).map(tuple),
    body=st.one_of(st.binary(max_size=20), JSON.map(lambda value: json.dumps(value).encode())),
)
PLANS = st.builds(
    Plan,
    project=TEXT,
    environment=TEXT,
    org_id=st.none() | TEXT,
    api_url=TEXT,
    config_digest=st.just(PLAN.config_digest),
    git_commit=st.none() | TEXT,
    created_at=st.just(NOW),
    expires_at=st.just(NOW),
    changes=st.lists(CHANGES, max_size=4).map(tuple),
    unchanged=st.integers(0, 9),
    coverage=st.lists(st.builds(Coverage, TEXT, st.integers(0, 3), st.integers(0, 3)), max_size=2).map(tuple),
    unmanaged=st.just((Unmanaged("webhook", "1", "https://x.example"),)),
    blocked=st.lists(st.builds(Blocked, TEXT, TEXT), max_size=2).map(tuple),
    warnings=st.lists(TEXT, max_size=2).map(tuple),
)
WIRES = st.dictionaries(
    TEXT, st.lists(st.builds(WireChange, TEXT, st.none() | REQUESTS, st.none() | REQUESTS), max_size=2)
)
RESULTS = st.lists(
    st.one_of(
        st.builds(lambda plan, wire: Result(plan.environment, plan, wire), PLANS, WIRES),
        st.builds(
            lambda name, error, problems: Result(name, None, error=error or "x", problems=tuple(problems)),
            TEXT,
            TEXT,
            st.lists(st.builds(Problem, TEXT, TEXT, TEXT), max_size=2),
        ),
    ),
    min_size=1,
    max_size=3,
)


OWN = re.compile(r"[A-Za-z0-9 ,;:.?!%→'\"()\n—·⛔⚠️✅🟡🔴❌…|/-]*")
"""What stands outside of code: nothing that a mention, a reference, a link or markup could be made of."""


@settings(SLOW, max_examples=25)
@given(RESULTS, st.sampled_from([of_plan, of_drift]))
def test_nothing_foreign_becomes_markup_a_mention_or_a_link(results: list[Result], review: object) -> None:
    reviews = [review(one) for one in results]  # type: ignore[operator]
    text = to_markdown(reviews)
    tokens = list(flat(text))
    inline = {token.type for token in tokens if token.level and token.type != "inline"}
    assert {kind(token) for token in tokens} <= STRUCTURE | {
        "text",
        "code_inline",
        "strong",
        "html_inline",
        "softbreak",
    }
    assert not inline & {"link_open", "image", "em_open", "s_open", "hardbreak"}
    assert {token.content for token in tokens if token.type == "html_inline"} <= HTML
    for token in tokens:
        if token.type == "html_block":
            assert re.fullmatch(
                r"<details><summary><code>[^<>]*</code>, \d+ events?</summary>\n|</details>\n?", token.content
            )
    outside = words(text)
    assert OWN.fullmatch(outside), OWN.sub("", outside)
    assert not re.search(r"[0-9a-f]{7,}|\w@|#\d|www\.|://", outside)
    blocks = [token.content.startswith("<details>") for token in tokens if token.type == "html_block"]
    assert blocks == [True, False] * (len(blocks) // 2)
    assert visible(text.replace("\n", "").replace("️", "")) == text.replace("\n", "").replace("️", "")
    assert len(text) <= LARGEST


def test_an_example_of_all_that_is_nasty_at_once() -> None:
    nasty = "a|b `c` @mona #1 https://evil.example <img src=x> --> \u202e\u200b\n| x | y |\n```\n</details>"
    change = Change("webhook", nasty, Action.UPDATE, nasty, fields=(FieldChange("/x", nasty, nasty),), note=nasty)
    text = to_markdown([of_plan(Result("test", replace(PLAN, changes=(change,), warnings=(nasty,)), WIRE))])
    assert not [token for token in flat(text) if token.type in {"link_open", "image"}]
    assert set(columns(text)) == {3, 4}
    assert "@" not in words(text)


# --- the size


def plan_of(count: int, **more: object) -> Plan:
    """A plan with so many changes of each action."""
    changes = [
        Change(
            "webhook", f"hook-{action}-{number}", action, "7" * 24, fields=(FieldChange("/url", "x" * 50, "y|" * 50),)
        )
        for action in Action
        if action is not Action.UNCHANGED
        for number in range(count)
    ]
    return replace(PLAN, changes=tuple(changes), **more)  # type: ignore[arg-type]


def counted(text: str) -> dict[str, tuple[int, int, int]]:
    """By title of a table how many changes it announces, shows and leaves out."""
    found = {}
    for title, total, table in re.findall(r"^#### ([A-Z][a-z ,]+) \(([\d,]+)\)\n\n((?:\|.*\n)*)", text, re.MULTILINE):
        shown = len(re.findall(r"^\| webhook `", table, re.MULTILINE))
        rest = re.search(r"… and ([\d,]+) more", table)
        found[title] = (int(total.replace(",", "")), shown, int(rest[1].replace(",", "")) if rest else 0)
    return found


@pytest.mark.parametrize("count", [1, 30, 60, 500, 5_000])
def test_a_huge_plan_keeps_to_the_size_and_counts_what_it_leaves_out(count: int) -> None:
    wire = {
        f"hook-update-{number}": (
            WireChange("Workflow Errored", None, DeliveryRequest("POST", "x", (), b"[" + b"1," * 80 + b"1]")),
        )
        for number in range(count)
    }
    text = to_markdown([of_plan(Result("production", plan_of(count, warnings=("w" * 300,) * count), wire))])
    assert len(text) <= LARGEST
    tables = counted(text)
    assert list(tables) == ["Delete", "Replace", "In conflict", "Update", "Adopt", "Create"]
    assert all(total == count and shown + rest == count for total, shown, rest in tables.values()), tables
    if count >= 500:
        assert tables["Delete"][1] > 50, "what goes is shown first"
        assert len(text) > LARGEST - 4_000, "the room is used"
    assert set(columns(text)) <= {3, 4}
    assert text.count("<details>") == text.count("</details>")
    assert sum(token.type == "fence" for token in flat(text)) == text.count("<details>")


@pytest.mark.parametrize("count", [2, 9, 300])
def test_many_environments_keep_to_the_size(count: int) -> None:
    results = [Result(f"env-{number}", plan_of(40, environment=f"env-{number}")) for number in range(count)]
    text = to_markdown([of_plan(one) for one in results])
    assert len(text) <= LARGEST
    shown = len(re.findall(r"^\| `env-", text, re.MULTILINE))
    rest = re.search(r"… and ([\d,]+) more environments \|", text)
    assert shown + (int(rest[1].replace(",", "")) if rest else 0) == count
    detailed = len(re.findall(r"^### ", text, re.MULTILINE))
    left = re.search(r"the details of ([\d,]+) more environments", text)
    assert detailed + (int(left[1].replace(",", "")) if left else 0) == count
    assert detailed >= min(count, 6)


def test_small_changes_of_many_environments_are_all_shown() -> None:
    results = [Result(f"env-{number}", plan_of(1, environment=f"env-{number}")) for number in range(12)]
    text = to_markdown([of_plan(one) for one in results])
    assert len(re.findall(r"^### ", text, re.MULTILINE)) == 12
    assert "more environments" not in text


@settings(SLOW, max_examples=12)
@given(RESULTS, st.integers(10_000, 20_000))
def test_any_size_is_kept_to(results: Sequence[Result], limit: int) -> None:
    blown = [
        replace(one, problems=one.problems * 400)
        if one.plan is None
        else replace(one, plan=replace(one.plan, changes=one.plan.changes * 40, warnings=one.plan.warnings * 40))
        for one in results
    ]
    assert len(to_markdown([of_plan(one) for one in blown], limit=limit)) <= limit


def test_an_object_with_very_many_fields_is_cut_within_and_says_so() -> None:
    fields = tuple(FieldChange(f"/headers/X-{number:03}", "a", "b") for number in range(80))
    change = Change("webhook", "wide", Action.UPDATE, "1", fields=fields)
    text = to_markdown([of_plan(Result("test", replace(PLAN, changes=(change,))))])
    assert "… and 55 more" in text
    assert text.count("`headers.X-") == 25


# --- what a reviewer must see


def test_the_verdict_comes_first_and_what_goes_before_the_rest() -> None:
    text = to_markdown([of_plan(one) for one in ONE])
    order = [text.index(part) for part in ("Blocked:", "**Guards**", "#### Delete", "#### Update", "#### Create")]
    assert order == sorted(order)
    assert "**Nothing to do.** 4 unchanged, 1 unmanaged." in to_markdown([of_plan(Result("x", EMPTY))])
    passed = replace(PLAN, blocked=())
    assert "No guard objects." in to_markdown([of_plan(Result("x", passed))])
    assert "No guard objects." not in to_markdown([of_plan(one) for one in ONE])


def test_it_is_the_same_text_for_the_same_plan_at_another_time() -> None:
    later = replace(PLAN, created_at=PLAN.expires_at, expires_at=PLAN.expires_at)
    assert to_markdown([of_plan(Result("x", later))]) == to_markdown([of_plan(Result("x", PLAN))])


# --- annotations


def read_command(line: str) -> tuple[str, dict[str, str], str]:
    """A workflow command as the runner reads it."""
    match = re.fullmatch(r"::(error|warning|notice)(?: ([^:]*))?::(.*)", line)
    assert match, line
    unescape = {"%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ",", "%25": "%"}
    undo = re.compile("|".join(unescape))
    properties = dict(part.split("=", 1) for part in match[2].split(",")) if match[2] else {}
    decoded = {name: undo.sub(lambda one: unescape[one[0]], value) for name, value in properties.items()}
    return match[1], decoded, undo.sub(lambda one: unescape[one[0]], match[3])


def test_annotations_stand_at_the_lines_of_the_declaration() -> None:
    lines = to_github([of_plan(ONE[0])], PLACES).splitlines()
    commands = [read_command(line) for line in lines[:-1]]
    assert [level for level, _, _ in commands] == ["error"] * 3 + ["warning"] * 2 + ["notice"] * 4
    created = next(one for one in commands if "incident-pager" in one[2])
    assert created[1] == {
        "file": "webhooks/a:b,c%.yaml", "line": "3", "endLine": "3", "col": "3", "endColumn": "16",
        "title": "hookwright plan · production: create",
    }  # fmt: skip
    assert created[2].splitlines()[:2] == ["webhook incident-pager", 'url: "https://hooks.acme.example/pager"']
    gone = next(one for one in commands if one[2].startswith("webhook gone"))
    assert gone[1]["line"] == "2"
    assert "col" not in gone[1]
    assert lines[-1].startswith("hookwright plan · production: Blocked: an apply would be refused: 1 to delete")


@settings(SLOW, max_examples=25)
@given(RESULTS)
def test_no_value_can_make_a_command(results: list[Result]) -> None:
    reviews: list[Review] = [of_plan(one) for one in results]
    lines = to_github(reviews, {}).split("\n")
    expected = sum(
        1 + len(review.problems)
        if review.error
        else len(review.blocked) + len(review.warnings) + sum(len(g.changes) for g in review.groups)
        for review in reviews
    )
    assert len(lines) == expected + len(reviews)
    for line in lines[:expected]:
        assert read_command(line)[1].keys() == {"title"}
    for line in lines[expected:]:
        assert not line.lstrip().startswith("::")
        assert "##[" not in line
    assert "\r" not in "".join(lines)


def test_no_report_holds_a_command_of_the_older_form_which_counts_anywhere_in_a_line() -> None:
    hostile = "##[set-output name=changes;]0"
    fields = (FieldChange(f"/headers/{hostile}", hostile, {hostile: hostile}),)
    change = Change("webhook", hostile, Action.UPDATE, hostile, fields=fields, note=hostile)
    plan = replace(PLAN, changes=(change,), warnings=(hostile,), blocked=(Blocked("x", hostile),))
    for report in (
        plan_text.to_text(plan), "\n".join(drift_text.to_lines(plan)),
        plan_json.to_json(plan), plan_json.dump(plan_json.drift_to_dict(plan)),
        to_markdown([of_plan(Result("x", plan))]), to_github([of_plan(Result("x", plan))], {}),
    ):  # fmt: skip
        assert "set-output name=changes;]0" in report
        assert "##[" not in report
    assert json.loads(plan_json.to_json(plan))["changes"][0]["name"] == hostile, "in JSON it is the same text"


# --- the page


class Elements(HTMLParser):
    """Elements, and the text outside of style and script."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self._skip = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        self._skip = tag in {"style", "script"}

    def handle_endtag(self, tag: str) -> None:
        self._skip = False

    def handle_data(self, data: str) -> None:
        self.text += "" if self._skip else data


@settings(SLOW, max_examples=15)
@given(RESULTS, st.sampled_from([of_plan, of_drift]))
def test_nothing_foreign_becomes_an_element_of_the_page(results: list[Result], review: object) -> None:
    page = Elements(to_html([review(one) for one in results], made=NOW))  # type: ignore[operator]
    assert not set(page.tags) & {"img", "iframe", "base", "link", "object", "svg"}
    assert page.tags.count("script") <= 1
    assert not [name for name, _ in page.attributes if name.startswith("on") or name in {"src", "srcdoc", "action"}]
    assert all(value and value.startswith("#") for name, value in page.attributes if name == "href")
    for one in results:
        for change in one.plan.changes if one.plan else ():
            assert visible(change.name) in page.text


def test_the_page_tells_all_and_needs_nothing_else() -> None:
    page = to_html([of_plan(one) for one in SEVERAL], made=NOW)
    text = " ".join(Elements(page).text.split())
    for part in (
        "Blocked: an apply would be refused", "1 to delete", "max_deletes", "renamed from old-name", "Nothing to do",
        "only secrets differ", "0 (nobody receives it)", "An apply would make 3 changes",
        "401: Invalid Credentials @mona",
    ):  # fmt: skip
        assert part in text, part
    assert not re.search(r"(?:src|href)=\"(?!#)", page)
    assert "script-src 'sha256-" in html.unescape(page)
    invalid = " ".join(Elements(to_html([of_plan(INVALID)], made=NOW)).text.split())
    assert "HW401 there is no event 'Workflow Erored' | @mona webhooks/all.yaml:7" in invalid
    assert "<script" not in to_html([of_plan(Result("x", EMPTY))], made=NOW), "nothing to search"
