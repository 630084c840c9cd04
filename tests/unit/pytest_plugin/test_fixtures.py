"""The fixtures, in the tests of somebody else."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.unit.pytest_plugin.conftest import Run
from tests.unit.pytest_plugin.test_conformance_marker import SERVER

RECEIVED = """
    def test_it(refold_sender, refold_receiver):
        to = refold_receiver.url + "/hook"
        answer = refold_sender.fire("Workflow Errored", to=to, payload={"instance_id": "abc"})
        assert (answer.status, answer.delivered, answer.error) == (200, True, "")
        came = refold_receiver.expect("Workflow Errored")
        assert came.signed and came.path == "/hook" and came.attempt == 1
        assert came.payload["instance_id"] == "abc"
        assert came.payload["workflow_name"]
        assert came.header("CONTENT-TYPE") == "application/json"
        assert came.body == answer.request.body
        assert [each.event for each in refold_receiver.deliveries] == ["Workflow Errored"]
        refold_receiver.expect_nothing(within=0.05)
"""


def test_a_delivery_is_sent_and_received(run: Run) -> None:
    run(RECEIVED).assert_outcomes(passed=1)


def test_the_request_serves_test_clients_that_use_no_network(run: Run) -> None:
    pytest.importorskip("flask")
    run(
        """
        import hookwright
        from flask import Flask, request

        def make(key):
            app = Flask("x")

            @app.post("/hook")
            def hook():
                signed = hookwright.verify(request.get_data(), request.headers.get("x-cobalt-signature"), key)
                return {"signed": signed}, 200 if signed else 401
            return app.test_client()

        def test_it(refold_sender, refold_key):
            client = make(refold_key)
            for key, status in ((None, 200), ("tk_another", 401)):
                made = refold_sender.request("Connection Created", payload={"slug": "hubspot"}, key=key)
                answer = client.open("/hook", method=made.method, data=made.body, headers=list(made.headers))
                assert answer.status_code == status
                assert answer.json == {"signed": status == 200}
        """
    ).assert_outcomes(passed=1)


def test_an_unknown_event_is_told_and_a_payload_makes_it_one_of_the_testers(run: Run) -> None:
    result = run(
        """
        def test_typo(refold_sender):
            refold_sender.request("Workflow Erored")

        def test_own(refold_sender):
            made = refold_sender.request("my event", payload={"a": 1})
            assert made.body == b'{"event":"my event","a":1}'
        """
    )
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*no platform event is called 'Workflow Erored'; did you mean 'Workflow Errored'?*"])


def test_what_is_no_url_and_no_answer_is_told(run: Run) -> None:
    result = run(
        """
        import pytest

        @pytest.mark.parametrize("to", ["localhost:8000", "mailto:a@b.example", "nourl", "http://[::1", ""])
        def test_url(refold_sender, to):
            refold_sender.fire("Workflow Errored", to=to)

        @pytest.mark.parametrize("answer", ["rest", 100, 200.5, None])
        def test_answer(refold_receiver, answer):
            refold_receiver.answers(answer)
        """
    )
    result.assert_outcomes(failed=9)
    text = result.stdout.str().partition("short test summary")[0]
    assert text.count("error: the URL is not one of http or https with a host\n") == 4
    assert "error: the URL's host or port makes no sense\n" in text
    assert "an answer is a status from 200 to 599, 'reset', 'drop' or an Answer, not 'rest'" in text
    assert text.count("ValueError: an answer is a status") == 4
    assert "receiver.py" not in text, "the trace shows the test, not the plugin"


def test_keys_can_be_the_testers_own(run: Run) -> None:
    run(
        """
        import pytest

        @pytest.fixture
        def refold_key():
            return "tk_test_key"

        def test_it(refold_sender, refold_receiver, refold_emulator):
            assert refold_sender.key == refold_emulator.key == "tk_test_key"
            refold_sender.fire("Workflow Completed", to=refold_receiver.url)
            refold_receiver.expect("Workflow Completed")
        """
    ).assert_outcomes(passed=1)


def test_what_came_instead_is_said_and_why_signatures_did_not_match(run: Run) -> None:
    result = run(
        """
        import json
        import urllib.request
        import hookwright

        def test_it(refold_sender, refold_receiver, refold_key):
            refold_sender.fire("Workflow Completed", to=refold_receiver.url)
            made = refold_sender.request("Workflow Errored")
            pretty = json.dumps(json.loads(made.body), indent=2).encode()
            headers = {"x-cobalt-signature": dict(made.headers)["x-cobalt-signature"]}
            urllib.request.urlopen(urllib.request.Request(refold_receiver.url, pretty, headers)).close()
            refold_receiver.expect("Workflow Errored", within=0.1)

        def test_nothing(refold_receiver):
            refold_receiver.expect("Workflow Errored", within=0.05, path="/x", attempt=2, signed=False)
        """
    )
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(
        [
            "E *AssertionError: no validly signed delivery of 'Workflow Errored' within 0.1 s at http://127.0.0.1:*",
            "E *2 came:",
            "E *#1 POST / 'Workflow Completed': attempt 1, signature valid, answered 200",
            "E *#2 POST / 'Workflow Errored': attempt 1, signature invalid, answered 200",
            "E *the signature does not match: it was made over *",
            "E *hint: Verify the raw bytes*",
            "E *no attempt 2 of a delivery of 'Workflow Errored' to /x within 0.05 s at *",
            "E *nothing came at all",
        ]
    )
    assert "receiver.py" not in result.stdout.str(), "the trace shows the test, not the plugin"


def test_that_an_answer_is_delayed_is_said(run: Run) -> None:
    result = run(
        """
        from hookwright.harness.answers import Answer

        def test_it(refold_sender, refold_receiver):
            refold_receiver.answers(Answer(delay=0.6))
            assert not refold_sender.fire("Workflow Errored", to=refold_receiver.url, timeout=0.1).delivered
            refold_receiver.expect(within=0.1)
        """
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["E *nothing came at all", "E *answers are delayed, and a delivery is there once it is*"]
    )


def test_an_event_is_known_whatever_its_name_and_size(run: Run) -> None:
    run(
        """
        import pytest

        @pytest.mark.parametrize("event", ["Workflow Errored", "tab\\tand " + "x" * 100])
        def test_it(refold_sender, refold_receiver, event):
            refold_sender.fire(event, to=refold_receiver.url, payload={"rows": "x" * 2_000_000})
            assert refold_receiver.expect(event, within=0.1).event == event
        """
    ).assert_outcomes(passed=2)


def test_what_must_not_come_is_told(run: Run) -> None:
    result = run(
        """
        def test_it(refold_sender, refold_receiver):
            refold_sender.fire("Workflow Completed", to=refold_receiver.url)
            refold_receiver.expect_nothing("Workflow Errored", within=0.05)
            refold_receiver.expect("Workflow Completed")
            refold_receiver.expect_nothing(within=0.05)
            refold_sender.fire("Workflow Errored", to=refold_receiver.url)
            refold_receiver.expect_nothing(within=0.05)
        """
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["E *a delivery came to http://*", "E *'Workflow Errored': attempt 1*"])


def test_answers_can_be_scripted(run: Run) -> None:
    run(
        """
        from hookwright.harness.answers import Answer

        def test_it(refold_sender, refold_receiver):
            fire = lambda: refold_sender.fire("Workflow Completed", to=refold_receiver.url)
            refold_receiver.answers(500, "reset", "drop", Answer(202, body=b"{}"), then=418)
            assert fire().status == 500
            for _ in "ab":
                cut = fire()
                assert cut.status is None and cut.error and not cut.delivered
            late = fire()
            assert (late.status, late.json(), late.delivered) == (202, {}, False)
            assert fire().status == 418
            assert refold_receiver.expect(attempt=3).received.answered is None
        """
    ).assert_outcomes(passed=1)


EMULATOR = """
    import pytest

    @pytest.mark.parametrize("number", range(3))
    def test_isolated(refold_emulator, refold_receiver, number):
        assert refold_emulator.deliveries == ()
        assert refold_emulator.subscribe(
            refold_receiver.url + "/hook", "Workflow Errored", headers={"X-Run": "{{event.instance_id}}"},
            body={"run": "{{event.instance_id}}", "of": "{{workflow_response}}"},
        )
        refold_receiver.answers(500)
        (sent,) = refold_emulator.emit("Workflow Errored", {"instance_id": "r1"}, workflow_response={"a": 1})
        assert refold_emulator.emit("Workflow Completed") == []
        first = refold_receiver.expect(path="/hook", attempt=1)
        again = refold_receiver.expect(path="/hook", attempt=2)
        assert first.body == again.body and again.payload == {"run": "r1", "of": {"a": 1}}
        assert again.header("x-run") == "r1"
        (ended,) = refold_emulator.settle()
        assert (ended.id, ended.status, ended.statuses) == (sent, "delivered", (500, 200))
        assert (ended.event, ended.url) == ("Workflow Errored", refold_receiver.url + "/hook")
"""


def test_the_platform_is_empty_for_each_test(run: Run) -> None:
    run(EMULATOR).assert_outcomes(passed=3)


def test_what_is_pending_is_told(run: Run) -> None:
    result = run(
        """
        import pytest
        from hookwright.emulator import Options, Retries

        @pytest.fixture(scope="session")
        def refold_emulator_options():
            return Options(retries=Retries(base=60))

        def test_it(refold_emulator, refold_receiver):
            refold_emulator.subscribe(refold_receiver.url, "Workflow Errored")
            refold_receiver.answers(then=500)
            refold_emulator.emit("Workflow Errored")
            refold_emulator.settle(within=0.02)

        def test_a_mistake(refold_emulator):
            refold_emulator.subscribe("http://127.0.0.1:9/", "no such event")
        """
    )
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(
        [
            "E *1 deliveries are still pending after 0.02 s",
            "*'Workflow Errored' to http*",
            "error: POST /api/v2/public/webhook was answered 400: Invalid event.*",
        ]
    )


PROJECT = """
version: 1
project: acme
environments:
  test: {api_key: "${env.NO_SUCH_KEY}", vars: {base_url: https://staging.acme.example}}
  production: {api_key: "${env.NO_SUCH_KEY}", vars: {base_url: https://hooks.acme.example}}
webhooks:
  pager:
    url: ${var.base_url}/pager
    method: PUT
    events: [Workflow Errored]
    headers: {X-Of: "{{event.instance_id}}"}
    body: {failed: "{{event.workflow_name}}", at: "${var.base_url}"}
    slug: hubspot
"""
NAMED = """
    def test_it(refold_sender, refold_receiver, refold_emulator):
        to = refold_receiver.url
        assert refold_sender.fire("Workflow Errored", to=to, webhook="pager", payload={"workflow_name": "x"}).delivered
        came = refold_receiver.expect()
        assert came.received.method == "PUT"
        assert came.payload == {"failed": "x", "at": "https://%s.acme.example"}
        refold_emulator.subscribe(refold_receiver.url, webhook="pager")
        assert len(refold_emulator.emit("Workflow Errored", {"workflow_name": "y"})) == 1
        assert refold_receiver.expect().payload["failed"] == "y"
"""


def test_declared_webhooks_can_be_named(run: Run, pytester: pytest.Pytester) -> None:
    folder = pytester.mkdir("hooks")
    main, webhooks = PROJECT.split("webhooks:\n")
    (folder / "webhooks").mkdir()
    (folder / "hookwright.yaml").write_text(main)
    (folder / "webhooks" / "all.yaml").write_text(f"webhooks:\n{webhooks}")
    pytester.makeini("[pytest]\nrefold_project = hooks\n")
    run(NAMED % "staging").assert_outcomes(passed=1)
    run(NAMED % "hooks", "-o", "refold_environment=production").assert_outcomes(passed=1)
    result = run('def test_it(refold_sender):\n    refold_sender.request("Workflow Errored", webhook="pagr")\n')
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*has no webhook 'pagr'*", "hint: Did you mean 'pager'?"])
    (folder / "webhooks" / "all.yaml").write_text(
        f"webhooks:\n{webhooks}".replace("Workflow Errored", "Workflow Erored")
    )
    result = run('def test_it(refold_sender):\n    refold_sender.request("Workflow Errored", webhook="pager")\n')
    result.stdout.fnmatch_lines(["*all.yaml:5:14 (test)", "error: the project has errors", "hint: *"])


def test_a_project_that_is_not_there_is_told(run: Run) -> None:
    result = run('def test_it(refold_sender):\n    refold_sender.request("Workflow Errored", webhook="pager")\n')
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["*hookwright.yaml*", "hint: *, refold_project in the configuration of pytest names one *"]
    )
    assert "Traceback" not in result.stdout.str()


def test_hints_name_what_tests_can_set(run: Run, pytester: pytest.Pytester) -> None:
    (pytester.path / "hookwright.yaml").write_text(PROJECT.replace("  test:", "  staging:"))
    result = run(
        """
        import pytest

        def test_webhook(refold_sender):
            refold_sender.request("Workflow Errored", webhook="pager")

        @pytest.mark.refold_conformance("https://192.168.7.7/", only="R01")
        def test_receiver():
            pass
        """
    )
    result.assert_outcomes(failed=1, errors=1)
    result.stdout.fnmatch_lines_random(
        [
            "hint: Name one with refold_environment in the configuration of pytest: staging, production.",
            "hint: *if the host is yours, say so with i_own_this_host=True.",
        ]
    )


ASYNCHRONOUS = """
    import asyncio
    import pytest
    from aiohttp import web

    pytestmark = pytest.mark.anyio

    @pytest.fixture
    def anyio_backend():
        return "asyncio"

    async def serve(handler):
        runner = web.AppRunner(web.Application())
        runner.app.router.add_post("/hook", handler)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        return runner, f"http://127.0.0.1:{runner.addresses[0][1]}/hook"

    async def test_a_receiver_in_the_same_event_loop(refold_sender, refold_receiver):
        async def handler(request):
            await refold_sender.afire("Workflow Completed", to=refold_receiver.url)
            return web.Response()

        runner, url = await serve(handler)
        try:
            answer = await refold_sender.afire("Workflow Errored", to=url)
            assert answer.delivered, answer.error
            assert (await refold_receiver.aexpect()).event == "Workflow Completed"
            await refold_receiver.aexpect_nothing(within=0.05)
        finally:
            await runner.cleanup()

    async def test_waiting_leaves_the_loop_alone(refold_receiver, refold_sender, refold_emulator):
        ticks = 0

        async def tick():
            nonlocal ticks
            while True:
                await asyncio.sleep(0.01)
                ticks += 1

        ticking = asyncio.create_task(tick())
        waiting = asyncio.create_task(refold_receiver.aexpect("Workflow Errored", within=5))
        await asyncio.sleep(0.2)
        await refold_emulator.asubscribe(refold_receiver.url, "Workflow Errored")
        await refold_emulator.aemit("Workflow Errored")
        assert (await waiting).signed
        (ended,) = await refold_emulator.asettle()
        assert ended.status == "delivered"
        assert ticks > 2
        ticking.cancel()

    async def test_blocking_is_told(refold_receiver, refold_sender):
        async def handler(request):
            return web.Response()

        runner, url = await serve(handler)
        try:
            answer = refold_sender.fire("Workflow Errored", to=url, timeout=0.2)
            assert "blocks the event loop of the test: await afire()" in answer.error
        finally:
            await runner.cleanup()
        with pytest.raises(AssertionError, match="await aexpect"):
            refold_receiver.expect(within=0.05)
"""


def test_asynchronous_tests(run: Run) -> None:
    run(ASYNCHRONOUS).assert_outcomes(passed=3)


def test_in_parallel(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    # The plugins of this environment take long to load, and each worker is a process of its own.
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    plugins = ("-p", "xdist", "-p", "hookwright.pytest_plugin")
    marked = """
    @pytest.mark.refold_conformance("server", only=["R01", "R12"])
    def test_receiver():
        pass
    """
    run(SERVER + EMULATOR.replace("range(3)", "range(2)") + marked, *plugins, "-n", "2").assert_outcomes(passed=4)


def test_what_to_install_is_told(run: Run) -> None:
    source = """
        import sys
        import pytest

        sys.modules["aiohttp"] = None

        def test_it(refold_receiver): ...
        """
    result = run(source)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        ["error: sending and receiving need aiohttp", "hint: pip install 'hookwright[[]harness[]]'"]
    )
    result = run(
        source
        + """
        @pytest.mark.refold_conformance("http://127.0.0.1:1/")
        def test_marked(): ...
        """
    )
    result.stdout.fnmatch_lines(["test_marked: error: sending and receiving need aiohttp"])
    assert "Traceback" not in result.stdout.str()
    assert len(result.outlines) < 12


def test_a_run_that_needs_none_of_it_loads_none_of_it() -> None:
    code = (
        "import sys, pytest, hookwright.pytest_plugin\n"
        "loaded = {name.partition('.')[0] for name in sys.modules}\n"
        "assert not loaded & {'aiohttp', 'httpx', 'click', 'yaml', 'jinja2', 'jsonschema', 'jsonschema_rs'}, loaded\n"
        "ours = {name for name in sys.modules if name.startswith('hookwright')}\n"
        "assert ours == {'hookwright', 'hookwright.pytest_plugin'}, ours\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
