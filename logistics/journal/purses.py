"""A fund's money: one lot a currency, whose units are fen. Gifts add numbers at the end, spends take the lowest."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import replace

from django.db import connection

from logistics.journal.actions import post_entries
from logistics.journal.leaves import append_leaves, leaf_of_money_lot
from logistics.journal.locking import BALANCE_COLUMNS, balance_of_row, locked_balances
from logistics.journal.models import Balance, JournalEntry, Lot
from logistics.journal.postings import Movement, Piece, Posting, Side
from logistics.kernel.refusals import Conflicting
from logistics.kernel.spans import count_of_units, lowest
from logistics.storage.ids import as_id
from logistics.storage.statements import Rows, run
from logistics.storage.transactions import action


class FundOverspent(Conflicting):
    code = "fund_overspent"
    zh = "专项资金余额不足：需要 {wanted} 分，现有 {available} 分。"
    en = "The fund does not hold enough: {wanted} minor units wanted, {available} there."


_OF_A_PURSE = (
    " FROM journal_lot l JOIN journal_balance b ON b.lot_id = l.id AND b.account_id = %s"
    " WHERE l.purse_id = %s AND l.currency = %s AND l.item_id IS NULL"
)
_MONEY = f"SELECT {BALANCE_COLUMNS}{_OF_A_PURSE}"
_LAST_BORN = "SELECT stop FROM journal_transfer WHERE lot_id = {lot} AND is_origin ORDER BY start DESC LIMIT 1"
# With the last number, and the version of the balance at the moment at which that was read.
_NUMBERED = (
    f"SELECT {BALANCE_COLUMNS}, ({_LAST_BORN.format(lot='b.lot_id')}),"
    f" (SELECT seen.version FROM journal_balance seen WHERE seen.id = b.id){_OF_A_PURSE}"
)


def purse_lot(purse_id: uuid.UUID, currency: str) -> Lot | None:
    """Find the lot that is a fund's money in one currency, or None before its first gift."""
    return Lot.objects.filter(purse_id=purse_id, currency=currency, item_id=None).first()


@action
def receive_money(
    *, purse_id: uuid.UUID, currency: str, bank: Side, gifts: Sequence[tuple[Posting, Side, int]], now: dt.datetime
) -> list[JournalEntry]:
    """Book gifts of money into one purse: each takes the next numbers. Refuses EntryPostedAlready.

    A gift is a posting with an `entry_id` and without movements, the donor's side and the amount in minor units.
    """
    # The bank's balance is the one lock that all gifts of a purse meet: whoever holds it may number units.
    numbered = _numbered_money(purse_id, currency, bank)
    if numbered is None:
        lot_id = _first_lot(purse_id, currency, gifts[0][0]).id
        locked, start = locked_balances([(bank.account_id, lot_id)]), _next_unit(lot_id)
    else:
        balance, start = numbered
        lot_id, locked = balance.lot_id, [balance]
    postings = []
    for posting, donor, amount_minor in gifts:
        movement = Movement(Piece(lot_id, start, start + amount_minor, amount_minor), credit=donor, debit=bank)
        postings.append(replace(posting, movements=(movement,), births=frozenset({0})))
        start += amount_minor
    return post_entries(postings=postings, now=now, locked=locked)


def money_pieces(*, purse_id: uuid.UUID, currency: str, bank: Side, amount_minor: int) -> list[Piece]:
    """Choose and lock the lowest units of a purse for a spend. Refuses FundOverspent."""
    rows = _locked_money(purse_id, currency, bank)
    spans = lowest([(start, stop) for row in rows for start, stop in row.spans], amount_minor)
    if count_of_units(spans) < amount_minor:
        raise FundOverspent(wanted=amount_minor, available=sum(row.quantity for row in rows))
    return [Piece(rows[0].lot_id, start, stop, stop - start) for start, stop in spans]


def _locked_money(purse_id: uuid.UUID, currency: str, bank: Side) -> list[Balance]:
    """Read and lock what the bank holds of a purse's money: one balance, or none before its first gift."""
    return [balance_of_row(row) for row in _locked(_MONEY, purse_id, currency, bank)]


def _numbered_money(purse_id: uuid.UUID, currency: str, bank: Side) -> tuple[Balance, int] | None:
    """Lock what the bank holds of a purse's money, and tell the next number; None before its first gift."""
    for *values, last, version in _locked(_NUMBERED, purse_id, currency, bank):
        balance = balance_of_row(values)
        # Who had to wait sees the balance as it is now, and the number as it was before.
        return balance, int(last or 0) if version == balance.version else _next_unit(balance.lot_id)
    return None


def _locked(sql: str, purse_id: uuid.UUID, currency: str, bank: Side) -> Rows:
    lock = " FOR UPDATE OF b" if connection.vendor == "postgresql" else ""
    return run(sql + lock, [as_id(bank.account_id), as_id(purse_id), currency])


def _first_lot(purse_id: uuid.UUID, currency: str, posting: Posting) -> Lot:
    standing = purse_lot(purse_id, currency)
    if standing is not None:
        return standing
    assert posting.entry_id is not None
    # Two first gifts at once: the unique key lets one through, and the other finds its lot.
    lot = Lot(purse_id=purse_id, currency=currency, origin_id=posting.entry_id)
    Lot.objects.bulk_create([lot], ignore_conflicts=True)
    standing = Lot.objects.get(purse_id=purse_id, currency=currency, item_id=None)
    if standing.id == lot.id:
        append_leaves([leaf_of_money_lot(standing, organisation_id=posting.organisation_id)])
    return standing


def _next_unit(lot_id: uuid.UUID) -> int:
    rows = run(_LAST_BORN.format(lot="%s"), [as_id(lot_id)])
    return int(rows[0][0]) if rows else 0
