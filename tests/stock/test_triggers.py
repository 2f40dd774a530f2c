"""What the database refuses about goods in our care, raw SQL included."""

import uuid

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from logistics.journal.models import Lot
from logistics.stock.models import (
    Count,
    CountLine,
    Disposal,
    Purchase,
    PurchaseReceipt,
    Recall,
    RecalledLot,
    StockTake,
)
from tests.cast import World


def _refused(statement: str) -> None:
    with pytest.raises(DatabaseError, match="nuanliu:append_only"), transaction.atomic():
        connection.cursor().execute(statement)


def _lot(world: World) -> Lot:
    world.give_money(1_000)
    world.buy((world.gloves, 10, 1_000))
    return Lot.objects.get(item_id=world.gloves.id)


def _take(world: World, **more: object) -> StockTake:
    row: StockTake = StockTake.objects.create(
        warehouse=world.warehouse, opened_at=world.now, opened_by_id=uuid.uuid4(), **more
    )
    return row


def _recall(world: World) -> Recall:
    return Recall.objects.create(
        organisation=world.county, item=world.gloves, reason="示例", recalled_at=world.now, recalled_by_id=uuid.uuid4()
    )


def test_it_refuses_to_change_a_receipt(world: World) -> None:
    _lot(world)
    purchase = Purchase.objects.get()
    PurchaseReceipt.objects.create(
        purchase=purchase,
        invoice="示例",
        lines=[],
        received_at=world.now,
        received_by_id=uuid.uuid4(),
        entry_id=purchase.entry_id,
    )
    _refused("UPDATE stock_purchasereceipt SET invoice = 'x'")
    _refused("DELETE FROM stock_purchasereceipt")


def test_it_refuses_to_change_what_somebody_counted(world: World) -> None:
    take = _take(world)
    line = CountLine.objects.create(stock_take=take, lot=_lot(world), item=world.gloves, expected=10, moves=1)
    Count.objects.create(line=line, number=0, quantity=9, counted_by_id=uuid.uuid4(), counted_at=world.now)
    _refused("UPDATE stock_count SET quantity = 10")
    _refused("DELETE FROM stock_count")


def test_it_refuses_to_change_a_stock_take_that_is_closed(world: World) -> None:
    take = _take(world)
    line = CountLine.objects.create(stock_take=take, lot=_lot(world), item=world.gloves, expected=10, moves=1)
    line.reason = "LOST"
    line.save()
    take.state = "DROPPED"
    take.save()
    _refused("UPDATE stock_stocktake SET state = 'OPEN'")
    _refused("UPDATE stock_countline SET reason = 'THEFT'")
    _refused("DELETE FROM stock_countline")


def test_it_refuses_two_stock_takes_of_a_warehouse_at_once(world: World) -> None:
    _take(world, state="COUNTED")
    with pytest.raises(IntegrityError), transaction.atomic():
        _take(world)


def test_it_refuses_to_change_a_recalled_lot_or_a_lifted_recall(world: World) -> None:
    recall = _recall(world)
    RecalledLot.objects.create(recall=recall, lot=_lot(world))
    recall.lifted_at, recall.lifted_by_id = world.now, uuid.uuid4()
    recall.save()
    _refused("DELETE FROM stock_recalledlot")
    _refused("UPDATE stock_recall SET lifted_at = NULL")


def test_it_refuses_that_one_person_recalls_and_lifts(world: World) -> None:
    recall = _recall(world)
    recall.lifted_at, recall.lifted_by_id = world.now, recall.recalled_by_id
    with pytest.raises(IntegrityError), transaction.atomic():
        recall.save()


def test_it_refuses_that_one_person_proposes_and_approves(world: World) -> None:
    person = uuid.uuid4()
    row = Disposal(
        warehouse=world.warehouse,
        lot=_lot(world),
        item=world.gloves,
        quantity=1,
        reason="DAMAGED",
        proposed_at=world.now,
        proposed_by_id=person,
    )
    row.save()
    row.state, row.decided_by_id = "APPROVED", person
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()
    row.decided_by_id = uuid.uuid4()
    row.save()
    _refused("UPDATE stock_disposal SET quantity = 2")
    _refused("DELETE FROM stock_disposal")
