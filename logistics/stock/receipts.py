"""Purchases that are paid first: goods come in parts, for more or less than was paid, and the rest may never come.

What is paid waits in an account of the purchase (PREPAID). Each receipt takes the next units from there, so that every
lot knows which fen paid for it, and what the supplier pays back are the very units that were not used.
"""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from logistics.funds.models import Fund
from logistics.funds.reads import bank_that_pays
from logistics.journal.actions import open_account, post_entry
from logistics.journal.locking import locked_balances
from logistics.journal.models import Account, AccountKind, EntryKind
from logistics.journal.postings import Movement, NewLot, Piece, Posting, side_of
from logistics.journal.purses import money_pieces, purse_lot
from logistics.kernel.money import AMOUNT_MINOR_MAX, share_of
from logistics.kernel.refusals import Conflicting
from logistics.kernel.spans import Span, count_of_units, lowest
from logistics.parties.actions import require_open
from logistics.parties.actors import Actor
from logistics.parties.models import Supplier
from logistics.parties.proposals import require_past
from logistics.parties.references import ReferenceReused, repeated
from logistics.stock.actions import QUANTITY_MAX, AmountOutOfBounds, LinesOutOfBounds, require_quantity
from logistics.stock.models import Purchase, PurchaseLine, PurchaseReceipt, PurchaseState, Warehouse
from logistics.stock.purchases import (
    PURCHASE_LINES_MAX,
    PurchaseLineInput,
    purchase_content,
    purchased_lots,
    require_purchase_lines,
)
from logistics.storage.transactions import action


class PurchaseStateWrong(Conflicting):
    code = "purchase_state_wrong"
    zh = "这笔采购的状态是 {state}，不能这样操作。"
    en = "The purchase is {state}; this cannot be done now."


class ReceivedTooMuch(Conflicting):
    code = "received_too_much"
    zh = "{item} 只剩 {left} 未到，不能收 {wanted}。"
    en = "Only {left} of {item} are still to come; {wanted} cannot be received."


class PrepaymentShort(Conflicting):
    code = "prepayment_short"
    zh = "预付款不足，还差 {missing} 分；须确认另付差额。"
    en = "What was paid first is {missing} minor units short; say that the difference is paid too."


@dataclass(frozen=True)
class ReceiptLine:
    """What came of one line: `line_total_minor` is its invoiced price, or None for the price that was ordered."""

    line: PurchaseLine
    quantity: int
    line_total_minor: int | None = None
    expires_on: dt.date | None = None
    batch: str = ""


@action
def record_prepaid_purchase(
    *,
    actor: Actor,
    fund: Fund,
    supplier: Supplier,
    warehouse: Warehouse,
    purchased_at: dt.datetime,
    lines: Sequence[PurchaseLineInput],
    invoice: str,
    reference: str,
    currency: str = "CNY",
    now: dt.datetime,
) -> tuple[Purchase, bool]:
    """Pay for goods that will come later: bank to the purchase's own account. Returns (purchase, is new).

    Refuses ProgrammeClosed, LinesOutOfBounds, QuantityOutOfBounds, AmountOutOfBounds, FundOverspent, ReferenceReused.
    """
    require_open(fund.programme)
    require_purchase_lines(lines)
    content = purchase_content(fund, supplier, warehouse, invoice, purchased_at, currency, lines, is_prepaid=True)
    owner = actor.reference_owner
    earlier = repeated(Purchase.objects.filter(partner_id=owner, reference=reference), content)
    if earlier is not None:
        return earlier, False
    purchase = Purchase(
        organisation=actor.organisation,
        fund=fund,
        supplier=supplier,
        warehouse=warehouse,
        partner_id=owner,
        reference=reference,
        request_sha256=content,
        invoice=invoice,
        purchased_at=purchased_at,
        total_minor=sum(line.line_total_minor for line in lines),
        currency=currency,
        state=PurchaseState.ORDERED,
    )
    _prepay(purchase, actor, now)
    PurchaseLine.objects.bulk_create(
        PurchaseLine(
            purchase=purchase,
            item=line.item,
            quantity=line.quantity,
            line_total_minor=line.line_total_minor,
            expires_on=line.expires_on,
            batch=line.batch,
        )
        for line in lines
    )
    return purchase, True


def _prepay(purchase: Purchase, actor: Actor, now: dt.datetime) -> None:
    """Book what is paid first, from the bank account of whoever pays to the purchase's own, and store it."""
    fund, currency = purchase.fund, purchase.currency
    payer = bank_that_pays(fund=fund, organisation=actor.organisation)
    bank = side_of(payer)
    purchase.prepaid = open_account(
        kind=AccountKind.PREPAID,
        subject_id=purchase.id,
        organisation_id=payer.organisation_id,
        reference=purchase.supplier.code,
    )
    waiting = side_of(purchase.prepaid)
    total = purchase.total_minor
    money = money_pieces(purse_id=fund.purse_id, currency=currency, bank=bank, amount_minor=total)
    purchase.entry = post_entry(
        posting=Posting(
            kind=EntryKind.PREPAYMENT,
            organisation_id=payer.organisation_id,
            idempotency_key=f"purchase:{purchase.id}",
            occurred_at=purchase.purchased_at,
            actor_id=actor.holder_id,
            movements=tuple(Movement(piece, credit=bank, debit=waiting) for piece in money),
        ),
        now=now,
    )
    purchase.save(force_insert=True)


@action
def receive_purchase(
    *,
    actor: Actor,
    purchase: Purchase,
    lines: Sequence[ReceiptLine],
    invoice: str,
    received_at: dt.datetime,
    reference: str,
    may_pay_more: bool = False,
    now: dt.datetime,
) -> tuple[PurchaseReceipt, bool]:
    """Receive goods of a prepaid purchase, all or a part of them. Returns (receipt, is new).

    Where the invoice is higher than what waits, the difference is paid from the fund if `may_pay_more`.
    Refuses PurchaseStateWrong, LinesOutOfBounds, QuantityOutOfBounds, AmountOutOfBounds, ReceivedTooMuch,
    PrepaymentShort, FundOverspent, HappenedInFuture, ReferenceReused.
    """
    receipt_id = uuid.uuid5(purchase.id, f"{actor.reference_owner}:{reference}")
    locked = locked_purchase(purchase)
    earlier = PurchaseReceipt.objects.select_related("purchase").filter(id=receipt_id).first()
    if earlier is not None:
        return _same(earlier, lines, invoice, reference), False
    if locked.state != PurchaseState.ORDERED:
        raise PurchaseStateWrong(state=locked.state)
    require_past(received_at, now, "/received_at")
    _require_distinct(lines)
    told = [_told(locked, line, position) for position, line in enumerate(lines)]
    receipt = PurchaseReceipt(
        id=receipt_id, purchase=locked, invoice=invoice, received_at=received_at, received_by_id=actor.holder_id
    )
    lots, paid_more = _book(receipt, told, may_pay_more, now)
    receipt.lines = [
        [str(line.line.id), line.quantity, str(lot.lot_id), lot.value_minor]
        for line, lot in zip(lines, lots, strict=True)
    ]
    receipt.save(force_insert=True)
    _note(locked, lines, told, paid_more=paid_more)
    return receipt, True


def _book(
    receipt: PurchaseReceipt, told: Sequence[PurchaseLineInput], may_pay_more: bool, now: dt.datetime
) -> tuple[list[NewLot], int]:
    """Book what came: what waits pays first, then the fund. Returns the lots, and how much more was paid."""
    purchase = receipt.purchase
    assert purchase.prepaid is not None
    waiting, more = _money(purchase, sum(line.line_total_minor for line in told), may_pay_more)
    seller, shelves = side_of(purchase.supplier.account), side_of(purchase.warehouse.account)
    lots = purchased_lots(told, [*waiting, *more], purchase.fund, purchase.currency, seller, shelves)
    payer, prepaid = bank_of(purchase), side_of(purchase.prepaid)
    receipt.entry = post_entry(
        posting=Posting(
            kind=EntryKind.PURCHASE,
            organisation_id=payer.organisation_id,
            idempotency_key=f"receipt:{receipt.id}",
            occurred_at=receipt.received_at,
            actor_id=receipt.received_by_id,
            movements=(
                *(Movement(piece, credit=prepaid, debit=seller) for piece in waiting),
                *(Movement(piece, credit=side_of(payer), debit=seller) for piece in more),
            ),
            new_lots=tuple(lots),
        ),
        now=now,
    )
    return lots, sum(piece.quantity for piece in more)


def locked_purchase(purchase: Purchase) -> Purchase:
    """Lock a purchase until the end, with everything that a booking of it needs."""
    rows = Purchase.objects.select_for_update(of=("self",)).select_related(
        "fund__purse", "supplier__account", "warehouse__account", "prepaid", "entry"
    )
    return rows.get(id=purchase.id)


def bank_of(purchase: Purchase) -> Account:
    """Return the bank account that paid for a purchase."""
    return purchase.entry.transfers.select_related("credit").order_by("position")[0].credit


def waiting_spans(purchase: Purchase) -> list[Span]:
    """Lock and list the units of money that were paid and for which nothing has come yet."""
    lot = purse_lot(purchase.fund.purse_id, purchase.currency)
    if lot is None or purchase.prepaid_id is None:
        return []
    rows = locked_balances([(purchase.prepaid_id, lot.id)])
    return [(start, stop) for row in rows for start, stop in row.spans]


def settle_state(purchase: Purchase) -> None:
    """Note that a purchase is received where nothing is to come any more and no money waits."""
    is_whole = not any(line.received < line.quantity for line in purchase.lines.all())
    if is_whole and not waiting_spans(purchase):
        purchase.state = PurchaseState.RECEIVED


def money_piece(lot_id: uuid.UUID, span: Span) -> Piece:
    """Make the piece of these units of money: each is worth itself."""
    return Piece(lot_id, span[0], span[1], span[1] - span[0])


def _told(purchase: Purchase, line: ReceiptLine, position: int) -> PurchaseLineInput:
    """Say what came of a line with its price. Refuses what cannot have come."""
    row = PurchaseLine.objects.select_related("item").get(id=line.line.id, purchase=purchase)
    require_quantity(line.quantity, QUANTITY_MAX, f"/lines/{position}/quantity")
    left = row.quantity - row.received
    if line.quantity > left:
        pointer = f"/lines/{position}/quantity"
        raise ReceivedTooMuch(item=row.item.code, left=left, wanted=line.quantity, pointer=pointer)
    price = line.line_total_minor
    if price is None:
        price = share_of(row.line_total_minor, row.quantity, row.received, row.received + line.quantity)
    elif not 0 < price <= AMOUNT_MINOR_MAX:
        raise AmountOutOfBounds(most=AMOUNT_MINOR_MAX, pointer=f"/lines/{position}/line_total")
    expires_on, batch = line.expires_on or row.expires_on, line.batch or row.batch
    return PurchaseLineInput(row.item, line.quantity, price, expires_on, batch)


def _require_distinct(lines: Sequence[ReceiptLine]) -> None:
    if not 0 < len({line.line.id for line in lines}) == len(lines) <= PURCHASE_LINES_MAX:
        raise LinesOutOfBounds(most=PURCHASE_LINES_MAX, pointer="/lines")


def _money(purchase: Purchase, total: int, may_pay_more: bool) -> tuple[list[Piece], list[Piece]]:
    """Choose the units that pay: what waits first, then, if that may be, more of the fund."""
    lot = purse_lot(purchase.fund.purse_id, purchase.currency)
    assert lot is not None
    spans = lowest(waiting_spans(purchase), total)
    missing = total - count_of_units(spans)
    if missing and not may_pay_more:
        raise PrepaymentShort(missing=missing, pointer="/lines")
    bank = side_of(bank_of(purchase))
    purse_id, currency = purchase.fund.purse_id, purchase.currency
    more = money_pieces(purse_id=purse_id, currency=currency, bank=bank, amount_minor=missing) if missing else []
    return [money_piece(lot.id, span) for span in spans], more


def _note(
    purchase: Purchase, lines: Sequence[ReceiptLine], told: Sequence[PurchaseLineInput], *, paid_more: int
) -> None:
    for line, came in zip(lines, told, strict=True):
        row = PurchaseLine.objects.get(id=line.line.id)
        row.received += came.quantity
        row.used_minor += came.line_total_minor
        row.save(update_fields=["received", "used_minor"])
    purchase.total_minor += paid_more
    settle_state(purchase)
    purchase.save(update_fields=["total_minor", "state"])


def _same(earlier: PurchaseReceipt, lines: Sequence[ReceiptLine], invoice: str, reference: str) -> PurchaseReceipt:
    """Return the receipt that stands. Refuses ReferenceReused where it says something else."""
    wanted = [(str(line.line.id), line.quantity) for line in lines]
    prices = [line.line_total_minor for line in lines]
    is_same = [(row[0], row[1]) for row in earlier.lines] == wanted and earlier.invoice == invoice
    if not is_same or any(price not in (None, row[3]) for price, row in zip(prices, earlier.lines, strict=True)):
        raise ReferenceReused(reference=reference, pointer="/reference")
    return earlier
