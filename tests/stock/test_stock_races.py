"""Races over goods in care, on a database that really commits: each unit is told once."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.db import connection

from logistics.journal.models import AccountKind, Balance, Lot
from logistics.kernel.refusals import Refusal
from logistics.parcels.recall_reads import recalled_parcels
from logistics.parcels.recalls import recall_goods
from logistics.stock.actions import register_warehouse
from logistics.stock.counts import count_lots, open_stock_take
from logistics.stock.disposals import approve_disposal, propose_disposal
from logistics.stock.holds import hold_goods
from logistics.stock.models import Count, StockTake
from logistics.stock.moves import receive_move, send_move
from tests.cast import World
from tests.looking import assert_books_close

WRITERS = 6


def _at_once(work: Callable[[int], object]) -> list[object]:
    """Run the work in many threads at the same moment; a refusal is a result too."""
    start = threading.Barrier(WRITERS)

    def run(number: int) -> object:
        start.wait()
        try:
            return work(number)
        except Refusal as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(WRITERS) as pool:
        return list(pool.map(run, range(WRITERS)))


def _refused(results: list[object]) -> list[str]:
    return sorted(result.code for result in results if isinstance(result, Refusal))


def _gloves(world: World, quantity: int = 10) -> Lot:
    world.give_money(100 * quantity)
    world.buy((world.gloves, quantity, 100 * quantity))
    return Lot.objects.get(item_id=world.gloves.id)


def _held(kind: str) -> int:
    return sum(row.quantity for row in Balance.objects.filter(account__kind=kind, lot__item_id__isnull=False))


def test_a_move_is_received_once(committed_world: World) -> None:
    world = committed_world
    _gloves(world)
    other = register_warehouse(organisation=world.county, code="wh-2", name_zh="乡镇仓库")
    move = send_move(
        actor=world.partner,
        origin=world.warehouse,
        destination=other,
        fund=world.warm_fund,
        lines=[(world.gloves, 4)],
        now=world.now,
    )
    results = _at_once(lambda number: receive_move(actor=world.partner, move=move, now=world.now))
    assert _refused(results) == ["transit_state_wrong"] * (WRITERS - 1)
    assert (_held(AccountKind.WAREHOUSE), _held(AccountKind.IN_TRANSIT)) == (10, 0)
    assert_books_close()


def test_units_are_held_or_promised_never_both(committed_world: World) -> None:
    world = committed_world
    world.stock_kits(WRITERS)
    kits = Lot.objects.get(item_id=world.recipe.item_id)

    def work(number: int) -> object:
        if number % 2:
            return world.plan()
        return hold_goods(
            actor=world.partner, warehouse=world.warehouse, lot=kits, quantity=3, reason="DAMAGED", now=world.now
        )

    results = _at_once(work)
    held, reserved = _held(AccountKind.QUARANTINE), _held(AccountKind.RESERVED)
    assert held + reserved + _held(AccountKind.WAREHOUSE) == WRITERS
    assert held % 3 == 0
    assert set(_refused(results)) <= {"lot_short", "stock_short", "units_not_there"}
    assert_books_close()


def test_a_recall_marks_every_parcel_that_is_planned_meanwhile(committed_world: World) -> None:
    world = committed_world
    world.stock_kits(WRITERS)
    kits = Lot.objects.get(item_id=world.recipe.item_id)

    def work(number: int) -> object:
        if number:
            return world.plan()[0]
        return recall_goods(actor=world.partner, item=world.recipe.item, lot=kits, reason="示例", now=world.now)

    results = _at_once(work)
    recall = results[0]
    planned = [result for result in results[1:] if not isinstance(result, Refusal)]
    named = {row.parcel.id for row in recalled_parcels(recall, world.county)}  # type: ignore[arg-type]
    assert named == {parcel.id for parcel in planned}  # type: ignore[attr-defined]
    assert _held(AccountKind.QUARANTINE) + len(planned) == WRITERS
    assert_books_close()


def test_one_stock_take_is_opened_and_one_person_counts_once(committed_world: World) -> None:
    world = committed_world
    lot = _gloves(world)
    results = _at_once(lambda number: open_stock_take(actor=world.partner, warehouse=world.warehouse, now=world.now))
    assert _refused(results) == ["stock_take_open"] * (WRITERS - 1)
    take = StockTake.objects.get()
    results = _at_once(
        lambda number: count_lots(actor=world.partner, stock_take=take, counts={lot.id: 10}, now=world.now)
    )
    assert _refused(results) == ["counted_by_same"] * (WRITERS - 1)
    assert Count.objects.count() == 1


def test_a_disposal_is_booked_once(committed_world: World) -> None:
    world = committed_world
    row = propose_disposal(
        actor=world.as_actor(world.keeper),
        warehouse=world.warehouse,
        lot=_gloves(world),
        quantity=4,
        reason="SPOILT",
        evidence_sha256="ab" * 32,
        proceeds_minor=100,
        buyer="示例",
        now=world.now,
    )
    results = _at_once(lambda number: approve_disposal(actor=world.partner, disposal=row, now=world.now))
    assert _refused(results) == ["disposal_decided"] * (WRITERS - 1)
    assert (_held(AccountKind.WAREHOUSE), _held(AccountKind.SOLD)) == (6, 4)
    assert_books_close()
