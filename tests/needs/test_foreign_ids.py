"""An id that a device made and another body's row has already: refused in words, which tell nothing of that row."""

import datetime as dt
import uuid

import pytest
from django.utils import timezone

from logistics.needs.models import HomeVisit, Need
from tests.api.conftest import Partner, partner_of
from tests.cast import World
from tests.neighbours import at_home


@pytest.fixture
def beside(world: World) -> tuple[Partner, World]:
    """A body that shares nothing with the county, and its partner."""
    home = at_home(world, world.stranger_county, "beside")
    return partner_of(home.county, now=timezone.now()), home


def _visit(household: uuid.UUID, need_id: uuid.UUID, visit_id: uuid.UUID | None = None) -> dict[str, object]:
    return {
        "visit_id": str(visit_id or uuid.uuid4()),
        "household": str(household),
        "visited_at": (timezone.now() - dt.timedelta(hours=1)).isoformat(),
        "met": "HEAD",
        "needs": [{"need_id": str(need_id), "kind": "CLOTHES", "urgency": 1}],
    }


def _recorded(partner: Partner, *visits: dict[str, object]) -> list[tuple[str, str]]:
    answer = partner.post("/home-visits", {"visits": list(visits)})
    assert answer.status_code == 200, answer.content
    return [(one["outcome"], (one["problem"] or {}).get("code", "")) for one in answer.json()["visits"]]


def test_a_need_of_another_body_sinks_one_visit_and_no_other(world: World, beside: tuple[Partner, World]) -> None:
    county, (partner, home) = partner_of(world.county, now=timezone.now()), beside
    taken = uuid.uuid4()
    assert _recorded(county, _visit(world.family.id, taken)) == [("RECORDED", "")]
    told = _recorded(partner, _visit(home.family.id, taken), _visit(home.family.id, uuid.uuid4()))
    assert told == [("REFUSED", "visit_unsound"), ("RECORDED", "")]
    assert HomeVisit.objects.count() == 2
    assert Need.objects.get(id=taken).household == world.family


def test_two_needs_of_one_visit_have_two_ids(beside: tuple[Partner, World]) -> None:
    partner, home = beside
    visit, need_id = _visit(home.family.id, uuid.uuid4()), uuid.uuid4()
    visit["needs"] = [{"need_id": str(need_id), "kind": "CLOTHES", "urgency": 1}] * 2
    assert _recorded(partner, visit) == [("REFUSED", "visit_unsound")]
    assert not HomeVisit.objects.exists() and not Need.objects.exists()


def test_a_visit_of_another_body_is_told_as_any_other_id_that_is_taken(
    world: World, beside: tuple[Partner, World]
) -> None:
    county, (partner, home) = partner_of(world.county, now=timezone.now()), beside
    taken = uuid.uuid4()
    assert _recorded(county, _visit(world.family.id, uuid.uuid4(), taken)) == [("RECORDED", "")]
    assert _recorded(partner, _visit(home.family.id, uuid.uuid4(), taken)) == [("REFUSED", "visit_content_differs")]
    # Nor does the family itself say anything to whom it is not.
    assert _recorded(partner, _visit(world.family.id, uuid.uuid4(), taken)) == [("REFUSED", "household_missing")]


def test_a_need_is_reported_under_an_id_once(world: World, beside: tuple[Partner, World]) -> None:
    county, (partner, home) = partner_of(world.county, now=timezone.now()), beside
    taken = {"need_id": str(uuid.uuid4()), "kind": "CLOTHES", "urgency": 1}
    assert county.post("/needs", {"household": str(world.family.id), **taken}).status_code == 201
    answer = partner.post("/needs", {"household": str(home.family.id), **taken})
    assert (answer.status_code, answer.json()["code"]) == (422, "need_unsound")
