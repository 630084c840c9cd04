"""The conformance checks as tests of somebody else."""

from __future__ import annotations

import pytest

from tests.unit.pytest_plugin.conftest import Run

SERVER = """
    import hookwright
    import json
    import pytest
    import threading
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

    KEY = "tk_test_key"
    RIGHT = True

    @pytest.fixture
    def refold_key():
        return KEY

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        effects = 0

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if not hookwright.verify(body, self.headers.get("x-cobalt-signature"), KEY) and RIGHT:
                return self.reply(401)
            Handler.effects += 1
            self.reply(200)

        def reply(self, status):
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args):
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        @property
        def url(self):
            return f"http://127.0.0.1:{self.server_port}/hook"

    @pytest.fixture(scope="module")
    def server():
        with Server(("127.0.0.1", 0), Handler) as server:
            thread = threading.Thread(target=server.serve_forever)
            thread.start()
            yield server
            server.shutdown()
            thread.join()

    @pytest.fixture(scope="module")
    def server_url(server):
        return server.url

    @pytest.fixture
    def effects():
        return lambda: Handler.effects
"""


def test_each_check_is_a_test(run: Run) -> None:
    result = run(
        SERVER
        + """
    @pytest.mark.refold_conformance("server", only=["R12", "R01", "R36", "R18"], effects="effects")
    def test_receiver():
        pass
    """,
        "-vv",
    )
    result.assert_outcomes(passed=3, skipped=1)
    result.stdout.fnmatch_lines(
        [
            "*::test_receiver[[]R01[]] PASSED*",
            "*::test_receiver[[]R12[]] PASSED*",
            "*::test_receiver[[]R18[]] PASSED*",
            "*::test_receiver[[]R36[]] SKIPPED*",
        ]
    )


def test_a_failure_says_what_the_report_would(run: Run) -> None:
    result = run(
        SERVER.replace("RIGHT = True", "RIGHT = False")
        + """
    ran = []

    @pytest.mark.refold_conformance("server_url", only="R01, R12")
    def test_receiver():
        ran.append(1)

    def test_the_body_ran_for_those_that_passed():
        assert ran == [1]
    """
    )
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(
        [
            "R12 A missing signature is rejected",
            "  expected  *",
            "  observed  2 of 2 not rejected with 4xx: *",
            "  hint      *",
            "    > POST /hook HTTP/1.1",
            "    < HTTP/1.1 200 OK",
        ]
    )
    assert "pytest_plugin" not in result.stdout.str(), "no trace of the plugin"


def test_strictness_functions_and_one_of_many(run: Run) -> None:
    result = run(
        SERVER
        + """
    class TestReceiver:
        @pytest.mark.refold_conformance(lambda: "http://127.0.0.1:1/", only=["R01"])
        def test_nobody(self):
            pass

        @pytest.mark.refold_conformance("server", strict=True, only=["R18", "R01"])
        def test_strict(self, server_url):
            assert server_url
    """,
        "-k", "nobody or R18",
    )  # fmt: skip
    result.assert_outcomes(failed=2, deselected=1)
    result.stdout.fnmatch_lines(["*there is no receiver at 127.0.0.1:1: *", "hint: Start it first*", "R18 *"])


def test_what_is_reported_is_kept(run: Run, pytester: pytest.Pytester) -> None:
    run(
        SERVER
        + """
    @pytest.mark.refold_conformance("server", only=["R18"])
    def test_receiver():
        pass
    """,
        "--junitxml=out.xml", "-rP",
    ).stdout.fnmatch_lines(["*Captured refold call*", "R18 A signature in upper case", "  observed *"])  # fmt: skip
    kept = (pytester.path / "out.xml").read_text()
    assert '<property name="refold_verdict" value="info" />' in kept
    assert 'name="refold_observed"' in kept


@pytest.mark.parametrize(
    ("marker", "message"),
    [
        ('"server", only=["R99"]', "test_receiver: error: there is no check 'R99'"),
        (
            '"server", onyl=["R01"]',
            "test_receiver: @pytest.mark.refold_conformance has no 'onyl'; it takes url, only, skip*",
        ),
        ("", "test_receiver: @pytest.mark.refold_conformance takes one URL; it takes url*"),
        ('"server", only=["R01"], skip=["R01"]', "hint: only names what runs, skip takes away from that."),
    ],
)
def test_mistakes_are_told_when_tests_are_collected(run: Run, marker: str, message: str) -> None:
    result = run(
        f"""
        import pytest

        @pytest.mark.refold_conformance({marker})
        def test_receiver():
            pass
        """
    )
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([message])
    assert len(result.outlines) < 12, "no trace"


def test_asynchronous_tests_can_be_marked_too(run: Run) -> None:
    run(
        SERVER
        + """
    @pytest.mark.anyio
    @pytest.mark.refold_conformance("server", only=["R01", "R12"])
    async def test_receiver(anyio_backend_name):
        assert anyio_backend_name == "asyncio"

    @pytest.fixture
    def anyio_backend():
        return "asyncio"
    """
    ).assert_outcomes(passed=2)


def test_what_the_marker_names_is_used_as_if_the_function_named_it(run: Run) -> None:
    run(
        SERVER
        + """
    @pytest.fixture(autouse=True)
    def prepared(request):
        request.node.prepared = {"server", "server_url"} <= set(request.fixturenames)

    @pytest.fixture(params=["/hook", "/other"])
    def each(server, request):
        return server.url.removesuffix("/hook") + request.param

    @pytest.mark.refold_conformance("server_url", only="R01")
    def test_function(request):
        assert request.node.prepared

    @pytest.mark.refold_conformance(url="server_url", only="R01")
    class TestReceiver:
        def test_class(self, request):
            assert request.node.prepared

        @staticmethod
        @pytest.mark.refold_conformance("each", only="R12")
        def test_each():
            pass

    def test_another(request):
        assert not request.node.prepared
    """
    ).assert_outcomes(passed=5)


def test_a_mock_that_is_named_like_a_test_is_left_alone(run: Run) -> None:
    run(
        """
        from unittest import mock

        test_mock = mock.Mock()

        def test_it():
            pass
        """,
        "-W", "ignore::pytest.PytestCollectionWarning",
    ).assert_outcomes(passed=1)  # fmt: skip


def test_a_check_that_is_left_out_says_what_it_needs(run: Run) -> None:
    run(
        SERVER
        + """
    @pytest.mark.refold_conformance("server", only="R28")
    def test_receiver():
        pass
    """,
        "-rs",
    ).stdout.fnmatch_lines(["SKIPPED * a status does not show what was done: it needs the probe that effects names"])


def test_a_method_that_can_have_no_items_fails(run: Run) -> None:
    result = run(
        """
        import unittest
        import pytest

        class Receiver(unittest.TestCase):
            @pytest.mark.refold_conformance("http://127.0.0.1:1/")
            def test_receiver(self):
                pass
        """
    )
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["@pytest.mark.refold_conformance makes no checks of a method of unittest.TestCase: *"])


RIGHT_RECEIVER = """
    import asyncio
    import threading
    import pytest
    from tests.mutants.receivers import KEY, Receiver, serving

    receiver = Receiver(%s)

    @pytest.fixture
    def refold_key():
        return KEY

    @pytest.fixture(scope="session")
    def app():
        loop, ready, stop = asyncio.new_event_loop(), threading.Event(), asyncio.Event()
        found = []

        async def serve():
            async with serving(receiver) as url:
                found.append(url + "/hook")
                ready.set()
                await stop.wait()

        thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
        thread.start()
        assert ready.wait(10)
        yield found[0]
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()

    @pytest.mark.refold_conformance("app", only="R35 R28 R12 R08 R01", effects=lambda: receiver.count)
    def test_receiver(): pass
"""


def test_a_right_receiver_passes_and_the_last_check_is_last(run: Run) -> None:
    result = run(RIGHT_RECEIVER % "", "-vv")
    result.assert_outcomes(passed=5)
    ids = [line.split("[")[1][:3] for line in result.outlines if "PASSED" in line]
    assert ids == ["R01", "R08", "R12", "R28", "R35"]


def test_effects_are_counted(run: Run) -> None:
    result = run(RIGHT_RECEIVER % '"does-everything-twice", "acts-before-it-rejects"')
    assert {line.split("[")[1][:3] for line in result.outlines if line.startswith("FAILED")} == {"R08", "R12", "R28"}


def test_effects_that_are_no_count_are_told(run: Run) -> None:
    result = run(RIGHT_RECEIVER.replace("lambda: receiver.count", "lambda: None") % "")
    result.assert_outcomes(failed=5)
    result.stdout.fnmatch_lines(["error: --effects: what the probe gives holds no count"])
