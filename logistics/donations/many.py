"""Record many gifts of money that stand or fall alone, in few statements for each fund."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from logistics.donations.actions import DEFAULT_CURRENCY, GiftInput, record_money_donations
from logistics.donations.models import Channel, Donation
from logistics.donations.pledge_models import Pledge
from logistics.funds.models import Fund
from logistics.kernel.refusals import Refusal
from logistics.parties.actions import NewDonor, known_donors
from logistics.parties.actors import Actor
from logistics.parties.models import Donor, Programme
from logistics.storage.transactions import action, apart

Answer = tuple[Donation, bool] | Refusal


@dataclass(frozen=True)
class AskedGift:
    """One gift of money as it is asked for: `amount_minor` in minor units of `currency`."""

    programme: Programme
    fund: Fund | None
    donor: Donor | NewDonor
    amount_minor: int
    received_at: dt.datetime
    reference: str
    currency: str = DEFAULT_CURRENCY
    channel: str = Channel.OTHER
    is_anonymous: bool = False
    note: str = ""
    pledge: Pledge | None = None


@action
def record_gifts_apart(*, actor: Actor, asked: Sequence[AskedGift], now: dt.datetime) -> list[Answer]:
    """Record each gift as if it had come alone: a refused one never sinks the rest.

    Answers in order with (gift, is new), or with what `record_money_donation` refuses.
    """
    together: dict[object, list[int]] = defaultdict(list)
    again, seen = [], set()
    for place, one in enumerate(asked):
        if one.reference in seen:
            # Judged by the first that it repeats, which must stand before.
            again.append([place])
        else:
            seen.add(one.reference)
            together[one.programme.id, one.fund.id if one.fund else None].append(place)
    answers: dict[int, Answer] = {}
    for places in [*together.values(), *again]:
        answers |= _halved(actor, asked, places, now)
    return [answers[place] for place in range(len(asked))]


def _halved(actor: Actor, asked: Sequence[AskedGift], places: Sequence[int], now: dt.datetime) -> dict[int, Answer]:
    """Record together; where that is refused, each half for itself, down to the gift that is at fault."""
    try:
        found = apart(lambda: _recorded(actor, [asked[place] for place in places], now))
    except Refusal as refusal:
        if len(places) == 1:
            return {places[0]: refusal}
        middle = len(places) // 2
        halves = (places[:middle], places[middle:])
        return _halved(actor, asked, halves[0], now) | _halved(actor, asked, halves[1], now)
    return dict(zip(places, found, strict=True))


def _recorded(actor: Actor, asked: Sequence[AskedGift], now: dt.datetime) -> list[tuple[Donation, bool]]:
    donors = known_donors(organisation=actor.organisation, donors=[one.donor for one in asked], cause=actor.cause(now))
    gifts = [
        GiftInput(
            donor=donor,
            amount_minor=one.amount_minor,
            received_at=one.received_at,
            reference=one.reference,
            channel=one.channel,
            currency=one.currency,
            is_anonymous=one.is_anonymous,
            note=one.note,
            pledge=one.pledge,
        )
        for one, donor in zip(asked, donors, strict=True)
    ]
    return record_money_donations(actor=actor, programme=asked[0].programme, fund=asked[0].fund, gifts=gifts, now=now)
