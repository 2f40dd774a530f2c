"""At the same moment: nobody is served twice, numbers have no gap, one draft a notice, one application a family."""

import pytest

from logistics.households.models import Household
from logistics.kernel.refusals import Refusal
from logistics.lists.applications import AppliedAlready
from logistics.lists.marks import ServedAlready, ServedByAnother
from logistics.lists.models import Allocation, Application, DistributionList, PublicNotice, ServedMark
from logistics.parcels.actions import Recipient, plan_parcels
from logistics.parcels.allocations import allocate_parcels
from logistics.parcels.models import Parcel
from logistics.parties.actors import Actor
from logistics.storage.rows import new_id
from tests.cast import World
from tests.journal.test_races import WRITERS, _at_once
from tests.lists.conftest import IDENTITY_NUMBER, Listing, girl, make_listing
from tests.looking import assert_books_close


@pytest.fixture
def there(committed_world: World) -> Listing:
    """The same people on a database that really commits."""
    return make_listing(committed_world)


def _plan(there: Listing, actor: Actor, family: Household) -> Parcel:
    world = there.world
    return plan_parcels(
        actor=actor,
        programme=world.warm,
        warehouse=world.warehouse,
        recipe=world.recipe,
        recipients=[Recipient(family)],
        now=there.now,
    )[0]


def test_two_organisations_at_the_same_moment_serve_a_child_once(there: Listing) -> None:
    there.rules()
    there.world.stock_kits(WRITERS)
    bodies = [there.world.county, there.world.stranger_county]
    families = [there.family(girl(identity_number=IDENTITY_NUMBER), organisation=body) for body in bodies]
    actors = [Actor(body, new_id()) for body in bodies]
    results = _at_once(lambda number: _plan(there, actors[number % 2], families[number % 2]))
    refused = [result for result in results if isinstance(result, Refusal)]
    assert len(refused) == WRITERS - 1
    assert {type(refusal) for refusal in refused} <= {ServedAlready, ServedByAnother}
    assert Parcel.objects.count() == 1
    assert {mark.subject_id for mark in ServedMark.objects.all()} == {Parcel.objects.get().id}
    assert_books_close()


def test_a_list_allocated_by_many_is_allocated_once(there: Listing) -> None:
    there.rules()
    there.world.stock_kits(6)
    frozen = there.approved(*(there.family() for _ in range(6)))
    _at_once(lambda number: allocate_parcels(actor=there.drafter, row=frozen, limit=2, now=there.now))
    assert Parcel.objects.count() == Allocation.objects.count() == 6
    assert len(set(Allocation.objects.values_list("entry", flat=True))) == 6
    assert_books_close()


def test_a_family_applies_once_and_is_drafted_once(there: Listing) -> None:
    there.rules()
    there.world.stock_kits(1)
    family = there.family()
    results = _at_once(lambda number: there.file(family))
    assert sum(isinstance(result, AppliedAlready) for result in results) == WRITERS - 1
    there.accept(Application.objects.get())
    _at_once(lambda number: there.notice())
    notice = PublicNotice.objects.get()
    _at_once(lambda number: there.draft(notice))
    assert DistributionList.objects.count() == 1


def test_lists_approved_at_once_are_numbered_without_a_gap(there: Listing) -> None:
    there.rules()
    there.world.stock_kits(WRITERS)
    drafts = []
    for _ in range(WRITERS):
        there.accepted(there.family())
        drafts.append(there.draft(there.notice()))
    there.now += (drafts[0].notice.ends_on - there.now.date()) * 2
    _at_once(lambda number: there.approve_now(drafts[number]))
    assert sorted(DistributionList.objects.values_list("number", flat=True)) == list(range(1, WRITERS + 1))
