"""Record gifts of money and of goods: the row, the entry and the event, in one transaction."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from logistics.codes.actions import issue_codes
from logistics.donations.models import Channel, Donation, DonationKind, DonationLine, ValueBasis
from logistics.funds.models import Fund
from logistics.funds.reads import unrestricted_fund_of
from logistics.journal.actions import post_entries
from logistics.journal.leaves import append_leaves
from logistics.journal.models import EntryKind
from logistics.journal.postings import NewLot, Posting, side_of
from logistics.journal.purses import receive_money
from logistics.kernel.money import AMOUNT_MINOR_MAX, CURRENCIES
from logistics.kernel.refusals import Unacceptable
from logistics.outbox.actions import News, record_events
from logistics.parties.actions import require_open
from logistics.parties.actors import Actor
from logistics.parties.models import Donor, Programme
from logistics.parties.references import content_sha256, repeated
from logistics.stock.actions import (
    QUANTITY_MAX,
    AmountOutOfBounds,
    LinesOutOfBounds,
    ProgrammeMismatch,
    QuantityOutOfBounds,
)
from logistics.stock.models import Item, Warehouse
from logistics.storage.rows import new_id
from logistics.storage.transactions import action

GIFTS_PER_CALL_MAX = 1_000
LINES_MAX = 200
CLOCK_TOLERANCE = dt.timedelta(days=1)
DEFAULT_CURRENCY = "CNY"


class CurrencyUnknown(Unacceptable):
    code = "currency_unknown"
    zh = "不支持币种 {currency}。"
    en = "The currency {currency} is not known here."


class ReceivedInFuture(Unacceptable):
    code = "received_in_future"
    zh = "接收时间不能在将来。"
    en = "A gift cannot have been received in the future."


class GoodsExpired(Unacceptable):
    code = "goods_expired"
    zh = "物资在接收时已过有效期。"
    en = "The goods had expired when they were received."


class ValueBasisMismatch(Unacceptable):
    code = "value_basis_mismatch"
    zh = "有计价依据须写金额；依据为 NONE 时不得写金额。"
    en = "A basis of value needs a line total; with the basis NONE there is none."


@dataclass(frozen=True)
class GiftInput:
    """One gift of money: `amount_minor` in minor units of `currency`."""

    donor: Donor
    amount_minor: int
    received_at: dt.datetime
    reference: str
    channel: str = Channel.OTHER
    currency: str = DEFAULT_CURRENCY
    is_anonymous: bool = False
    note: str = ""

    def content(self, fund: Fund) -> str:
        """Hash what is asked, to tell a repeat from another gift."""
        return content_sha256(
            [
                fund.code,
                str(self.donor.id),
                self.amount_minor,
                self.currency,
                self.received_at.astimezone(dt.UTC).isoformat(),
                self.channel,
                self.is_anonymous,
                self.note,
            ]
        )


@dataclass(frozen=True)
class LineInput:
    """One line of a gift of goods: `quantity` in the item's base unit, `line_total_minor` in minor units."""

    item: Item
    quantity: int
    basis: str
    line_total_minor: int | None = None
    expires_on: dt.date | None = None
    batch: str = ""


@action
def record_money_donation(
    *,
    actor: Actor,
    programme: Programme,
    fund: Fund | None = None,
    donor: Donor,
    amount_minor: int,
    currency: str = DEFAULT_CURRENCY,
    received_at: dt.datetime,
    channel: str = Channel.OTHER,
    reference: str,
    is_anonymous: bool = False,
    note: str = "",
    now: dt.datetime,
) -> tuple[Donation, bool]:
    """Record a gift of money: donor to bank. Returns (gift, is new); a repeated reference gives the first gift again.

    Refuses ProgrammeClosed, FundRequired, ProgrammeMismatch, AmountOutOfBounds, CurrencyUnknown, ReceivedInFuture,
    ReferenceReused.
    """
    gift = GiftInput(donor, amount_minor, received_at, reference, channel, currency, is_anonymous, note)
    return record_money_donations(actor=actor, programme=programme, fund=fund, gifts=[gift], now=now)[0]


@action
def record_money_donations(
    *, actor: Actor, programme: Programme, fund: Fund | None = None, gifts: Sequence[GiftInput], now: dt.datetime
) -> list[tuple[Donation, bool]]:
    """Record many gifts of money to one fund, in the order given and in a constant number of statements.

    Refuses what `record_money_donation` refuses; then none stands.
    """
    chosen = _fund(programme, fund, actor)
    for gift in gifts:
        _require_gift(gift, now)
    owner = actor.reference_owner
    standing = Donation.objects.filter(
        partner_id=owner, kind=DonationKind.MONEY, reference__in=[gift.reference for gift in gifts]
    ).select_related("code", "programme", "fund", "donor", "entry")
    known = {row.reference: row for row in standing}
    for gift in gifts:
        if gift.reference in known:
            repeated(standing.filter(reference=gift.reference), gift.content(chosen))
    new = {gift.reference: gift for gift in gifts if gift.reference not in known}
    rows = [_money_row(actor, programme, chosen, gift, now) for gift in new.values()]
    for currency in {row.currency for row in rows}:
        _receive(chosen, [row for row in rows if row.currency == currency], now, actor.holder_id)
    _finish(rows, actor, now)
    made = {row.reference: row for row in rows}
    return [(known.get(gift.reference) or made[gift.reference], gift.reference in made) for gift in gifts]


@action
def record_goods_donation(
    *,
    actor: Actor,
    programme: Programme,
    fund: Fund | None = None,
    donor: Donor,
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
    chosen = _fund(programme, fund, actor)
    _require_time_and_currency(received_at, currency, now)
    _require_lines(lines, timezone.localdate(received_at))
    content = content_sha256(
        [chosen.code, str(donor.id), warehouse.code, received_at.astimezone(dt.UTC).isoformat(), note, is_anonymous]
        + [
            f"{line.item.code}:{line.quantity}:{line.line_total_minor}:{line.basis}:{line.expires_on}:{line.batch}"
            for line in lines
        ]
    )
    owner = actor.reference_owner
    earlier = repeated(Donation.objects.filter(partner_id=owner, kind=DonationKind.GOODS, reference=reference), content)
    if earlier is not None:
        return earlier, False
    row = Donation(
        id=new_id(),
        kind=DonationKind.GOODS,
        organisation=warehouse.organisation,
        programme=programme,
        fund=chosen,
        donor=donor,
        partner_id=owner,
        reference=reference,
        request_sha256=content,
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
    lots = [_lot(line, row) for line in lines]
    posting = Posting(
        kind=EntryKind.DONATION,
        organisation_id=row.organisation_id,
        idempotency_key=f"donation:{row.id}",
        occurred_at=received_at,
        entry_id=row.entry_id,
        actor_id=actor.holder_id,
        new_lots=tuple(lots),
    )
    append_leaves(post_entries(postings=[posting], now=now).leaves)
    _finish([row], actor, now)
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
    return row, True


def _fund(programme: Programme, fund: Fund | None, actor: Actor) -> Fund:
    require_open(programme)
    chosen = fund or unrestricted_fund_of(programme, actor.organisation)
    if chosen.programme_id != programme.id:
        raise ProgrammeMismatch(fund=chosen.code, pointer="/fund")
    return chosen


def _require_gift(gift: GiftInput, now: dt.datetime) -> None:
    _require_time_and_currency(gift.received_at, gift.currency, now)
    if not 0 < gift.amount_minor <= AMOUNT_MINOR_MAX:
        raise AmountOutOfBounds(most=AMOUNT_MINOR_MAX, pointer="/money/amount")


def _require_time_and_currency(received_at: dt.datetime, currency: str, now: dt.datetime) -> None:
    if currency not in CURRENCIES:
        raise CurrencyUnknown(currency=currency, pointer="/money/currency")
    if received_at > now + CLOCK_TOLERANCE:
        raise ReceivedInFuture(pointer="/received_at")


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


def _money_row(actor: Actor, programme: Programme, fund: Fund, gift: GiftInput, now: dt.datetime) -> Donation:
    return Donation(
        id=new_id(),
        kind=DonationKind.MONEY,
        organisation=fund.holder,
        programme=programme,
        fund=fund,
        donor=gift.donor,
        partner_id=actor.reference_owner,
        reference=gift.reference,
        request_sha256=gift.content(fund),
        is_anonymous=gift.is_anonymous,
        note=gift.note,
        channel=gift.channel,
        amount_minor=gift.amount_minor,
        currency=gift.currency,
        received_at=gift.received_at,
        recorded_at=now,
        entry_id=new_id(),
    )


def _receive(fund: Fund, rows: Sequence[Donation], now: dt.datetime, actor_id: uuid.UUID) -> None:
    gifts = [
        (
            Posting(
                kind=EntryKind.DONATION,
                organisation_id=fund.holder_id,
                idempotency_key=f"donation:{row.id}",
                occurred_at=row.received_at,
                entry_id=row.entry_id,
                actor_id=actor_id,
            ),
            side_of(row.donor.account),
            row.amount_minor,
        )
        for row in rows
    ]
    bank = side_of(fund.bank_account)
    posted = receive_money(purse_id=fund.purse_id, currency=rows[0].currency, bank=bank, gifts=gifts, now=now)
    append_leaves(posted.leaves)


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


def _finish(rows: Sequence[Donation], actor: Actor, now: dt.datetime) -> None:
    """Give new gifts their codes, store them and let others hear of them."""
    if not rows:
        return
    codes = issue_codes(
        kind="ACKNOWLEDGEMENT", subjects=[row.id for row in rows], organisation_id=rows[0].organisation_id, now=now
    )
    for row, code in zip(rows, codes, strict=True):
        row.code = code
    Donation.objects.bulk_create(rows)
    record_events([_news(row, now) for row in rows])


def _news(row: Donation, now: dt.datetime) -> News:
    payload = {
        "donation": row.code.text,
        "kind": row.kind,
        "programme": row.programme.code,
        "fund": row.fund.code,
        "amount": row.amount_minor,
        "currency": row.currency,
    }
    return News("donation.recorded", row.organisation_id, row.id, now, payload)
