"""Who may collect for a family that was entered twice: whom either household authorised, also without a network."""

import hashlib

import pytest

from logistics.codes.models import Code
from logistics.deliveries.round_packs import pack_of
from logistics.deliveries.rounds import plan_round
from logistics.households.collector_models import Collector
from logistics.households.collectors import (
    COLLECTORS_MAX,
    CollectorMissing,
    CollectorsExhausted,
    authorise_collector,
    collectors_of,
    withdraw_collector,
)
from logistics.households.known_names import names_known_of
from logistics.households.merges import undo_merge
from logistics.households.models import Household
from logistics.parcels.models import Parcel
from logistics.parties.models import Programme
from tests.cast import World
from tests.deliveries.test_merged_cards import _on_the_way
from tests.households.test_duplicates import REASON, merged, twins
from tests.looking import nothing_written


def _authorised(world: World, household: Household, name: str) -> Collector:
    return authorise_collector(actor=world.partner, household=household, name=name, now=world.now)


def _handed_over(world: World, parcel: Parcel, collector: str) -> str:
    (answer,) = world.record(world.scan(parcel, "HAND_OVER", detail={"collector": collector}))
    return answer.outcome


def _carried(world: World, parcel: Parcel) -> set[str]:
    (row,) = pack_of(parcel.rounds.get().round, world.county)["parcels"]
    return set(row["collector_cards"])


def _hashed(code: Code) -> str:
    return hashlib.sha256(code.text.encode()).hexdigest()


@pytest.mark.parametrize("is_of_survivor", [True, False])
def test_both_households_collectors_collect_until_the_merge_is_undone(world: World, is_of_survivor: bool) -> None:
    Programme.objects.filter(id=world.warm.id).update(required_proofs=["COLLECTOR"])
    pair = twins(world)
    one, other = _authorised(world, pair.first, "示例邻居甲"), _authorised(world, pair.second, "示例邻居乙")
    parcel = _on_the_way(world, pair.first if is_of_survivor else pair.second)
    actor, day = world.as_actor(world.officer), world.now.date()
    plan_round(actor=actor, name="示例", place="少云镇", held_on=day, parcels=[parcel], now=world.now)
    theirs, ours = (other, one) if is_of_survivor else (one, other)
    assert _handed_over(world, parcel, theirs.card_code.text) == "PROOF_MISSING", "not one family yet"
    merge = merged(world, pair)
    assert _carried(world, parcel) == {_hashed(one.card_code), _hashed(other.card_code)}
    assert collectors_of([pair.first.id, pair.second.id]) == {pair.first.id: [one, other], pair.second.id: [one, other]}
    undo_merge(actor=actor, merge=merge, reason=REASON, now=world.now)
    assert _carried(world, parcel) == {_hashed(ours.card_code)}
    assert _handed_over(world, parcel, theirs.name) == "PROOF_MISSING"
    assert collectors_of([pair.first.id]) == {pair.first.id: [one]}


@pytest.mark.parametrize("is_by_card", [True, False])
def test_whom_the_household_that_went_authorised_brings_the_parcel_of_the_one_that_stays(
    world: World, is_by_card: bool
) -> None:
    Programme.objects.filter(id=world.warm.id).update(required_proofs=["COLLECTOR"])
    pair = twins(world)
    collector = _authorised(world, pair.second, "示例邻居乙")
    merge = merged(world, pair)
    parcel = _on_the_way(world, merge.survivor)
    assert _handed_over(world, parcel, "示例路人") == "PROOF_MISSING"
    assert _handed_over(world, parcel, collector.card_code.text if is_by_card else collector.name) == "RECORDED"


def test_a_merged_family_has_one_limit_one_name_and_one_place_to_withdraw(world: World) -> None:
    pair = twins(world)
    rows = [_authorised(world, pair.first, f"示例{number}") for number in range(COLLECTORS_MAX - 1)]
    rows.append(_authorised(world, pair.second, "示例邻居乙"))
    with nothing_written(), pytest.raises(CollectorMissing):
        withdraw_collector(actor=world.partner, household=pair.first, collector_id=rows[-1].id, now=world.now)
    survivor = merged(world, pair).survivor
    assert _authorised(world, survivor, "示例邻居乙") == rows[-1]
    with nothing_written(), pytest.raises(CollectorsExhausted):
        _authorised(world, survivor, "示例多余")
    withdraw_collector(actor=world.partner, household=survivor, collector_id=rows[-1].id, now=world.now)
    assert _authorised(world, survivor, "示例邻居乙").household == survivor


def test_names_of_both_households_are_looked_for_in_what_is_written_of_either(world: World) -> None:
    pair = twins(world)
    _authorised(world, pair.second, "示例邻居乙")
    merge = merged(world, pair)
    for household in (merge.survivor, merge.absorbed):
        assert {"李芳", "李方", "示例邻居乙"} <= set(names_known_of(household))
