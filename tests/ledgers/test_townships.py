"""Townships today: what is under way, delivered, late and lacking, counted as the lists count it."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from logistics.ledgers.townships import townships_today
from tests.cast import World
from tests.web.conftest import Visitor

STATEMENTS_MOST = 8


def test_a_township_counts_its_parcels_and_what_is_late(world: World) -> None:
    world.stock_kits(3)
    packed, _, given = world.plan(3)
    world.walk(packed, "PACK")
    world.walk(given)
    (row,) = townships_today(world.county, world.now)
    assert (row.township, row.families) == (packed.township, 1)
    assert (row.under_way, row.delivered, row.late) == (2, 1, 0)
    (row,) = townships_today(world.county, world.now + dt.timedelta(days=40))
    assert (row.under_way, row.late) == (2, 1), "what is only planned has no day set by the programme"


def test_a_stranger_sees_no_township(world: World) -> None:
    assert townships_today(world.stranger_county, world.now) == []


@pytest.mark.parametrize("kits", [1, 6])
def test_the_map_asks_as_often_for_many_parcels_as_for_one(world: World, kits: int) -> None:
    world.stock_kits(kits)
    world.plan(kits)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        townships_today(world.county, world.now)
    assert len(asked) <= STATEMENTS_MOST


def test_each_tile_leads_to_its_parcels_and_names_nobody(world: World) -> None:
    world.stock_kits(1)
    world.plan(1)
    page = Visitor("officer").get("/townships").content.decode()
    assert "/parcels?township=" in page
    assert world.family.head_name not in page
