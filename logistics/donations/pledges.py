"""Record promises of gifts, withdraw them, and say which gift kept which."""

import datetime as dt
from collections.abc import Sequence

from django.db import IntegrityError
from django.utils import timezone

from logistics.donations.models import Donation, DonationKind
from logistics.donations.pledge_models import Pledge, PledgedGift
from logistics.funds.models import Fund
from logistics.kernel.money import AMOUNT_MINOR_MAX, CURRENCIES
from logistics.kernel.refusals import Conflicting, Unacceptable
from logistics.parties.actions import NewDonor, known_donor, require_open
from logistics.parties.actors import Actor
from logistics.parties.models import Donor, Programme
from logistics.parties.references import content_sha256, repeated
from logistics.storage.transactions import action, apart


class PledgeAmountOutOfBounds(Unacceptable):
    code = "pledge_amount_out_of_bounds"
    zh = "认捐金额须在 1 到 {most} 之间（最小货币单位），币种须受支持。"
    en = "A pledge is between 1 and {most} minor units of a known currency."


class PledgeDaysWrong(Unacceptable):
    code = "pledge_days_wrong"
    zh = "认捐日期不能在将来，到账期限不能早于认捐日期。"
    en = "A pledge is not made in the future, and is not due before it was made."


class PledgeMismatch(Unacceptable):
    code = "pledge_mismatch"
    zh = "这笔捐款与认捐的捐赠人、项目、专项或币种不符。"
    en = "The gift differs from the pledge in donor, programme, fund or currency."


class PledgeWithdrawn(Conflicting):
    code = "pledge_withdrawn"
    zh = "这份认捐已撤回。"
    en = "This pledge was withdrawn."


class GiftPromisedAlready(Conflicting):
    code = "gift_promised_already"
    zh = "这笔捐款已对应另一份认捐。"
    en = "This gift keeps another pledge already."


@action
def record_pledge(
    *,
    actor: Actor,
    programme: Programme,
    fund: Fund | None = None,
    donor: Donor | NewDonor,
    amount_minor: int,
    currency: str,
    pledged_on: dt.date,
    due_on: dt.date | None = None,
    reference: str,
    note: str = "",
    now: dt.datetime,
) -> tuple[Pledge, bool]:
    """Record a promise of money. Returns (pledge, is new).

    Refuses ProgrammeClosed, PledgeAmountOutOfBounds, PledgeDaysWrong, PledgeMismatch (the fund is of another
    programme), ReferenceReused.
    """
    require_open(programme)
    if not 0 < amount_minor <= AMOUNT_MINOR_MAX or currency not in CURRENCIES:
        raise PledgeAmountOutOfBounds(most=AMOUNT_MINOR_MAX, pointer="/money")
    if pledged_on > timezone.localdate(now) or (due_on is not None and due_on < pledged_on):
        raise PledgeDaysWrong(pointer="/due_on" if due_on else "/pledged_on")
    if fund is not None and fund.programme_id != programme.id:
        raise PledgeMismatch(pointer="/fund")
    giver = known_donor(organisation=actor.organisation, donor=donor, cause=actor.cause(now))
    days = [day.isoformat() if day else None for day in (pledged_on, due_on)]
    named = [programme.code, fund.code if fund else None, str(giver.id)]
    content = content_sha256([*named, amount_minor, currency, *days, note])
    owner = actor.reference_owner
    earlier = repeated(Pledge.objects.filter(partner_id=owner, reference=reference), content)
    if earlier is not None:
        return earlier, False
    pledge = Pledge.objects.create(
        organisation=fund.holder if fund else actor.organisation,
        programme=programme,
        fund=fund,
        donor=giver,
        partner_id=owner,
        reference=reference,
        request_sha256=content,
        amount_minor=amount_minor,
        currency=currency,
        pledged_on=pledged_on,
        due_on=due_on,
        note=note,
        recorded_at=now,
        recorded_by_id=actor.holder_id,
    )
    return pledge, True


@action
def withdraw_pledge(*, pledge: Pledge, reason: str, now: dt.datetime) -> Pledge:
    """Note that a promise will not be kept any further; what came stands. Refuses PledgeWithdrawn."""
    locked = _locked(pledge)
    locked.withdrawn_at, locked.withdrawn_because = now, reason
    locked.save(update_fields=["withdrawn_at", "withdrawn_because"])
    return locked


@action
def match_gift(*, actor: Actor, pledge: Pledge, donation: Donation, now: dt.datetime) -> PledgedGift:
    """Say that a gift keeps a promise. The same again changes nothing.

    Refuses PledgeWithdrawn, PledgeMismatch, GiftPromisedAlready.
    """
    _locked(pledge)
    standing = PledgedGift.objects.filter(donation=donation).first()
    if standing is not None and standing.pledge_id == pledge.id:
        return standing
    return match_gifts(actor=actor, matches=[(pledge, donation)], now=now)[0]


def match_gifts(*, actor: Actor, matches: Sequence[tuple[Pledge, Donation]], now: dt.datetime) -> list[PledgedGift]:
    """Say which new gifts keep which promises, in one statement, inside the caller's action.

    Refuses PledgeMismatch, GiftPromisedAlready.
    """
    for pledge, donation in matches:
        _require_match(pledge, donation)
    rows = [
        PledgedGift(pledge=pledge, donation=donation, matched_at=now, matched_by_id=actor.holder_id)
        for pledge, donation in matches
    ]
    try:
        return apart(lambda: PledgedGift.objects.bulk_create(rows))
    except IntegrityError:
        raise GiftPromisedAlready(pointer="/donation") from None


def _require_match(pledge: Pledge, donation: Donation) -> None:
    promised = (pledge.donor_id, pledge.programme_id, pledge.currency)
    is_same = promised == (donation.donor_id, donation.programme_id, donation.currency)
    if not is_same or donation.kind != DonationKind.MONEY or pledge.fund_id not in (None, donation.fund_id):
        raise PledgeMismatch(pointer="/pledge")


def _locked(pledge: Pledge) -> Pledge:
    locked = Pledge.objects.select_for_update(of=("self",)).get(id=pledge.id)
    if locked.withdrawn_at is not None:
        raise PledgeWithdrawn
    return locked
