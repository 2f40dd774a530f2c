"""How a posting is written: few statements, in an order in which every trigger sees what it must judge."""

import uuid
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from logistics.journal.actions import PermitMissing, post_entries, post_entry
from logistics.journal.log import Leaf, UnsealedLeaf
from logistics.journal.models import AccountKind, Balance, EntryKind, JournalEntry, Transfer
from logistics.journal.postings import Movement, NewLot, Piece, Posting, Source, side_of
from logistics.journal.purses import receive_money
from logistics.storage.rows import new_id
from logistics.storage.writes import add_together
from tests.cast import NOW
from tests.databases import is_postgresql
from tests.journal.test_books import ORGANISATION, Shelf
from tests.looking import assert_books_close, nothing_written, statements


def _counted(work: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as queries:
        work()
    return len(statements(queries))


def _gift(shelf: Shelf, bank: object, amount: int = 100) -> None:
    posting = shelf.posting(f"gift-{new_id()}", entry_id=new_id())
    gifts = [(posting, side_of(shelf.donor), amount)]
    receive_money(purse_id=shelf.purse.id, currency="CNY", bank=side_of(bank), gifts=gifts, now=NOW)  # type: ignore[arg-type]


def test_an_entry_is_a_lock_and_a_write(db: None) -> None:
    shelf = Shelf()
    shelf.move(0, 1, shelf.store, shelf.parcel)
    # SQLite: the lock, the entry, its transfer, its leaf, the leaf's place in the queue, the balances.
    assert _counted(lambda: shelf.move(1, 2, shelf.store, shelf.parcel)) == (2 if is_postgresql() else 6)
    assert_books_close()


def test_a_gift_gets_its_numbers_with_the_lock(db: None) -> None:
    shelf = Shelf()
    bank = shelf.account(AccountKind.BANK)
    _gift(shelf, bank)
    assert _counted(lambda: _gift(shelf, bank)) == (2 if is_postgresql() else 6)
    assert list(Transfer.objects.filter(debit=bank).order_by("start").values_list("start", "stop")) == [
        (0, 100),
        (100, 200),
    ]
    assert_books_close()


def test_many_entries_are_as_many_statements_as_one(db: None) -> None:
    shelf = Shelf()
    postings = [
        shelf.posting(
            f"many-{n}", Movement(Piece(shelf.lot, n, n + 1, 100), side_of(shelf.store), side_of(shelf.parcel))
        )
        for n in range(9)
    ]
    assert _counted(lambda: post_entries(postings=postings, now=NOW)) == (2 if is_postgresql() else 6)
    assert Leaf.objects.filter(kind="ENTRY").count() == JournalEntry.objects.count() == 10
    waiting = list(UnsealedLeaf.objects.order_by("id").values_list("leaf__subject_id", flat=True))[-9:]
    assert waiting == list(JournalEntry.objects.order_by("id").values_list("id", flat=True))[-9:]
    assert_books_close()


def test_a_lot_that_is_born_at_a_family_s_door_needs_its_permit_too(db: None) -> None:
    """The rule looks at the entry and the lot, both written by the same statement: it must see them."""
    shelf = Shelf(is_restricted=True)
    lot = shelf.new_lot(3)
    born = NewLot(**{**vars(lot), "lot_id": new_id(), "debit": side_of(shelf.family)})
    with nothing_written(), pytest.raises(PermitMissing):
        post_entry(posting=shelf.posting("door", new_lots=(born,)), now=NOW)


def test_a_made_lot_its_sources_and_its_balances_arrive_together(db: None) -> None:
    shelf = Shelf()
    bench = shelf.account(AccountKind.ASSEMBLY)
    part = Piece(shelf.lot, 0, 4, 400)
    made = NewLot(
        new_id(),
        shelf.purse.id,
        new_id(),
        "CNY",
        2,
        400,
        "ASSEMBLY",
        side_of(bench),
        side_of(shelf.store),
        sources=(Source(part, 0, 2),),
    )
    posting = Posting(
        EntryKind.ASSEMBLY,
        ORGANISATION,
        "assembly",
        NOW,
        movements=(Movement(part, side_of(shelf.store), side_of(bench)),),
        new_lots=(made,),
    )
    post_entry(posting=posting, now=NOW)
    assert Balance.objects.get(lot_id=made.lot_id).spans == [[0, 2]]
    assert_books_close()


def test_nothing_to_add_is_no_statement(db: None) -> None:
    assert _counted(lambda: add_together([], [])) == 0


@pytest.mark.engine("postgresql")
def test_the_statements_of_a_posting_are_planned_once_a_connection(committed_database: str) -> None:
    shelf = Shelf()
    for n in range(8):
        shelf.move(n, n + 1, shelf.store, shelf.parcel)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%%journal_entry%%'")
        assert cursor.fetchone()[0] >= 1
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s", [f"%{uuid.uuid4()}%"])
        assert cursor.fetchone()[0] == 0
