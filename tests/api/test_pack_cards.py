"""A family that was entered twice and merged: a device on a round knows both of its cards, as the server does."""

import hashlib

from logistics.deliveries.round_packs import pack_of
from logistics.deliveries.rounds import plan_round
from logistics.households.merges import undo_merge
from logistics.households.models import Household
from logistics.parcels.actions import Recipient, plan_parcels
from logistics.parties.models import Organisation
from tests.cast import World
from tests.households.test_duplicates import REASON, merged, twins


def _cards(world: World, organisation: Organisation, *households: Household) -> list[tuple[str | None, list[str]]]:
    """Plan a parcel for each household on one round, and say which cards stand for each in its pack."""
    actor = world.as_actor(world.officer)
    world.stock_kits(len(households))
    parcels = plan_parcels(
        actor=actor,
        programme=world.warm,
        warehouse=world.warehouse,
        recipe=world.recipe,
        fund=world.warm_fund,
        recipients=[Recipient(household) for household in households],
        now=world.now,
    )
    planned = plan_round(
        actor=actor, name="示例", place="少云镇", held_on=world.now.date(), parcels=parcels, now=world.now
    )
    pack = pack_of(planned, organisation)
    by_code = {row["code"]: (row["card"], row["other_cards"]) for row in pack["parcels"]}
    return [by_code[parcel.code.text] for parcel in parcels]


def _hashed(household: Household) -> str:
    assert household.card_code is not None
    return hashlib.sha256(household.card_code.text.encode()).hexdigest()


def test_both_cards_of_a_merged_family_stand_for_each_of_its_parcels(world: World) -> None:
    pair = twins(world)
    merge = merged(world, pair)
    stays, went = _hashed(merge.survivor), _hashed(merge.absorbed)
    told = _cards(world, world.county, merge.survivor, world.family)
    assert told == [(stays, [went]), (_hashed(world.family), [])]


def test_a_parcel_of_the_one_that_went_knows_the_card_of_the_one_that_stays(world: World) -> None:
    pair = twins(world)
    first, second = pair.first, pair.second
    stays, went = _hashed(first), _hashed(second)
    assert _cards(world, world.county, first, second) == [(stays, []), (went, [])]
    merge = merged(world, pair)
    assert merge.absorbed == second
    (planned,) = {row.round for row in second.parcels.get().rounds.all()}
    pack = pack_of(planned, world.county)
    assert sorted((row["card"], row["other_cards"]) for row in pack["parcels"]) == sorted(
        [(stays, [went]), (went, [stays])]
    )
    undo_merge(actor=world.as_actor(world.officer), merge=merge, reason=REASON, now=world.now)
    assert [row["other_cards"] for row in pack_of(planned, world.county)["parcels"]] == [[], []]


def test_a_revoked_card_and_one_of_a_body_elsewhere_stand_for_nobody(world: World) -> None:
    merge = merged(world, twins(world))
    assert _cards(world, world.stranger_county, merge.survivor) == [(_hashed(merge.survivor), [])]
    card = merge.absorbed.card_code
    assert card is not None
    type(card).objects.filter(id=card.id).update(state="REVOKED")
    merge.survivor.refresh_from_db()
    assert _cards(world, world.county, merge.survivor) == [(_hashed(merge.survivor), [])]
