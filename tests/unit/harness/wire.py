"""Both ends of HTTP on plain sockets, for what a library would tidy up."""

from __future__ import annotations

import contextlib
import re
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
Action = bytes | Callable[[socket.socket], None]


def read_request(connection: socket.socket) -> bytes:
    """One request with its body, by Content-Length; empty where the connection ended."""
    raw = b""
    while b"\r\n\r\n" not in raw:
        piece = connection.recv(65536)
        if not piece:
            return b""
        raw += piece
    head, _, body = raw.partition(b"\r\n\r\n")
    found = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
    length = int(found[1]) if found else 0
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


def reset(connection: socket.socket) -> None:
    """Close with RST."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def hang(connection: socket.socket) -> None:
    """Answer nothing until the other end goes."""
    with contextlib.suppress(OSError):
        connection.recv(1)


class Server:
    """A server that answers the n-th request with the n-th action (the last for all that follow)."""

    def __init__(self, actions: Sequence[Action]) -> None:
        self.requests: list[bytes] = []
        self.connections = 0
        self._actions = actions
        self._lock = threading.Lock()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with self._lock:
                self.connections += 1
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _talk(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            while raw := read_request(connection):
                with self._lock:
                    action = self._actions[min(len(self.requests), len(self._actions) - 1)]
                    self.requests.append(raw)
                if callable(action):
                    action(connection)
                    return
                connection.sendall(action)


@contextmanager
def served(*actions: Action) -> Iterator[Server]:
    """A running :class:`Server`; 200 to everything where no action is given."""
    server = Server(actions or (OK,))
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.close()
        thread.join()


def exchange(url: str, request: bytes) -> bytes:
    """Send bytes, then read until the other end closes. Raises ConnectionResetError where it resets."""
    host, _, port = url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(request)
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
    return answer


def post(path: bytes = b"/", body: bytes = b"{}", headers: bytes = b"", method: bytes = b"POST") -> bytes:
    """A request that asks for the connection to be closed after the answer."""
    head = b"%s %s HTTP/1.1\r\nHost: h\r\nConnection: close\r\n%s" % (method, path, headers)
    return b"%sContent-Length: %d\r\n\r\n%s" % (head, len(body), body)


def status(answer: bytes) -> int:
    """The status of an answer."""
    return int(answer.split(b" ", 2)[1])
