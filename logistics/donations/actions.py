"""Record gifts of money: the row, the entry and the event, in one transaction."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from logistics.codes.actions import new_codes
from logistics.donations.models import Channel, Donation, DonationKind
from logistics.donations.pledge_models import Pledge
from logistics.donations.pledges import match_gifts
from logistics.funds.models import Fund
from logistics.funds.reads import unrestricted_fund_of
from logistics.journal.models import EntryKind
from logistics.journal.postings import Posting, side_of
from logistics.journal.purses import receive_money
from logistics.kernel.money import AMOUNT_MINOR_MAX, CURRENCIES
from logistics.kernel.refusals import Unacceptable
from logistics.outbox.actions import News, events_of
from logistics.parties.actions import NewDonor, known_donor, require_open
from logistics.parties.actors import Actor
from logistics.parties.models import Donor, Programme
from logistics.parties.references import content_sha256, require_same
from logistics.stock.actions import AmountOutOfBounds, ProgrammeMismatch
from logistics.storage.remembered import Remembered
from logistics.storage.rows import new_id
from logistics.storage.transactions import action
from logistics.storage.writes import add_together

GIFTS_PER_CALL_MAX = 1_000
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
    pledge: Pledge | None = None

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
                *([str(self.pledge.id)] if self.pledge else []),
            ]
        )


_STANDING = Remembered(
    lambda owner_and_references: Donation.objects.filter(
        partner_id=owner_and_references[0], kind=DonationKind.MONEY, reference__in=owner_and_references[1:]
    ).select_related("code", "programme", "fund", "donor", "entry")
)


@action
def record_money_donation(
    *,
    actor: Actor,
    programme: Programme,
    fund: Fund | None = None,
    donor: Donor | NewDonor,
    amount_minor: int,
    currency: str = DEFAULT_CURRENCY,
    received_at: dt.datetime,
    channel: str = Channel.OTHER,
    reference: str,
    is_anonymous: bool = False,
    note: str = "",
    pledge: Pledge | None = None,
    now: dt.datetime,
) -> tuple[Donation, bool]:
    """Record a gift of money: donor to bank. Returns (gift, is new); a repeated reference gives the first gift again.

    Refuses ProgrammeClosed, FundRequired, ProgrammeMismatch, AmountOutOfBounds, CurrencyUnknown, ReceivedInFuture,
    ReferenceReused, PledgeMismatch.
    """
    giver = known_donor(organisation=actor.organisation, donor=donor, cause=actor.cause(now))
    gift = GiftInput(giver, amount_minor, received_at, reference, channel, currency, is_anonymous, note, pledge)
    return record_money_donations(actor=actor, programme=programme, fund=fund, gifts=[gift], now=now)[0]


@action
def record_money_donations(
    *, actor: Actor, programme: Programme, fund: Fund | None = None, gifts: Sequence[GiftInput], now: dt.datetime
) -> list[tuple[Donation, bool]]:
    """Record many gifts of money to one fund, in the order given and in a constant number of statements.

    Refuses what `record_money_donation` refuses; then none stands.
    """
    chosen = fund_for(programme, fund, actor)
    for gift in gifts:
        _require_gift(gift, now)
    references = dict.fromkeys(gift.reference for gift in gifts)
    known = {row.reference: row for row in _STANDING.rows([actor.reference_owner, *references])}
    for gift in gifts:
        if gift.reference in known:
            require_same(known[gift.reference], gift.content(chosen))
    new = {gift.reference: gift for gift in gifts if gift.reference not in known}
    rows = [_money_row(actor, programme, chosen, gift, now) for gift in new.values()]
    for currency in {row.currency for row in rows}:
        _receive(chosen, [row for row in rows if row.currency == currency], now, actor.holder_id)
    store_gifts(rows, now)
    promised = [(gift.pledge, row) for gift, row in zip(new.values(), rows, strict=True) if gift.pledge]
    if promised:
        match_gifts(actor=actor, matches=promised, now=now)
    made = {row.reference: row for row in rows}
    return [(known.get(gift.reference) or made[gift.reference], gift.reference in made) for gift in gifts]


def fund_for(programme: Programme, fund: Fund | None, actor: Actor) -> Fund:
    """Choose the fund that a gift joins. Refuses ProgrammeClosed, FundRequired, ProgrammeMismatch."""
    require_open(programme)
    chosen = fund or unrestricted_fund_of(programme, actor.organisation)
    if chosen.programme_id != programme.id:
        raise ProgrammeMismatch(fund=chosen.code, pointer="/fund")
    return chosen


def _require_gift(gift: GiftInput, now: dt.datetime) -> None:
    require_time_and_currency(gift.received_at, gift.currency, now)
    if not 0 < gift.amount_minor <= AMOUNT_MINOR_MAX:
        raise AmountOutOfBounds(most=AMOUNT_MINOR_MAX, pointer="/money/amount")


def require_time_and_currency(received_at: dt.datetime, currency: str, now: dt.datetime) -> None:
    """Refuse CurrencyUnknown, and ReceivedInFuture beyond what clocks may differ."""
    if currency not in CURRENCIES:
        raise CurrencyUnknown(currency=currency, pointer="/money/currency")
    if received_at > now + CLOCK_TOLERANCE:
        raise ReceivedInFuture(pointer="/received_at")


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
    receive_money(purse_id=fund.purse_id, currency=rows[0].currency, bank=bank, gifts=gifts, now=now)


def store_gifts(rows: Sequence[Donation], now: dt.datetime) -> None:
    """Give new gifts their codes, store them and let others hear of them."""
    if not rows:
        return
    codes = new_codes(
        kind="ACKNOWLEDGEMENT", subjects=[row.id for row in rows], organisation_id=rows[0].organisation_id, now=now
    )
    for row, code in zip(rows, codes, strict=True):
        row.code = code
    add_together(codes, rows, events_of([_news(row, now) for row in rows]))


def _news(row: Donation, now: dt.datetime) -> News:
    payload: dict[str, str | int | None] = {
        "donation": row.code.text,
        "kind": row.kind,
        "programme": row.programme.code,
        "fund": row.fund.code,
        "amount": row.amount_minor,
        "currency": row.currency,
    }
    return News("donation.recorded", row.organisation_id, row.id, now, payload)
