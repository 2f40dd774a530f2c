"""From where objections and grievances came is forgotten after a month; what they say, and the log, stay."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from logistics.lists.models import Objection
from logistics.lists.objections import answer_objection, leaf_of_objection, raise_objection
from logistics.press.retaining import take_senders
from logistics.replies.models import Grievance
from tests.cast import World
from tests.lists.conftest import make_listing
from tests.replies.test_grievances import _told

MONTH = dt.timedelta(days=30)
HERE = "203.0.113.7"


def _objections(world: World) -> list[Objection]:
    """One that was answered, one that was not."""
    listing = make_listing(world)
    listing.rules()
    listing.accepted(listing.family())
    notice = listing.notice()
    rows = [raise_objection(notice=notice, text="这家有汽车", source=HERE, now=listing.now) for _ in range(2)]
    answer_objection(actor=listing.drafter, objection=rows[0], is_upheld=False, text="查过了，没有车", now=listing.now)
    return [Objection.objects.get(id=row.id) for row in rows]


def test_the_source_goes_after_its_time_and_nothing_else(world: World) -> None:
    answered, still_open = _objections(world)
    _told(world)
    sealed = leaf_of_objection(answered).data
    assert take_senders(answered.raised_at, world.now) == 0
    assert take_senders(answered.raised_at + MONTH, world.now) == 3
    assert take_senders(answered.raised_at + MONTH, world.now) == 0
    answered.refresh_from_db()
    still_open.refresh_from_db()
    assert (answered.source_index, still_open.source_index) == (None, None)
    assert leaf_of_objection(answered).data == sealed, "what was sealed verifies"
    grievance = Grievance.objects.get()
    assert (grievance.source_index, grievance.channel) == ("", "PAGE")


@pytest.mark.parametrize("change", [{"source_index": "elsewhere"}, {"text_commitment": "0" * 64}])
def test_the_database_refuses_to_change_what_was_said_or_to_invent_a_source(
    world: World, change: dict[str, str]
) -> None:
    answered, _ = _objections(world)
    grievance, _ = _told(world)
    for rows in (Objection.objects.filter(id=answered.id), Grievance.objects.filter(id=grievance.id)):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)


def test_an_answer_stays_answered(world: World) -> None:
    answered, _ = _objections(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        Objection.objects.filter(id=answered.id).update(state="OPEN")
