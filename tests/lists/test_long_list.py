"""A long list, end to end: facts read, ranked, matched, stored. NUANLIU_LIST_HOUSEHOLDS=50000 measures the longest."""

import datetime as dt
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from logistics.households.actions import HouseholdInput, record_households
from logistics.households.family_models import Hardship
from logistics.households.models import Household, Member
from logistics.lists.applications import add_step
from logistics.lists.drafts import reckoned
from logistics.lists.models import Application, ListEntry
from logistics.parties.actions import new_reference
from tests.lists.conftest import Listing, boy, girl

HOUSEHOLDS = int(os.environ.get("NUANLIU_LIST_HOUSEHOLDS", "1000"))
SECONDS_MAX, PER_CALL = 30, 1_000
KINDS = ("DISASTER", "SINGLE_PARENT", "SUBSISTENCE_ALLOWANCE")


@contextmanager
def _told(what: str) -> Iterator[None]:
    begun = time.perf_counter()
    yield
    print(f"{what}: {time.perf_counter() - begun:.1f} s for {HOUSEHOLDS:,} households")


def _families(listing: Listing) -> None:
    for start in range(0, HOUSEHOLDS, PER_CALL):
        many = range(start, min(start + PER_CALL, HOUSEHOLDS))
        families = [
            HouseholdInput(
                township=f"示例{number % 20}镇",
                division_code=f"9901010{number % 20:02d}",
                head_name=f"示例{number}",
                members=(girl(number % 15), boy((number * 7) % 15)),
            )
            for number in many
        ]
        record_households(organisation=listing.world.county, families=families, now=listing.now)
    rows = Household.objects.filter(organisation=listing.world.county).values_list("id", flat=True)
    Hardship.objects.bulk_create(
        [
            Hardship(household_id=key, kind_code=KINDS[number % 3], since_on=listing.now.date(), noted_at=listing.now)
            for number, key in enumerate(rows)
            if number % 2
        ],
        batch_size=5_000,
    )


def _applications(listing: Listing, round_name: str) -> None:
    """Stand them where a reviewer left them; each of them filed one by one is measured elsewhere."""
    world, day = listing.world, listing.now.date()
    rows = [
        Application(
            organisation=world.county,
            programme=world.warm,
            round_name=round_name,
            reference=new_reference("A"),
            household_id=key,
            whom_id=key,
            source="LIAISON",
            urgency=number % 4,
            waiting_since=day - dt.timedelta(days=number % 400),
            state="ACCEPTED",
            state_since=listing.now,
            filed_at=listing.now,
            filed_by_id=listing.liaison.holder_id,
            reviewed_by_id=listing.reviewer.holder_id,
        )
        for number, key in enumerate(Household.objects.filter(head_name_index__gt="").values_list("id", flat=True))
    ]
    Application.objects.bulk_create(rows, batch_size=5_000)
    add_step(rows[0], "FILED", actor_id=listing.liaison.holder_id, now=listing.now)


@pytest.mark.timeout(900)
def test_a_long_list_is_published_reckoned_and_frozen_in_time(listing: Listing) -> None:
    rules = listing.rules(eligibility={"age_to": 14})
    _families(listing)
    _applications(listing, rules.round_name)
    with _told("a notice published"):
        notice = listing.notice()
    offers: list[dict[str, object]] = [
        {"fund": "warm-2026", "item": item, "warehouse": "wh-1", "quantity": HOUSEHOLDS // 4}
        for item in ("gloves", "vest", "blanket")
    ]
    draft = listing.draft(notice, offers)
    begun = time.perf_counter()
    with _told("reckoned"):
        found = reckoned(draft)
    with _told("approved: read, ranked, matched, frozen and sealed"):
        frozen = listing.approve(draft)
    assert frozen.count == notice.count == len(found.places)
    assert ListEntry.objects.filter(offer__isnull=False).count() == HOUSEHOLDS // 4 * 3
    assert time.perf_counter() - begun < 2 * SECONDS_MAX
    assert Member.objects.count() >= 2 * HOUSEHOLDS
