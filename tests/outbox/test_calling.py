"""Where a call may go, and how little a bad receiver can do."""

import socket
import time
from typing import Any

import pytest

from logistics.outbox import calling
from logistics.outbox.calling import EndpointAddressRefused, call, require_callable
from tests.outbox.receiver import ADDRESS, Receiver

# One house, many spellings: loopback, private, link-local, metadata, carrier's, mapped and translated addresses.
INSIDE = [
    "127.0.0.1",
    "127.1",
    "2130706433",
    "0x7f000001",
    "0177.0.0.1",
    "127.0.0.1.",
    "localhost",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::]",
    "0.0.0.0",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "[fe80::1]",
    "[fd00:ec2::254]",
    "100.64.0.1",
    "168.63.129.16",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
    "224.0.0.1",
    "255.255.255.255",
]
FORMS = [
    "http://93.184.216.34/hook",
    "ftp://93.184.216.34/hook",
    "https://user:word@93.184.216.34/",
    "https://93.184.216.34/#part",
    "https:///hook",
    "https://93.184.216.34:99999/",
    "https://93.184.216.34/a b",
    "https://例子.测试/",
    "https://nobody.invalid/",
    "https://93.184.216.34/" + "x" * 500,
    "javascript:alert(1)",
]


@pytest.mark.parametrize("host", INSIDE)
def test_an_address_inside_the_house_is_refused_in_every_spelling(host: str) -> None:
    with pytest.raises(EndpointAddressRefused):
        require_callable(f"https://{host}/hook")
    result = call(f"https://{host}:4/hook", body=b"{}", headers={})
    assert (result.status, result.fault in {"address_refused", "unreachable"}) == (0, True)


def test_none_of_them_is_even_connected_to(monkeypatch: Any) -> None:
    def connect(*args: object, **more: object) -> None:
        raise AssertionError("a connection was tried")

    monkeypatch.setattr("urllib3.util.connection.create_connection", connect)
    for host in INSIDE:
        call(f"https://{host}/", body=b"", headers={})


@pytest.mark.parametrize("url", FORMS)
def test_another_form_of_address_is_refused(url: str) -> None:
    with pytest.raises(EndpointAddressRefused):
        require_callable(url)


def test_public_addresses_are_taken() -> None:
    require_callable("https://93.184.216.34/hook?of=1")
    require_callable("https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]:8443/hook")


def test_a_name_that_moves_inside_after_it_was_checked_is_refused(receiver: Receiver, monkeypatch: Any) -> None:
    answers = iter([ADDRESS, "127.0.0.1", "127.0.0.1"])

    def look_up(host: str, port: Any, *args: object, **more: object) -> list[Any]:
        address = host if host[0].isdigit() else next(answers)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port or 0))]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    require_callable("https://partner.example/hook")
    assert call("https://partner.example/hook", body=b"", headers={}).fault == "address_refused"
    assert receiver.calls == []


def test_a_name_is_looked_up_once_for_each_call(receiver: Receiver, monkeypatch: Any) -> None:
    asked = []

    def look_up(host: str, port: Any, *args: object, **more: object) -> list[Any]:
        asked.append(host)
        address = ADDRESS if host == "localhost" else host
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, int(port or 0)))]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    url = receiver.url.replace(ADDRESS, "localhost")
    assert call(url, body=b"{}", headers={}).status == 204
    # The second time it is the address that was checked, spelled out.
    assert asked == ["localhost", ADDRESS]


def test_a_redirect_is_not_followed(receiver: Receiver) -> None:
    receiver.statuses = [302, 307]
    for status in (302, 307):
        result = call(receiver.url, body=b"{}", headers={})
        assert (result.status, result.fault) == (status, "redirected")
    assert len(receiver.calls) == 2


def test_a_certificate_of_nobody_is_refused(receiver: Receiver, settings: Any) -> None:
    settings.WEBHOOK_CA_FILE = ""
    assert call(receiver.url, body=b"{}", headers={}).fault == "certificate"
    assert receiver.calls == []


def test_a_gigabyte_is_not_read(receiver: Receiver) -> None:
    receiver.way = "huge"
    began = time.monotonic()
    assert call(receiver.url, body=b"{}", headers={}).status == 200
    assert time.monotonic() - began < 3
    until = time.monotonic() + 3
    while receiver.way == "huge" and time.monotonic() < until:
        time.sleep(0.01)
    assert receiver.way == "hung up on"


@pytest.mark.parametrize("way", ["silent", "dripping"])
def test_a_slow_receiver_is_left_in_time(receiver: Receiver, monkeypatch: Any, way: str) -> None:
    receiver.way = way
    monkeypatch.setattr(calling, "CALL_SECONDS_MAX", 0.4)
    result = call(receiver.url, body=b"{}", headers={})
    assert (result.status, result.fault) == (0, "timeout")
    assert result.seconds < 2


def test_a_receiver_that_hangs_up_is_unreachable(receiver: Receiver) -> None:
    receiver.way = "cut"
    assert call(receiver.url, body=b"{}", headers={}).fault == "unreachable"


def test_a_proxy_of_the_environment_is_not_asked(receiver: Receiver, monkeypatch: Any) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    assert call(receiver.url, body=b"{}", headers={"webhook-id": "1"}).status == 204
