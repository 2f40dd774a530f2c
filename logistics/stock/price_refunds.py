"""What suppliers pay back: the price was lower, or the rest of the goods does not come."""

import datetime as dt
from dataclasses import replace

from logistics.journal.actions import post_entry
from logistics.journal.models import EntryKind, JournalEntry
from logistics.journal.postings import Movement, Posting, side_of
from logistics.journal.purses import purse_lot, receive_money
from logistics.kernel.refusals import Conflicting
from logistics.kernel.spans import Span, count_of_units, highest
from logistics.parties.actors import Actor
from logistics.parties.proposals import require_evidence, require_past
from logistics.parties.references import content_sha256, repeated
from logistics.stock.models import Purchase, PurchaseState
from logistics.stock.money_models import PriceRefund
from logistics.stock.receipts import (
    PurchaseStateWrong,
    bank_of,
    locked_purchase,
    money_piece,
    settle_state,
    waiting_spans,
)
from logistics.storage.rows import new_id
from logistics.storage.transactions import action


class PriceRefundTooMuch(Conflicting):
    code = "price_refund_too_much"
    zh = "这笔采购最多还能退回 {most} 分，不能退 {wanted} 分。"
    en = "At most {most} minor units of this purchase can come back; {wanted} cannot."


@action
def record_price_refund(
    *,
    actor: Actor,
    purchase: Purchase,
    amount_minor: int | None,
    refunded_at: dt.datetime,
    evidence_sha256: str,
    reference: str,
    reason: str = "",
    now: dt.datetime,
) -> tuple[PriceRefund, bool]:
    """Record what a supplier paid back; None: all that waits, because the rest of the goods does not come.

    The units that were not used go back to the bank, and the gifts they are of are unspent again. Where all was used,
    the goods keep the value that they came with, and the money joins the same fund as its next units.
    Returns (refund, is new). Refuses PurchaseStateWrong, PriceRefundTooMuch, EvidenceRequired, HappenedInFuture,
    ReferenceReused.
    """
    require_evidence(evidence_sha256)
    require_past(refunded_at, now, "/refunded_at")
    moment = refunded_at.astimezone(dt.UTC).isoformat()
    content = content_sha256([str(purchase.id), amount_minor, moment, evidence_sha256, reason])
    locked = locked_purchase(purchase)
    standing = PriceRefund.objects.filter(partner_id=actor.reference_owner, reference=reference)
    earlier = repeated(standing, content)
    if earlier is not None:
        return earlier, False
    waiting = waiting_spans(locked)
    amount = _amount(locked, amount_minor, waiting)
    refund = PriceRefund(
        id=new_id(),
        purchase=locked,
        amount_minor=amount,
        is_rest=amount_minor is None,
        reason=reason,
        evidence_sha256=evidence_sha256,
        refunded_at=refunded_at,
        partner_id=actor.reference_owner,
        reference=reference,
        request_sha256=content,
        recorded_at=now,
        recorded_by_id=actor.holder_id,
    )
    refund.entry = _book(refund, waiting, now)
    refund.save(force_insert=True)
    _note(locked, refund)
    return refund, True


def _amount(purchase: Purchase, amount_minor: int | None, waiting: list[Span]) -> int:
    there = count_of_units(waiting)
    if amount_minor is None:
        if not there:
            raise PurchaseStateWrong(state=purchase.state)
        return there
    # Unused units first: only where none waits is it a price that was too high for goods that came.
    most = there or purchase.total_minor - purchase.refunded_minor
    if not 0 < amount_minor <= most:
        raise PriceRefundTooMuch(most=most, wanted=amount_minor, pointer="/money")
    return amount_minor


def _book(refund: PriceRefund, waiting: list[Span], now: dt.datetime) -> JournalEntry:
    purchase = refund.purchase
    payer = bank_of(purchase)
    posting = Posting(
        kind=EntryKind.PRICE_REFUND,
        organisation_id=payer.organisation_id,
        idempotency_key=f"price-refund:{refund.id}",
        occurred_at=refund.refunded_at,
        entry_id=new_id(),
        actor_id=refund.recorded_by_id,
        evidence_sha256=refund.evidence_sha256,
    )
    if not waiting:
        seller = side_of(purchase.supplier.account)
        gifts = [(posting, seller, refund.amount_minor)]
        purse_id, currency = purchase.fund.purse_id, purchase.currency
        (entry,) = receive_money(purse_id=purse_id, currency=currency, bank=side_of(payer), gifts=gifts, now=now)
        return entry
    lot = purse_lot(purchase.fund.purse_id, purchase.currency)
    assert lot is not None and purchase.prepaid is not None
    # The last units come back: the first ones are still to be used by what has yet to come.
    pieces = [money_piece(lot.id, span) for span in highest(waiting, refund.amount_minor)]
    held = side_of(purchase.prepaid)
    movements = tuple(Movement(piece, credit=held, debit=side_of(payer)) for piece in pieces)
    return post_entry(posting=replace(posting, movements=movements), now=now)


def _note(purchase: Purchase, refund: PriceRefund) -> None:
    purchase.refunded_minor += refund.amount_minor
    if refund.is_rest:
        has_come = any(line.received for line in purchase.lines.all())
        purchase.state = PurchaseState.RECEIVED if has_come else PurchaseState.DROPPED
    elif purchase.state == PurchaseState.ORDERED:
        settle_state(purchase)
    purchase.save(update_fields=["refunded_minor", "state"])
