"""A fund's money: one lot a currency, whose units are fen. Gifts add numbers at the end, spends take the lowest."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import replace

from logistics.journal.actions import Posted, post_entries
from logistics.journal.balances import locked_balances
from logistics.journal.leaves import append_leaves, leaf_of_money_lot
from logistics.journal.models import Lot, Transfer
from logistics.journal.postings import Movement, Piece, Posting, Side
from logistics.kernel.refusals import Conflicting
from logistics.kernel.spans import count_of_units, lowest
from logistics.storage.transactions import action


class FundOverspent(Conflicting):
    code = "fund_overspent"
    zh = "专项资金余额不足：需要 {wanted} 分，现有 {available} 分。"
    en = "The fund does not hold enough: {wanted} minor units wanted, {available} there."


def purse_lot(purse_id: uuid.UUID, currency: str) -> Lot | None:
    """Find the lot that is a fund's money in one currency, or None before its first gift."""
    return Lot.objects.filter(purse_id=purse_id, currency=currency, item_id=None).first()


@action
def receive_money(
    *, purse_id: uuid.UUID, currency: str, bank: Side, gifts: Sequence[tuple[Posting, Side, int]], now: dt.datetime
) -> Posted:
    """Book gifts of money into one purse: each takes the next numbers. Refuses EntryPostedAlready.

    A gift is a posting with an `entry_id` and without movements, the donor's side and the amount in minor units.
    The caller appends the leaves.
    """
    lot = purse_lot(purse_id, currency) or _first_lot(purse_id, currency, gifts[0][0])
    # The bank's balance is the one lock that all gifts of a purse meet: whoever holds it may number units.
    locked_balances([(bank.account_id, lot.id)])
    start = _next_unit(lot)
    postings = []
    for posting, donor, amount_minor in gifts:
        movement = Movement(Piece(lot.id, start, start + amount_minor, amount_minor), credit=donor, debit=bank)
        postings.append(replace(posting, movements=(movement,), births=frozenset({0})))
        start += amount_minor
    return post_entries(postings=postings, now=now)


def money_pieces(*, purse_id: uuid.UUID, currency: str, bank: Side, amount_minor: int) -> list[Piece]:
    """Choose and lock the lowest units of a purse for a spend. Refuses FundOverspent."""
    lot = purse_lot(purse_id, currency)
    rows = locked_balances([(bank.account_id, lot.id)]) if lot else []
    spans = lowest([(start, stop) for row in rows for start, stop in row.spans], amount_minor)
    if lot is None or count_of_units(spans) < amount_minor:
        raise FundOverspent(wanted=amount_minor, available=sum(row.quantity for row in rows))
    return [Piece(lot.id, start, stop, stop - start) for start, stop in spans]


def _first_lot(purse_id: uuid.UUID, currency: str, posting: Posting) -> Lot:
    assert posting.entry_id is not None
    # Two first gifts at once: the unique key lets one through, and the other finds its lot.
    lot = Lot(purse_id=purse_id, currency=currency, origin_id=posting.entry_id)
    Lot.objects.bulk_create([lot], ignore_conflicts=True)
    standing = Lot.objects.get(purse_id=purse_id, currency=currency, item_id=None)
    if standing.id == lot.id:
        append_leaves([leaf_of_money_lot(standing, organisation_id=posting.organisation_id)])
    return standing


def _next_unit(lot: Lot) -> int:
    last = Transfer.objects.filter(lot=lot, is_origin=True).order_by("-start").values_list("stop", flat=True).first()
    return last or 0
