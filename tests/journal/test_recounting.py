"""What a role that may write can still do to the books by hand, and that `verify_journal` finds each of it."""

import io
from collections.abc import Callable

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from logistics.journal.actions import post_entry, reverse_entry
from logistics.journal.leaves import append_leaves, leaf_of_entry
from logistics.journal.log import Leaf, UnsealedLeaf
from logistics.journal.models import AccountKind, Balance, JournalEntry, Transfer
from logistics.journal.postings import Movement, Piece, side_of
from logistics.journal.sealing import seal_leaves
from logistics.journal.verifying import verified_journal
from logistics.storage.rows import new_id
from logistics.storage.transactions import snapshot
from tests.cast import NOW, World
from tests.databases import as_owner, drop_trigger, is_postgresql
from tests.journal.test_books import ORGANISATION, Shelf


def _fault() -> str:
    fault, _ = verified_journal(progress=lambda done, total: None)
    return fault.code if fault else ""


@pytest.fixture
def shelf(db: None) -> Shelf:
    """Goods in three places, partly sealed, and an entry that was reversed."""
    shelf = Shelf()
    reverse_entry(entry=shelf.move(0, 4, shelf.store, shelf.parcel), now=NOW, reason_key="mistake")
    seal_leaves(now=NOW)
    shelf.move(2, 6, shelf.store, shelf.parcel)
    shelf.move(3, 5, shelf.parcel, shelf.family)
    assert _fault() == ""
    return shelf


def test_books_that_were_only_posted_to_add_up(world: World) -> None:
    for parcel in (world.parcel(), world.parcel()):
        world.walk(parcel)
    assert _fault() == ""
    seal_leaves(now=world.now)
    assert _fault() == ""


BY_HAND: dict[str, Callable[[Shelf], object]] = {
    "more units": lambda s: Balance.objects.filter(account=s.store).update(quantity=99),
    "other units": lambda s: Balance.objects.filter(account=s.store).update(spans=[[0, 2], [7, 11]]),
    "another value": lambda s: Balance.objects.filter(account=s.store).update(value_minor=1),
    "another lowest number": lambda s: Balance.objects.filter(account=s.store).update(low=1),
    "another highest number": lambda s: Balance.objects.filter(account=s.store).update(high=11),
    "no row at all": lambda s: Balance.objects.filter(account=s.store).delete(),
    "a row for nothing": lambda s: Balance.objects.create(
        account=s.account(AccountKind.WAREHOUSE),
        lot_id=s.lot,
        quantity=1,
        value_minor=1,
        spans=[[0, 1]],
        low=0,
        high=1,
        version=1,
    ),
    "moved to another account": lambda s: Balance.objects.filter(account=s.store).update(
        account_id=s.account(AccountKind.WAREHOUSE).id
    ),
}


@pytest.mark.parametrize("name", BY_HAND)
def test_a_balance_changed_by_hand_is_found(shelf: Shelf, name: str) -> None:
    BY_HAND[name](shelf)
    assert _fault() == "balance_wrong"


def _forge(shelf: Shelf, start: int, stop: int, *, value: int | None = None, is_origin: bool = False) -> None:
    """Post an entry with its leaf as a forger would, row by row and without looking at what is there."""
    movement = Movement(
        Piece(shelf.lot, start, stop, (stop - start) * 100 if value is None else value),
        side_of(shelf.donor if is_origin else shelf.store),
        side_of(shelf.family),
    )
    posting = shelf.posting(f"forged-{new_id()}", movement, kind="HAND_OVER")
    entry = JournalEntry.objects.create(
        kind=posting.kind,
        organisation_id=ORGANISATION,
        idempotency_key=posting.idempotency_key,
        transfer_count=1,
        occurred_at=NOW,
        booked_on=NOW.date(),
        posted_at=NOW,
    )
    piece = movement.piece
    row = Transfer.objects.create(
        entry=entry,
        position=0,
        lot_id=shelf.lot,
        credit_id=movement.credit.account_id,
        debit_id=movement.debit.account_id,
        start=piece.start,
        stop=piece.stop,
        value_minor=piece.value_minor,
        is_origin=is_origin,
    )
    append_leaves([leaf_of_entry(entry, [row], [], [])])


def test_units_that_were_not_there_are_found_even_with_a_leaf_of_their_own(shelf: Shelf) -> None:
    _forge(shelf, 4, 6)
    assert _fault() == "units_not_held"
    seal_leaves(now=NOW)
    assert _fault() == "units_not_held"


def test_a_forged_entry_that_could_be_still_lacks_its_balance(shelf: Shelf) -> None:
    _forge(shelf, 8, 9)
    assert _fault() == "balance_wrong"


def test_units_that_are_born_twice_are_found(shelf: Shelf) -> None:
    _forge(shelf, 4, 6, is_origin=True)
    assert _fault() == "units_born_twice"


def test_units_beyond_what_the_lot_began_with_are_found(shelf: Shelf) -> None:
    _forge(shelf, 10, 12, is_origin=True)
    assert _fault() == "lot_miscounted"


def test_a_leaf_that_was_taken_out_of_the_queue_is_found(shelf: Shelf) -> None:
    UnsealedLeaf.objects.order_by("id")[:1].get().delete()
    assert _fault() == "fact_unlogged"
    seal_leaves(now=NOW)
    assert _fault() == "fact_unlogged"


def test_the_mark_of_a_birth_is_part_of_what_is_checked(committed_database: str) -> None:
    shelf = Shelf()
    shelf.move(1, 2, shelf.store, shelf.parcel)
    as_owner(committed_database, drop_trigger("journal_transfer", "journal_transfer_no_update"))
    Transfer.objects.filter(is_origin=False).update(is_origin=True)
    assert _fault() == "units_born_twice"
    Transfer.objects.filter(credit=shelf.store).update(is_origin=False)
    assert _fault() == "rule_absent"
    Transfer.objects.update(is_origin=False)
    assert _fault() == "units_not_held"


@pytest.mark.engine("sqlite")
@pytest.mark.parametrize(
    ("switch", "statement"),
    [
        ("foreign_keys = OFF", "UPDATE journal_unsealedleaf SET leaf_id = '00' WHERE id = 1"),
        ("ignore_check_constraints = ON", "UPDATE journal_balance SET quantity = -1, value_minor = -1"),
    ],
)
def test_what_a_connection_switches_off_for_itself_is_found_later(
    committed_database: str, switch: str, statement: str
) -> None:
    Shelf()
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {switch}")
        cursor.execute(statement)
        cursor.execute("PRAGMA ignore_check_constraints = OFF")
    assert _fault() in {"fact_unlogged", "balance_wrong"}


@pytest.mark.engine("sqlite")
def test_the_database_s_own_check_is_asked_too(committed_database: str) -> None:
    shelf = Shelf()
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA foreign_keys = OFF")
        cursor.execute(
            "INSERT INTO journal_permit (id, purse_id, account_id, revision_id, judged_on, valid_until, facts_sha256)"
            " VALUES ('a', 'nobody', %s, 'r', '2026-01-01', '2026-01-02', '')",
            [shelf.family.id.hex],
        )
    assert _fault() == "rows_damaged"


def test_the_command_names_what_it_found(shelf: Shelf) -> None:
    Balance.objects.filter(account=shelf.store).update(quantity=99)
    with pytest.raises(CommandError, match=str(shelf.store.id)):
        call_command("verify_journal", stdout=io.StringIO())


def test_a_snapshot_sees_one_moment_while_others_write(committed_database: str) -> None:
    from concurrent.futures import ThreadPoolExecutor

    shelf = Shelf()

    def post() -> None:
        shelf.move(0, 1, shelf.store, shelf.parcel)
        connection.close()

    with snapshot():
        before = (Transfer.objects.count(), Leaf.objects.count())
        with ThreadPoolExecutor(1) as pool:
            pool.submit(post).result(timeout=10)
        assert (Transfer.objects.count(), Leaf.objects.count()) == before
    assert Transfer.objects.count() == before[0] + 1
    assert is_postgresql() or not connection.in_atomic_block
    post_entry(
        posting=shelf.posting(
            "after", Movement(Piece(shelf.lot, 1, 2, 100), side_of(shelf.store), side_of(shelf.parcel))
        ),
        now=NOW,
    )
