"""An HTTP/1.1 answer, read as its bytes come in; the bytes are kept as they are.

A client library would tidy up what is evidence here: it hides the bytes, follows redirects, and raises on an answer
that is no HTTP. This reads what RFC 9112 says of framing (§6) and nothing else.
"""

from __future__ import annotations

from enum import Enum
from typing import Final

from hookwright.model.conformance import KEPT

_LONGEST_HEAD: Final = 64 * 1024
_LONGEST_LINE: Final = 4 * 1024
_NO_HTTP: Final = "the answer is not HTTP"
_BODYLESS: Final = frozenset({204, 304})


class _Await(Enum):
    """What the next bytes are."""

    HEAD = "head"
    LENGTH = "length"  # of the body, known
    CHUNK_SIZE = "chunk size"
    CHUNK = "chunk"
    CHUNK_END = "chunk end"
    TRAILER = "trailer"
    CLOSE = "close"  # the body ends with the connection
    NOTHING = "nothing"


class Answer:
    """One answer as it comes in.

    Args:
        method: the method it answers: an answer to HEAD has no body.

    Attributes:
        kept: its bytes as they came, the first :data:`KEPT`.
        size: how many bytes came.
        status: its status; None before the head is complete.
        headers: names in lower case and values, in order.
        body: the first bytes of the body, without framing.
        problem: why it makes no sense, or an empty string.
    """

    def __init__(self, method: str) -> None:
        self.kept = bytearray()
        self.size = 0
        self.status: int | None = None
        self.headers: list[tuple[str, str]] = []
        self.body = bytearray()
        self.problem = ""
        self._method = method
        self._buffer = bytearray()
        self._await = _Await.HEAD
        self._left = 0
        self._persistent = False

    @property
    def complete(self) -> bool:
        """Whether it has ended, well or not."""
        return self._await is _Await.NOTHING

    @property
    def keeps_open(self) -> bool:
        """Whether the connection can take another request after it."""
        wish = self.header("connection").lower()
        return not self.problem and wish != "close" and (self._persistent or wish == "keep-alive")

    def header(self, name: str) -> str:
        """The value of the first header of that name (in lower case); an empty string where there is none."""
        return next((value for header, value in self.headers if header == name), "")

    def feed(self, data: bytes) -> None:
        """Take the next bytes; what comes behind the end is not looked at."""
        self.size += len(data)
        self.kept += data[: KEPT - len(self.kept)]
        self._buffer += data
        while self._buffer and not self.complete and self._step():
            pass

    def close(self) -> bool:
        """The connection has ended; gives whether the answer is whole."""
        if self._await is _Await.CLOSE:
            self._await = _Await.NOTHING
        return self.complete and not self.problem

    def _step(self) -> bool:
        """Take one piece out of the buffer; gives whether there was a whole one."""
        match self._await:
            case _Await.HEAD:
                return self._head()
            case _Await.LENGTH | _Await.CHUNK:
                return self._content()
            case _Await.CLOSE:
                self._keep_body(self._buffer)
                self._buffer.clear()
                return False
            case _:
                return self._chunk_line()

    def _head(self) -> bool:
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            if len(self._buffer) > _LONGEST_HEAD or not b"HTTP/1.".startswith(self._buffer[:7]):
                self._fail(_NO_HTTP)
            return False
        first, *lines = bytes(self._buffer[:end]).split(b"\r\n")
        del self._buffer[: end + 4]
        words = first.split(b" ", 2)
        if not first.startswith(b"HTTP/1.") or len(words) < 2 or not words[1].isdigit() or len(words[1]) != 3:
            self._fail(_NO_HTTP)
            return False
        pairs = [line.decode("latin-1").partition(":") for line in lines]
        status = int(words[1])
        if 100 <= status < 200:
            return True  # An interim answer: the real one follows.
        self.status = status
        self._persistent = not first.startswith(b"HTTP/1.0")
        self.headers = [(name.strip().lower(), value.strip()) for name, _, value in pairs]
        self._frame(status)
        return True

    def _frame(self, status: int) -> None:
        """Where the body ends (RFC 9112 §6.3)."""
        length = self.header("content-length")
        if self._method == "HEAD" or status in _BODYLESS:
            self._await = _Await.NOTHING
        elif "chunked" in self.header("transfer-encoding").lower():
            self._await = _Await.CHUNK_SIZE
        elif not length:
            self._await = _Await.CLOSE
        elif not (length.isascii() and length.isdigit()):
            self._fail("the answer's Content-Length is no number")
        else:
            self._left = int(length)
            self._await = _Await.LENGTH if self._left else _Await.NOTHING

    def _content(self) -> bool:
        piece = self._buffer[: self._left]
        del self._buffer[: len(piece)]
        self._keep_body(piece)
        self._left -= len(piece)
        if not self._left:
            self._await = _Await.NOTHING if self._await is _Await.LENGTH else _Await.CHUNK_END
        return not self._left

    def _chunk_line(self) -> bool:
        end = self._buffer.find(b"\r\n")
        if end < 0:
            if len(self._buffer) > _LONGEST_LINE:
                self._fail("the answer's chunks make no sense")
            return False
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 2]
        if self._await is _Await.CHUNK_END:
            self._await = _Await.CHUNK_SIZE
        elif self._await is _Await.TRAILER:
            self._await = _Await.TRAILER if line else _Await.NOTHING
        else:
            try:
                self._left = int(line.partition(b";")[0].strip(), 16)
            except ValueError:
                self._fail("the answer's chunks make no sense")
                return False
            self._await = _Await.CHUNK if self._left else _Await.TRAILER
        return True

    def _keep_body(self, piece: bytes | bytearray) -> None:
        self.body += piece[: KEPT - len(self.body)]

    def _fail(self, problem: str) -> None:
        self.problem = problem
        self._await = _Await.NOTHING
