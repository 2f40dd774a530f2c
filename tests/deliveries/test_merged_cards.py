"""The cards of a family that was entered twice and merged: both bring its parcels, and only its own."""

from logistics.deliveries.models import ScanEvent
from logistics.households.merges import undo_merge
from logistics.households.models import Household
from logistics.parcels.actions import Recipient, plan_parcels
from logistics.parcels.models import Parcel
from tests.cast import World
from tests.households.test_duplicates import REASON, merged, twins
from tests.looking import assert_books_close


def _on_the_way(world: World, household: Household) -> Parcel:
    world.stock_kits(1)
    (parcel,) = plan_parcels(
        actor=world.as_actor(world.officer),
        programme=world.warm,
        warehouse=world.warehouse,
        recipe=world.recipe,
        fund=world.warm_fund,
        recipients=[Recipient(household)],
        now=world.now,
    )
    return world.walk(parcel, "PACK", "DISPATCH")


def _handed_over(world: World, parcel: Parcel, card: Household) -> str:
    assert card.card_code is not None
    (answer,) = world.record(world.scan(parcel, "HAND_OVER", household_code=card.card_code.text))
    return answer.outcome


def test_the_card_of_the_household_that_went_brings_the_parcel_of_the_one_that_stays(world: World) -> None:
    merge = merged(world, twins(world))
    parcel = _on_the_way(world, merge.survivor)
    assert _handed_over(world, parcel, merge.absorbed) == "RECORDED"
    parcel.refresh_from_db()
    assert (parcel.state, parcel.household) == ("DELIVERED", merge.survivor)
    assert_books_close()


def test_the_card_of_the_one_that_stays_brings_a_parcel_written_for_the_one_that_went(world: World) -> None:
    pair = twins(world)
    parcel = _on_the_way(world, pair.second)
    merge = merged(world, pair)
    assert merge.absorbed == pair.second
    assert _handed_over(world, parcel, merge.survivor) == "RECORDED"
    parcel.refresh_from_db()
    assert (parcel.state, parcel.household) == ("DELIVERED", pair.second)
    assert_books_close()


def test_another_familys_card_is_refused_and_so_is_the_old_one_when_the_merge_is_undone(world: World) -> None:
    merge = merged(world, twins(world))
    parcel = _on_the_way(world, merge.survivor)
    assert _handed_over(world, parcel, world.family) == "WRONG_HOUSEHOLD"
    undo_merge(actor=world.as_actor(world.officer), merge=merge, reason=REASON, now=world.now)
    assert _handed_over(world, parcel, merge.absorbed) == "WRONG_HOUSEHOLD"
    assert ScanEvent.objects.filter(parcel=parcel, outcome="WRONG_HOUSEHOLD").count() == 2
