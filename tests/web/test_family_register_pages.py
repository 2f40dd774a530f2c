"""At the pages: a family is recorded with its members, found without a name in an address, and corrected unseen."""

import pytest

from logistics.households.models import Household, Member
from tests.cast import World
from tests.looking import nothing_written
from tests.replies.stage import someone
from tests.web.conftest import Visitor

HEAD = {"head_name": "示例新户", "township": "少云镇", "division_code": "990101001", "telephone": "13600136000"}


def _once(visitor: Visitor, path: str, form: str = "form") -> str:
    context = visitor.client.get(path).context
    found = context["form"] if form == "form" else context["forms"][form]
    return str(found["once"].value())


@pytest.fixture
def liaison(world: World) -> Visitor:
    someone(world, "liaison", "LIAISON")
    return Visitor("liaison")


def test_a_liaison_records_a_family_that_nobody_knew(world: World, liaison: Visitor) -> None:
    sent = {**HEAD, "once": _once(liaison, "/households/new")}
    with nothing_written():
        for wrong in ({"head_name": ""}, {"division_code": "99"}, {"telephone": "12"}, {"identity_number": "1" * 18}):
            refused = liaison.client.post("/households/new", {**sent, **wrong})
            assert (refused.status_code, 'class="error"' in refused.content.decode()) == (422, True), wrong
    first, again = (liaison.client.post("/households/new", sent) for _ in range(2))
    family = Household.objects.get(telephone_index=Household.objects.latest("recorded_at").telephone_index)
    assert first["Location"] == again["Location"] == f"/households/{family.id}/facts"
    member = {
        "member-once": _once(liaison, first["Location"], "member"),
        "member-name": "示例新女",
        "member-sex": "FEMALE",
    }
    for _ in range(2):
        assert liaison.client.post(f"/households/{family.id}/members", member).status_code == 302
    assert {(one.name, one.sex, one.is_head) for one in family.members.all()} == {
        ("示例新户", "", True),
        ("示例新女", "FEMALE", False),
    }
    assert "示例新女" not in liaison.client.get(first["Location"]).content.decode()


def test_who_may_be_on_record_is_told_before_anything_is_kept(world: World, liaison: Visitor) -> None:
    liaison.client.post("/households/new", {**HEAD, "once": _once(liaison, "/households/new")})
    known, sent = Household.objects.latest("recorded_at"), {**HEAD, "once": _once(liaison, "/households/new")}
    with nothing_written():
        told = liaison.client.post("/households/new", sent)
    assert (told.status_code, known.reference in told.content.decode()) == (422, True)
    assert liaison.client.post("/households/new", {**sent, "is_another": "on"}).status_code == 302
    assert Household.objects.filter(telephone_index=known.telephone_index).count() == 2


def test_a_family_is_found_by_what_is_said_and_shown_masked(world: World, liaison: Visitor) -> None:
    found = liaison.client.post("/households/find", {"words": "示例女童"})
    text = found.content.decode()
    assert world.family.reference in text and f"/households/{world.family.id}/facts" in text
    assert text.count("示例女童") == 1, "only in the line that was written"
    assert "no-store" in found["Cache-Control"]
    nobody = liaison.client.post("/households/find", {"words": "无此人"})
    assert "没有查到" in nobody.content.decode() and "/households/new" in nobody.content.decode()
    assert liaison.client.post("/households/find", {"words": ""}).status_code == 422


def test_a_family_that_moved_is_corrected_without_being_shown(world: World, liaison: Visitor) -> None:
    path = f"/households/{world.family.id}/correct"
    assert "示例村一组" not in liaison.client.get(path).content.decode()
    with nothing_written():
        for wrong in ({"address": "示例村九组"}, {"reason": "搬到新村"}, {"head_name": "-", "reason": "搬到新村"}):
            assert liaison.client.post(path, wrong).status_code == 422, wrong
    sent = {"address": "示例村九组", "telephone": "-", "reason": "搬到新村"}
    assert liaison.client.post(path, sent).status_code == 302
    family = Household.objects.get(id=world.family.id)
    assert (family.address, family.telephone, family.head_name) == ("示例村九组", "", "示例家庭")
    member = f"/households/{world.family.id}/members/{world.girl.id}/correct"
    assert "示例女童" not in liaison.client.get(member).content.decode()
    assert liaison.client.post(member, {"name": "示例女孩", "reason": "户口本更名"}).status_code == 302
    girl = Member.objects.get(id=world.girl.id)
    assert (girl.name, girl.sex, girl.born_on) == ("示例女孩", world.girl.sex, world.girl.born_on)


@pytest.mark.parametrize("who", ["keeper", "courier", "auditor", "stranger"])
def test_others_find_none_of_it(world: World, who: str) -> None:
    client = Visitor(who).client
    paths = [f"/households/{world.family.id}/correct", f"/households/{world.family.id}/members/{world.girl.id}/correct"]
    for path in paths if who == "stranger" else ["/households/find", "/households/new", *paths]:
        assert client.get(path).status_code == 404, path
    if who == "stranger":
        assert world.family.reference not in client.post("/households/find", {"words": "示例女童"}).content.decode()
