"""A recalled lot names every parcel and family that has it, and nobody hands it on any more."""

import datetime as dt

import pytest

from logistics.journal.actions import post_entry
from logistics.journal.models import AccountKind, Balance, Lot
from logistics.journal.postings import Piece, Posting, side_of
from logistics.parcels.actions import cancel_parcel
from logistics.parcels.models import Parcel
from logistics.parcels.recall_reads import recalled_parcels
from logistics.parcels.recalled_places import recalled_places
from logistics.parcels.recalls import lift_recall_of_goods, recall_goods
from logistics.parties.actions import register_organisation
from logistics.parties.actors import Actor
from logistics.stock.actions import register_warehouse
from logistics.stock.disposals import approve_disposal, propose_disposal
from logistics.stock.hand_downs import Goods, confirm_hand_down, send_hand_down
from logistics.stock.hold_reads import LotMissing
from logistics.stock.holds import HoldOfRecall, quarantine_side, release_hold
from logistics.stock.models import Recall
from logistics.stock.picking import LotRecalled, StockShort
from logistics.stock.recall_reads import RecallMissing, get_own_recall, get_recall
from logistics.stock.recalls import LiftedByRecaller, RecallLifted
from logistics.stock.transit import movements
from logistics.storage.rows import new_id
from tests.cast import World
from tests.looking import assert_books_close, nothing_written

STEPS = ("PACK", "SEAL", "DISPATCH", "HAND_OVER")


@pytest.fixture
def parcels(world: World) -> list[Parcel]:
    """Six kits: a parcel with a family, one on the way, one packed, one planned, and two kits on the shelf."""
    world.stock_kits(6)
    planned = world.plan(4)
    for parcel, steps in zip(planned, (STEPS, STEPS[:3], STEPS[:1]), strict=False):
        world.walk(parcel, *steps)
    return planned


def _recall(world: World, **more) -> Recall:  # type: ignore[no-untyped-def]
    return recall_goods(
        actor=more.pop("actor", world.as_actor(world.officer)),
        item=world.gloves,
        reason="示例：染色超标",
        now=world.now + dt.timedelta(minutes=30),
        **more,
    )


def _lift(world: World, recall: Recall) -> Recall:
    return lift_recall_of_goods(actor=world.as_actor(world.approver), recall=recall, now=world.now)


def _late(world: World, parcel: Parcel, step: str) -> str:
    scan = world.scan(parcel, step, at=world.now + dt.timedelta(minutes=40))
    return world.record(scan)[0].outcome


def test_it_names_every_parcel_and_family_that_has_it(world: World, parcels: list[Parcel]) -> None:
    recall = _recall(world)
    # The gloves are recalled and so are the kits that were made of them.
    assert recall.lots.count() == 2
    rows = recalled_parcels(recall, world.county)
    assert [(row.parcel.code.text, row.is_with_family, row.household_reference) for row in rows] == [
        (parcel.code.text, parcel.id == parcels[0].id, world.family.reference) for parcel in parcels
    ]
    places = recalled_places(recall, world.county)
    assert [(row.kind, row.reference, row.quantity) for row in places] == [("QUARANTINE", "wh-1", 2)]
    assert_books_close()


def test_scans_that_hand_it_on_are_answered_recalled(world: World, parcels: list[Parcel]) -> None:
    _recall(world)
    delivered, under_way, packed, planned = parcels
    assert _late(world, planned, "PACK") == "RECALLED"
    assert _late(world, packed, "SEAL") == "RECALLED"
    assert _late(world, packed, "DISPATCH") == "RECALLED"
    assert _late(world, under_way, "HAND_OVER") == "RECALLED"
    assert _late(world, delivered, "HAND_OVER") == "RECALLED"
    assert _late(world, under_way, "RETURN") == "RECORDED"
    states = Parcel.objects.order_by("id").values_list("state", flat=True)
    assert list(states) == ["DELIVERED", "RETURNED", "PACKED", "PLANNED"]
    assert_books_close()


def test_a_hand_over_from_before_the_recall_still_counts(world: World, parcels: list[Parcel]) -> None:
    _recall(world)
    early = world.scan(parcels[1], "HAND_OVER", at=world.now + dt.timedelta(minutes=29))
    assert world.record(early)[0].outcome == "RECORDED"
    parcels[1].refresh_from_db()
    assert parcels[1].state == "DELIVERED"


def test_a_hand_over_in_spite_of_the_recall_is_told(world: World, parcels: list[Parcel]) -> None:
    recall = _recall(world)
    assert _late(world, parcels[1], "HAND_OVER") == "RECALLED"
    told = {row.parcel.id: row.handed_over_since_at for row in recalled_parcels(recall, world.county)}
    assert told[parcels[1].id] == world.now + dt.timedelta(minutes=40)
    assert told[parcels[2].id] is None


def test_no_shelf_gives_recalled_goods_out(world: World, parcels: list[Parcel]) -> None:
    _recall(world)
    with nothing_written(), pytest.raises(StockShort):
        world.plan()
    cancel_parcel(parcel=parcels[3], actor=world.partner, now=world.now)
    # What was reserved came back to the shelf and was set aside at once.
    assert not Balance.objects.filter(
        account=world.warehouse.account, quantity__gt=0, lot__item_id=world.recipe.item_id
    )
    with nothing_written(), pytest.raises(StockShort):
        world.plan()


def test_even_a_shelf_that_was_not_cleared_gives_nothing_out(world: World, parcels: list[Parcel]) -> None:
    hold = _recall(world).holds.get()
    with nothing_written(), pytest.raises(HoldOfRecall):
        release_hold(actor=world.partner, hold=hold, now=world.now)
    pieces = [Piece(hold.lot_id, start, stop, value) for _, start, stop, value in hold.pieces]
    posting = Posting(
        kind="RELEASE",
        organisation_id=world.county.id,
        idempotency_key="past every action",
        occurred_at=world.now,
        movements=movements(pieces, quarantine_side(world.warehouse), side_of(world.warehouse.account)),
    )
    post_entry(posting=posting, now=world.now)
    with nothing_written(), pytest.raises(LotRecalled):
        world.plan()


def test_it_follows_goods_to_bodies_below_and_on_the_way(world: World) -> None:
    world.give_money(1_000)
    world.buy((world.gloves, 10, 1_000))
    township = register_organisation(
        code="镇", name_zh="镇妇联", kind="FEDERATION", level="TOWNSHIP", parent=world.county
    )
    store, below = (
        register_warehouse(organisation=township, code="wh-t", name_zh="镇仓库"),
        Actor(township, new_id(), key_name="镇"),
    )
    rows = [
        send_hand_down(
            actor=world.partner,
            fund=world.warm_fund,
            receiver=township,
            goods=Goods(world.warehouse, store, [(world.gloves, 3)]),
            reference=str(number),
            now=world.now,
        )[0]
        for number in range(2)
    ]
    confirm_hand_down(actor=below, hand_down=rows[0], now=world.now)
    recall = _recall(world)
    found = {(row.kind, row.organisation_code): row.quantity for row in recalled_places(recall, world.county)}
    assert found == {("QUARANTINE", "示例县"): 4, ("QUARANTINE", "镇"): 3, ("IN_TRANSIT", "示例县"): 3}
    confirm_hand_down(actor=below, hand_down=rows[1], now=world.now)
    found = {(row.kind, row.organisation_code): row.quantity for row in recalled_places(recall, world.county)}
    assert found == {("QUARANTINE", "示例县"): 4, ("QUARANTINE", "镇"): 6}
    assert [row.organisation_code for row in recalled_places(recall, township)] == ["镇"]
    assert recalled_places(recall, world.stranger_county) == []
    assert_books_close()


def test_another_person_lifts_it_and_everything_goes_on(world: World, parcels: list[Parcel]) -> None:
    recall = _recall(world)
    with nothing_written(), pytest.raises(LiftedByRecaller):
        lift_recall_of_goods(actor=world.as_actor(world.officer), recall=recall, now=world.now)
    _lift(world, recall)
    assert not Balance.objects.filter(account__kind=AccountKind.QUARANTINE, quantity__gt=0).exists()
    assert _late(world, parcels[1], "HAND_OVER") == "RECORDED"
    world.plan()
    with nothing_written(), pytest.raises(RecallLifted):
        _lift(world, recall)
    assert_books_close()


def test_what_another_recall_covers_stays_set_aside(world: World, parcels: list[Parcel]) -> None:
    first, second = _recall(world), _recall(world)
    _lift(world, first)
    parcels[1].refresh_from_db()
    assert parcels[1].recall == second
    assert {hold.recall_id for hold in second.holds.filter(left__gt=0)} == {second.id}
    _lift(world, second)
    parcels[1].refresh_from_db()
    assert (parcels[1].recall, parcels[1].recalled_at) == (None, None)


def test_held_goods_of_a_recall_are_written_off(world: World, parcels: list[Parcel]) -> None:
    hold = _recall(world).holds.get()
    with nothing_written(), pytest.raises(HoldOfRecall):
        release_hold(actor=world.partner, hold=hold, now=world.now)
    row = propose_disposal(
        actor=world.as_actor(world.keeper),
        warehouse=world.warehouse,
        lot=hold.lot,
        quantity=2,
        hold=hold,
        reason="RECALLED",
        evidence_sha256="ab" * 32,
        now=world.now,
    )
    approve_disposal(actor=world.as_actor(world.approver), disposal=row, now=world.now)
    assert sum(row.quantity for row in Balance.objects.filter(account__kind=AccountKind.LOSS)) == 2


def test_a_batch_is_recalled_alone(world: World) -> None:
    world.give_money(200)
    for _ in range(2):
        world.buy((world.gloves, 1, 100))
    lots = list(Lot.objects.filter(item_id=world.gloves.id).order_by("id"))
    recall = _recall(world, lot=lots[1])
    assert [row.lot_id for row in recall.lots.all()] == [lots[1].id]
    with nothing_written(), pytest.raises(LotMissing):
        _recall(world, batch="无此批号")


def test_the_same_token_recalls_once(world: World, parcels: list[Parcel]) -> None:
    token = new_id()
    assert len({_recall(world, token=token).id for _ in range(2)}) == 1
    assert len(parcels) == 4


def test_who_sees_and_who_lifts_a_recall(world: World, parcels: list[Parcel]) -> None:
    recall = _recall(world, actor=Actor(world.province, new_id(), key_name="省"))
    # Whoever stands below sees it, for there the goods are; it is lifted above.
    assert get_recall(recall_id=recall.id, organisation=world.county) == recall
    with pytest.raises(RecallMissing):
        get_own_recall(recall_id=recall.id, organisation=world.county)
    own = _recall(world)
    with pytest.raises(RecallMissing):
        get_recall(recall_id=own.id, organisation=world.stranger_county)
