"""The server's worker: threads stay with a connection that goes on, and never keep others waiting for it."""

import http.client
import threading
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from logistics.management.serving import THREADS
from tests.servers import serving

LIVE = "/api/v1/health/live"
# More than there are threads, by far.
CONNECTIONS = THREADS * 4
ROUNDS = 3
SECONDS_MAX = 20


@pytest.fixture
def address(committed_database: str) -> Iterator[str]:
    """A server with one process."""
    with serving(committed_database, workers=1, has_worker=False) as found:
        yield found


def _connected(address: str) -> http.client.HTTPConnection:
    parts = urlsplit(address)
    return http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=SECONDS_MAX)


def _asked(connection: http.client.HTTPConnection) -> int:
    connection.request("GET", LIVE)
    answer = connection.getresponse()
    answer.read()
    return answer.status


def test_more_kept_connections_than_threads_are_all_answered(address: str) -> None:
    kept = [_connected(address) for _ in range(CONNECTIONS)]
    answered: list[int] = []

    def ask(connection: http.client.HTTPConnection) -> None:
        for _ in range(ROUNDS):
            answered.append(_asked(connection))

    threads = [threading.Thread(target=ask, args=[connection]) for connection in kept]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS_MAX)
    assert answered == [200] * (CONNECTIONS * ROUNDS)


def test_who_pauses_is_answered_again_and_keeps_nobody_waiting(address: str) -> None:
    kept = [_connected(address) for _ in range(THREADS)]
    assert [_asked(connection) for connection in kept] == [200] * THREADS
    # Every thread may be staying with one of these now; a stranger is answered all the same.
    assert _asked(_connected(address)) == 200
    time.sleep(0.2)
    assert [_asked(connection) for connection in kept] == [200] * THREADS


def test_two_requests_in_one_packet_are_both_answered(address: str) -> None:
    connection = _connected(address)
    connection.connect()
    parts = urlsplit(address)
    request = f"GET {LIVE} HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n".encode()
    assert connection.sock is not None
    connection.sock.sendall(request * 2)
    got = b""
    until = time.monotonic() + SECONDS_MAX
    while got.count(b"HTTP/1.1 200") < 2 and time.monotonic() < until:
        got += connection.sock.recv(65_536)
    assert got.count(b"HTTP/1.1 200") == 2
