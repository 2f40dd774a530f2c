"""A parcel that was planned for nobody serves a family when it is handed over: it is marked then, once a round.

Named parcels were marked when they were planned. What an officer has settled stands, also where it served twice.
"""

import datetime as dt

from django.db import transaction

from logistics.households.models import Household
from logistics.kernel.refusals import Refusal
from logistics.lists.marks import Served, mark_served, open_round, unmark
from logistics.parcels.models import Parcel


def mark_handed_over(parcel: Parcel, household: Household, *, at: dt.datetime) -> None:
    """Mark whom an unnamed parcel has served. Refuses ServedAlready, ServedByAnother, ServedTooLately."""
    if parcel.household_id is not None:
        return
    rules = open_round(parcel.programme)
    whom = [Served(household.id, None, household.reference, parcel.id)]
    try:
        # A refusal ends this savepoint alone: the scan is stored all the same.
        with transaction.atomic():
            mark_served(rules, organisation=parcel.organisation, whom=whom, now=at)
    except Refusal:
        if not parcel.settled:
            raise


def unmark_taken_back(parcel: Parcel, *, now: dt.datetime) -> None:
    """Take the mark of an unnamed parcel away when its hand-over is taken back."""
    if parcel.household_id is None:
        unmark([parcel.id], now=now)
