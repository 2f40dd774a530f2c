"""Collectors of a family and one-time codes, through the API."""

from tests.api.conftest import Partner
from tests.cast import World
from tests.looking import nothing_written


def test_a_collector_is_authorised_listed_and_withdrawn(world: World, partner: Partner, outsider: Partner) -> None:
    path = f"/households/{world.family.id}/collectors"
    made = partner.post(path, {"name": "示例代领人", "relation": "邻居"})
    assert (made.status_code, made.json()["name"]) == (201, "示**")
    assert [row["id"] for row in partner.get(path).json()["items"]] == [made.json()["id"]]
    with nothing_written():
        assert outsider.post(path, {"name": "示例外人"}).status_code == 404
        assert outsider.post(f"{path}/{made.json()['id']}/withdraw").status_code == 404
        assert partner.post(path, {"name": ""}).status_code == 422
    assert partner.post(f"{path}/{made.json()['id']}/withdraw").status_code == 200
    assert partner.get(path).json()["items"] == []
    assert partner.post(f"{path}/{made.json()['id']}/withdraw").status_code == 404


def test_a_one_time_code_is_shown_once_and_never_stored(world: World, partner: Partner, outsider: Partner) -> None:
    path = f"/parcels/{world.parcel().code.text}/one-time-code"
    first, second = partner.post(path, key="same"), partner.post(path, key="same")
    assert [answer.status_code for answer in (first, second)] == [201, 201]
    assert len(first.json()["code"]) == 6
    assert first["Cache-Control"] == "no-store"
    assert "Idempotent-Replayed" not in second
    with nothing_written():
        assert outsider.post(path).status_code == 404


def test_a_scan_carries_code_lot_and_collector(world: World, partner: Partner) -> None:
    scan = {"scan_id": "0198f000-0000-7000-8000-000000000002", "code": world.parcel().code.text, "step": "PACK"}
    scan |= {"scanned_at": "2026-01-12T10:00:00+08:00", "sequence": 1, "lot_code": "x", "one_time_code": "123456"}
    (outcome,) = partner.post("/scans", {"scans": [scan]}).json()["outcomes"]
    assert outcome["outcome"] == "WRONG_LOT"
    (again,) = partner.post("/scans", {"scans": [{**scan, "one_time_code": "1" * 13}]}).json()["outcomes"]
    assert (again["outcome"], again["facts"]["field"]) == ("MALFORMED", "one_time_code")
