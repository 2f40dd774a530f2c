"""A partner's end of webhooks: a real https server that behaves as it is told, well or badly."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from django.utils import timezone

from logistics.management.certificates import kept_certificate

# Not the address of this machine's other servers: what may be called in a test is this address alone.
ADDRESS = "127.0.0.2"


@dataclass
class Receiver:
    """What came in, and how to answer: `statuses` by turns, then 204; `way` is how badly."""

    url: str
    certificate: Path
    statuses: list[int] = field(default_factory=list)
    way: str = "well"
    calls: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    is_over: threading.Event = field(default_factory=threading.Event)

    def bodies(self) -> list[bytes]:
        """List the bodies that came in."""
        return [body for _, body in self.calls]


@contextmanager
def receiving(folder: Path) -> Iterator[Receiver]:
    """Serve until the end of the block."""
    files = kept_certificate(folder, ADDRESS, now=timezone.now())
    server = _Server((ADDRESS, 0), _Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files.certificate, files.key)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    server.receiver = Receiver(f"https://{ADDRESS}:{server.server_port}/hook", files.certificate)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.receiver
    finally:
        server.receiver.is_over.set()
        server.shutdown()
        server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    receiver: Receiver

    def handle_error(self, request: object, client_address: object) -> None:
        """Callers hang up on purpose here."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:
        """Take a call."""
        receiver = self.server.receiver
        body = self.rfile.read(int(self.headers["Content-Length"]))
        receiver.calls.append(({name.lower(): value for name, value in self.headers.items()}, body))
        status = receiver.statuses.pop(0) if receiver.statuses else 204
        getattr(self, f"_{receiver.way}")(status)

    def _well(self, status: int) -> None:
        self.send_response(status)
        if 300 <= status < 400:
            self.send_header("Location", self.server.receiver.url + "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _silent(self, status: int) -> None:
        self.server.receiver.is_over.wait(30)

    def _dripping(self, status: int) -> None:
        self.connection.sendall(b"HTTP/1.1 200 OK\r\n")
        while not self.server.receiver.is_over.wait(0.05):
            self.connection.sendall(b"X")

    def _huge(self, status: int) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(2**30))
        self.end_headers()
        try:
            for _ in range(1024):
                self.wfile.write(bytes(2**20))
        except OSError:
            self.server.receiver.way = "hung up on"

    def _cut(self, status: int) -> None:
        socket.socket.shutdown(self.connection, socket.SHUT_RDWR)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""
