"""The page of a family: masked; collectors and their cards; erasure with a reason, confirmed; and one-time codes."""

import re

import pytest

from logistics.deliveries.models import OneTimeCode
from logistics.deliveries.proofs import erasures_of
from logistics.households.collectors import standing_collectors
from logistics.households.models import ScanDetail
from logistics.parties.actions import register_person
from tests.cast import PASSWORD, World
from tests.looking import nothing_written
from tests.web.conftest import Visitor

SECRETS = ("示例家庭", "示例女童", "示例代领人", "13800138000", "示例村一组")


def _path(world: World) -> str:
    return f"/households/{world.family.id}"


def test_a_collector_is_noted_shown_masked_and_withdrawn(world: World, officer: Visitor) -> None:
    path = _path(world)
    assert path in officer.get("/households").content.decode()
    for _ in range(2):
        sent = officer.client.post(f"{path}/collectors", {"name": "示例代领人", "relation": "邻居"})
        assert (sent.status_code, sent.url) == (302, path)
    (row,) = standing_collectors([world.family.id])
    page = officer.get(path).content.decode()
    assert "示**" in page
    assert "邻居" in page
    assert f"household={world.family.reference}" in page
    assert not any(secret in page for secret in SECRETS)
    assert officer.client.post(f"{path}/collectors/{row.id}/withdraw").status_code == 302
    assert list(standing_collectors([world.family.id])) == []
    again = officer.client.post(f"{path}/collectors/{row.id}/withdraw", follow=True)
    assert "没有找到这名代领人" in again.content.decode()


def test_a_family_has_five_collectors_at_most_and_each_has_a_name(world: World, officer: Visitor) -> None:
    for number in range(5):
        officer.client.post(f"{_path(world)}/collectors", {"name": f"示例{number}"})
    with nothing_written():
        full = officer.client.post(f"{_path(world)}/collectors", {"name": "示例多余"})
        blank = officer.client.post(f"{_path(world)}/collectors", {"name": " "})
    assert (full.status_code, "最多授权 5 名" in full.content.decode()) == (422, True)
    assert blank.status_code == 422


def test_an_erasure_is_confirmed_and_stays_on_record(world: World, officer: Visitor) -> None:
    parcel = world.walk(world.parcel(), "PACK", "DISPATCH")
    world.record(world.scan(parcel, "HAND_OVER", detail={"note": "交给邻居"}))
    path = f"{_path(world)}/erase"
    with nothing_written():
        for values in ({}, {"reason": "家属要求"}, {"reason": "家属要求", "confirm": "H-0"}):
            assert officer.client.post(path, values).status_code == 422
    sent = officer.client.post(path, {"reason": "家属要求删除", "confirm": world.family.reference.lower()})
    assert sent.status_code == 302
    assert ScanDetail.objects.count() == 0
    assert [row.actor_id for row in erasures_of(world.family)] == [world.officer.id]
    page = officer.get(_path(world)).content.decode()
    assert "家属要求删除" in page
    assert "示例officer" in page


def test_a_one_time_code_is_shown_once(world: World, officer: Visitor) -> None:
    world.warm.required_proofs = ["ONE_TIME_CODE"]
    world.warm.save()
    parcel = world.parcel()
    path = f"/parcels/{parcel.code.text}/one-time-code"
    assert path in officer.get(f"/parcels/{parcel.code.text}").content.decode()
    with nothing_written():
        asked = officer.get(path)
    assert re.search(r"digits", asked.content.decode()) is None
    shown = officer.client.post(path)
    digits = re.search(r'class="digits"[^>]*>(\d{6})<', shown.content.decode())
    assert digits
    assert shown["Cache-Control"] == "no-store"
    assert OneTimeCode.objects.count() == 1
    assert digits[1] not in officer.get(path).content.decode()
    world.walk(parcel, "PACK", "DISPATCH")
    world.record(world.scan(parcel, "HAND_OVER", one_time_code=digits[1]))
    assert officer.client.post(path).status_code == 409
    assert path not in officer.get(f"/parcels/{parcel.code.text}").content.decode()


@pytest.mark.parametrize("who", ["keeper", "courier", "auditor", "stranger"])
def test_others_find_no_family(world: World, who: str) -> None:
    visitor, path = Visitor(who), _path(world)
    assert visitor.get(path).status_code == 404
    with nothing_written():
        for step in ("collectors", "erase"):
            assert visitor.client.post(f"{path}/{step}", {"name": "示例"}).status_code == 404


def test_required_proofs_are_chosen_at_the_programme(world: World) -> None:
    register_person(
        organisation=world.province, username="province", name="示例省管", roles=["ADMINISTRATOR"], password=PASSWORD
    )
    administrator, path = Visitor("province"), "/masters/programmes/warm-heart-pack"
    form = administrator.get(path).context["form"]
    values = {name: form[name].value() or "" for name in form.fields}
    wanted = {**values, "required_proofs": ["COLLECTOR", "TWO_PERSONS"], "reason": "改为两人发放"}
    assert administrator.client.post(path, wanted).status_code == 302
    world.warm.refresh_from_db()
    assert world.warm.required_proofs == ["COLLECTOR", "TWO_PERSONS"]
    form = administrator.get(path).context["form"]
    assert form["required_proofs"].value() == ["COLLECTOR", "TWO_PERSONS"]
    with nothing_written():
        assert administrator.client.post(path, {**wanted, "required_proofs": ["FACE"]}).status_code == 422
