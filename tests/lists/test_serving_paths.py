"""A family is served once a round by whatever path: list, counter, grant, API, and a parcel that names nobody."""

import datetime as dt
import uuid

import pytest

from logistics.deliveries.settlements import Ruling, hand_overs_of, settle_dispute
from logistics.grants.actions import plan_grant
from logistics.households.models import Household
from logistics.kernel.refusals import Refusal
from logistics.lists.allocations import RoundOver
from logistics.lists.marks import ServedAlready, ServedTooLately
from logistics.lists.models import ProgrammeRules, ServedMark
from logistics.lists.rules import change_rules
from logistics.parcels.actions import Recipient, plan_parcels
from logistics.parcels.allocations import allocate_parcels
from logistics.parcels.models import Parcel
from logistics.parties.actors import Actor
from tests.cast import World
from tests.journal.test_races import WRITERS, _at_once
from tests.lists.conftest import DAY, IDENTITY_NUMBER, Listing, girl, make_listing
from tests.looking import assert_books_close


@pytest.fixture
def there(committed_world: World) -> Listing:
    """The people of lists on a database that really commits."""
    return make_listing(committed_world)


def _named(listing: Listing, family: Household, actor: Actor | None = None) -> Parcel:
    return plan_parcels(
        actor=actor or listing.drafter,
        programme=listing.world.warm,
        warehouse=listing.world.warehouse,
        recipe=listing.world.recipe,
        recipients=[Recipient(family)],
        now=listing.now,
    )[0]


def _unnamed(listing: Listing) -> Parcel:
    (parcel,) = listing.world.plan(with_family=False)
    for step in ("PACK", "SEAL", "DISPATCH"):
        listing.world.record(listing.world.scan(parcel, step))
    return parcel


def _hand_over(listing: Listing, parcel: Parcel, family: Household) -> Parcel:
    assert family.card_code is not None
    listing.world.record(listing.world.scan(parcel, "HAND_OVER", household_code=family.card_code.text))
    parcel.refresh_from_db()
    return parcel


def test_a_parcel_without_a_name_serves_whose_card_is_scanned(listing: Listing) -> None:
    listing.rules()
    listing.world.stock_kits(2)
    family = listing.family()
    parcel = _hand_over(listing, _unnamed(listing), family)
    assert (parcel.state, parcel.unposted_reason) == ("DELIVERED", "")
    assert set(ServedMark.objects.values_list("subject_id", flat=True)) == {parcel.id}
    with pytest.raises(ServedAlready):
        _named(listing, family)


def test_a_second_one_for_the_family_waits_for_an_officer(listing: Listing) -> None:
    listing.rules()
    world = listing.world
    world.stock_kits(2)
    family = listing.family()
    _named(listing, family)
    parcel = _hand_over(listing, _unnamed(listing), family)
    assert (parcel.state, parcel.unposted_reason) == ("DELIVERED", "served_already")
    assert ServedMark.objects.filter(subject_id=parcel.id).count() == 0
    # An officer who had no hand in it asks, and says that it is true: the books take it.
    (scan,) = hand_overs_of(parcel)
    ruling = Ruling(judged=[uuid.UUID(scan)], stands=uuid.UUID(scan))
    settle_dispute(actor=listing.reviewer, parcel=parcel, ruling=ruling, reason="两次均属实，已说明", now=listing.now)
    parcel.refresh_from_db()
    assert parcel.unposted_reason == ""
    assert_books_close()


def test_a_hand_over_that_is_taken_back_serves_nobody(listing: Listing) -> None:
    listing.rules()
    world = listing.world
    world.stock_kits(2)
    family = listing.family()
    parcel = _unnamed(listing)
    assert family.card_code is not None
    scan = world.scan(parcel, "HAND_OVER", household_code=family.card_code.text)
    world.record(scan)
    world.record(world.scan(parcel, "UNDO", undoes=scan.scan_id))
    assert not ServedMark.objects.filter(released_at=None).exists()
    assert _named(listing, family).household == family


def test_two_bodies_hand_over_and_plan_at_the_same_moment(there: Listing) -> None:
    """A counter of one county, a card scanned by another, for one child known to both: one is served."""
    there.rules()
    there.world.stock_kits(WRITERS)
    world = there.world
    ours = there.family(girl(identity_number=IDENTITY_NUMBER))
    theirs = there.family(girl(identity_number=IDENTITY_NUMBER), organisation=world.stranger_county)
    stranger = Actor(world.stranger_county, there.drafter.holder_id, key_name="邻县")
    parcels = [_unnamed(there) for _ in range(WRITERS // 2)]

    def serve(number: int) -> object:
        if number % 2:
            return _named(there, theirs, stranger)
        return _hand_over(there, parcels[number // 2], ours)

    results = _at_once(serve)
    planned = [one for one in results[1::2] if isinstance(one, Parcel)]
    assert all(isinstance(one, Refusal) for one in results[1::2] if one not in planned)
    booked = [one for one in results[::2] if isinstance(one, Parcel) and not one.unposted_reason]
    assert len(planned) + len(booked) == 1
    assert len({mark.subject_id for mark in ServedMark.objects.filter(released_at=None)}) == 1
    assert_books_close()


def _end_round(listing: Listing, rules: ProgrammeRules) -> None:
    cause = listing.owner.cause(listing.now, "进入新一年的批次")
    change_rules(actor=listing.owner, rules=rules, changes={"round_name": "2027年冬季"}, cause=cause)


def test_a_round_that_ends_at_the_moment_serves_whole_or_not_at_all(there: Listing) -> None:
    """Whoever allocates is before the end of the round or after it: no mark is made in a round that was over."""
    rules = there.rules()
    there.world.stock_kits(WRITERS)
    frozen = there.approved(*(there.family() for _ in range(WRITERS)))

    def work(number: int) -> object:
        if number == WRITERS // 2:
            return _end_round(there, rules)
        return allocate_parcels(actor=there.drafter, row=frozen, limit=1, now=there.now)

    results = _at_once(work)
    refused = [one for one in results if isinstance(one, Refusal)]
    assert all(isinstance(one, RoundOver) for one in refused)
    assert set(ServedMark.objects.values_list("round_name", flat=True)) <= {"2026年冬季"}
    planned = sum(len(one) for one in results if isinstance(one, list))
    assert planned == Parcel.objects.count() == WRITERS - 1 - len(refused)
    with pytest.raises(RoundOver):
        allocate_parcels(actor=there.drafter, row=frozen, now=there.now)


def test_who_waited_while_the_round_ended_serves_in_the_new_one(
    listing: Listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The round is read once the lock is held: what was read before the wait may be over."""
    rules = listing.rules()
    listing.world.stock_kits(1)

    def wait(number: int) -> None:
        ProgrammeRules.objects.filter(id=rules.id).update(round_name="2027年冬季")

    monkeypatch.setattr("logistics.lists.marks.wait_for_others", wait)
    _named(listing, listing.family())
    assert set(ServedMark.objects.values_list("round_name", flat=True)) == {"2027年冬季"}


@pytest.mark.parametrize(("days", "is_served"), [(29, False), (30, True)])
def test_the_interval_runs_on_across_the_end_of_a_year(listing: Listing, days: int, is_served: bool) -> None:
    rules = listing.rules(eligibility={"not_served_days": 30})
    listing.world.stock_kits(2)
    family = listing.family()
    listing.now = dt.datetime(2026, 12, 20, 2, 0, tzinfo=dt.UTC)
    _named(listing, family)
    _end_round(listing, rules)
    listing.now += days * DAY
    assert listing.now.year == 2027
    if is_served:
        assert _named(listing, family).household == family
        return
    with pytest.raises(ServedTooLately):
        _named(listing, family)


def test_merged_families_are_one_for_grants_too(listing: Listing) -> None:
    world = listing.world
    listing.rules(world.spring)
    world.give_money(10_000, fund=world.girls_fund)
    one, two = listing.family(), listing.family()
    girls = [family.members.get() for family in (one, two)]

    def grant(number: int) -> None:
        plan_grant(
            actor=listing.drafter,
            fund=world.girls_fund,
            household=girls[number].household,
            beneficiary=girls[number],
            amount_minor=100,
            reference=f"合并-{number}",
            now=listing.now,
        )

    grant(0)
    type(one).objects.filter(id=one.id).update(merged_into=two)
    type(girls[0]).objects.filter(id=girls[0].id).update(merged_into=girls[1])
    with pytest.raises(ServedAlready):
        grant(1)
