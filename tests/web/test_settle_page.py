"""The officer's page for disputes: what contradicts is shown with names of staff, and settled with a reason."""

import re

import pytest

from logistics.deliveries.models import Settlement
from logistics.parcels.actions import cancel_parcel
from logistics.parcels.models import Parcel
from tests.cast import World
from tests.web.conftest import Visitor


@pytest.fixture
def parcel(world: World) -> Parcel:
    """A parcel that two devices have handed over."""
    found = world.walk(world.parcel(), "PACK", "DISPATCH")
    world.record(world.scan(found, "HAND_OVER", operator_id=world.courier.id))
    world.record(world.scan(found, "HAND_OVER"), actor=world.other_device())
    found.refresh_from_db()
    return found


def _send(visitor: Visitor, parcel: Parcel, stands: object, **more: object):  # type: ignore[no-untyped-def]
    path = f"/parcels/{parcel.code.text}/settle"
    judged = visitor.get(path).context["form"]["judged"].value()
    return visitor.client.post(path, {"judged": judged, "stands": stands, "reason": "电话核实过", **more})


def test_a_dispute_is_on_the_list_and_settled_at_its_page(officer: Visitor, parcel: Parcel) -> None:
    path = f"/parcels/{parcel.code.text}/settle"
    assert path in officer.get("/attention").content.decode()
    page = officer.get(path).content.decode()
    assert "示例courier" in page
    assert "示例家庭" not in page
    answer = _send(officer, parcel, parcel.scans.filter(operator_id__isnull=False).get().id)
    assert answer.status_code == 302
    parcel.refresh_from_db()
    assert parcel.state == "DELIVERED"
    assert path not in officer.get("/attention").content.decode()
    assert "电话核实过" in officer.get(path).content.decode()
    assert path not in officer.get(f"/parcels/{parcel.code.text}").content.decode()


def test_refusals_are_told_beside_the_form(world: World, officer: Visitor, parcel: Parcel) -> None:
    world.record(world.scan(parcel, "SEAL", operator_id=world.officer.id))
    packed = _send(officer, parcel, "")
    assert (packed.status_code, "不能裁定" in packed.content.decode()) == (422, True)
    short = _send(Visitor("approver"), parcel, "", reason="对")
    assert short.status_code == 422
    stale = _send(Visitor("approver"), parcel, "", judged=str(parcel.scans.filter(step="HAND_OVER")[0].id))
    assert (stale.status_code, "重新查看" in stale.content.decode()) == (422, True)
    for wrong in ({"judged": "x"}, {"household": "H-0"}):
        assert _send(Visitor("approver"), parcel, "", **wrong).status_code == 422
    assert Settlement.objects.count() == 0


@pytest.mark.parametrize("who", ["keeper", "courier", "stranger", "auditor"])
def test_others_find_nothing(who: str, parcel: Parcel) -> None:
    assert Visitor(who).get(f"/parcels/{parcel.code.text}/settle").status_code == 404


def test_what_waits_for_its_family_is_settled_with_a_name(world: World, officer: Visitor) -> None:
    world.stock_kits(1)
    (parcel,) = world.plan(with_family=False)
    world.walk(parcel, "PACK", "DISPATCH", "HAND_OVER")
    assert f"/parcels/{parcel.code.text}/settle" in officer.get("/attention").content.decode()
    scan = parcel.scans.get(step="HAND_OVER")
    answer = _send(officer, parcel, scan.id, household=world.family.reference)
    assert answer.status_code == 302
    parcel.refresh_from_db()
    assert parcel.unposted_reason == ""


def test_what_was_tried_in_vain_is_on_the_list_with_its_day(world: World, officer: Visitor) -> None:
    parcel = world.walk(world.parcel(), "PACK", "DISPATCH")
    world.record(world.scan(parcel, "ATTEMPT", reason="WRONG_ADDRESS", operator_id=world.courier.id))
    page = officer.get("/attention").content.decode()
    assert "2026-01-12" in page
    assert "示例courier" in page
    (way,) = re.findall(r'href="(/rounds/new[^"]*)"', page)
    assert parcel.code.text in officer.get(way.replace("&amp;", "&")).content.decode()


def test_a_hand_over_after_taking_apart_is_on_the_list(world: World, officer: Visitor) -> None:
    parcel = world.walk(world.parcel(), "PACK", "DISPATCH", "RETURN", "INSPECT")
    cancel_parcel(parcel=parcel, actor=world.partner, now=world.now)
    world.record(world.scan(parcel, "HAND_OVER"), actor=world.other_device())
    path = f"/parcels/{parcel.code.text}/settle"
    assert path in officer.get("/attention").content.decode()
    assert _send(officer, parcel, "").status_code == 302
    assert path not in officer.get("/attention").content.decode()
