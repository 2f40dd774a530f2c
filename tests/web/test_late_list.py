"""In time: the officer's first page begins with what is late, oldest first, and empties when it arrives."""

import datetime as dt

import pytest
from django.utils import timezone

from logistics.parcels.models import Parcel
from tests.cast import World
from tests.web.conftest import Visitor

WORDS = "逾期，最久的在前"


@pytest.fixture
def waiting(world: World) -> list[Parcel]:
    """Two parcels on their way: one for two days, one for five."""
    days = {"DISPATCHED": 3}
    type(world.warm).objects.filter(id=world.warm.id).update(days_per_stage=days)
    parcels = [world.parcel(), world.parcel()]
    for parcel, since in zip(parcels, (2, 5), strict=True):
        world.record(*(world.scan(parcel, step) for step in ("PACK", "SEAL", "DISPATCH")))
        Parcel.objects.filter(id=parcel.id).update(state_since=timezone.now() - dt.timedelta(days=since))
    return parcels


def _page(visitor: Visitor) -> str:
    return visitor.get("/").content.decode().partition("让温暖真正到达")[0]


def test_the_first_page_fills_with_the_clock_and_empties_with_the_delivery(
    world: World, officer: Visitor, waiting: list[Parcel]
) -> None:
    newer, older = (f"/parcels/{parcel.code.text}" for parcel in waiting)
    assert WORDS in _page(officer) and older in _page(officer) and newer not in _page(officer)
    Parcel.objects.filter(id=waiting[0].id).update(state_since=timezone.now() - dt.timedelta(days=4))
    page = _page(officer)
    assert page.index(older) < page.index(newer)
    for parcel in waiting:
        world.record(world.scan(parcel, "HAND_OVER"))
    assert WORDS not in _page(officer)


def test_others_and_other_organisations_do_not_see_it(world: World, keeper: Visitor, waiting: list[Parcel]) -> None:
    assert WORDS not in _page(keeper)
    assert WORDS not in _page(Visitor())
    assert WORDS not in _page(Visitor("stranger"))
