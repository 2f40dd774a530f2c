"""A bad network before a server: by a seed it drops requests, delays them, sends them twice and cuts answers off."""

import http.client
import random
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

DELAY_SECONDS_MAX = 0.2
ANSWER_SECONDS_MAX = 90
# What belongs to one connection goes no further.
OF_THE_CONNECTION = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length", "host"})


@dataclass
class BadNetwork:
    """How bad: the shares of requests that are dropped, delayed, sent twice, and of answers that are cut."""

    target: str
    drops: float = 0.0
    delays: float = 0.0
    duplicates: float = 0.0
    cuts: float = 0.0
    seed: int = 7
    address: str = ""
    # What befell the requests.
    befell: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._chance, self._lock = random.Random(self.seed), threading.Lock()

    def fate(self) -> str:
        """Choose what befalls the next request."""
        with self._lock:
            shares = (self.drops, self.delays, self.duplicates, self.cuts)
            weights = (*shares, 1 - sum(shares))
            (name,) = self._chance.choices(("drop", "delay", "duplicate", "cut", "pass"), weights)
            self.befell[name] += 1
            return name

    def half(self) -> bool:
        """Toss a coin."""
        with self._lock:
            return self._chance.random() < 0.5


@contextmanager
def bad_network(network: BadNetwork) -> Iterator[BadNetwork]:
    """Carry requests until the end of the block; the network's `address` is what a client is told."""
    server = _Server(("127.0.0.1", 0), _Carrier)
    server.network = network
    network.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield network
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64
    network: BadNetwork

    def handle_error(self, request: object, client_address: object) -> None:
        """Both sides hang up on purpose here."""


class _Carrier(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def _carry(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        fate = self.server.network.fate()
        if fate == "drop":
            self._hang_up()
            return
        if fate == "delay":
            time.sleep(DELAY_SECONDS_MAX)
        if fate == "duplicate":
            twin = threading.Thread(target=self._twin, args=[body], daemon=True)
            twin.start()
        try:
            answer = self._asked(body)
        except (OSError, http.client.HTTPException):
            # The server is away, as after a death.
            self.server.network.befell["server away"] += 1
            self._hang_up()
            return
        self._bring(answer, is_cut=fate == "cut")

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _carry

    def _twin(self, body: bytes) -> None:
        with suppress(OSError, http.client.HTTPException):
            self._asked(body)

    def _asked(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        parts = urlsplit(self.server.network.target)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=ANSWER_SECONDS_MAX)
        headers = {name: value for name, value in self.headers.items() if name.lower() not in OF_THE_CONNECTION}
        try:
            connection.request(self.command, self.path, body or None, headers)
            answer = connection.getresponse()
            return answer.status, answer.getheaders(), answer.read()
        finally:
            connection.close()

    def _bring(self, answer: tuple[int, list[tuple[str, str]], bytes], *, is_cut: bool) -> None:
        status, headers, body = answer
        if is_cut and self.server.network.half():
            self._hang_up()
            return
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in OF_THE_CONNECTION:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if is_cut else body)
        if is_cut:
            self._hang_up()

    def _hang_up(self) -> None:
        self.close_connection = True
        with suppress(OSError):
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""
