"""Opening balances at go-live: money and goods that a fund held already, proposed by one and approved by another.

In traces their origin is the opening balance, never a gift: who gave it is not known to these books.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from logistics.funds.models import Fund
from logistics.journal.actions import open_account, post_entry
from logistics.journal.models import AccountKind, EntryKind, JournalEntry
from logistics.journal.periods import closed_through
from logistics.journal.postings import NewLot, Posting, Side, side_of
from logistics.journal.purses import receive_money
from logistics.kernel.money import AMOUNT_MINOR_MAX, CURRENCIES
from logistics.kernel.refusals import Conflicting, Unacceptable
from logistics.parties.actors import Actor
from logistics.parties.proposals import ProposalState, approved, propose, to_approve
from logistics.stock.actions import QUANTITY_MAX, AmountOutOfBounds, require_lines, require_quantity
from logistics.stock.models import Item, Warehouse
from logistics.stock.money_models import Opening, OpeningLine
from logistics.stock.reads import WarehouseMissing
from logistics.stock.valuation import ValueBasis
from logistics.storage.rows import new_id
from logistics.storage.transactions import action

OPENING_LINES_MAX = 500


class OpeningTooLate(Conflicting):
    code = "opening_too_late"
    zh = "账已结到 {closed_through}，不能再录入期初余额。"
    en = "The books are closed through {closed_through}: opening balances are no longer taken."


class OpeningStands(Conflicting):
    code = "opening_stands"
    zh = "专项 {fund} 的期初余额已录入，更正须先冲正。"
    en = "Fund {fund} has its opening balance already; reverse that first to correct it."


class OpeningEmpty(Unacceptable):
    code = "opening_empty"
    zh = "期初余额须有资金或物资。"
    en = "An opening balance holds money or goods."


class OpeningValueMismatch(Unacceptable):
    code = "opening_value_mismatch"
    zh = "有计价依据须写金额；依据为 NONE 时不得写金额。"
    en = "A basis of value needs a line total; with the basis NONE there is none."


@dataclass(frozen=True)
class OpeningLineInput:
    """Goods that were there: `quantity` in the item's base unit, `line_total_minor` in minor units."""

    item: Item
    warehouse: Warehouse
    quantity: int
    basis: str
    line_total_minor: int | None = None
    expires_on: dt.date | None = None
    batch: str = ""

    @property
    def content(self) -> str:
        """Say the line in one text, to tell a repeat from another opening."""
        value = f"{self.line_total_minor}:{self.basis}:{self.expires_on}:{self.batch}"
        return f"{self.item.code}:{self.warehouse.code}:{self.quantity}:{value}"


@action
def propose_opening(
    *,
    actor: Actor,
    fund: Fund,
    amount_minor: int = 0,
    currency: str = "CNY",
    lines: Sequence[OpeningLineInput] = (),
    opened_at: dt.datetime,
    evidence_sha256: str,
    reference: str,
    reason: str = "",
    now: dt.datetime,
) -> tuple[Opening, bool]:
    """Propose what a fund held when its books began here. Returns (proposal, is new).

    Refuses OpeningTooLate, OpeningStands, OpeningEmpty, OpeningValueMismatch, AmountOutOfBounds, QuantityOutOfBounds,
    LinesOutOfBounds, WarehouseMissing, EvidenceRequired, HappenedInFuture, ReferenceReused.
    """
    _require(fund, amount_minor, currency, lines)
    # One at a time for a fund: the second sees the first.
    Fund.objects.select_for_update(of=("self",)).get(id=fund.id)
    others = Opening.objects.filter(fund=fund).exclude(partner_id=actor.reference_owner, reference=reference)
    if any(_stands(row) for row in others.exclude(state=ProposalState.REJECTED).select_related("entry")):
        raise OpeningStands(fund=fund.code, pointer="/fund")
    row, is_new = propose(
        Opening,
        [fund.code, amount_minor, currency, *(line.content for line in lines)],
        actor=actor,
        organisation=fund.holder,
        reference=reference,
        reason=reason,
        evidence_sha256=evidence_sha256,
        happened_at=opened_at,
        now=now,
        fund=fund,
        number=Opening.objects.filter(fund=fund).count() + 1,
        amount_minor=amount_minor,
        currency=currency,
    )
    if is_new:
        OpeningLine.objects.bulk_create(
            OpeningLine(
                opening=row,
                item=line.item,
                warehouse=line.warehouse,
                quantity=line.quantity,
                line_total_minor=line.line_total_minor,
                basis=line.basis,
                expires_on=line.expires_on,
                batch=line.batch,
            )
            for line in lines
        )
    return row, is_new


@action
def approve_opening(*, actor: Actor, opening: Opening, now: dt.datetime) -> Opening:
    """Approve and book an opening balance: the next units of the fund's money, and one lot a line of goods.

    Refuses ProposalDecided, ProposalApprovedByProposer, OpeningTooLate.
    """
    row = to_approve(opening, actor)
    _require_open_books(row.fund)
    holder = row.fund.holder
    begin = side_of(
        open_account(kind=AccountKind.OPENING, subject_id=holder.id, organisation_id=holder.id, reference=holder.code)
    )
    posting = Posting(
        kind=EntryKind.OPENING,
        organisation_id=holder.id,
        idempotency_key=f"opening:{row.id}",
        occurred_at=row.happened_at,
        entry_id=new_id(),
        actor_id=row.proposed_by_id,
        approver_id=actor.holder_id,
        evidence_sha256=row.evidence_sha256,
        new_lots=tuple(_lots(row, begin)),
    )
    return approved(row, actor=actor, entry=_book(row, posting, begin, now), now=now)


def _book(row: Opening, posting: Posting, begin: Side, now: dt.datetime) -> JournalEntry:
    if not row.amount_minor:
        return post_entry(posting=posting, now=now)
    bank = side_of(row.fund.bank_account)
    gifts = [(posting, begin, row.amount_minor)]
    (entry,) = receive_money(purse_id=row.fund.purse_id, currency=row.currency, bank=bank, gifts=gifts, now=now)
    return entry


def _lots(row: Opening, begin: Side) -> list[NewLot]:
    lines = row.lines.select_related("warehouse__account").order_by("id")
    return [
        NewLot(
            lot_id=new_id(),
            purse_id=row.fund.purse_id,
            item_id=line.item_id,
            currency=row.currency,
            quantity=line.quantity,
            value_minor=line.line_total_minor or 0,
            basis=line.basis,
            credit=begin,
            debit=side_of(line.warehouse.account),
            expires_on=line.expires_on,
            batch=line.batch,
        )
        for line in lines
    ]


def _stands(row: Opening) -> bool:
    return row.entry is None or not JournalEntry.objects.filter(reverses=row.entry).exists()


def _require(fund: Fund, amount_minor: int, currency: str, lines: Sequence[OpeningLineInput]) -> None:
    _require_open_books(fund)
    if not amount_minor and not lines:
        raise OpeningEmpty(pointer="/lines")
    if not 0 <= amount_minor <= AMOUNT_MINOR_MAX or currency not in CURRENCIES:
        raise AmountOutOfBounds(most=AMOUNT_MINOR_MAX, pointer="/money")
    if lines:
        require_lines([line.item for line in lines], OPENING_LINES_MAX, distinct=False)
    for position, line in enumerate(lines):
        pointer = f"/lines/{position}"
        require_quantity(line.quantity, QUANTITY_MAX, f"{pointer}/quantity")
        if not line.warehouse.organisation.path.startswith(fund.holder.path):
            raise WarehouseMissing(warehouse=line.warehouse.code, pointer=f"{pointer}/warehouse")
        if (line.basis == ValueBasis.NONE) != (line.line_total_minor is None):
            raise OpeningValueMismatch(pointer=f"{pointer}/line_total")
        if line.line_total_minor is not None and not 0 < line.line_total_minor <= AMOUNT_MINOR_MAX:
            raise AmountOutOfBounds(most=AMOUNT_MINOR_MAX, pointer=f"{pointer}/line_total")


def _require_open_books(fund: Fund) -> None:
    closed = closed_through(fund.holder_id)
    if closed is not None:
        raise OpeningTooLate(closed_through=closed.isoformat(), pointer="/fund")
