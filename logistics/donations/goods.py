"""Record gifts of goods: one lot a line, valued as the donor proves."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from logistics.donations.actions import DEFAULT_CURRENCY, fund_for, require_time_and_currency, store_gifts
from logistics.donations.models import Donation, DonationKind, DonationLine
from logistics.funds.models import Fund
from logistics.journal.actions import post_entries
from logistics.journal.models import EntryKind
from logistics.journal.postings import NewLot, Posting, side_of
from logistics.kernel.canonical import CanonicalValue
from logistics.kernel.money import AMOUNT_MINOR_MAX
from logistics.kernel.refusals import Unacceptable
from logistics.parties.actions import NewDonor, known_donor
from logistics.parties.actors import Actor
from logistics.parties.models import Donor, Programme
from logistics.parties.references import content_sha256, repeated
from logistics.stock.actions import QUANTITY_MAX, AmountOutOfBounds, LinesOutOfBounds, QuantityOutOfBounds
from logistics.stock.models import Item, Warehouse
from logistics.stock.valuation import ValueBasis
from logistics.storage.rows import new_id
from logistics.storage.transactions import action

LINES_MAX = 200


class GoodsExpired(Unacceptable):
    code = "goods_expired"
    zh = "物资在接收时已过有效期。"
    en = "The goods had expired when they were received."


class ValueBasisMismatch(Unacceptable):
    code = "value_basis_mismatch"
    zh = "有计价依据须写金额；依据为 NONE 时不得写金额。"
    en = "A basis of value needs a line total; with the basis NONE there is none."


@dataclass(frozen=True)
class LineInput:
    """One line of a gift of goods: `quantity` in the item's base unit, `line_total_minor` in minor units."""

    item: Item
    quantity: int
    basis: str
    line_total_minor: int | None = None
    expires_on: dt.date | None = None
    batch: str = ""

    @property
    def content(self) -> str:
        """Say the line in one text, to tell a repeat from another gift."""
        return f"{self.item.code}:{self.quantity}:{self.line_total_minor}:{self.basis}:{self.expires_on}:{self.batch}"


@action
def record_goods_donation(
    *,
    actor: Actor,
    programme: Programme,
    fund: Fund | None = None,
    donor: Donor | NewDonor,
    warehouse: Warehouse,
    received_at: dt.datetime,
    reference: str,
    lines: Sequence[LineInput],
    counted_by: Sequence[str] = (),
    note: str = "",
    is_anonymous: bool = False,
    currency: str = DEFAULT_CURRENCY,
    now: dt.datetime,
) -> tuple[Donation, bool]:
    """Record a gift of goods: donor to warehouse, one lot a line. Returns (gift, is new).

    Refuses ProgrammeClosed, FundRequired, ProgrammeMismatch, LinesOutOfBounds, QuantityOutOfBounds, AmountOutOfBounds,
    ValueBasisMismatch, GoodsExpired, ReceivedInFuture, CurrencyUnknown, ReferenceReused.
    """
    chosen = fund_for(programme, fund, actor)
    require_time_and_currency(received_at, currency, now)
    _require_lines(lines, timezone.localdate(received_at))
    row = Donation(
        id=new_id(),
        kind=DonationKind.GOODS,
        organisation=warehouse.organisation,
        programme=programme,
        fund=chosen,
        donor=known_donor(organisation=actor.organisation, donor=donor, cause=actor.cause(now)),
        partner_id=actor.reference_owner,
        reference=reference,
        is_anonymous=is_anonymous,
        note=note,
        warehouse=warehouse,
        counted_by=list(counted_by),
        amount_minor=sum(line.line_total_minor or 0 for line in lines),
        currency=currency,
        received_at=received_at,
        recorded_at=now,
        entry_id=new_id(),
    )
    row.request_sha256 = _content(row, lines)
    same = Donation.objects.filter(partner_id=row.partner_id, kind=row.kind, reference=reference)
    earlier = repeated(same, row.request_sha256)
    if earlier is not None:
        return earlier, False
    _receive(row, lines, actor, now)
    return row, True


def _content(row: Donation, lines: Sequence[LineInput]) -> str:
    assert row.warehouse is not None
    received_at = row.received_at.astimezone(dt.UTC).isoformat()
    head: list[CanonicalValue] = [
        row.fund.code,
        str(row.donor.id),
        row.warehouse.code,
        received_at,
        row.note,
        row.is_anonymous,
    ]
    return content_sha256([*head, *(line.content for line in lines)])


def _receive(row: Donation, lines: Sequence[LineInput], actor: Actor, now: dt.datetime) -> None:
    lots = [_lot(line, row) for line in lines]
    posting = Posting(
        kind=EntryKind.DONATION,
        organisation_id=row.organisation_id,
        idempotency_key=f"donation:{row.id}",
        occurred_at=row.received_at,
        entry_id=row.entry_id,
        actor_id=actor.holder_id,
        new_lots=tuple(lots),
    )
    post_entries(postings=[posting], now=now)
    store_gifts([row], now)
    DonationLine.objects.bulk_create(
        DonationLine(
            donation=row,
            item=line.item,
            lot_id=lot.lot_id,
            quantity=line.quantity,
            line_total_minor=line.line_total_minor,
            basis=line.basis,
            expires_on=line.expires_on,
            batch=line.batch,
        )
        for line, lot in zip(lines, lots, strict=True)
    )


def _require_lines(lines: Sequence[LineInput], received_on: dt.date) -> None:
    if not 0 < len(lines) <= LINES_MAX:
        raise LinesOutOfBounds(most=LINES_MAX, pointer="/lines")
    for position, line in enumerate(lines):
        pointer = f"/lines/{position}"
        if not 0 < line.quantity <= QUANTITY_MAX:
            raise QuantityOutOfBounds(most=QUANTITY_MAX, pointer=f"{pointer}/quantity")
        if (line.basis == ValueBasis.NONE) != (line.line_total_minor is None):
            raise ValueBasisMismatch(pointer=f"{pointer}/line_total")
        if line.line_total_minor is not None and not 0 < line.line_total_minor <= AMOUNT_MINOR_MAX:
            raise AmountOutOfBounds(most=AMOUNT_MINOR_MAX, pointer=f"{pointer}/line_total")
        if line.expires_on is not None and line.expires_on < received_on:
            raise GoodsExpired(pointer=f"{pointer}/expires_on")


def _lot(line: LineInput, row: Donation) -> NewLot:
    assert row.warehouse is not None
    return NewLot(
        lot_id=new_id(),
        purse_id=row.fund.purse_id,
        item_id=line.item.id,
        currency=row.currency,
        quantity=line.quantity,
        value_minor=line.line_total_minor or 0,
        basis=line.basis,
        credit=side_of(row.donor.account),
        debit=side_of(row.warehouse.account),
        expires_on=line.expires_on,
        batch=line.batch,
    )
