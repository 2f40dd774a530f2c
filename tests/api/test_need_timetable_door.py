"""A programme sets its days by the API, and a visit that names it goes by them."""

import datetime as dt

from django.utils import timezone

from logistics.needs.holders import escalate_due_needs
from logistics.needs.models import Need
from tests.api.conftest import partner_of
from tests.cast import World
from tests.looking import nothing_written
from tests.needs.village import NOW, lacking, village_below

DOOR = "/programmes/warm-heart-pack/need-timetable"
BODY = {"days_per_level": {"VILLAGE": 1}, "days_until_stale": 60, "reason": "寒潮提前"}


def test_the_body_that_runs_a_programme_sets_its_days(world: World) -> None:
    owner, county = (partner_of(body, now=timezone.now()) for body in (world.province, world.county))
    assert (county.get(DOOR).json()["is_own"], county.get(DOOR).json()["days_per_level"]["VILLAGE"]) == (False, 3)
    with nothing_written():
        assert county.post(DOOR, BODY).json()["code"] == "master_of_another"
        for wrong in ({"days_per_level": {"MOON": 1}}, {"days_per_level": {"VILLAGE": "2"}}, {"days_until_stale": 0}):
            assert owner.post(DOOR, BODY | wrong).status_code == 422, wrong
    said = {"days_per_level": {"VILLAGE": 1}, "days_until_stale": 60}
    assert owner.post(DOOR, BODY).json() == {"programme": "warm-heart-pack", "is_own": True, **said}
    assert county.get(DOOR).json()["is_own"] is True


def test_a_visit_that_names_the_programme_goes_by_them(world: World) -> None:
    village = village_below(world)
    assert partner_of(world.province, now=timezone.now()).post(DOOR, BODY).status_code == 200
    named, other = lacking(), lacking()
    visits = [village.visit(needs=(named,), programme_code="warm-heart-pack"), village.visit(needs=(other,))]
    village.hand_in(*visits)
    assert escalate_due_needs(now=NOW + dt.timedelta(days=1, hours=1)) == 1
    assert Need.objects.get(id=named.need_id).holder == village.township
    assert Need.objects.get(id=other.need_id).holder == village.village
