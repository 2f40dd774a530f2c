"""Buy goods with the money of one fund, so that every lot knows which fen paid for it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from logistics.funds.models import Fund
from logistics.funds.reads import bank_that_pays
from logistics.journal.actions import post_entry
from logistics.journal.models import EntryKind
from logistics.journal.postings import Movement, NewLot, Piece, Posting, Side, Source, side_of
from logistics.journal.purses import money_pieces
from logistics.kernel.money import AMOUNT_MINOR_MAX
from logistics.parties.actions import require_open
from logistics.parties.actors import Actor
from logistics.parties.models import Supplier
from logistics.parties.references import content_sha256, repeated
from logistics.stock.actions import QUANTITY_MAX, AmountOutOfBounds, require_lines, require_quantity
from logistics.stock.models import Item, Purchase, PurchaseLine, Warehouse
from logistics.storage.rows import new_id
from logistics.storage.transactions import action

PURCHASE_LINES_MAX = 200


@dataclass(frozen=True)
class PurchaseLineInput:
    """One line of a purchase: `quantity` in the item's base unit, `line_total_minor` in minor units."""

    item: Item
    quantity: int
    line_total_minor: int
    expires_on: dt.date | None = None
    batch: str = ""

    @property
    def content(self) -> str:
        """Say the line in one text, to tell a repeat from another purchase."""
        return f"{self.item.code}:{self.quantity}:{self.line_total_minor}:{self.expires_on}:{self.batch}"


@action
def record_purchase(
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
    """Buy goods with money of one fund: bank to supplier, supplier to warehouse. Returns (purchase, is new).

    Refuses ProgrammeClosed, LinesOutOfBounds, QuantityOutOfBounds, AmountOutOfBounds, FundOverspent, ReferenceReused.
    """
    require_open(fund.programme)
    require_purchase_lines(lines)
    content = purchase_content(fund, supplier, warehouse, invoice, purchased_at, currency, lines)
    owner = actor.reference_owner
    earlier = repeated(Purchase.objects.filter(partner_id=owner, reference=reference), content)
    if earlier is not None:
        return earlier, False
    purchase_id, total = new_id(), sum(line.line_total_minor for line in lines)
    payer = bank_that_pays(fund=fund, organisation=actor.organisation)
    bank = side_of(payer)
    money = money_pieces(purse_id=fund.purse_id, currency=currency, bank=bank, amount_minor=total)
    seller = side_of(supplier.account)
    lots = purchased_lots(lines, money, fund, currency, seller, side_of(warehouse.account))
    entry = post_entry(
        posting=Posting(
            kind=EntryKind.PURCHASE,
            organisation_id=payer.organisation_id,
            idempotency_key=f"purchase:{purchase_id}",
            occurred_at=purchased_at,
            actor_id=actor.holder_id,
            movements=tuple(Movement(piece, credit=bank, debit=seller) for piece in money),
            new_lots=tuple(lots),
        ),
        now=now,
    )
    purchase = Purchase.objects.create(
        id=purchase_id,
        organisation=actor.organisation,
        fund=fund,
        supplier=supplier,
        warehouse=warehouse,
        partner_id=owner,
        reference=reference,
        request_sha256=content,
        invoice=invoice,
        purchased_at=purchased_at,
        total_minor=total,
        currency=currency,
        entry=entry,
    )
    _store_lines(purchase, lines, lots)
    return purchase, True


def purchase_content(
    fund: Fund,
    supplier: Supplier,
    warehouse: Warehouse,
    invoice: str,
    purchased_at: dt.datetime,
    currency: str,
    lines: Sequence[PurchaseLineInput],
    *,
    is_prepaid: bool = False,
) -> str:
    """Hash what is asked, to tell a repeat from another purchase."""
    head = [fund.code, supplier.code, warehouse.code, invoice, purchased_at.isoformat(), currency]
    return content_sha256([*head, *(["PREPAID"] if is_prepaid else []), *(line.content for line in lines)])


def require_purchase_lines(lines: Sequence[PurchaseLineInput]) -> None:
    """Refuse LinesOutOfBounds, QuantityOutOfBounds, AmountOutOfBounds."""
    require_lines([line.item for line in lines], PURCHASE_LINES_MAX, distinct=False)
    for position, line in enumerate(lines):
        require_quantity(line.quantity, QUANTITY_MAX, f"/lines/{position}/quantity")
        if not 0 < line.line_total_minor <= AMOUNT_MINOR_MAX:
            raise AmountOutOfBounds(most=AMOUNT_MINOR_MAX, pointer=f"/lines/{position}/line_total")


def _store_lines(purchase: Purchase, lines: Sequence[PurchaseLineInput], lots: Sequence[NewLot]) -> None:
    PurchaseLine.objects.bulk_create(
        PurchaseLine(
            purchase=purchase,
            item=line.item,
            lot_id=lot.lot_id,
            quantity=line.quantity,
            line_total_minor=line.line_total_minor,
        )
        for line, lot in zip(lines, lots, strict=True)
    )


def purchased_lots(
    lines: Sequence[PurchaseLineInput], money: Sequence[Piece], fund: Fund, currency: str, seller: Side, shelves: Side
) -> list[NewLot]:
    """Lay the money that paid over the lines in order: each lot knows the units that it cost."""
    rest = list(money)
    lots = []
    for line in lines:
        paid, rest = _cut(rest, line.line_total_minor)
        lots.append(
            NewLot(
                lot_id=new_id(),
                purse_id=fund.purse_id,
                item_id=line.item.id,
                currency=currency,
                quantity=line.quantity,
                value_minor=line.line_total_minor,
                basis="INVOICE",
                credit=seller,
                debit=shelves,
                expires_on=line.expires_on,
                batch=line.batch,
                sources=tuple(_sources(paid)),
            )
        )
    return lots


def _cut(pieces: Sequence[Piece], amount: int) -> tuple[list[Piece], list[Piece]]:
    """Cut pieces of money into the first `amount` minor units and the rest."""
    first, rest = [], []
    for piece in pieces:
        taken = min(amount, piece.quantity)
        middle = piece.start + taken
        if taken:
            first.append(Piece(piece.lot_id, piece.start, middle, taken))
        if middle < piece.stop:
            rest.append(Piece(piece.lot_id, middle, piece.stop, piece.stop - middle))
        amount -= taken
    return first, rest


def _sources(paid: Sequence[Piece]) -> list[Source]:
    made = 0
    sources = []
    for piece in paid:
        sources.append(Source(piece, made, made + piece.quantity))
        made += piece.quantity
    return sources
