"""The inspector of ``listen --ui`` in a real browser: what it shows, how it is used, and whom it keeps out."""

from __future__ import annotations

import http.client
import itertools
import json
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from hookwright.harness.store import DeliveryStore
from hookwright.signing import sign
from tests.unit.harness.test_store import DELIVERY
from tests.unit.harness.wire import Server, exchange, post, served, status

KEY = "tk_test_0123456789abcdef"
SECRETS = {"TEST_KEY": KEY, "PAGER_TOKEN": "pager-t0ken", "ROUTE": "r0ute-secret", "HOOK_PATH": "p4th-secret"}
OLD = 3000
PAUSES = 0.15
PATIENCE = 20_000
"""Milliseconds: a machine may be busy."""

expect.set_options(timeout=PATIENCE)
NOTHING = "\u2013"

PROJECT = """\
version: 1
project: acme
environments:
  test:
    api_key: ${env.TEST_KEY}
    vars: {base_url: "https://hooks.acme.example"}
include: [webhooks.yaml]
"""
WEBHOOKS = """\
webhooks:
  pager:
    url: ${var.base_url}/pager
    events: [Workflow Errored]
    headers: {Authorization: "Bearer ${env.PAGER_TOKEN}", X-Route: "${env.ROUTE}", X-Run: "{{event.instance_id}}"}
    body:
      event: "{{event.event}}"
      run: "{{event.instance_id}}"
      text: "{{event.workflow_name}} failed"
      routing: {key: "${env.ROUTE}", team: on-call}
  hidden:
    url: ${var.base_url}/${env.HOOK_PATH}/hook
    events: [Connection Created]
"""
SCRIPT = """\
rules:
  - match: {path: /retried}
    answers: [{status: 503}, {reset: true}, {status: 200}]
"""


def spelt(headers: dict[str, str]) -> dict[str, str]:
    """Headers given as arguments, as they are spelt on the wire."""
    return {name.replace("_", "-"): value for name, value in headers.items()}


@dataclass
class Listening:
    """A listener with an inspector, as a process of its own.

    Attributes:
        receiver: URL of the receiver.
        address: address of the inspector, with the token.
        inner: what deliveries are passed on to.
    """

    process: subprocess.Popen[str]
    receiver: str
    address: str
    inner: Server

    @property
    def origin(self) -> str:
        return self.address.partition("/open#")[0]

    @property
    def token(self) -> str:
        return self.address.partition("#")[2]

    def deliver(self, body: bytes | dict[str, Any], path: str = "/x", **headers: str) -> bytes:
        """Send a delivery, validly signed unless a header says otherwise; gives its body."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        given = {
            "X-Cobalt-Signature": sign(raw, KEY),
            **{name.replace("_", "-"): text for name, text in headers.items()},
        }
        lines = "".join(f"{name}: {value}\r\n" for name, value in given.items() if value).encode()
        exchange(self.receiver, post(path.encode(), raw, lines))
        return raw

    def ask(self, path: str, method: str = "GET", **headers: str) -> tuple[int, str, http.client.HTTPMessage]:
        """A request to the inspector, with its cookie and origin unless told otherwise."""
        given = {"Cookie": f"hookwright_{urlsplit(self.origin).port}={self.token}", "Origin": self.origin}
        given |= spelt(headers)
        parts = urlsplit(self.origin)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
        try:
            connection.putrequest(method, path, skip_host="Host" in given)
            for name, value in given.items():
                if value:
                    connection.putheader(name, value)
            connection.putheader("Content-Length", "0")
            connection.endheaders()
            answer = connection.getresponse()
            return answer.status, answer.read().decode(), answer.headers
        finally:
            connection.close()


@contextmanager
def listening(folder: Path, *arguments: str, inner: Server, port: int = 0) -> Iterator[Listening]:
    (folder / "hookwright.yaml").write_text(PROJECT)
    (folder / "webhooks.yaml").write_text(WEBHOOKS)
    (folder / "script.yaml").write_text(SCRIPT)
    command = [sys.executable, "-m", "hookwright", "listen", "-e", "test", "--ui", "--ui-port", str(port), *arguments]
    with subprocess.Popen(
        command, cwd=folder, env=SECRETS, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        first = process.stdout.readline()
        assert first.startswith("listening on http://127.0.0.1:"), first + process.stderr.read()
        said = [process.stderr.readline(), process.stderr.readline()]
        found = re.fullmatch(r"inspector: (http://127\.0\.0\.1:\d+/open#[\w-]{40,})\n", said[1])
        assert found, said
        # What it prints for each delivery is nothing to these tests, but the pipe must not fill up.
        drain = threading.Thread(target=process.stdout.read)
        drain.start()
        try:
            yield Listening(process, first.split()[-1], found[1], inner)
        finally:
            process.terminate()
            assert process.wait(15) == 0
            drain.join()
            assert process.stderr.read() == ""


@pytest.fixture(scope="module")
def listener(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Listening]:
    """A listener that passes deliveries on, with thousands of old ones in its file."""
    folder = tmp_path_factory.mktemp("inspector")
    old = replace(
        DELIVERY, headers=(("X-A", "1"),), body=b'{"event": "Old Event"}', path="/old", attempt=1, answered=200
    )
    with DeliveryStore(folder / "kept.db") as store:
        store._connection.execute("BEGIN")
        for number in range(OLD):
            store.add(replace(old, received_at=old.received_at + timedelta(seconds=number)))
        store._connection.execute("COMMIT")
    with (
        served() as inner,
        listening(folder, "--db", "kept.db", "--forward", inner.url, "--script", "script.yaml", inner=inner) as running,
    ):
        yield running


@dataclass
class Watched:
    """What a browser did and complained of."""

    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


Open = Callable[..., Page]


@pytest.fixture
def opened(browser: Browser, listener: Listening) -> Iterator[Open]:
    """Opens the inspector. At the end, nothing was asked of anybody else, and nothing was complained of."""
    watched = Watched()
    contexts: list[BrowserContext] = []

    def open_it(path: str = "/", **options: Any) -> Page:
        context = browser.new_context(**options)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: watched.requests.append(request.url))
        page.on("console", lambda message: watched.complaints.append(message.text))
        page.on("pageerror", lambda error: watched.complaints.append(str(error)))
        page.on("dialog", lambda dialog: watched.complaints.append(f"dialog: {dialog.message}"))
        page.add_init_script(
            "addEventListener('securitypolicyviolation', event => console.error('CSP: ' + event.violatedDirective))"
        )
        page.goto(listener.address)
        page.wait_for_url(f"{listener.origin}/")
        if path != "/":
            page.goto(listener.origin + path)
        expect(page.get_by_role("status")).to_have_text("Live")
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert watched.complaints == []
    assert [url for url in watched.requests if not url.startswith(f"{listener.origin}/")] == []


def rows(page: Page) -> Any:
    return page.get_by_role("navigation").get_by_role("list").get_by_role("link")


def title(page: Page) -> Any:
    """The heading of the delivery that is shown."""
    return page.get_by_role("main").get_by_role("heading", level=2)


def newest(page: Page) -> str:
    """The number of the newest delivery in the list."""
    return rows(page).first.locator(".number").inner_text().removeprefix("#")


def show(page: Page, listener: Listening, body: bytes | dict[str, Any], path: str = "/x", **headers: str) -> str:
    """Send a delivery and open it; gives its number."""
    page.reload()  # what was sent before it is in the list now, and not on its way there
    before = newest(page)
    listener.deliver(body, path, **headers)
    expect(rows(page).first).not_to_contain_text(f"#{before}")
    number = newest(page)
    rows(page).first.click()
    expect(title(page)).to_contain_text(f"#{number}")
    return number


# --- getting in


def test_the_token_is_traded_for_a_cookie_and_leaves_the_address(opened: Open, listener: Listening) -> None:
    page = opened()
    assert page.url == f"{listener.origin}/"
    (cookie,) = page.context.cookies()
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["domain"]) == (True, "Strict", "127.0.0.1")
    assert page.evaluate("document.cookie") == ""
    assert listener.token not in page.content()


def test_without_the_token_there_is_nothing(page: Page, listener: Listening) -> None:
    answer = page.goto(f"{listener.origin}/deliveries/1")
    assert answer is not None
    assert answer.status == 403
    expect(page.get_by_role("heading", level=1)).to_have_text("No token")
    page.goto(f"{listener.origin}/open#wrong")
    expect(page.get_by_role("status")).to_contain_text("not of this listener")
    page.goto(f"{listener.origin}/open")
    expect(page.get_by_role("status")).to_contain_text("all of it")
    assert page.context.cookies() == []


@pytest.mark.parametrize(
    ("path", "method", "headers", "expected"),
    [
        ("/", "GET", {}, 200),
        ("/", "GET", {"Cookie": ""}, 403),
        ("/", "GET", {"Cookie": "hookwright_1=x"}, 403),
        ("/events", "GET", {"Cookie": ""}, 403),
        ("/deliveries/1", "GET", {"Cookie": ""}, 403),
        ("/", "GET", {"Host": "attacker.example"}, 421),
        ("/", "GET", {"Host": "127.0.0.1"}, 421),
        ("/", "GET", {"Host": "localhost:{port}"}, 421),
        ("/", "GET", {"Host": "127.0.0.1:{port}.attacker.example"}, 421),
        ("/open", "GET", {"Host": "attacker.example:{port}", "Cookie": ""}, 421),
        ("/static/inspector.js", "GET", {"Host": "attacker.example", "Cookie": ""}, 421),
        ("/", "GET", {"Sec_Fetch_Site": "cross-site"}, 403),
        ("/", "GET", {"Sec_Fetch_Site": "same-site"}, 403),
        ("/", "GET", {"Sec_Fetch_Site": "same-origin"}, 200),
        ("/deliveries/1/replay", "POST", {"Origin": ""}, 403),
        ("/deliveries/1/replay", "POST", {"Origin": "null"}, 403),
        ("/deliveries/1/replay", "POST", {"Origin": "http://attacker.example"}, 403),
        ("/deliveries/1/replay", "POST", {"Origin": "http://127.0.0.1:1"}, 403),
        ("/deliveries/1/replay", "POST", {"Origin": "https://127.0.0.1:{port}"}, 403),
        ("/deliveries/1/replay", "POST", {"Sec_Fetch_Site": "same-site"}, 403),
        ("/deliveries/1/replay", "POST", {"Cookie": ""}, 403),
        ("/deliveries/1/replay", "GET", {}, 405),
        ("/deliveries/1", "DELETE", {}, 405),
        ("/session", "POST", {}, 403),
        ("/deliveries/999999", "GET", {}, 404),
        ("/deliveries/999999/replay", "POST", {}, 404),
        ("/deliveries/x", "GET", {}, 404),
        ("/static/pages.py", "GET", {}, 404),
        ("/static/%2e%2e%2fpages.py", "GET", {}, 404),
        ("/nowhere", "GET", {}, 404),
    ],
)
def test_whom_it_answers(listener: Listening, path: str, method: str, headers: dict[str, str], expected: int) -> None:
    port = str(urlsplit(listener.origin).port)
    before = len(listener.inner.requests)
    given = {name: value.replace("{port}", port) for name, value in headers.items()}
    code, text, answered = listener.ask(path, method, **given)
    assert code == expected
    assert "Old Event" not in text or expected == 200
    assert len(listener.inner.requests) == before, "nothing was replayed"
    policy = answered["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert (answered["X-Content-Type-Options"], answered["Cache-Control"]) == ("nosniff", "no-store")
    assert answered["Access-Control-Allow-Origin"] is None
    assert answered["Server"] is None or "aiohttp" not in answered["Server"]


def test_a_page_of_another_origin_gets_nothing_and_changes_nothing(opened: Open, listener: Listening) -> None:
    page = opened()
    attack = f"""<!doctype html><title>attack</title>
        <form method=post action="{listener.origin}/deliveries/1/replay"><button>win</button></form>
        <iframe src="{listener.origin}/"></iframe><img src="{listener.origin}/static/icon.svg">""".encode()
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(attack)
    before = len(listener.inner.requests)
    with served(head + attack) as attacker:
        # The same host on another port is the same site: cookies are sent, but nothing else may come of it.
        for url in (attacker.url, attacker.url.replace("127.0.0.1", "localhost")):
            other = page.context.new_page()
            other.goto(url)
            outcome = other.evaluate(
                """async target => {
                    const tries = [
                        fetch(target, {credentials: 'include'}),
                        fetch(target + 'deliveries/1/replay', {method: 'POST', credentials: 'include'}),
                        new Promise((_, fail) => { new EventSource(target + 'events', {withCredentials: true})
                            .onerror = () => fail(Error('refused')) }),
                    ];
                    return (await Promise.allSettled(tries)).map(one => one.status);
                }""",
                f"{listener.origin}/",
            )
            assert outcome == ["rejected"] * 3
            blind = other.evaluate(
                "target => fetch(target + 'deliveries/1/replay', {method: 'POST', mode: 'no-cors',"
                " credentials: 'include'}).then(one => one.type, () => 'failed')",
                f"{listener.origin}/",
            )
            assert blind in ("opaque", "failed")
            assert not any("Old Event" in frame.content() for frame in other.frames)
            with other.expect_navigation():
                other.get_by_role("button", name="win").click()
            expect(other.get_by_role("heading", level=1)).to_have_text("From elsewhere")
            other.close()
    assert len(listener.inner.requests) == before, "nothing was replayed"


# --- what is shown


def test_a_delivery_appears_as_it_arrives(opened: Open, listener: Listening) -> None:
    page = opened()
    number = int(newest(page)) + 1
    listener.deliver({"event": "Workflow Stopped", "n": number}, "/live?x=1")
    first = rows(page).first
    expect(first).to_contain_text(f"#{number}")
    expect(first).to_have_accessible_name(
        re.compile(rf"Workflow Stopped #{number} POST /live\?x=1 signature valid answered 200 ")
    )
    announced = page.locator("[aria-live='polite']#announcer")
    expect(announced).to_have_text(f"Delivery {number}: Workflow Stopped, signature valid, answered 200")
    expect(page.get_by_role("navigation")).to_contain_text(re.compile(r"\d{4} deliveries"))


def test_the_first_delivery_takes_back_that_there_is_none(opened: Open, listener: Listening) -> None:
    page = opened()
    page.get_by_label("Event").fill("Long Awaited")
    page.get_by_role("button", name="Filter").click()
    said = page.locator("main h2")
    expect(said).to_have_text("No such delivery")
    listener.deliver({"event": "Long Awaited"})
    expect(said).to_have_text("Choose a delivery")


def test_many_at_once_are_one_announcement(opened: Open, listener: Listening) -> None:
    page = opened()
    last = int(newest(page)) + 30
    for number in range(30):
        listener.deliver({"event": "Burst", "n": number, "of": last})
    expect(rows(page).first).to_contain_text(f"#{last}")
    expect(rows(page)).to_have_count(50)
    expect(page.locator("#announcer")).to_contain_text(f"Delivery {last}: Burst")


def test_who_is_on_a_row_stays_in_the_list_when_it_leaves_the_page(opened: Open, listener: Listening) -> None:
    page = opened()
    last = int(newest(page)) + 55
    rows(page).first.focus()
    for number in range(55):
        listener.deliver({"event": "Pushing", "n": number, "of": last})
    expect(rows(page).first).to_contain_text(f"#{last}")
    expect(rows(page).last).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(rows(page).nth(48)).to_be_focused()


def test_the_list_is_paged_and_an_older_page_stays_as_it_is(opened: Open, listener: Listening) -> None:
    page = opened("/?event=Old+*")
    expect(page.get_by_role("navigation")).to_contain_text(f"{OLD} deliveries that match")
    expect(rows(page)).to_have_count(50)
    assert newest(page) == str(OLD)
    page.get_by_role("link", name="Older").click()
    expect(rows(page).first).to_contain_text(f"#{OLD - 50}")
    listener.deliver({"event": "Old Event"}, "/old", X_Cobalt_Signature="")
    page.wait_for_timeout(600)
    expect(rows(page).first).to_contain_text(f"#{OLD - 50}")
    page.get_by_role("link", name="Newest").click()
    expect(page.get_by_role("navigation")).to_contain_text("3001 deliveries that match")


def test_filters(opened: Open, listener: Listening) -> None:
    page = opened()
    listener.deliver({"event": "Filter A"}, "/filtered/1")
    listener.deliver({"event": "Filter B"}, "/filtered/2", X_Cobalt_Signature="0" * 64)
    listener.deliver({"event": "Filter B"}, "/filtered/3", X_Cobalt_Signature="")

    def events() -> list[str]:
        return [str(text) for text in rows(page).locator(".what").all_inner_texts()]

    page.get_by_label("Event").fill("Filter *")
    page.get_by_role("button", name="Filter").click()
    expect(page).to_have_url(re.compile(r"\?event=Filter\+\*&path=&signature=$"))
    assert events() == ["Filter B", "Filter B", "Filter A"]
    page.get_by_label("Signature").select_option("invalid")
    page.get_by_role("button", name="Filter").click()
    expect(rows(page)).to_have_count(1)
    expect(page.get_by_label("Event")).to_have_value("Filter *")
    listener.deliver({"event": "Other"}, X_Cobalt_Signature="0" * 64)
    listener.deliver({"event": "Filter C"}, "/filtered/1", X_Cobalt_Signature="1" * 64)
    expect(rows(page)).to_have_count(2)
    assert events() == ["Filter C", "Filter B"]
    page.get_by_label("Path").fill("/filtered/2")
    page.get_by_role("button", name="Filter").click()
    expect(rows(page)).to_have_count(1)
    rows(page).first.click()
    expect(page.get_by_label("Path")).to_have_value("/filtered/2")
    page.get_by_role("link", name="Show all").click()
    expect(rows(page)).to_have_count(50)


def test_why_a_signature_does_not_match(opened: Open, listener: Listening) -> None:
    page = opened()
    body = b'{"event": "Signed", "n": 1.0}'
    show(
        page, listener, body, X_Cobalt_Signature=sign(json.dumps(json.loads(body), separators=(",", ":")).encode(), KEY)
    )
    section = page.get_by_role("region", name="Signature")
    expect(section).to_contain_text("Invalid: the signature does not match: it was made over this JSON written again")
    expect(section).to_contain_text("Verify the raw bytes of the request body")
    show(page, listener, b"{}", X_Cobalt_Signature="")
    expect(section).to_contain_text("Missing")
    show(page, listener, b"[]")
    expect(page.get_by_role("region", name="Signature")).to_contain_text(
        "Valid: signed with the key of environment test."
    )


PAGER = {
    "event": "Workflow Errored",
    "run": "6643",
    "text": "Export failed",
    "routing": {"key": SECRETS["ROUTE"], "team": "on-call"},
}
PAGER_HEADERS = {
    "Authorization": f"Bearer {SECRETS['PAGER_TOKEN']}", "X_Route": SECRETS["ROUTE"], "X_Run": "6643",
    "Content_Type": "application/json",
}  # fmt: skip


def compared(page: Page) -> dict[str, tuple[str, str, str]]:
    """The comparison: declared, received and verdict by part."""
    table = page.get_by_role("group", name="Comparison").get_by_role("row").all()[1:]
    cells = [row.locator("th, td").all_inner_texts() for row in table]
    return {part: (declared, received, verdict) for part, declared, received, verdict in cells}


def test_received_against_declared(opened: Open, listener: Listening) -> None:
    page = opened()
    body = json.dumps(PAGER, separators=(",", ":")).encode()
    show(page, listener, body, "/pager", **PAGER_HEADERS)
    section = page.get_by_role("region", name="Received against declared")
    expect(section).to_contain_text("Held against pager of environment test, whose path this came to: as declared.")
    same = compared(page)
    assert same["/text"] == ('"Export failed"', '"Export failed"', "same")
    assert same["/routing/key"] == ("(secret)", "(secret)", "same")
    assert {verdict for _, _, verdict in same.values()} == {"same"}
    changed = {**PAGER, "routing": {"key": "another", "team": "night"}, "more": 1}
    del changed["run"]
    show(page, listener, changed, "/elsewhere", **{**PAGER_HEADERS, "X_Run": ""})
    assert "No webhook that is declared here" not in page.content()
    different = compared(page)
    assert different["/routing/key"] == ("(secret)", "(secret)", "different")
    assert different["/routing/team"] == ('"on-call"', '"night"', "different")
    assert different["/more"] == (NOTHING, "1", "not declared")
    assert different["/run"] == ('"{{event.instance_id}}"', NOTHING, "not received")
    assert different["/text"][2] == "same"


def test_attempts_on_a_time_line(opened: Open, listener: Listening) -> None:
    page = opened()
    body = {"event": "Retried"}
    listener.deliver(body, "/retried")
    time.sleep(PAUSES)
    with pytest.raises(ConnectionResetError):
        listener.deliver(body, "/retried")
    time.sleep(PAUSES * 3)
    show(page, listener, body, "/retried")
    line = page.get_by_role("img", name=re.compile("^3 attempts, with the waits between them"))
    expect(line).to_be_visible()
    table = page.get_by_role("group", name="Table of the attempts").get_by_role("row")
    expect(table).to_have_count(4)
    assert [one.inner_text().split()[-1] for one in table.locator(".badge").all()] == ["503", "cut", "200"]
    starts = [float(bar.get_attribute("x") or 0) for bar in line.locator("rect").all()]
    assert starts == sorted(starts)
    assert len(line.locator(".gap").all_inner_texts()) == 2
    # A further attempt is drawn as it arrives.
    listener.deliver(body, "/retried")
    expect(page.get_by_role("img", name=re.compile("^4 attempts"))).to_be_visible()
    page.get_by_role("group", name="Table of the attempts").get_by_role("link").first.click()
    expect(title(page)).to_contain_text("Retried")
    expect(page.get_by_role("group", name="Table of the attempts").locator("[aria-current]")).to_contain_text("503")


@pytest.mark.parametrize("re_sign", [False, True])
def test_a_replay_is_byte_for_byte_or_signed_anew(opened: Open, listener: Listening, re_sign: bool) -> None:
    page = opened()
    body = b'{"a" : 1.0, "event":"Replayed"}\r\n' + (b"1" if re_sign else b"2")
    show(page, listener, body, "/r?x=%20&y", X_Cobalt_Signature="ABC", x_lower="\u00e9", X_B="2", X_A="1")
    sent = listener.inner.requests[-1]
    assert body in sent
    if re_sign:
        page.get_by_label("sign anew").check()
    page.get_by_role("button", name="Replay").click()
    replays = page.get_by_role("region", name="Replays")
    expect(replays).to_contain_text("200")
    expect(replays).to_contain_text("signed anew" if re_sign else "as it came")
    expect(page.locator("#last-replay")).to_be_focused()
    replayed = listener.inner.requests[-1]
    assert replayed == (sent.replace(b"ABC", sign(body, KEY).encode()) if re_sign else sent)


# --- what is not


def test_what_others_wrote_is_text_and_nothing_else(opened: Open, listener: Listening) -> None:
    page = opened()
    evil = "<img src=x onerror=alert(1)><script>alert(2)</script>'\"`{{7*7}}"
    body = {"event": evil, evil: evil, "nested": [{"</pre></details><script>alert(3)</script>": evil}]}
    number = show(page, listener, body, "/<svg/onload=alert(4)>?q='\"<b>", X_Evil=evil, X_B="javascript:alert(5)")
    assert page.locator("script").count() == 1
    assert page.locator("img, iframe, object, embed, b:not(.where b)").count() == 0
    expect(title(page)).to_contain_text(evil)
    expect(page.get_by_role("region", name="Headers", exact=True)).to_contain_text(evil)
    expect(page.locator("pre").first).to_contain_text(json.dumps(evil)[1:-1])
    page.goto(f"{listener.origin}/deliveries/{number}?event=%22%3E%3Cscript%3Ealert(6)%3C/script%3E&path=%22x%3C")
    expect(page.get_by_label("Event")).to_have_value('"><script>alert(6)</script>')
    assert page.locator("script").count() == 1
    expect(page.get_by_role("link", name="All deliveries", include_hidden=True)).to_have_attribute(
        "href", re.compile("script")
    )


def test_text_that_hides_is_spelt_out(opened: Open, listener: Listening) -> None:
    page = opened()
    show(page, listener, {"event": "a\u202eb\u2066c"}, X_A="x\u202ey")
    expect(title(page)).to_contain_text("a\\u202eb\\u2066c")
    assert "\u202e" not in page.content()


def test_no_secret_is_on_a_page_or_in_a_message(opened: Open, listener: Listening) -> None:
    page = opened()
    heard: list[str] = []
    started = threading.Event()

    def hear() -> None:
        parts = urlsplit(listener.origin)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
        connection.request("GET", "/events", headers={"Cookie": f"hookwright_{parts.port}={listener.token}"})
        answer = connection.getresponse()
        heard.append(str(answer.headers["Content-Type"]))
        while len(heard) < 5:
            line = answer.fp.readline().decode()
            started.set()
            if line.startswith("data:"):
                heard.append(line)
        connection.close()

    thread = threading.Thread(target=hear)
    thread.start()
    assert started.wait(5)
    shown = []
    for body, path in (
        (PAGER, "/pager?token=qu3ry-secret"),
        ({**PAGER, "extra": 1}, "/other"),
        ({"event": "Connection Created"}, f"/{SECRETS['HOOK_PATH']}/hook"),
        ({"routing": {"key": SECRETS["ROUTE"]}}, "/unknown"),
    ):
        show(page, listener, body, path, **PAGER_HEADERS, Cookie="c00kie-secret")
        shown.append(page.content() + page.locator("body").inner_text())
    thread.join()
    assert heard[0].startswith("text/event-stream")
    for secret in (*SECRETS.values(), "qu3ry-secret", "c00kie-secret"):
        for text in (*shown, *heard):
            assert secret not in text
    assert '"key": "(secret)"' in shown[0]
    assert "/pager?token=(secret)" in heard[1]
    assert '"path": "/(secret)"' in heard[3]


def test_bytes_that_are_no_text(opened: Open, listener: Listening) -> None:
    page = opened()
    show(page, listener, bytes(range(128, 160)) + b"<script>alert(1)</script>")
    expect(page.locator("pre")).to_contain_text("00000000  80 81 82")
    expect(page.locator("pre")).to_contain_text("<script>alert(1)")


# --- how it is used


def test_it_can_be_used_with_the_keyboard_alone(opened: Open, listener: Listening) -> None:
    page = opened()
    first = newest(page)
    listener.deliver({"event": "Keyboard A"})
    listener.deliver({"event": "Keyboard B"})
    expect(rows(page).first).not_to_contain_text(f"#{first}")
    expect(rows(page).first).to_contain_text("Keyboard B")

    def press(*keys: str) -> None:
        for key in keys:
            page.keyboard.press(key)

    press("Tab")
    expect(page.get_by_role("link", name="Skip to the delivery")).to_be_focused()
    expect(page.get_by_role("link", name="Skip to the delivery")).to_be_in_viewport()
    press("Tab")
    expect(page.get_by_role("link", name="hookwright")).to_be_focused()
    press("Tab")
    expect(page.get_by_label("Event")).to_be_focused()
    press("Tab", "Tab", "Tab")
    expect(page.get_by_role("button", name="Filter")).to_be_focused()
    press("Tab")
    expect(rows(page).nth(0)).to_be_focused()
    press("ArrowDown")
    expect(rows(page).nth(1)).to_be_focused()
    # What arrives does not take the focus away.
    listener.deliver({"event": "Keyboard C"})
    expect(rows(page).first).to_contain_text("Keyboard C")
    expect(rows(page).nth(2)).to_be_focused()
    press("Enter")
    expect(title(page)).to_contain_text("Keyboard A")
    press("Tab", "Enter")
    expect(page.get_by_role("main")).to_be_focused()
    press("Tab")
    expect(page.get_by_role("button", name="Replay")).to_be_focused()
    press("Enter")
    expect(page.get_by_role("region", name="Replays")).to_contain_text("as it came")
    expect(page.locator("#last-replay")).to_be_focused()


def test_everything_has_a_role_and_a_name(opened: Open, listener: Listening) -> None:
    page = opened()
    show(page, listener, PAGER, "/pager", **PAGER_HEADERS)
    assert page.locator("html").get_attribute("lang") == "en"
    assert re.fullmatch(r"#\d+ Workflow Errored · hookwright", page.title())
    for role in ("banner", "main", "navigation", "search"):
        expect(page.get_by_role(role)).to_have_count(1)  # type: ignore[arg-type]
    assert page.locator("h1:visible").count() == 1
    levels = page.evaluate("[...document.querySelectorAll('h1, h2, h3, h4')].map(e => Number(e.tagName[1]))")
    assert all(following <= level + 1 for level, following in itertools.pairwise(levels))
    nameless = page.evaluate(
        """[...document.querySelectorAll('a, button, input, select, summary, pre[tabindex], [role=group], svg')]
            .filter(e => !(e.getAttribute('aria-label') || e.getAttribute('aria-labelledby') || e.textContent.trim()
                || (e.labels && e.labels.length)))
            .map(e => e.outerHTML.slice(0, 80))"""
    )
    assert nameless == []
    assert page.evaluate("[...document.querySelectorAll('th')].every(e => e.scope)")
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))
    dangling = page.evaluate(
        "[...document.querySelectorAll('[aria-labelledby]')].filter(e => "
        "!document.getElementById(e.getAttribute('aria-labelledby'))).length"
    )
    assert dangling == 0


CONTRAST = """() => {
    const parse = text => (text.match(/[\\d.]+/g) || []).map(Number);
    const channel = v => { v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; };
    const luminance = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
    const behind = element => {
        for (let one = element; one; one = one.parentElement) {
            const color = parse(getComputedStyle(one).backgroundColor);
            if (color.length === 3 || color[3] > 0) return color;
        }
        return [255, 255, 255];
    };
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node; (node = walker.nextNode());) {
        const element = node.parentElement;
        if (!node.data.trim() || !element.getClientRects().length) continue;
        const style = getComputedStyle(element);
        const ink = parse(element.closest('svg') ? style.fill : style.color);
        const [high, low] = [luminance(ink), luminance(behind(element))].sort((a, b) => b - a);
        found.push([(high + 0.05) / (low + 0.05), node.data.trim().slice(0, 40)]);
    }
    return found;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read_in_light_and_dark(opened: Open, listener: Listening, scheme: str) -> None:
    page = opened(color_scheme=scheme)
    body = {"event": "Read", "scheme": scheme}
    listener.deliver(body, "/retried")
    with pytest.raises(ConnectionResetError):
        listener.deliver(body, "/retried")
    show(page, listener, body, "/retried")
    assert_contrast(page, scheme)
    show(page, listener, {**PAGER, "extra": scheme}, "/pager", X_Cobalt_Signature="0" * 64)
    assert_contrast(page, scheme)


def assert_contrast(page: Page, scheme: str) -> None:
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    brightness = sum(map(int, re.findall(r"\d+", background)[:3]))
    assert (brightness > 600) if scheme == "light" else (brightness < 150)
    ratios = page.evaluate(CONTRAST)
    assert len(ratios) > 100
    assert [one for one in ratios if one[0] < 4.5] == []


def test_a_long_list_scrolls_within_its_pane_and_not_the_page(opened: Open, listener: Listening) -> None:
    page = opened("/?event=Old+*")
    expect(rows(page)).to_have_count(50)
    assert page.evaluate("document.documentElement.scrollHeight - innerHeight") <= 0


@pytest.mark.parametrize("width", [320, 1000])
def test_narrow_screens_need_no_sideways_scrolling(opened: Open, listener: Listening, width: int) -> None:
    page = opened(viewport={"width": width, "height": 700})
    listener.deliver({"event": "x" * 300, "long": "y" * 500}, f"/{'z' * 300}", X_Long="w" * 300)
    expect(rows(page).first).to_contain_text("xxxx")
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(overflow) <= 0
    rows(page).first.click()
    expect(title(page)).to_contain_text("xxxx")
    assert page.evaluate(overflow) <= 0
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    if width < 800:
        page.get_by_role("link", name="All deliveries").click()
        expect(rows(page).first).to_be_visible()


def test_without_scripts_it_shows_all_the_same(browser: Browser, listener: Listening) -> None:
    context = browser.new_context(java_script_enabled=False)
    port = urlsplit(listener.origin).port
    context.add_cookies([{"name": f"hookwright_{port}", "value": listener.token, "url": listener.origin}])
    page = context.new_page()
    page.goto(f"{listener.origin}/deliveries/1")
    expect(title(page)).to_contain_text("Old Event")
    page.get_by_role("button", name="Replay").click()
    expect(page.get_by_role("region", name="Replays")).to_contain_text("200")
    context.close()


def test_a_listener_that_ends_and_one_that_takes_its_place(browser: Browser, tmp_path: Path) -> None:
    context = browser.new_context()
    page = context.new_page()
    with served() as inner:
        with listening(tmp_path, "--max", "1", inner=inner) as first:
            page.goto(first.address)
            expect(page.get_by_role("status")).to_have_text("Live")
            expect(title(page)).to_have_text("Nothing received yet")
            assert status(exchange(first.receiver, post(b"/"))) == 200
            assert first.process.wait(15) == 0
            expect(page.get_by_role("status")).to_contain_text("Not live")
        with listening(tmp_path, inner=inner, port=urlsplit(first.origin).port or 0):
            expect(page.get_by_role("status")).to_contain_text("Not live", timeout=1)
            page.reload()
            expect(page.get_by_role("heading", level=1)).to_have_text("No token")
    context.close()
