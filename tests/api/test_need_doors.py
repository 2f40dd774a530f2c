"""Visits and needs through the API: by a device's queue, by a partner's key, and by nobody from elsewhere."""

import hashlib
import io
import uuid
from typing import Any

import pytest
from django.utils import timezone
from PIL import Image

from api.device_keys import enrol_signed_in
from logistics.deliveries.proofs import age_out_proofs
from logistics.households.actions import HouseholdInput, record_households
from logistics.households.proof_models import KeptProof
from logistics.needs.inputs import NeedInput
from logistics.needs.models import HomeVisit, Need, VisitPhoto
from logistics.needs.reporting import report_need
from logistics.needs.visits import VISITS_PER_CALL_MAX
from logistics.storage.rows import new_id
from tests.api.conftest import Partner
from tests.cast import World
from tests.looking import nothing_written


def _visit(world: World, **more: Any) -> dict[str, Any]:
    return {
        "visit_id": str(uuid.uuid4()),
        "household": str(world.family.id),
        "visited_at": timezone.now().isoformat(),
        "met": "HEAD",
        **more,
    }


def _need(**more: Any) -> dict[str, Any]:
    return {"need_id": str(uuid.uuid4()), "kind": "CLOTHES", "urgency": 2, "text": "没有冬衣", **more}


def _photo() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(file, "JPEG")
    return file.getvalue()


@pytest.fixture
def device(world: World) -> Partner:
    """A telephone of the county."""
    actor = world.as_actor(world.officer)
    return Partner(enrol_signed_in(actor=actor, name="示例手机", platform="", token=new_id(), now=timezone.now()).key)


def test_a_telephone_hands_in_its_queue(world: World, device: Partner) -> None:
    carried = device.get("/devices/me/families").json()
    family = carried["families"][0]
    assert (family["head"], family["members"][0]["name"], family["needs"]) == ("示**", "示**", [])
    assert "CLOTHES" in {kind["code"] for kind in carried["kinds"]}
    photo = _photo()
    sha256 = hashlib.sha256(photo).hexdigest()
    good = _visit(world, needs=[_need(member=str(world.girl.id))], photos=[sha256], note="奶奶带孩子")
    visits = [good, _visit(world, met="GHOST"), {"visit_id": 7}, "nothing"]
    told = device.post("/home-visits", {"visits": visits}, key=None).json()["visits"]
    assert [one["outcome"] for one in told] == ["RECORDED", "REFUSED", "REFUSED", "REFUSED"]
    assert told[0]["photos_pending"] == [sha256]
    assert told[1]["problem"]["errors"][0]["pointer"] == "/met"
    headers = {"Authorization": f"Bearer {device.key}"}
    kept = device.client.put(f"/api/v1/proofs/{sha256}", photo, content_type="image/jpeg", headers=headers)
    assert kept.status_code == 201
    (again,) = device.post("/home-visits", {"visits": [good]}, key=None).json()["visits"]
    assert (again["outcome"], again["photos_pending"]) == ("REPEATED", [])
    assert device.get("/devices/me/families").json()["families"][0]["needs"][0]["kind"] == "CLOTHES"
    # Bytes that a visit names are not aged out, however old they are.
    KeptProof.objects.update(received_at=world.now, claimed_at=None)
    assert age_out_proofs(now=timezone.now()) == 0
    assert KeptProof.objects.get().claimed_at is not None
    assert VisitPhoto.objects.get().arrived_at is not None


def test_a_device_is_let_in_nowhere_else(device: Partner) -> None:
    assert device.get("/needs").status_code == 403
    assert device.get("/home-visits").status_code == 403


def test_the_queue_has_a_limit(world: World, partner: Partner) -> None:
    for body in ({"visits": []}, {"visits": [{}] * (VISITS_PER_CALL_MAX + 1)}, {"visits": {}}, {}, []):
        with nothing_written():
            assert partner.post("/home-visits", body).status_code in (400, 413, 422)
    many = [_visit(world) for _ in range(VISITS_PER_CALL_MAX)]
    assert {one["outcome"] for one in partner.post("/home-visits", {"visits": many}).json()["visits"]} == {"RECORDED"}
    assert HomeVisit.objects.count() == VISITS_PER_CALL_MAX


def test_an_id_that_stands_for_another_family_s_need_is_refused(world: World, partner: Partner) -> None:
    other = HouseholdInput(township="示例镇", division_code="990101001", head_name="示例乙")
    (family,) = record_households(organisation=world.stranger_county, families=[other], now=world.now)
    need = NeedInput(need_id=new_id(), kind="CLOTHES", urgency=1)
    report_need(actor=world.as_actor(world.officer), household=family, need=need, now=world.now)
    with nothing_written():
        refused = partner.post("/needs", _need(need_id=str(need.need_id), household=str(world.family.id)))
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/need_id")


def test_a_need_from_reported_to_met_and_asked_after(world: World, partner: Partner) -> None:
    body = {"household": str(world.family.id), "kind": "MEDICAL", "urgency": 3, "text": "需要看病"}
    made = partner.post("/needs", body)
    assert made.status_code == 201, made.content
    path = f"/needs/{made.json()['id']}"
    assert partner.post(f"{path}/confirm", {"urgency": 1}).json()["urgency"] == 1
    up = partner.post(f"{path}/escalate", {"reason": "县里没有药品"}).json()
    assert (up["holder"], [row["way"] for row in up["holders"]]) == ("示例省", ["FIRST", "BY_HAND"])
    refused = partner.post(f"{path}/escalate", {"reason": "再往上报"})
    assert (refused.status_code, refused.json()["code"]) == (403, "need_held_elsewhere")
    assert partner.post(f"{path}/refer", {"body": "HEALTH", "reason": "转卫健救助"}).json()["state"] == "REFERRED"
    declined = partner.post(f"{path}/refer", {"answer": "DECLINED", "reason": "不在范围"}).json()
    assert declined["state"] == "OPEN"
    met = partner.post(f"{path}/meet", {"by": {"kind": "GRANT", "id": str(uuid.uuid4()), "code": "G1"}}).json()
    assert (met["state"], met["steps"][-1]["by"]["code"]) == ("MET", "G1")
    asked = partner.post(f"{path}/confirm", {"helped": False, "reason": "钱不够"}).json()
    assert (asked["state"], asked["has_helped"]) == ("OPEN", False)
    assert partner.post(f"{path}/withdraw", {"reason": "已经痊愈"}).json()["state"] == "WITHDRAWN"
    assert partner.post(f"{path}/reopen", {"reason": "写错了人"}).json()["state"] == "OPEN"
    assert partner.get("/needs?state=OPEN&kind=MEDICAL&urgency=1").json()["items"][0]["id"] == made.json()["id"]
    assert partner.get("/needs?state=STALE").json()["items"] == []
    assert {step["text"] for step in partner.get(path).json()["steps"]} == {None}
    assert partner.get(f"{path}?unmask=true").status_code == 422
    read = partner.get(f"{path}?unmask=true&reason=安排救助").json()
    assert "需要看病" in {step["text"] for step in read["steps"]}


@pytest.mark.parametrize("query", ["state=MOON", "urgency=9", "holder=nobody", "household=x", "kinds=CLOTHES"])
def test_filters_that_cannot_be_are_refused(partner: Partner, query: str) -> None:
    assert partner.get(f"/needs?{query}").status_code in (400, 404)


def test_an_outsider_finds_no_need(world: World, partner: Partner, outsider: Partner) -> None:
    made = partner.post("/needs", {"household": str(world.family.id), "kind": "OTHER", "urgency": 0}).json()
    with nothing_written():
        assert outsider.get(f"/needs/{made['id']}").status_code == 404
        for verb, body in (
            ("escalate", {"reason": "我要上报"}),
            ("confirm", {}),
            ("refer", {"body": "HEALTH", "reason": "我要转介"}),
            ("meet", {"by": {"kind": "PARCEL"}}),
            ("withdraw", {"reason": "我要撤回"}),
            ("reopen", {"reason": "我要重开"}),
        ):
            assert outsider.post(f"/needs/{made['id']}/{verb}", body, key=None).status_code == 404, verb
        (told,) = outsider.post("/home-visits", {"visits": [_visit(world)]}, key=None).json()["visits"]
        assert told["problem"]["code"] == "household_missing"
    assert outsider.get("/needs").json()["items"] == []
    assert outsider.get("/home-visits").json()["items"] == []
    assert Need.objects.get().state == "OPEN"
