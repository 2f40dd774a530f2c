"""Families of a long list, as they stand when a reviewer has left them."""

import datetime as dt
from dataclasses import replace

from logistics.households.actions import HouseholdInput, record_households
from logistics.households.family_models import Hardship
from logistics.households.models import Household
from logistics.lists.applications import add_step
from logistics.lists.models import Application
from logistics.parties.actions import new_reference
from tests.lists.conftest import Listing, boy, girl

PER_CALL, PER_STATEMENT = 1_000, 5_000
KINDS = ("DISASTER", "SINGLE_PARENT", "SUBSISTENCE_ALLOWANCE")
ITEMS = ("gloves", "vest", "blanket")


def long_list(listing: Listing, households: int, round_name: str) -> list[dict[str, object]]:
    """Let so many families of two children be accepted in a round; returns what there is for three quarters of them."""
    _families(listing, households)
    _applications(listing, round_name)
    return [
        {"fund": "warm-2026", "item": item, "warehouse": "wh-1", "quantity": households // (len(ITEMS) + 1)}
        for item in ITEMS
    ]


def _families(listing: Listing, households: int) -> None:
    for start in range(0, households, PER_CALL):
        many = range(start, min(start + PER_CALL, households))
        families = [
            HouseholdInput(
                township=f"示例{number % 20}镇",
                division_code=f"9901010{number % 20:02d}",
                head_name=f"示例{number}",
                members=(
                    girl(number % 15, f"示例女童{number}"),
                    replace(boy((number * 7) % 15), name=f"示例男童{number}"),
                ),
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
        batch_size=PER_STATEMENT,
    )


def _applications(listing: Listing, round_name: str) -> None:
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
    Application.objects.bulk_create(rows, batch_size=PER_STATEMENT)
    add_step(rows[0], "FILED", actor_id=listing.liaison.holder_id, now=listing.now)
