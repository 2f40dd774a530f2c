"""Nobody alone shuts out those who object: so many a day from one address, so many in all."""

import datetime as dt

import pytest

from logistics.lists import objections
from logistics.lists.models import Objection, PublicNotice
from logistics.lists.objections import OBJECTIONS_PER_SOURCE_DAY_MAX, TooManyObjections, raise_objection
from tests.lists.conftest import Listing
from tests.looking import nothing_written
from tests.web.conftest import Visitor

DAY = dt.timedelta(days=1)
HERE, THERE = "203.0.113.7", "203.0.113.8"


@pytest.fixture
def notice(listing: Listing) -> PublicNotice:
    """A notice that runs."""
    listing.rules()
    listing.accepted(listing.family())
    return listing.notice()


def _object(listing: Listing, notice: PublicNotice, source: str, days: int = 0) -> Objection:
    return raise_objection(notice=notice, text="这家有汽车", source=source, now=listing.now + days * DAY)


def test_one_address_objects_so_often_a_day_and_no_more(listing: Listing, notice: PublicNotice) -> None:
    for _ in range(OBJECTIONS_PER_SOURCE_DAY_MAX):
        _object(listing, notice, HERE)
    with nothing_written(), pytest.raises(TooManyObjections):
        _object(listing, notice, HERE)
    _object(listing, notice, THERE)
    _object(listing, notice, HERE, days=2)
    assert HERE not in str(Objection.objects.values())


def test_all_together_object_so_often_a_day(
    listing: Listing, notice: PublicNotice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(objections, "OBJECTIONS_PER_NOTICE_DAY_MAX", 3)
    for number in range(3):
        _object(listing, notice, f"203.0.113.{number}")
    with nothing_written(), pytest.raises(TooManyObjections):
        _object(listing, notice, THERE)


def test_the_page_knows_from_where_it_comes(
    listing: Listing, notice: PublicNotice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(objections, "OBJECTIONS_PER_SOURCE_DAY_MAX", 1)
    monkeypatch.setattr("django.utils.timezone.now", lambda: listing.now)
    path, visitor = f"/notices/{notice.id}", Visitor()
    assert visitor.send(path, text="这家有汽车").status_code == 302
    assert visitor.send(path, text="这家有汽车").status_code == 422
    assert Objection.objects.count() == 1
