"""In time: each stage from the application to the family has its hours; the first page fills and empties with them."""

import datetime as dt

import pytest

from logistics.ledgers.late_stages import late_stages
from logistics.lists.applications import withdraw_application
from logistics.parcels.allocations import allocate_parcels
from tests.cast import World
from tests.lists.conftest import DAY, HOUR, Listing, make_listing
from tests.web.conftest import Visitor

HOURS = {"REVIEW": 24, "NOTICE": 48, "APPROVAL": 72, "HAND_OVER": 240}
TITLE = "申报到发放逾期"


@pytest.fixture
def there(world: World) -> Listing:
    """A programme that sets hours for every stage."""
    found = make_listing(world)
    found.rules(hours_per_stage=HOURS)
    world.stock_kits(2)
    return found


def _late(there: Listing, now: dt.datetime) -> list[tuple[str, int, int]]:
    found = late_stages(there.world.county, now)
    assert late_stages(there.world.stranger_county, now) == []
    return [(one.stage, one.hours_over, one.count) for one in found]


def test_each_stage_fills_and_empties_the_list(there: Listing) -> None:
    now = there.now
    row = there.file(there.family())
    assert _late(there, now + 24 * HOUR) == []
    assert _late(there, now + 26 * HOUR) == [("REVIEW", 2, 1)]
    there.accept(row)
    assert _late(there, now + 48 * HOUR) == []
    assert _late(there, now + 51 * HOUR) == [("NOTICE", 3, 1)]
    notice = there.notice()
    over = dt.datetime.combine(notice.ends_on + DAY, dt.time(), dt.timezone(dt.timedelta(hours=8)))
    assert _late(there, over + 72 * HOUR) == []
    assert _late(there, over + 73 * HOUR) == [("APPROVAL", 1, 1)]
    frozen = there.approve(there.draft(notice))
    assert frozen.decided_at is not None
    assert _late(there, over + 73 * HOUR) == []
    assert _late(there, frozen.decided_at + 245 * HOUR) == [("HAND_OVER", 5, 1)]
    (parcel,) = allocate_parcels(actor=there.drafter, row=frozen, now=there.now)
    assert _late(there, frozen.decided_at + 245 * HOUR) == [("HAND_OVER", 5, 1)]
    there.world.walk(parcel)
    assert _late(there, frozen.decided_at + 245 * HOUR) == []


def test_the_longest_waits_first(there: Listing) -> None:
    older = there.file(there.family())
    there.now += 5 * HOUR
    newer = there.file(there.family())
    found = late_stages(there.world.county, there.now + 60 * HOUR)
    assert [one.reference for one in found] == [older.reference, newer.reference]


def test_the_first_page_of_officers_shows_it(there: Listing) -> None:
    row = there.file(there.family())
    page = Visitor("officer").get("/").content.decode()
    assert TITLE in page and f"/applications/{row.id}" in page
    assert TITLE not in Visitor("keeper").get("/").content.decode()
    assert TITLE not in Visitor("stranger").get("/").content.decode()
    withdraw_application(actor=there.liaison, application=row, text="家庭主动撤回", now=there.now)
    assert TITLE not in Visitor("officer").get("/").content.decode()
