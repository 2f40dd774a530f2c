"""Today's figures for the first page: received, on hand, under way, delivered and late, by programme."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db.models import Count, Max, Q, QuerySet, Sum

from logistics.donations.models import Donation, DonationKind
from logistics.donations.refund_models import Refund
from logistics.funds.models import Fund
from logistics.funds.money_models import Interest, Reversal
from logistics.journal.models import AccountKind, Balance, Lot
from logistics.journal.reads import MONEY_PLACES
from logistics.parcels.models import Parcel
from logistics.parties.access import organisation_ids_below
from logistics.parties.models import Organisation, Programme
from logistics.parties.proposals import ProposalState
from logistics.stock.money_models import Opening

UNDER_WAY = ("PLANNED", "PACKED", "SEALED", "DISPATCHED", "AT_TRANSFER_POINT", "REFUSED", "RETURNED")


@dataclass(frozen=True)
class ProgrammeFigures:
    """One programme today: money in minor units, parcels by number."""

    code: str
    name_zh: str
    name_en: str
    received_minor: int
    money_minor: int
    goods_minor: int
    under_way: int
    delivered: int
    late: int


def figures_by_programme(organisation: Organisation | None, now: dt.datetime) -> list[ProgrammeFigures]:
    """Return the figures of every programme that has any; None is the whole installation.

    Money received is the number of the last unit of each purse, less what went back: no history is summed.
    """
    scope = Q(holder__in=organisation_ids_below(organisation)) if organisation else Q()
    funds = Fund.objects.filter(scope)
    parcels = (
        Parcel.objects.filter(organisation__in=organisation_ids_below(organisation))
        if organisation
        else Parcel.objects.all()
    )
    received = _received(funds)
    held = _held(funds)
    counts = _counts(parcels)
    programmes = Programme.objects.filter(funds__in=funds).distinct().order_by("code")
    return [
        ProgrammeFigures(
            code=programme.code,
            name_zh=programme.name_zh,
            name_en=programme.name_en or programme.name_zh,
            received_minor=received.get(programme.id, 0),
            money_minor=held.get((programme.id, True), 0),
            goods_minor=held.get((programme.id, False), 0),
            under_way=sum(counts.get((programme.id, state), 0) for state in UNDER_WAY),
            delivered=sum(counts.get((programme.id, state), 0) for state in ("DELIVERED", "DISPUTED")),
            late=late_parcels(parcels, programme, now).count(),
        )
        for programme in programmes
    ]


def late_parcels(parcels: "QuerySet[Parcel]", programme: Programme, now: dt.datetime) -> "QuerySet[Parcel]":
    """Return the parcels that stay in a state longer than the programme allows."""
    late = Q(pk__in=[])
    for state, days in programme.days_per_stage.items():
        late |= Q(state=state, state_since__lt=now - dt.timedelta(days=days))
    return parcels.filter(late, programme=programme).order_by("state_since")


def all_late_parcels(parcels: "QuerySet[Parcel]", now: dt.datetime) -> "QuerySet[Parcel]":
    """Return the late parcels of every programme, oldest first."""
    ids = [
        late_parcels(parcels, programme, now).values("id") for programme in Programme.objects.exclude(days_per_stage={})
    ]
    late = Q(pk__in=[])
    for found in ids:
        late |= Q(pk__in=found.order_by())
    return parcels.filter(late).order_by("state_since")


def _received(funds: "QuerySet[Fund]") -> dict[uuid.UUID, int]:
    programme_of = dict(funds.values_list("purse_id", "programme_id"))
    lots = Lot.objects.filter(purse__in=list(programme_of), item_id=None)
    births = lots.annotate(received=Max("transfers__stop", filter=Q(transfers__is_origin=True)))
    summed: dict[uuid.UUID, int] = {}
    for purse_id, received in [*births.values_list("purse_id", "received"), *_returned(funds)]:
        summed[programme_of[purse_id]] = summed.get(programme_of[purse_id], 0) + (received or 0)
    return summed


def _returned(funds: "QuerySet[Fund]") -> list[tuple[uuid.UUID, int]]:
    """Say, as amounts below zero, what went back to donors or was a mistake: few rows, whatever the history."""
    mistakes = Reversal.objects.filter(state=ProposalState.APPROVED).values("reverses")
    gone = Donation.objects.filter(fund__in=funds, kind=DonationKind.MONEY, entry__in=mistakes)
    refunds = Refund.objects.filter(
        donation__fund__in=funds, state=ProposalState.APPROVED, entry__reversed_by=None, amount_minor__gt=0
    )
    back = refunds.values_list("donation__fund__purse_id", "amount_minor")
    own = Interest.objects.filter(joins__in=funds, entry__in=mistakes).values_list("joins__purse_id", "amount_minor")
    begun = Opening.objects.filter(fund__in=funds, entry__in=mistakes).values_list("fund__purse_id", "amount_minor")
    found = [*gone.values_list("fund__purse_id", "amount_minor"), *back, *own, *begun]
    return [(purse_id, -amount) for purse_id, amount in found]


def _held(funds: "QuerySet[Fund]") -> dict[tuple[uuid.UUID, bool], int]:
    programme_of = dict(funds.values_list("purse_id", "programme_id"))
    places = [*MONEY_PLACES, AccountKind.WAREHOUSE, AccountKind.RESERVED, AccountKind.QUARANTINE]
    rows = Balance.objects.filter(lot__purse__in=list(programme_of), quantity__gt=0, account__kind__in=places)
    summed: dict[tuple[uuid.UUID, bool], int] = {}
    for purse_id, item_id, value in rows.values_list("lot__purse_id", "lot__item_id").annotate(sum=Sum("value_minor")):
        key = (programme_of[purse_id], item_id is None)
        summed[key] = summed.get(key, 0) + value
    return summed


def _counts(parcels: "QuerySet[Parcel]") -> dict[tuple[uuid.UUID, str], int]:
    rows = parcels.values_list("programme_id", "state").annotate(count=Count("id")).order_by()
    return {(programme_id, state): count for programme_id, state, count in rows}
