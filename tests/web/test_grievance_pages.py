"""The pages of grievances: told by anybody, followed by a receipt, read by few."""

import re

from logistics.journal.revisions import Cause
from logistics.parties.actions import register_organisation
from logistics.parties.changes import change_organisation
from logistics.replies.models import Grievance
from tests.cast import World
from tests.replies.stage import delivered
from tests.web.conftest import Visitor


def _receipt(page: str) -> str:
    (found,) = re.findall(r'class="digits code">([\w-]+)<', page)
    return str(found)


def test_anybody_tells_and_follows_the_answer(world: World, officer: Visitor) -> None:
    family, parcel = Visitor(), delivered(world)
    address = f"/tell?code={parcel.code.text}"
    assert address in family.get(f"/Q/{parcel.code.text}").content.decode()
    sent = family.send(address, kind="WRONG_OR_DAMAGED", text="毛毯破了一个洞", contact="13900139000")
    receipt = _receipt(sent.content.decode())
    row = Grievance.objects.get()
    assert (row.parcel, row.organisation, row.channel) == (parcel, world.county, "PAGE")
    assert f"/grievances/{row.id}" in officer.get("/grievances").content.decode()
    page = officer.get(f"/grievances/{row.id}").content.decode()
    assert "毛毯破了一个洞" in page
    assert receipt not in page
    officer.client.post(f"/grievances/{row.id}", {"step": "take-up"})
    assert officer.client.post(f"/grievances/{row.id}", {"text": "明天换新的"}).status_code == 302
    followed = family.client.post("/tell/follow", {"receipt": receipt.lower()})
    assert "明天换新的" in followed.content.decode()
    assert "13900139000" not in followed.content.decode()
    again = family.client.post("/tell/follow", {"receipt": receipt, "text": "新的也破了"})
    assert "新的也破了" in again.content.decode()
    assert family.client.post("/tell/follow", {"receipt": "0000-0000-0000"}).status_code == 422


def test_without_a_code_one_says_whom_it_concerns(world: World) -> None:
    sent = Visitor(language="en").send("/tell", organisation="示例县", kind="OTHER", text="It rained on the parcels")
    assert _receipt(sent.content.decode())
    assert Visitor().send("/tell", organisation="nowhere", kind="OTHER", text="没有这个单位").status_code == 422
    assert Visitor().send("/tell", organisation="示例县", kind="NONSENSE", text="没有这种事项").status_code == 422


def test_a_sensitive_one_is_read_by_whom_the_administrator_named(world: World, officer: Visitor) -> None:
    sent = officer.send(
        "/grievances/new", channel="TELEPHONE", kind="STAFF", text="示例courier 态度恶劣", about=str(world.courier.id)
    )
    assert _receipt(sent.content.decode())
    row = Grievance.objects.get()
    listed = officer.get("/grievances").content.decode()
    assert f"/grievances/{row.id}" not in listed
    assert "等待指定的人查看的敏感事项： 1" in listed
    assert officer.get(f"/grievances/{row.id}").status_code == 404
    Visitor("administrator").client.post("/grievances/readers", {"person": str(world.officer.id), "is_reader": "on"})
    assert "态度恶劣" in officer.get(f"/grievances/{row.id}").content.decode()
    assert Visitor("approver").get(f"/grievances/{row.id}").status_code == 404


def test_strangers_and_other_roles_find_nothing(world: World) -> None:
    Visitor().send("/tell", organisation="示例县", kind="OTHER", text="下雨淋湿了包裹")
    row = Grievance.objects.get()
    assert Visitor("stranger").get(f"/grievances/{row.id}").status_code == 404
    assert str(row.id) not in Visitor("stranger").get("/grievances").content.decode()
    assert Visitor("courier").get(f"/grievances/{row.id}").status_code == 404
    assert Visitor("officer").get("/grievances/readers").status_code == 404
    assert Visitor("auditor").get("/grievances").status_code == 404
    assert Visitor().get("/grievances").status_code == 302


def test_no_stranger_is_led_to_a_made_up_body_beside_real_ones(world: World) -> None:
    root = register_organisation(code="made-up", name_zh="演示联合会", kind="FEDERATION", level="NATIONAL")
    below = register_organisation(
        code="made-up-1", name_zh="演示县联合会", kind="FEDERATION", level="COUNTY", parent=root
    )
    offered = Visitor().get("/tell").content.decode()
    assert root.name_zh in offered and below.name_zh in offered
    cause = Cause(reason="只用于演示", now=world.now)
    change_organisation(organisation=root, changes={"is_demonstration": True}, cause=cause)
    offered = Visitor().get("/tell").content.decode()
    assert root.name_zh not in offered and below.name_zh not in offered and world.county.name_zh in offered
    refused = Visitor().send("/tell", organisation=below.name_zh, kind="OTHER", text="下雨淋湿了包裹")
    assert refused.status_code == 422 and not Grievance.objects.exists()
    # A demonstration by itself may be tried.
    change_organisation(organisation=world.province, changes={"is_demonstration": True}, cause=cause)
    change_organisation(organisation=world.stranger_county.parent, changes={"is_demonstration": True}, cause=cause)
    assert below.name_zh in Visitor().get("/tell").content.decode()
