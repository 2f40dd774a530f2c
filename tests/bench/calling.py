"""A client that scans over HTTP and costs little itself: one kept connection, bytes out, bytes in."""

import datetime as dt
import json
import socket
import uuid
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

RECEIVED_MAX = 1 << 20
SCANS_PATH = "/api/v1/scans"


class Caller:
    """A client with a connection of its own."""

    def __init__(self, address: str, key: str, path: str = SCANS_PATH) -> None:
        self.address, self.key, self._path = address, key, path
        parts = urlsplit(address)
        self._socket = socket.create_connection((parts.hostname or "", parts.port or 80))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._head = (
            f"POST {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nAuthorization: Bearer {key}\r\n"
            "Content-Type: application/json\r\nContent-Length: "
        ).encode()

    def again(self) -> "Caller":
        """Return another client of the same server."""
        return Caller(self.address, self.key, self._path)

    def send(self, scans: Sequence[dict[str, object]]) -> list[str]:
        """Send scans and return their outcomes."""
        return [row["outcome"] for row in json.loads(self.raw(body_of(scans)))["outcomes"]]

    def post(self, value: object) -> bytes:
        """Send one value and return the answer's bytes."""
        return self.raw(json.dumps(value).encode())

    def raw(self, body: bytes) -> bytes:
        """Send a body and return the answer's."""
        self._socket.sendall(b"%s%d\r\n\r\n%s" % (self._head, len(body), body))
        got = self._socket.recv(RECEIVED_MAX)
        while (end := got.find(b"\r\n\r\n")) < 0:
            got += self._more()
        head = got[:end].lower()
        assert head.startswith(b"http/1.1 200"), got
        length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
        while len(got) < end + 4 + length:
            got += self._more()
        return got[end + 4 :]

    def _more(self) -> bytes:
        more = self._socket.recv(RECEIVED_MAX)
        assert more, "the server has closed the connection"
        return more


_numbers: Iterator[int] = iter(range(10**9))
_FIRST = dt.datetime(2026, 1, 13, tzinfo=dt.UTC)


def scan(code: str, step: str) -> dict[str, object]:
    """Make a scan, each a millisecond after the last."""
    number = next(_numbers)
    at = (_FIRST + dt.timedelta(milliseconds=number)).isoformat()
    return {"scan_id": str(uuid.uuid4()), "code": code, "step": step, "scanned_at": at, "sequence": number}


def body_of(scans: Sequence[dict[str, object]]) -> bytes:
    """Write scans as the body of one call."""
    return json.dumps({"scans": scans}).encode()
