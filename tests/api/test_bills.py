"""Official bills through the API: registered, photographed, voided, and gifts without one listed."""

import hashlib

import pytest

from tests.api.conftest import Partner
from tests.cast import World
from tests.looking import nothing_written
from tests.papers import photo

SHA256 = hashlib.sha256(photo()).hexdigest()
BODY = {
    "code": "11040126",
    "number": "0000012345",
    "issued_on": "2026-01-12",
    "issuer": "示例县财政局",
    "money": {"amount": 100_000, "currency": "CNY"},
    "photo_sha256": SHA256,
}


@pytest.fixture
def path(world: World) -> str:
    return f"/donations/{world.give_money().id}/official-bill"


def _put(partner: Partner, path: str, data: bytes):  # type: ignore[no-untyped-def]
    headers = {"Authorization": f"Bearer {partner.key}"}
    return partner.client.put(f"/api/v1{path}/photo", data=data, content_type="image/png", headers=headers)


def test_a_bill_is_registered_with_its_photo(world: World, partner: Partner, path: str) -> None:
    other = world.give_money()
    assert len(partner.get("/donations?official_bill=missing").json()["items"]) == 2
    first, again = partner.post(path, BODY), partner.post(path, BODY)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["has_photo"] is False
    assert _put(partner, path, photo()).json()["has_photo"] is True
    assert _put(partner, path, photo()).status_code == 200
    got = partner.get(f"{path}/photo")
    assert (got.content, got["Content-Type"]) == (photo(), "image/png")
    missing = partner.get("/donations?official_bill=missing").json()["items"]
    assert [row["id"] for row in missing] == [str(other.id)]
    assert len(partner.get("/donations?official_bill=registered").json()["items"]) == 1
    assert partner.get("/donations?official_bill=perhaps").status_code == 400


def test_a_wrong_one_is_voided_and_replaced(partner: Partner, path: str) -> None:
    partner.post(path, BODY)
    assert partner.post(path, {**BODY, "number": "2"}).json()["code"] == "bill_stands"
    assert partner.post(f"{path}/void", {"reason": "抄错"}).json()["reason"] == "抄错"
    assert partner.post(path, {**BODY, "number": "2"}).status_code == 201
    assert [row["number"] for row in partner.get(path).json()["items"]] == ["0000012345", "2"]


def test_bad_input_is_refused_and_nothing_stands(partner: Partner, path: str) -> None:
    assert partner.get(f"{path}/photo").status_code == 404
    with nothing_written():
        assert partner.post(f"{path}/void", {"reason": "x"}).status_code == 404
        for change in (
            {"money": {"amount": 1, "currency": "CNY"}},
            {"money": {"amount": 1.5, "currency": "CNY"}},
            {"issued_on": "2030-01-01"},
            {"number": "票"},
            {"number": "1" * 21},
            {"issuer": ""},
            {"photo_sha256": "abc"},
            {"more": 1},
        ):
            assert partner.post(path, {**BODY, **change}).status_code == 422, change
    partner.post(path, BODY)
    assert partner.get(f"{path}/photo").json()["code"] == "photo_missing"
    with nothing_written():
        assert _put(partner, path, photo(9)).json()["code"] == "photo_mismatch"
        assert _put(partner, path, b"no photo").json()["code"] == "photo_unreadable"
        assert _put(partner, path, bytes(10 * 1024 * 1024 + 1)).status_code == 413


def test_an_outsider_finds_nothing(partner: Partner, outsider: Partner, path: str) -> None:
    partner.post(path, BODY)
    with nothing_written():
        statuses = {outsider.get(path).status_code, outsider.get(f"{path}/photo").status_code}
        statuses |= {outsider.post(path, BODY).status_code, _put(outsider, path, photo()).status_code}
        assert statuses == {404}
