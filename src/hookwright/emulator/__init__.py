"""The Refold platform on this machine, written from its documentation alone: the API, and the deliveries behind it."""

from hookwright.emulator.clock import Clock, RealClock, VirtualClock
from hookwright.emulator.deliveries import Retries
from hookwright.emulator.emulator import Emulator, Options
from hookwright.emulator.outgoing import Renderer
from hookwright.emulator.threads import Served, serve_in_thread

__all__ = [
    "Clock",
    "Emulator",
    "Options",
    "RealClock",
    "Renderer",
    "Retries",
    "Served",
    "VirtualClock",
    "serve_in_thread",
]
