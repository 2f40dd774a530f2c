"""Money that moves beyond gifts, purchases and grants: proposed by the officer, approved by the approver."""

import itertools

from logistics.donations.goods import LineInput, record_goods_donation
from logistics.donations.models import Donation, DonationLine
from logistics.donations.refund_models import Refund
from logistics.donations.refunds import approve_refund, propose_refund
from logistics.funds.costs import approve_cost, propose_cost
from logistics.funds.interest import approve_interest, propose_interest
from logistics.funds.models import Fund
from logistics.funds.money_models import Cost, Interest, Reversal
from logistics.funds.reversals import approve_reversal, propose_reversal
from logistics.journal.models import JournalEntry
from logistics.stock.models import Item, Purchase, PurchaseReceipt
from logistics.stock.money_models import Opening, PriceRefund
from logistics.stock.openings import OpeningLineInput, approve_opening, propose_opening
from logistics.stock.price_refunds import record_price_refund
from logistics.stock.purchases import PurchaseLineInput
from logistics.stock.receipts import ReceiptLine, receive_purchase, record_prepaid_purchase
from tests.cast import World

EVIDENCE = "e" * 64
_numbers = itertools.count(1)


def proposed_cost(world: World, amount_minor: int, category: str = "BANK_FEE", fund: Fund | None = None) -> Cost:
    """Let the officer propose a cost of the warm fund."""
    return propose_cost(
        actor=world.as_actor(world.officer),
        fund=fund or world.warm_fund,
        category=category,
        amount_minor=amount_minor,
        incurred_at=world.now,
        evidence_sha256=EVIDENCE,
        reference=f"cost-{next(_numbers)}",
        now=world.now,
    )[0]


def paid_cost(world: World, amount_minor: int, category: str = "BANK_FEE", fund: Fund | None = None) -> Cost:
    """Propose and approve a cost."""
    cost = proposed_cost(world, amount_minor, category, fund)
    return approve_cost(actor=world.as_actor(world.approver), cost=cost, now=world.now)


def earned_interest(world: World, amount_minor: int, fund: Fund | None = None) -> Interest:
    """Propose and approve interest on the money of a fund."""
    interest, _ = propose_interest(
        actor=world.as_actor(world.officer),
        fund=fund or world.warm_fund,
        amount_minor=amount_minor,
        earned_at=world.now,
        evidence_sha256=EVIDENCE,
        reference=f"interest-{next(_numbers)}",
        now=world.now,
    )
    return approve_interest(actor=world.as_actor(world.approver), interest=interest, now=world.now)


def proposed_reversal(world: World, entry: JournalEntry) -> Reversal:
    """Let the officer propose to reverse an entry."""
    return propose_reversal(
        actor=world.as_actor(world.officer),
        entry=entry,
        reason="录入有误",
        evidence_sha256=EVIDENCE,
        reference=f"reversal-{next(_numbers)}",
        now=world.now,
    )[0]


def reversed_entry(world: World, entry: JournalEntry) -> Reversal:
    """Propose and approve the reversal of an entry."""
    reversal = proposed_reversal(world, entry)
    return approve_reversal(actor=world.as_actor(world.approver), reversal=reversal, now=world.now)


def opened(world: World, amount_minor: int = 0, *lines: OpeningLineInput, fund: Fund | None = None) -> Opening:
    """Propose and approve the opening balance of a fund."""
    opening, _ = propose_opening(
        actor=world.as_actor(world.officer),
        fund=fund or world.warm_fund,
        amount_minor=amount_minor,
        lines=lines,
        opened_at=world.now,
        evidence_sha256=EVIDENCE,
        reference=f"opening-{next(_numbers)}",
        now=world.now,
    )
    return approve_opening(actor=world.as_actor(world.approver), opening=opening, now=world.now)


def proposed_refund(world: World, gift: Donation, amount_minor: int = 0, *lines: tuple[DonationLine, int]) -> Refund:
    """Let the officer propose to give a gift back."""
    return propose_refund(
        actor=world.as_actor(world.officer),
        donation=gift,
        amount_minor=amount_minor,
        lines=lines,
        refunded_at=world.now,
        reason="捐赠人申请退还",
        evidence_sha256=EVIDENCE,
        reference=f"refund-{next(_numbers)}",
        now=world.now,
    )[0]


def refunded(world: World, gift: Donation, amount_minor: int = 0, *lines: tuple[DonationLine, int]) -> Refund:
    """Propose and approve that a gift goes back."""
    refund = proposed_refund(world, gift, amount_minor, *lines)
    return approve_refund(actor=world.as_actor(world.approver), refund=refund, now=world.now)


def given_goods(world: World, *lines: LineInput, fund: Fund | None = None) -> Donation:
    """Give goods to the warm fund."""
    chosen = fund or world.warm_fund
    return record_goods_donation(
        actor=world.partner,
        programme=chosen.programme,
        fund=chosen,
        donor=world.donor,
        warehouse=world.warehouse,
        received_at=world.now,
        reference=f"goods-{next(_numbers)}",
        lines=lines,
        now=world.now,
    )[0]


def ordered(world: World, *lines: tuple[Item, int, int], fund: Fund | None = None) -> Purchase:
    """Pay first: (item, quantity, line total in fen) each."""
    return record_prepaid_purchase(
        actor=world.partner,
        fund=fund or world.warm_fund,
        supplier=world.supplier,
        warehouse=world.warehouse,
        purchased_at=world.now,
        lines=[PurchaseLineInput(item, quantity, total) for item, quantity, total in lines],
        invoice="示例订单-001",
        reference=f"order-{next(_numbers)}",
        now=world.now,
    )[0]


def received(
    world: World,
    purchase: Purchase,
    *lines: tuple[Item, int, int | None],
    may_pay_more: bool = False,
    reference: str = "",
) -> PurchaseReceipt:
    """Receive (item, quantity, price or None) of a prepaid purchase."""
    return receive_purchase(
        actor=world.partner,
        purchase=purchase,
        lines=[ReceiptLine(purchase.lines.get(item=item), quantity, price) for item, quantity, price in lines],
        invoice="示例发票-002",
        received_at=world.now,
        reference=reference or f"receipt-{next(_numbers)}",
        may_pay_more=may_pay_more,
        now=world.now,
    )[0]


def paid_back(world: World, purchase: Purchase, amount_minor: int | None) -> PriceRefund:
    """Let the supplier pay back an amount, or (None) all that waits."""
    return record_price_refund(
        actor=world.partner,
        purchase=purchase,
        amount_minor=amount_minor,
        refunded_at=world.now,
        evidence_sha256=EVIDENCE,
        reference=f"price-{next(_numbers)}",
        now=world.now,
    )[0]
