"""The pages of wishes, errands, volunteers and companions, each walked once, and the list that everybody sees."""

import datetime as dt

from django.utils import timezone

from logistics.donations.goods import LineInput
from logistics.parcels.models import Parcel
from logistics.stock.actions import register_item
from logistics.stock.knitters import register_knitter
from logistics.storage.rows import new_id
from logistics.volunteering.companion_models import Companionship
from logistics.volunteering.errand_models import Errand
from logistics.volunteering.knitting_models import KnittingOrder
from logistics.volunteering.models import Volunteer
from logistics.volunteering.wish_models import MicroWish
from tests.cast import World
from tests.money import given_goods
from tests.volunteering.test_helping import PUBLIC, volunteer
from tests.web.conftest import Visitor


def test_a_wish_is_worded_by_another_person_taken_and_thanked_for(world: World, officer: Visitor) -> None:
    helper, approver, stranger = volunteer(world), Visitor("approver"), Visitor()
    said = {"recipient": world.girl.reference, "words": "示例女童想要书包"}
    assert officer.client.post("/volunteering/wishes", {**said, "recipient": "M-NOBODY"}).status_code == 422
    officer.client.post("/volunteering/wishes", said)
    wish = MicroWish.objects.get()
    path = f"/volunteering/wishes/{wish.id}"
    # The form suggests the text without what would give the child away.
    assert "【名字】想要书包" in approver.get(path).content.decode()
    assert officer.client.post(f"{path}/release", {"public_text": PUBLIC}).status_code == 422
    refused = approver.client.post(f"{path}/release", {"public_text": "示例女童想要书包"})
    assert refused.status_code == 422 and "让人认出" in refused.content.decode()
    approver.client.post(f"{path}/release", {"public_text": PUBLIC})
    shown = stranger.get("/wishes").content.decode()
    assert PUBLIC in shown and wish.reference in shown and "0990-000000" in shown
    for secret in ("示例女童", world.girl.reference, world.family.reference, "少云镇"):
        assert secret not in shown
    officer.client.post(f"{path}/adopt", {"volunteer": helper.reference})
    assert PUBLIC not in stranger.get("/wishes").content.decode()
    officer.client.post(f"{path}/give-back")
    officer.client.post(f"{path}/adopt", {"volunteer": helper.reference})
    officer.client.post(f"{path}/confirm")
    officer.client.post(f"{path}/thank", {"thanks": "谢谢阿姨"})
    wish.refresh_from_db()
    assert (wish.state, wish.thanks) == ("THANKED", "谢谢阿姨")
    assert officer.client.post(f"{path}/cancel").status_code == 422
    assert officer.client.post(f"{path}/nothing").status_code == 404
    assert wish.reference in officer.get("/volunteering/wishes?state=THANKED").content.decode()
    assert wish.reference not in officer.get("/volunteering/wishes?state=OPEN").content.decode()


def test_an_errand_is_late_until_it_is_done(world: World, officer: Visitor) -> None:
    helper, today = volunteer(world), timezone.localdate()
    said = {"recipient": world.family.reference, "what": "取药", "due_on": today.isoformat()}
    assert officer.client.post("/volunteering/errands", {**said, "due_on": "2020-01-01"}).status_code == 422
    officer.client.post("/volunteering/errands", said)
    errand = Errand.objects.get()
    Errand.objects.filter(id=errand.id).update(due_on=today - dt.timedelta(days=1))
    assert "已逾期" in officer.get("/volunteering/errands").content.decode()
    path = f"/volunteering/errands/{errand.id}"
    for step, values in (("take", {}), ("confirm", {})):
        assert 'class="note error' in officer.client.post(f"{path}/{step}", values, follow=True).content.decode()
    for step, values in (("take", {"volunteer": helper.reference}), ("done", {}), ("confirm", {})):
        officer.client.post(f"{path}/{step}", values)
    errand.refresh_from_db()
    assert errand.state == "CONFIRMED"
    assert "取药" not in officer.get("/volunteering/errands").content.decode()


def test_a_companion_is_assigned_once_all_checks_stand(world: World, officer: Visitor) -> None:
    token = officer.get("/volunteering/volunteers").context["form"]["once"].value()
    for _ in range(2):
        officer.client.post("/volunteering/volunteers", {"once": token, "name": "示例志愿者", "telephone": ""})
    row = Volunteer.objects.get()
    path, today = f"/volunteering/volunteers/{row.reference}", timezone.localdate().isoformat()
    assign = {"recipient": world.girl.reference, "kind": "POLICE_MOTHER"}
    refused = officer.client.post(f"{path}/assign", assign)
    assert refused.status_code == 422 and "还缺有效的核查" in refused.content.decode()
    for kind in ("IDENTITY", "NO_RECORD", "TRAINING"):
        officer.client.post(f"{path}/check", {"kind": kind, "checked_on": today, "document": ""})
    officer.client.post(f"{path}/assign", assign)
    one = Companionship.objects.get()
    step = f"/volunteering/companions/{one.id}"
    officer.client.post(f"{step}/visit", {"visited_on": today, "note": "一起写作业"})
    page = officer.get(path).content.decode()
    assert "一起写作业" in page and "干警妈妈" in page and "示例女童" not in page
    assert officer.client.post(f"{step}/end", {"reason": "搬"}).status_code == 422
    officer.client.post(f"{step}/end", {"reason": "志愿者搬家"})
    assert officer.client.post(f"{step}/visit", {"visited_on": today, "note": "再来"}).status_code == 422
    assert "志愿者搬家" in officer.get(path).content.decode()


def test_strangers_find_nothing(world: World) -> None:
    row = volunteer(world)
    for username in ("stranger", "keeper", "courier"):
        assert Visitor(username).get(f"/volunteering/volunteers/{row.reference}").status_code == 404
    assert row.name not in Visitor("stranger").get("/volunteering/volunteers").content.decode()


def test_a_garment_is_ordered_knitted_and_packed_for_its_child(world: World, officer: Visitor) -> None:
    yarn = register_item(code="yarn", name_zh="毛线", unit="GRAM")
    vest = register_item(code="knit-vest-130", name_zh="毛线背心 130", size="130")
    given_goods(world, LineInput(yarn, 1_000, "AGREEMENT", 3_000))
    knitter = register_knitter(actor=world.as_actor(world.officer), name="示例编织人")
    said = {"recipient": world.girl.reference, "garment": vest.code, "once": str(new_id())}
    assert officer.client.post("/volunteering/knitting", said).status_code == 422, "no measure"
    assert officer.client.post("/volunteering/knitting", {**said, "height": 39}).status_code == 422
    officer.client.post("/volunteering/knitting", {**said, "height": 1_300})
    order = KnittingOrder.objects.get()
    path, day = f"/volunteering/knitting/{order.id}", timezone.localdate().isoformat()
    moved = {"fund": "warm-2026", "warehouse": "wh-1", "yarn": "yarn", "quantity": 300, "happened_on": day}
    assert "身高" in officer.get(path).content.decode()
    assert officer.client.post(f"{path}/garment", {**moved, "once": str(new_id())}).status_code == 422, "no yarn yet"
    officer.client.post(f"{path}/yarn", {**moved, "knitter": knitter.reference, "once": str(new_id())})
    assert 'value="300"' in officer.get(path).content.decode(), "what went out is offered"
    officer.client.post(f"{path}/garment", {**moved, "once": str(new_id())})
    world.stock_kits(2)
    other, own = world.plan(2)
    Parcel.objects.filter(id=other.id).update(household=None)
    assert officer.client.post(f"{path}/parcel", {"parcel": other.code.text, "once": str(new_id())}).status_code == 422
    officer.client.post(f"{path}/parcel", {"parcel": own.code.text, "once": str(new_id())})
    order.refresh_from_db()
    assert (order.state, order.parcel_id) == ("GIVEN", own.id)
    assert order.reference in officer.get("/volunteering/knitting?state=GIVEN").content.decode()
    assert order.reference not in officer.get("/volunteering/knitting").content.decode()
    assert officer.client.post(f"{path}/nothing").status_code == 404
