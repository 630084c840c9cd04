"""One signal stops, a second one ends: whatever the main thread is waiting for."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading

import pytest

from hookwright.cli.interrupts import APPLY, stop_on_signals

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals to a process of one's own")

WAITS = """
import os, signal, sys, threading
from hookwright.cli.interrupts import stop_on_signals
stop = threading.Event()
with stop_on_signals(stop, lambda text: print(text, flush=True)):
    print("ready", flush=True)
    threading.Lock().acquire() and stop.wait()
    lock = threading.Lock()
    lock.acquire()
    lock.acquire(timeout=30)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_sets_stop_and_says_so(number: signal.Signals) -> None:
    said: list[str] = []
    heard = threading.Event()

    def say(text: str) -> None:
        said.append(text)
        heard.set()

    before = [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)]
    stop = threading.Event()
    with stop_on_signals(stop, say):
        assert not stop.is_set()
        os.kill(os.getpid(), number)
        assert heard.wait(10)
        assert stop.is_set()
    assert said == [f"{number.name}: {APPLY}"]
    assert [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)] == before


def test_other_signals_are_no_business_of_it() -> None:
    stop = threading.Event()
    before = signal.signal(signal.SIGUSR1, lambda *_: None)
    try:
        with stop_on_signals(stop, lambda text: pytest.fail(text)):
            os.kill(os.getpid(), signal.SIGUSR1)
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert not stop.is_set()


def test_the_second_ends_the_process_while_the_main_thread_waits() -> None:
    with subprocess.Popen([sys.executable, "-c", WAITS], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGINT)
        assert process.stdout.readline().startswith("SIGINT: ")
        process.send_signal(signal.SIGINT)
        assert process.wait(15) == 3
