"""A whole list allocated by a worker: in order, nobody twice, past whom nothing can be planned for, and stopped."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from logistics.households.models import Member
from logistics.lists.allocations import ListNotApproved, NothingToAllocate, RoundOver
from logistics.lists.models import Allocation, DistributionList, HeldUpEntry, ListEntry
from logistics.lists.rules import change_rules
from logistics.parcels.actions import plan_parcels
from logistics.parcels.models import Parcel
from logistics.press import allocation_walk
from logistics.press.allocation_jobs import (
    AllocationEnded,
    AllocationJobMissing,
    ask_to_allocate,
    cancel_allocation,
    get_allocation_job,
)
from logistics.press.allocation_models import AllocationJob
from logistics.press.allocation_walk import walk_list
from logistics.press.resuming import requeue_lost_jobs
from tests.cast import World
from tests.lists.conftest import Listing, make_listing
from tests.looking import assert_books_close, statements

AT_ONCE = 3


@pytest.fixture
def listing(world: World, monkeypatch: pytest.MonkeyPatch) -> Listing:
    """People of the way onto a list, and a walk in small steps."""
    monkeypatch.setattr(allocation_walk, "PLACES_AT_ONCE", {"PARCEL": AT_ONCE, "GRANT": AT_ONCE})
    found = make_listing(world)
    found.rules()
    return found


def _frozen(listing: Listing, families: int) -> DistributionList:
    listing.world.stock_kits(families)
    return listing.approved(*(listing.family() for _ in range(families)))


def _asked(listing: Listing, frozen: DistributionList, kind: str = "PARCEL") -> AllocationJob:
    return ask_to_allocate(actor=listing.drafter, row=frozen, kind=kind, now=listing.now)


def _walked(job: AllocationJob) -> AllocationJob:
    walk_list(job.id)
    job.refresh_from_db()
    return job


def _allocated() -> list[int]:
    return list(Allocation.objects.filter(released_at=None).order_by("id").values_list("entry__place", flat=True))


def test_one_press_allocates_a_whole_list_in_its_order(listing: Listing) -> None:
    frozen = _frozen(listing, 7)
    job = _asked(listing, frozen)
    assert (job.state, job.done, job.total) == ("QUEUED", 0, 7)
    assert _asked(listing, frozen) == job, "a second press is the same walk"
    job = _walked(job)
    assert (job.state, job.done, job.problem) == ("DONE", 7, None)
    assert _allocated() == [1, 2, 3, 4, 5, 6, 7]
    assert Parcel.objects.filter(state="PLANNED").count() == 7
    assert_books_close()
    with pytest.raises(NothingToAllocate):
        _asked(listing, frozen)


def _of_money(listing: Listing, girls: int) -> DistributionList:
    world = listing.world
    listing.rules(world.spring)
    world.give_money(20_000 * girls, fund=world.girls_fund)
    for family in [listing.family() for _ in range(girls)]:
        listing.accept(listing.file(family, family.members.get(), programme=world.spring))
    offer = {"fund": "girls-2026", "amount_minor": 20_000, "quantity": girls}
    return listing.approve(listing.draft(listing.notice(world.spring), [offer]))


def test_a_list_of_money_is_walked_too(listing: Listing) -> None:
    job = _walked(_asked(listing, _of_money(listing, AT_ONCE + 1), "GRANT"))
    assert (job.state, job.done, _allocated()) == ("DONE", 4, [1, 2, 3, 4])
    assert set(Allocation.objects.values_list("kind", flat=True)) == {"GRANT"}


def test_whoever_died_over_a_list_is_followed_by_one_who_goes_on(
    listing: Listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The step that was under way is gone whole: half of it cannot be there."""
    job = _asked(listing, _frozen(listing, 7))
    behind, real = [], allocation_walk._go_behind

    class Killed(BaseException):
        """The process ends here."""

    def die(*args: object, **more: object) -> None:
        behind.append(args)
        if len(behind) == 2:
            raise Killed
        real(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(allocation_walk, "_go_behind", die)
    with pytest.raises(Killed):
        walk_list(job.id)
    job.refresh_from_db()
    assert (job.state, job.done, job.after_place, _allocated()) == ("RUNNING", 3, 3, [1, 2, 3])
    assert requeue_lost_jobs(now=listing.now) == 1
    job = _walked(job)
    assert (job.state, job.tries, _allocated()) == ("DONE", 1, [1, 2, 3, 4, 5, 6, 7])
    assert_books_close()


def test_whose_consent_is_gone_is_held_up_and_all_others_are_served(listing: Listing) -> None:
    frozen = _of_money(listing, 8)
    entry = ListEntry.objects.get(place=5)
    Member.objects.filter(id=entry.application.beneficiary_id).update(has_consent=False)
    job = _walked(_asked(listing, frozen, "GRANT"))
    assert (job.state, job.done, _allocated()) == ("DONE", 8, [1, 2, 3, 4, 6, 7, 8])
    assert list(HeldUpEntry.objects.values_list("entry__place", "reason")) == [(5, "consent_missing")]
    # The paper is put right, and the same button serves whom it concerned.
    Member.objects.filter(id=entry.application.beneficiary_id).update(has_consent=True)
    job = _walked(_asked(listing, frozen, "GRANT"))
    assert (job.state, job.total) == ("DONE", 1) and not HeldUpEntry.objects.exists()


def test_where_goods_run_out_the_first_places_have_them_and_other_goods_go_on(listing: Listing) -> None:
    world = listing.world
    families = [listing.family() for _ in range(8)]
    listing.accepted(*families)
    fund = {"fund": "warm-2026", "warehouse": "wh-1"}
    world.stock_kits(5)
    world.give_money(10_000)
    world.buy((world.gloves, 3, 6_000))
    draft = listing.draft(
        listing.notice(), [{**fund, "item": "warm-kit", "quantity": 5}, {**fund, "item": "gloves", "quantity": 3}]
    )
    frozen = listing.approve(draft)
    gets = dict(ListEntry.objects.values_list("place", "offer"))
    # Three kits leave by another door before anybody presses the button.
    plan_parcels(
        actor=listing.drafter,
        programme=world.warm,
        warehouse=world.warehouse,
        recipe=world.recipe,
        count=3,
        now=listing.now,
    )
    job = _walked(_asked(listing, frozen))
    kits = [place for place in sorted(gets) if gets[place] == 0]
    gloves = [place for place in gets if gets[place] == 1]
    assert (job.state, job.problem["code"]) == ("FAILED", "stock_short")
    assert set(_allocated()) == {*kits[:2], *gloves}
    assert job.done == 2 + len(gloves) and not HeldUpEntry.objects.exists()
    world.stock_kits(3)
    assert _walked(_asked(listing, frozen)).state == "DONE"
    assert sorted(_allocated()) == sorted(gets)
    assert_books_close()


def test_a_walk_that_is_stopped_leaves_what_it_did(listing: Listing, monkeypatch: pytest.MonkeyPatch) -> None:
    frozen = _frozen(listing, 7)
    job = _asked(listing, frozen)
    real = allocation_walk._Walk._take

    def take(walk: object, places: list[ListEntry]) -> None:
        real(walk, places)  # type: ignore[arg-type]
        if len(_allocated()) == AT_ONCE:
            cancel_allocation(actor=listing.drafter, job=job, now=listing.now)

    monkeypatch.setattr(allocation_walk._Walk, "_take", take)
    job = _walked(job)
    assert (job.state, job.problem["code"], _allocated()) == ("FAILED", "allocation_cancelled", [1, 2, 3])
    with pytest.raises(AllocationEnded):
        cancel_allocation(actor=listing.drafter, job=job, now=listing.now)
    walk_list(job.id)
    assert _allocated() == [1, 2, 3], "what is stopped is not taken up by a worker that comes late"
    again = _walked(_asked(listing, frozen))
    assert (again.state, again.total, len(_allocated())) == ("DONE", 4, 7)


def test_a_turn_ends_so_that_others_have_one(listing: Listing, monkeypatch: pytest.MonkeyPatch) -> None:
    job = _asked(listing, _frozen(listing, 4))
    monkeypatch.setattr(allocation_walk, "TURN_SECONDS", -1.0)
    job = _walked(job)
    assert (job.state, _allocated()) == ("QUEUED", [])
    monkeypatch.undo()
    assert _walked(job).state == "DONE"


def test_what_concerns_the_whole_list_ends_the_walk(listing: Listing) -> None:
    frozen = _frozen(listing, 4)
    job = _asked(listing, frozen)
    cause = listing.owner.cause(listing.now, "进入新一年的批次")
    rules = listing.world.warm.list_rules  # type: ignore[attr-defined]
    change_rules(actor=listing.owner, rules=rules, changes={"round_name": "2027年冬季"}, cause=cause)
    job = _walked(job)
    assert (job.state, job.problem["code"], _allocated()) == ("FAILED", "round_over", [])
    with pytest.raises(RoundOver):
        _asked(listing, frozen)


def test_only_an_approved_list_of_ones_own_is_walked(listing: Listing) -> None:
    listing.world.stock_kits(1)
    listing.accepted(listing.family())
    draft = listing.draft(listing.notice())
    with pytest.raises(ListNotApproved):
        _asked(listing, draft)
    job = _asked(listing, listing.approve(draft))
    with pytest.raises(AllocationJobMissing):
        get_allocation_job(job_id=job.id, organisation=listing.world.stranger_county)
    assert get_allocation_job(job_id=job.id, organisation=listing.world.province) == job


def test_a_longer_list_costs_more_steps_and_no_larger_ones(listing: Listing) -> None:
    """So many statements a step, wherever on the list it is."""
    job = _asked(listing, _frozen(listing, 4 * AT_ONCE))
    counts: list[int] = []
    real = allocation_walk._Walk._take

    def take(walk: object, places: list[ListEntry]) -> None:
        with CaptureQueriesContext(connection) as queries:
            real(walk, places)  # type: ignore[arg-type]
        counts.append(len(statements(queries)))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(allocation_walk._Walk, "_take", take)
        walk_list(job.id)
    assert len(counts) == 4 and max(counts) - min(counts) <= 2, counts


def test_a_program_that_breaks_says_so(listing: Listing, monkeypatch: pytest.MonkeyPatch) -> None:
    job = _asked(listing, _frozen(listing, 1))

    def broken(**more: object) -> None:
        raise RuntimeError("示例")

    monkeypatch.setattr(allocation_walk, "_ALLOCATE", {"PARCEL": broken})
    with pytest.raises(RuntimeError):
        walk_list(job.id)
    job.refresh_from_db()
    assert (job.state, job.problem["code"]) == ("FAILED", "job_broken")
