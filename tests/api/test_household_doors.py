"""A family by the API: hardships, heads and telephones go in, and masked answers come out."""

import datetime as dt

from django.utils import timezone

from logistics.households.hardships import hardships_of
from logistics.households.models import Household
from tests.api.conftest import partner_of
from tests.api.test_master_changes import _patch
from tests.cast import World
from tests.looking import nothing_written

PERMIT = "830000199201300022"


def test_a_family_comes_with_hardships_a_head_and_telephones(world: World) -> None:
    caller = partner_of(world.county, now=timezone.now())
    head = {"name": "示例甲", "is_head": True, "telephone": "13700137000", "identity_number": PERMIT}
    child = {"name": "示例乙", "sex": "FEMALE", "born_on": "2016-01-02", "hardships": ["ORPHAN"]}
    body = {"township": "少云镇", "division_code": "990101001", "head_name": "示例甲", "hardships": ["DISASTER"]}
    answer = caller.post("/households", {**body, "members": [head, child]})
    assert answer.status_code == 201, answer.content
    first, second = answer.json()["members"]
    assert (first["is_head"], first["telephone"], first["warnings"]) == (True, "+861******7000", ["residence_permit"])
    assert (second["is_head"], second["warnings"]) == (False, [])
    assert "13700137000" not in answer.content.decode()
    family = Household.objects.get(id=answer.json()["id"])
    told = hardships_of([family.id], on=timezone.localdate() + dt.timedelta(days=1))[family.id]
    assert sorted(fact.kind_code for fact in told) == ["DISASTER", "ORPHAN"]
    with nothing_written():
        for wrong in ({"members": [head, {**child, "is_head": True}]}, {"hardships": ["ORPHAN"]}, {"hardships": ["X"]}):
            assert caller.post("/households", {**body, **wrong}).status_code == 422
    path = f"/households/{family.id}/members/{second['id']}"
    etag = caller.get(f"/households/{family.id}").headers["ETag"]
    change = {"is_head": True, "reason": "户主变更登记"}
    assert _patch(caller, path, change, **{"If-Match": etag}).status_code == 422, "one head only"


def test_a_family_is_found_grows_and_moves(world: World) -> None:
    caller = partner_of(world.county, now=timezone.now())
    path = f"/households/{world.family.id}"
    found = caller.post("/households/search", {"words": "示例女童"})
    assert ([one["id"] for one in found.json()["items"]], found.json()["has_more"]) == ([str(world.family.id)], False)
    assert "示例女童" not in found.content.decode()
    assert caller.post("/households/search", {"words": "示例女"}).json()["items"] == []
    joined = caller.post(f"{path}/members", {"name": "示例弟弟", "born_on": "2025-12-01"})
    assert (joined.status_code, world.family.members.filter(id=joined.json()["id"]).count()) == (201, 1)
    etag, change = caller.get(path).headers["ETag"], {"address": "示例村九组", "telephone": None, "reason": "搬到新村"}
    with nothing_written():
        assert _patch(caller, path, change).status_code == 428
        for wrong in ({"division_code": "99"}, {"head_name": ""}, {"township": None}, {"card": "x"}):
            refused = _patch(caller, path, {**change, **wrong}, **{"If-Match": etag})
            assert refused.status_code in (400, 422), wrong
    moved = _patch(caller, path, change, **{"If-Match": etag})
    assert (moved.status_code, "示例村九组" in moved.content.decode()) == (200, False)
    family = Household.objects.get(id=world.family.id)
    assert (family.address, family.telephone, family.head_name) == ("示例村九组", "", "示例家庭")
    with nothing_written():
        assert _patch(caller, path, change, **{"If-Match": etag}).status_code == 412
