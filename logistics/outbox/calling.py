"""Call an address that a partner gave, and nothing else: https, public addresses, no redirects, bounded time.

The name is resolved once, every address that it has must be public, and the connection goes to the one that was
checked (Microsoft's AntiSSRF): a name that points elsewhere a moment later changes nothing.
"""

import socket
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import requests
from AntiSSRF import AntiSSRFError, AntiSSRFPolicy, PolicyConfigOptions
from django.conf import settings
from urllib3.connection import HTTPSConnection
from urllib3.connectionpool import HTTPSConnectionPool

from logistics.kernel.refusals import Unacceptable
from logistics.outbox.endpoint_models import URL_LENGTH_MAX

CONNECT_SECONDS = 5.0
SILENCE_SECONDS = 10.0
# Whatever the other end does, a call is over by then: also where it sends one byte a second.
CALL_SECONDS_MAX = 15.0


class EndpointAddressRefused(Unacceptable):
    code = "endpoint_address_refused"
    zh = "推送地址须为可从公网访问的 https 网址，且不含用户名、密码和 #：{why}。"
    en = "An endpoint is a public https address without user, password or fragment: {why}."


@dataclass(frozen=True)
class CallResult:
    """What came of a call: the status that was answered, 0 without one; why it does not count, empty where it does."""

    status: int
    fault: str
    seconds: float


class _Watch:
    """Cuts the connection of one call when its time is over."""

    def __init__(self) -> None:
        self.is_over = False
        self._connection: HTTPSConnection | None = None
        self._timer = threading.Timer(CALL_SECONDS_MAX, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> "_Watch":
        self._timer.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._timer.cancel()

    def pool(self) -> type[HTTPSConnectionPool]:
        """Make the kind of pool whose connections this watch knows."""
        watch = self

        class Connection(HTTPSConnection):
            def connect(self) -> None:
                watch._connection = self
                super().connect()

        class Pool(HTTPSConnectionPool):
            ConnectionCls = Connection

        return Pool

    def _cut(self) -> None:
        self.is_over = True
        line = self._connection.sock if self._connection else None
        if line is not None:
            # Past TLS, which the reading thread is in the middle of.
            socket.socket.shutdown(line, socket.SHUT_RDWR)


def require_callable(url: str) -> None:
    """Refuse EndpointAddressRefused for an address that would never be called."""
    parts = urlsplit(url)
    if len(url) > URL_LENGTH_MAX or not url.isascii() or not url.isprintable() or " " in url:
        raise EndpointAddressRefused(why="spelling", pointer="/url")
    if parts.scheme != "https" or not parts.hostname or parts.username or parts.password or parts.fragment:
        raise EndpointAddressRefused(why="form", pointer="/url")
    try:
        port = parts.port or 443
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except (OSError, ValueError, UnicodeError):
        raise EndpointAddressRefused(why="name", pointer="/url") from None
    if not _policy()._is_network_connection_allowed([str(item[4][0]) for item in found]):
        raise EndpointAddressRefused(why="address", pointer="/url")


def call(url: str, *, body: bytes, headers: Mapping[str, str]) -> CallResult:
    """Post a body and look at the status alone; never raises for what the other end does."""
    began = time.monotonic()
    with _Watch() as watch:
        try:
            status = _post(url, body, headers, watch)
            fault = _fault_of(status)
        except (requests.exceptions.RequestException, AntiSSRFError, OSError, ValueError) as error:
            status, fault = 0, _fault_in(error)
    # What was cut may still look like an answer: a status line whose headers never ended.
    return CallResult(*((0, "timeout") if watch.is_over else (status, fault)), time.monotonic() - began)


def _post(url: str, body: bytes, headers: Mapping[str, str], watch: _Watch) -> int:
    with _policy().get_antissrf_session() as session:
        # No proxy of the environment, which would resolve the name again; no .netrc.
        session.trust_env = False
        for adapter in session.adapters.values():
            adapter.poolmanager.pool_classes_by_scheme = {"https": watch.pool()}
        with session.post(
            url,
            data=body,
            headers=dict(headers),
            timeout=(CONNECT_SECONDS, SILENCE_SECONDS),
            allow_redirects=False,
            stream=True,
            verify=settings.WEBHOOK_CA_FILE or True,
        ) as answer:
            # The body is never read: a gigabyte costs nothing, and it could hold anything.
            return int(answer.status_code)


def _fault_of(status: int) -> str:
    if 300 <= status < 400:
        return "redirected"
    return "" if 200 <= status < 300 else "status"


def _fault_in(error: Exception) -> str:
    if isinstance(error, AntiSSRFError):
        return "address_refused"
    if isinstance(error, requests.exceptions.SSLError):
        return "certificate"
    return "timeout" if isinstance(error, requests.exceptions.Timeout) else "unreachable"


def _policy() -> AntiSSRFPolicy:
    policy = AntiSSRFPolicy(PolicyConfigOptions.EXTERNAL_ONLY_LATEST)
    policy.add_xff_header = False
    if settings.WEBHOOK_NETWORKS:
        policy.add_allowed_addresses(list(settings.WEBHOOK_NETWORKS))
    return policy
