"""The books: numbered units, reversals, and what the database itself refuses, raw SQL included."""

import datetime as dt
import uuid

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from logistics.journal.actions import (
    EntryPostedAlready,
    EntryReversedAlready,
    EntryTooLong,
    PermitMissing,
    open_account,
    open_purse,
    post_entry,
    reverse_entry,
)
from logistics.journal.balances import UnitsNotThere
from logistics.journal.log import Leaf
from logistics.journal.models import Account, AccountKind, Balance, EntryKind, JournalEntry, Lot, Purse, Transfer
from logistics.journal.postings import Movement, NewLot, Piece, Posting, side_of
from logistics.journal.purses import FundOverspent, money_pieces, receive_money
from logistics.journal.reads import purse_balance
from logistics.storage.rows import new_id
from tests.books import balance_of
from tests.cast import NOW
from tests.databases import as_owner, is_postgresql
from tests.looking import assert_books_close, nothing_written

ORGANISATION = uuid.uuid4()


class Shelf:
    """One lot of goods in a warehouse, and accounts around it."""

    def __init__(self, quantity: int = 10, *, is_restricted: bool = False) -> None:
        self.purse = open_purse(purse_id=new_id(), organisation_id=ORGANISATION, is_restricted=is_restricted)
        self.donor = self.account(AccountKind.DONOR)
        self.store = self.account(AccountKind.WAREHOUSE)
        self.parcel = self.account(AccountKind.PARCEL)
        self.family = self.account(AccountKind.HOUSEHOLD)
        self.lot = new_id()
        self.birth = post_entry(posting=self.posting("birth", new_lots=(self.new_lot(quantity),)), now=NOW)

    def account(self, kind: str) -> Account:
        return open_account(kind=kind, subject_id=new_id(), organisation_id=ORGANISATION, reference="R")

    def new_lot(self, quantity: int) -> NewLot:
        return NewLot(
            self.lot,
            self.purse.id,
            new_id(),
            "CNY",
            quantity,
            quantity * 100,
            "AGREEMENT",
            side_of(self.donor),
            side_of(self.store),
        )

    def posting(self, key: str, *movements: Movement, **more) -> Posting:  # type: ignore[no-untyped-def]
        kind = more.pop("kind", EntryKind.DONATION)
        return Posting(
            kind=kind, organisation_id=ORGANISATION, idempotency_key=key, occurred_at=NOW, movements=movements, **more
        )

    def move(self, start: int, stop: int, credit: Account, debit: Account, key: str = "", **more) -> JournalEntry:  # type: ignore[no-untyped-def]
        piece = Piece(self.lot, start, stop, (stop - start) * 100)
        movement = Movement(piece, side_of(credit), side_of(debit))
        posting = self.posting(key or f"move-{new_id()}", movement, kind=EntryKind.PACK, **more)
        return post_entry(posting=posting, now=NOW)

    def held(self, account: Account) -> int:
        return balance_of(account=account, lot=Lot.objects.get(id=self.lot))


@pytest.fixture
def shelf(db: None) -> Shelf:
    return Shelf()


def test_it_moves_units_and_counts_them(shelf: Shelf) -> None:
    shelf.move(2, 5, shelf.store, shelf.parcel)
    assert (shelf.held(shelf.store), shelf.held(shelf.parcel)) == (7, 3)
    assert Balance.objects.get(account=shelf.store).spans == [[0, 2], [5, 10]]
    assert_books_close()


@pytest.mark.parametrize(("start", "stop"), [(8, 11), (10, 11), (0, 11)])
def test_units_that_are_not_there_cannot_leave(shelf: Shelf, start: int, stop: int) -> None:
    with nothing_written(), pytest.raises(UnitsNotThere):
        shelf.move(start, stop, shelf.store, shelf.parcel)


def test_the_same_units_cannot_leave_twice(shelf: Shelf) -> None:
    shelf.move(0, 5, shelf.store, shelf.parcel)
    with nothing_written(), pytest.raises(UnitsNotThere):
        shelf.move(4, 6, shelf.store, shelf.family)


def test_one_key_is_one_entry(shelf: Shelf) -> None:
    shelf.move(0, 1, shelf.store, shelf.parcel, key="once")
    with nothing_written(), pytest.raises(EntryPostedAlready), transaction.atomic():
        shelf.move(1, 2, shelf.store, shelf.parcel, key="once")


def test_a_reversal_mirrors_an_entry_once(shelf: Shelf) -> None:
    entry = shelf.move(0, 4, shelf.store, shelf.parcel)
    mirror = reverse_entry(entry=entry, now=NOW, reason_key="mistake")
    (row,) = mirror.transfers.all()
    assert (row.credit_id, row.debit_id, row.start, row.stop) == (shelf.parcel.id, shelf.store.id, 0, 4)
    assert shelf.held(shelf.store) == 10
    with nothing_written(), pytest.raises(EntryReversedAlready):
        reverse_entry(entry=entry, now=NOW, reason_key="again")
    assert_books_close()


def test_what_has_moved_on_cannot_be_reversed(shelf: Shelf) -> None:
    entry = shelf.move(0, 4, shelf.store, shelf.parcel)
    shelf.move(1, 2, shelf.parcel, shelf.family)
    with nothing_written(), pytest.raises(UnitsNotThere):
        reverse_entry(entry=entry, now=NOW, reason_key="late")


def test_an_entry_has_a_bounded_length(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("logistics.journal.actions.TRANSFERS_PER_ENTRY_MAX", 1)
    pieces = [Movement(Piece(shelf.lot, n, n + 1, 100), side_of(shelf.store), side_of(shelf.parcel)) for n in (0, 1)]
    with nothing_written(), pytest.raises(EntryTooLong):
        post_entry(posting=shelf.posting("long", *pieces), now=NOW)


def test_every_entry_pushes_its_leaf_with_every_transfer(shelf: Shelf) -> None:
    entry = shelf.move(0, 4, shelf.store, shelf.parcel)
    data = bytes(Leaf.objects.get(kind="ENTRY", subject_id=entry.id).data).decode()
    assert str(shelf.lot) in data
    assert f'"{shelf.store.id}","{shelf.parcel.id}","0","4","400"' in data
    assert Leaf.objects.filter(kind="ENTRY").count() == JournalEntry.objects.count()


@given(
    st.lists(
        st.tuples(st.integers(0, 9), st.integers(1, 10), st.sampled_from("sp"), st.sampled_from("psf")), max_size=12
    )
)
@settings(max_examples=40)
def test_whatever_is_tried_the_books_close(db: None, tries: list[tuple[int, int, str, str]]) -> None:
    with transaction.atomic():
        shelf = Shelf()
        accounts = {"s": shelf.store, "p": shelf.parcel, "f": shelf.family}
        for start, length, source, target in tries:
            if source == target:
                continue
            try:
                with transaction.atomic():
                    shelf.move(start, start + length, accounts[source], accounts[target])
            except UnitsNotThere:
                continue
        assert sum(shelf.held(account) for account in accounts.values()) == 10
        assert_books_close()
        transaction.set_rollback(True)


def test_a_restricted_purse_needs_a_permit_for_a_household(db: None) -> None:
    shelf = Shelf(is_restricted=True)
    shelf.move(0, 1, shelf.store, shelf.parcel)
    with nothing_written(), pytest.raises(PermitMissing), transaction.atomic():
        shelf.move(0, 1, shelf.parcel, shelf.family)


RAW = """INSERT INTO journal_transfer
    (id, entry_id, position, lot_id, credit_id, debit_id, start, stop, value_minor, is_origin)
    VALUES (%s, %s, 0, %s, %s, %s, 0, 1, 100, %s)"""


def test_raw_sql_is_refused_a_household_s_debit_without_permit(db: None) -> None:
    shelf = Shelf(is_restricted=True)
    entry = _raw_entry(shelf)
    with nothing_written(), pytest.raises(DatabaseError, match="permit_missing"), transaction.atomic():
        _run(RAW, [new_id(), entry, shelf.lot, shelf.parcel.id, shelf.family.id, False])


def test_raw_sql_cannot_slip_a_transfer_into_an_entry_that_stands(shelf: Shelf) -> None:
    entry = shelf.move(0, 1, shelf.store, shelf.parcel)
    sql = RAW.replace("%s, 0, %s", "%s, 1, %s")
    with nothing_written(), pytest.raises(DatabaseError, match="entry_complete"), transaction.atomic():
        _run(sql, [new_id(), entry.id, shelf.lot, shelf.store.id, shelf.parcel.id, False])


def test_a_permit_is_used_once(world) -> None:  # type: ignore[no-untyped-def]
    from logistics.parcels.actions import Recipient, plan_parcels

    world.give_money(4_000, fund=world.girls_fund)
    world.buy((world.gloves, 2, 4_000), fund=world.girls_fund)
    first, second = plan_parcels(
        actor=world.partner,
        programme=world.spring,
        warehouse=world.warehouse,
        lines=[(world.gloves, 1)],
        fund=world.girls_fund,
        recipients=[Recipient(world.family, world.girl)] * 2,
        now=world.now,
    )
    assert first.permit_id != second.permit_id
    world.walk(first)
    entry = JournalEntry.objects.get(permit_id=first.permit_id)
    copy = {field.attname: getattr(entry, field.attname) for field in entry._meta.concrete_fields}
    with pytest.raises(IntegrityError), transaction.atomic():
        JournalEntry.objects.create(**{**copy, "id": new_id(), "idempotency_key": "second"})


def test_a_purse_never_becomes_free_again(db: None) -> None:
    shelf = Shelf(is_restricted=True)
    with pytest.raises(DatabaseError, match="purse_stays_restricted"), transaction.atomic():
        Purse.objects.filter(id=shelf.purse.id).update(is_restricted=False)


APPEND_ONLY = {
    "journal_account": "detail = 'x'",
    "journal_entry": "kind = 'LOSE'",
    "journal_lot": "batch = 'x'",
    "journal_transfer": "value_minor = 1",
    "journal_leaf": "kind = 'X'",
}


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("verb", ["UPDATE", "DELETE", "REPLACE"])
def test_what_was_written_stays(shelf: Shelf, table: str, verb: str) -> None:
    statement = {
        "UPDATE": f"UPDATE {table} SET {APPEND_ONLY[table]}",
        "DELETE": f"DELETE FROM {table}",
        "REPLACE": f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
    }[verb]
    if verb == "REPLACE" and is_postgresql():
        # PostgreSQL's way around a delete trigger: it meets the update trigger.
        statement = f"INSERT INTO {table} SELECT * FROM {table} ON CONFLICT (id) DO UPDATE SET {APPEND_ONLY[table]}"
    with nothing_written(), pytest.raises(DatabaseError, match="append_only"), transaction.atomic():
        _run(statement, [])


@pytest.mark.engine("sqlite")
@pytest.mark.parametrize("table", APPEND_ONLY)
def test_replacing_is_refused_whatever_the_connection_is_set_to(shelf: Shelf, table: str) -> None:
    _run("PRAGMA recursive_triggers = OFF", [])
    try:
        with nothing_written(), pytest.raises(DatabaseError, match="append_only"), transaction.atomic():
            _run(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}", [])
    finally:
        _run("PRAGMA recursive_triggers = ON", [])


FORBIDDEN = {
    "TRUNCATE journal_entry CASCADE": "permission denied",
    "DROP TABLE journal_leaf": "must be owner",
    "DROP TRIGGER journal_entry_no_update ON journal_entry": "must be owner",
    "ALTER TABLE journal_entry DISABLE TRIGGER ALL": "must be owner",
    "CREATE TABLE own (id int)": "permission denied",
}


@pytest.mark.engine("postgresql")
@pytest.mark.parametrize("statement", FORBIDDEN)
def test_the_role_that_serves_owns_nothing(shelf: Shelf, statement: str) -> None:
    with nothing_written(), pytest.raises(DatabaseError, match=FORBIDDEN[statement]), transaction.atomic():
        _run(statement, [])


def test_the_owner_cannot_truncate_by_mistake(committed_database: str) -> None:
    statement = "TRUNCATE journal_leaf CASCADE" if is_postgresql() else "DELETE FROM journal_leaf"
    if not is_postgresql():
        Shelf()
    with pytest.raises(Exception, match="append_only"):
        as_owner(committed_database, statement)


CHECKS = {
    "journal_transfer_positive": {"start": 3, "stop": 3},
    "journal_transfer_between_two": {"debit": "credit"},
    "journal_transfer_value_not_negative": {"value_minor": -1},
}


@pytest.mark.parametrize("name", CHECKS)
def test_the_database_checks_each_transfer(shelf: Shelf, name: str) -> None:
    entry = _raw_entry(shelf)
    values = {"credit": shelf.store, "debit": shelf.parcel, "start": 0, "stop": 1, "value_minor": 1}
    values |= CHECKS[name]
    if values["debit"] == "credit":
        values["debit"] = values["credit"]
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Transfer.objects.create(entry_id=entry, position=0, lot_id=shelf.lot, is_origin=False, **values)


def test_a_balance_is_never_negative(shelf: Shelf) -> None:
    with pytest.raises(IntegrityError, match="journal_balance_not_negative"), transaction.atomic():
        Balance.objects.filter(account=shelf.store).update(quantity=-1)


def test_gifts_take_the_next_numbers_and_spends_the_lowest(db: None) -> None:
    shelf = Shelf()
    bank, shop = shelf.account(AccountKind.BANK), shelf.account(AccountKind.SUPPLIER)
    _give(shelf, bank, 100, 50)
    (piece,) = money_pieces(purse_id=shelf.purse.id, currency="CNY", bank=side_of(bank), amount_minor=120)
    assert piece.span == (0, 120)
    post_entry(posting=shelf.posting("spend", Movement(piece, side_of(bank), side_of(shop))), now=NOW)
    _give(shelf, bank, 7)
    assert purse_balance(shelf.purse.id) == 37
    (rest,) = money_pieces(purse_id=shelf.purse.id, currency="CNY", bank=side_of(bank), amount_minor=37)
    assert rest.span == (120, 157)
    with pytest.raises(FundOverspent) as refused:
        money_pieces(purse_id=shelf.purse.id, currency="CNY", bank=side_of(bank), amount_minor=38)
    assert refused.value.facts == {"wanted": 38, "available": 37}
    assert_books_close()


def _give(shelf: Shelf, bank: Account, *amounts: int) -> None:
    gifts = [(shelf.posting(f"gift-{new_id()}", entry_id=new_id()), side_of(shelf.donor), amount) for amount in amounts]
    receive_money(purse_id=shelf.purse.id, currency="CNY", bank=side_of(bank), gifts=gifts, now=NOW)


def _raw_entry(shelf: Shelf) -> uuid.UUID:
    entry = JournalEntry.objects.create(
        kind="HAND_OVER",
        organisation_id=ORGANISATION,
        idempotency_key=f"raw-{new_id()}",
        transfer_count=1,
        occurred_at=NOW,
        booked_on=dt.date(2026, 1, 12),
        posted_at=NOW,
    )
    return entry.id


def _run(statement: str, values: list[object]) -> None:
    if connection.vendor == "sqlite":
        values = [value.hex if isinstance(value, uuid.UUID) else value for value in values]
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
