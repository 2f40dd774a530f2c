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
