"""A need that was proposed for a list is met when its parcel arrives, and open again when the parcel does not stay."""

import uuid

from logistics.deliveries.met_needs import on_the_way, settle_needs
from logistics.lists.applications import file_application
from logistics.needs.actions import note_whether_it_helped
from logistics.needs.inputs import NeedInput
from logistics.needs.models import Need, NeedStep
from logistics.needs.reporting import report_need
from logistics.parcels.allocations import allocate_parcels
from logistics.parcels.models import Parcel
from tests.cast import World
from tests.lists.conftest import DAY, WORDS, Listing, make_listing


def _promised(people: Listing) -> tuple[Need, Parcel]:
    """Go from a need to the parcel that was planned for it."""
    world = people.world
    people.rules()
    world.stock_kits(1)
    family = people.family()
    need = report_need(
        actor=people.liaison, household=family, need=NeedInput(uuid.uuid4(), "CLOTHES", 2), now=people.now
    )
    row = file_application(
        actor=people.liaison,
        programme=world.warm,
        household=family,
        source="LIAISON",
        text=WORDS,
        need=need,
        now=people.now,
    )
    people.accept(row)
    frozen = people.approve(people.draft(people.notice()))
    (parcel,) = allocate_parcels(actor=people.drafter, row=frozen, now=people.now)
    return need, parcel


def test_it_is_met_by_the_parcel_that_arrives(world: World) -> None:
    people = make_listing(world)
    need, parcel = _promised(people)
    (way,) = on_the_way(need)
    assert way.parcel == parcel and way.application.need_id == need.id
    assert settle_needs(now=people.now) == 0, "nothing has arrived"
    world.walk(parcel)
    assert settle_needs(now=people.now) == 1
    need.refresh_from_db()
    step = NeedStep.objects.get(need_id=need.id, step="MET")
    assert (need.state, step.by_kind, step.by_id, step.by_code) == ("MET", "PARCEL", parcel.id, parcel.code.text)
    assert step.actor_id is None, "nobody said so: the parcel did"
    assert settle_needs(now=people.now) == 0


def test_what_did_not_help_is_not_met_again_by_the_same_parcel(world: World) -> None:
    people = make_listing(world)
    need, parcel = _promised(people)
    world.walk(parcel)
    settle_needs(now=people.now)
    note_whether_it_helped(actor=people.liaison, need=need, has_helped=False, reason="太小了", now=people.now + DAY)
    assert settle_needs(now=people.now + 2 * DAY) == 0
    need.refresh_from_db()
    assert (need.state, need.has_helped) == ("OPEN", False)


def test_it_is_open_again_when_the_hand_over_was_taken_back(world: World) -> None:
    people = make_listing(world)
    need, parcel = _promised(people)
    world.walk(parcel)
    settle_needs(now=people.now)
    Parcel.objects.filter(id=parcel.id).update(state="DISPATCHED")
    assert settle_needs(now=people.now + DAY) == 1
    assert settle_needs(now=people.now + DAY) == 0
    need.refresh_from_db()
    assert need.state == "OPEN"
