"""The receiver: raw bytes kept, signatures judged, faults as scripted, on plain sockets."""

from __future__ import annotations

import gc
import socket
import threading
import time
from datetime import UTC

import pytest

from hookwright.errors import LocalError
from hookwright.harness.answers import Answer, Cut, Script, fault_script
from hookwright.harness.background import serve_receiver_in_thread
from hookwright.harness.receiver import MAX_BODY, check_signature
from hookwright.model.delivery import Key, Verdict
from hookwright.signing import sign
from tests.unit.harness.wire import exchange, post, status

KEY = Key("environment test", "tk_test_0123456789abcdef")
OTHER = Key("OTHER_KEY", "tk_test_other")
BODY = b'{"event":"Workflow Errored"} \xff\x00\r\n'


def signed(body: bytes, key: Key = KEY, **given: bytes) -> bytes:
    return post(body=body, headers=b"X-Cobalt-Signature: %s\r\n" % sign(body, key.value).encode(), **given)


def test_raw_bytes_are_kept() -> None:
    with serve_receiver_in_thread(keys=[OTHER, KEY]) as receiver:
        header = b"X-Odd:  \xc3\xa9\xff end \r\nX-Odd: 2\r\nX-Cobalt-Signature: %s\r\n" % sign(BODY, KEY.value).encode()
        answer = exchange(receiver.url, post(b"/a%2Fb/./c?x=%20&y", BODY, header, b"PUT"))
        (received,) = receiver.deliveries
    assert status(answer) == 200
    assert (received.id, received.method, received.path) == ("1", "PUT", "/a%2Fb/./c?x=%20&y")
    assert received.body == BODY
    assert received.headers[2:4] == (("X-Odd", "\xc3\xa9\xff end"), ("X-Odd", "2"))
    assert (received.signature, received.key) == (Verdict.VALID, "environment test")
    assert (received.attempt, received.answered) == (1, 200)
    assert received.received_at.tzinfo is UTC
    assert 0 <= received.duration < 5


def test_an_answer_that_its_sender_gave_up_ends_with_the_receiver(caplog: pytest.LogCaptureFixture) -> None:
    taken = threading.Event()

    def script(path: str) -> Script:
        taken.set()
        return Script(then=Answer(delay=60))

    with serve_receiver_in_thread(script=script) as receiver:
        with socket.create_connection(("127.0.0.1", int(receiver.url.rpartition(":")[2]))) as connection:
            connection.sendall(signed(BODY))
            assert taken.wait(5)
        time.sleep(0.1)  # until the receiver knows that the connection has ended
    gc.collect()
    assert "destroyed" not in caplog.text


def test_a_chunked_body_is_joined_and_an_encoded_one_not_unpacked() -> None:
    chunked = (
        b"POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n"
        b"Content-Encoding: gzip\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n"
    )
    with serve_receiver_in_thread() as receiver:
        assert status(exchange(receiver.url, chunked)) == 200
        assert receiver.deliveries[0].body == b"abcde"


def test_a_path_that_is_no_ascii_is_kept_byte_for_byte() -> None:
    with serve_receiver_in_thread() as receiver:
        exchange(receiver.url, post(b"/\xc3\xa9"))
        deliveries = receiver.deliveries
    assert [received.path for received in deliveries] in ([], ["/\xc3\xa9"])  # aiohttp may refuse it


@pytest.mark.parametrize(
    ("headers", "verdict"),
    [
        ([], (Verdict.MISSING, "")),
        ([("x-cobalt-signature", sign(BODY, KEY.value))], (Verdict.VALID, KEY.name)),
        ([("X-COBALT-SIGNATURE", sign(BODY, OTHER.value))], (Verdict.VALID, OTHER.name)),
        ([("x-cobalt-signature", "")], (Verdict.INVALID, "")),
        ([("x-cobalt-signature", sign(BODY, KEY.value).upper())], (Verdict.INVALID, "")),
        ([("x-cobalt-signature", sign(BODY, "tk_test_unknown"))], (Verdict.INVALID, "")),
        ([("x-cobalt-signature", sign(BODY, KEY.value))] * 2, (Verdict.INVALID, "")),
        ([("x-cobalt-signature", "é")], (Verdict.INVALID, "")),
    ],
)
def test_verdicts(headers: list[tuple[str, str]], verdict: tuple[Verdict, str]) -> None:
    assert check_signature(headers, BODY, [KEY, OTHER]) == verdict


def test_without_a_key_nothing_is_valid() -> None:
    assert check_signature([("x-cobalt-signature", sign(BODY, KEY.value))], BODY, []) == (Verdict.INVALID, "")


def test_the_first_attempts_of_each_delivery_fail() -> None:
    with serve_receiver_in_thread(script=fault_script(fail=2, status=202)) as receiver:
        one = [status(exchange(receiver.url, post(body=b"1"))) for _ in range(4)]
        other = [status(exchange(receiver.url, post(body=b"2"))) for _ in range(3)]
        elsewhere = status(exchange(receiver.url, post(b"/x", b"1")))
    assert (one, other, elsewhere) == ([500, 500, 202, 202], [500, 500, 202], 500)
    assert [received.attempt for received in receiver.deliveries] == [1, 2, 3, 4, 1, 2, 3, 1]
    assert [received.answered for received in receiver.deliveries] == [500, 500, 202, 202, 500, 500, 202, 500]
    assert [received.id for received in receiver.deliveries] == [str(number) for number in range(1, 9)]


def test_answers_by_path() -> None:
    scripts = {"/a?x": Script(then=Answer(202)), "/b": fault_script(fail=1)}
    with serve_receiver_in_thread(script=lambda path: scripts.get(path, Script())) as receiver:
        answers = [status(exchange(receiver.url, post(path))) for path in (b"/a?x", b"/a", b"/b", b"/b")]
    assert answers == [202, 200, 500, 200]


def test_a_reset_is_a_reset_and_a_drop_is_none() -> None:
    with serve_receiver_in_thread(script=Script((Answer(cut=Cut.RESET), Answer(cut=Cut.DROP)))) as receiver:
        with pytest.raises(ConnectionResetError):
            exchange(receiver.url, post())
        assert exchange(receiver.url, post()) == b""
        assert status(exchange(receiver.url, post())) == 200
        assert [received.answered for received in receiver.deliveries] == [None, None, 200]


def test_headers_and_body_of_a_scripted_answer() -> None:
    answer = Answer(429, headers=(("Retry-After", "7"), ("X-A", "b")), body=b"slow down")
    with serve_receiver_in_thread(script=Script(then=answer)) as receiver:
        raw = exchange(receiver.url, post())
    assert status(raw) == 429
    assert b"\r\nRetry-After: 7\r\nX-A: b\r\n" in raw
    assert raw.endswith(b"\r\n\r\nslow down")


def test_a_delayed_answer_holds_up_no_other() -> None:
    with serve_receiver_in_thread(script=Script((Answer(delay=30.0),), Answer())) as receiver:
        host, _, port = receiver.url.removeprefix("http://").partition(":")
        with socket.create_connection((host, int(port)), timeout=10) as waiting:
            waiting.sendall(post(body=b"x", headers=b"Expect: 100-continue\r\n"))
            assert waiting.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"  # It is taken up; the next is the second.
            assert status(exchange(receiver.url, post(body=b"x"))) == 200
            assert [received.attempt for received in receiver.deliveries] == [2]


def test_a_payload_in_a_header_is_taken() -> None:
    with serve_receiver_in_thread() as receiver:
        assert status(exchange(receiver.url, post(headers=b"X-All: " + b"x" * 60_000 + b"\r\n"))) == 200
        assert len(receiver.deliveries[0].header("x-all") or "") == 60_000
        assert status(exchange(receiver.url, post(headers=b"X-All: " + b"x" * 70_000 + b"\r\n"))) == 400


def test_too_large_a_body_is_refused_and_not_recorded() -> None:
    head = b"POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % (MAX_BODY + 1)
    with serve_receiver_in_thread() as receiver:
        assert status(exchange(receiver.url, head)) == 413
        assert receiver.deliveries == ()


def test_continue_is_answered_before_the_body() -> None:
    with serve_receiver_in_thread() as receiver:
        host, _, port = receiver.url.removeprefix("http://").partition(":")
        with socket.create_connection((host, int(port)), timeout=10) as connection:
            connection.sendall(
                b"POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
            )
            assert connection.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
            connection.sendall(b"{}")
            assert status(connection.recv(1000)) == 200


@pytest.mark.parametrize("raw", [b"garbage\r\n\r\n", b"POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n"])
def test_what_is_no_http_is_refused_without_a_word(raw: bytes, capfd: pytest.CaptureFixture[str]) -> None:
    with serve_receiver_in_thread() as receiver:
        assert status(exchange(receiver.url, raw)) == 400
        assert receiver.deliveries == ()
    assert capfd.readouterr() == ("", "")


def test_a_sender_that_goes_away_midway_leaves_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    with serve_receiver_in_thread() as receiver:
        host, _, port = receiver.url.removeprefix("http://").partition(":")
        with socket.create_connection((host, int(port)), timeout=10) as connection:
            connection.sendall(b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nabc")
        assert status(exchange(receiver.url, post())) == 200
        assert [received.body for received in receiver.deliveries] == [b"{}"]
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("method", [b"GET", b"HEAD", b"DELETE", b"OPTIONS"])
def test_any_method_is_recorded(method: bytes) -> None:
    with serve_receiver_in_thread() as receiver:
        assert status(exchange(receiver.url, post(body=b"", method=method))) == 200
        assert receiver.deliveries[0].method == method.decode()


def test_a_port_that_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with (
            pytest.raises(LocalError, match=f"cannot listen on 127.0.0.1 port {port}: address already in use") as told,
            serve_receiver_in_thread(port=port),
        ):
            pass
    assert told.value.hint == "Another port may be free; 0 takes one that is."


@pytest.mark.parametrize("host", ["192.0.2.1", "no-such-host.invalid", "a..b"])
def test_a_host_that_is_not_here(host: str) -> None:
    with pytest.raises(LocalError, match="cannot listen on"), serve_receiver_in_thread(host=host):
        pass


def test_ipv6_is_shown_in_brackets() -> None:
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            pass
    except OSError:
        pytest.skip("this machine has no IPv6 loopback")
    with serve_receiver_in_thread(host="::1") as receiver:
        assert receiver.url.startswith("http://[::1]:")


def test_waiting_for_deliveries() -> None:
    with serve_receiver_in_thread(kept=2) as receiver:
        with pytest.raises(TimeoutError, match=r"0 of 1 deliveries after 0.01 s"):
            receiver.wait(1, timeout=0.01)
        for number in range(3):
            thread = threading.Thread(target=exchange, args=(receiver.url, post(body=b"%d" % number)))
            thread.start()
            receiver.wait(number + 1)
            thread.join()
        assert [received.body for received in receiver.wait(3)] == [b"1", b"2"]
