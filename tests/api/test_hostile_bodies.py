"""Bodies that break careless servers: never a 500, never HTML, nothing written."""

import gzip

import pytest

from tests.api.conftest import Partner
from tests.cast import World
from tests.looking import nothing_written

HOSTILE: dict[str, tuple[bytes, int]] = {
    "nested brackets": (b"[" * 200_000, 400),
    "nested objects": (b'{"a":' * 100_000, 400),
    "closed nesting": (b"[" * 5_000 + b"]" * 5_000, 400),
    "duplicate keys": (b'{"fund": "a", "fund": "b"}', 400),
    "nan": (b'{"money": {"amount": NaN, "currency": "CNY"}}', 400),
    "infinity": (b'{"money": {"amount": -Infinity}}', 400),
    "long number": (b'{"money": {"amount": 1' + b"0" * 10_000 + b"}}", 400),
    "huge exponent": (b'{"money": {"amount": 1e999999}}', 400),
    "lone surrogate": (b'{"note": "\\ud800"}', 400),
    "half utf-8": (b'{"note": "\xe6\x9a"}', 400),
    "utf-16": ('{"note": "x"}'.encode("utf-16"), 400),
    "empty": (b"", 422),
    "a list": (b"[]", 422),
    "a number": (b"7", 422),
    "null": (b"null", 422),
    "trailing": (b'{} {"a": 1}', 400),
    "a byte order mark": (b"\xef\xbb\xbf{", 400),
    "gzip": (gzip.compress(b"0" * 10_000_000), 400),
    "three megabytes": (b'{"note": "' + b"x" * 3_000_000 + b'"}', 413),
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("path", ["/donations/money", "/scans", "/parcels"])
def test_a_hostile_body_is_refused(world: World, partner: Partner, name: str, path: str) -> None:
    body, status = HOSTILE[name]
    with nothing_written():
        answer = partner.post(path, raw=body)
    assert answer.status_code == status, answer.content[:300]
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert b"<html" not in answer.content


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", "multipart/form-data; boundary=x", ""])
def test_another_media_type_is_refused(world: World, partner: Partner, content_type: str) -> None:
    answer = partner.post("/donations/money", raw=b"{}", content_type=content_type)
    assert answer.status_code == 415
    assert answer.headers["Content-Type"].startswith("application/problem+json")


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/donations/not-a-uuid",
        "/parcels/%00",
        "/parcels/..%2f..",
        "/ledgers/nothing",
        "/traces/%F0%9F%98%80",
    ],
)
def test_an_address_that_is_not_there_is_a_problem_document(world: World, partner: Partner, path: str) -> None:
    answer = partner.get(path)
    assert answer.status_code in (404, 422)
    assert answer.headers["Content-Type"].startswith("application/problem+json")


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=501",
        "limit=x",
        "limit=1&limit=2",
        "cursor=!!",
        "cursor=" + "a" * 300,
        "colour=red",
        "limit=%00",
    ],
)
def test_unknown_and_malformed_parameters_are_refused(world: World, partner: Partner, query: str) -> None:
    answer = partner.get(f"/parcels?{query}")
    assert answer.status_code == 400, answer.content
    assert answer.json()["code"] in {"query_unknown", "cursor_invalid"}


def test_a_host_that_is_not_ours_is_a_problem_document(world: World, partner: Partner) -> None:
    answer = partner.client.get("/api/v1/parcels", headers={"Host": "evil.example"})
    assert (answer.status_code, answer.json()["code"]) == (400, "unreadable")
    assert partner.client.get("/", headers={"Host": "evil.example"}).status_code == 400


def test_a_method_that_is_not_there_is_a_problem_document(world: World, partner: Partner) -> None:
    answer = partner.client.delete("/api/v1/parcels", headers={"Authorization": f"Bearer {partner.key}"})
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
