"""Ask for rounds: who sees which, how far each is, what is left over, which are late."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, QuerySet

from logistics.deliveries.models import ScanEvent
from logistics.deliveries.round_models import DistributionRound, LeftAs, RoundParcel, RoundState
from logistics.deliveries.rounds import NOT_OVER, ROUND_PARCELS_MAX, TO_HAND_OVER
from logistics.kernel.refusals import Missing
from logistics.parcels.access import visible_parcels
from logistics.parcels.models import Parcel
from logistics.parties.access import organisation_ids_below
from logistics.parties.models import Organisation

# A device is offered what may still be worked on: rounds of these days around today.
LOADABLE_DAYS = 14
LOADABLE_MAX = 50


class RoundMissing(Missing):
    code = "round_missing"
    zh = "没有找到这次发放活动。"
    en = "There is no such round."


@dataclass(frozen=True)
class Progress:
    """How many of a round's parcels are handed over, were tried, wait, came back or went another way."""

    total: int
    delivered: int
    attempted: int
    waiting: int
    refused: int
    other: int

    @property
    def done(self) -> int:
        """How many are over, one way or another."""
        return self.total - self.waiting - self.attempted


def visible_rounds(organisation: Organisation) -> "QuerySet[DistributionRound]":
    """Return the rounds of an organisation and of those below it, newest first."""
    rows = DistributionRound.objects.filter(organisation__in=organisation_ids_below(organisation))
    return rows.select_related("organisation").order_by("-id")


def get_round(*, round_id: uuid.UUID, organisation: Organisation) -> DistributionRound:
    """Return the round with this id. Refuses RoundMissing, also for another organisation's."""
    found = visible_rounds(organisation).filter(id=round_id).first()
    if found is None:
        raise RoundMissing
    return found


def rounds_to_load(organisation: Organisation, today: dt.date) -> "QuerySet[DistributionRound]":
    """Return the rounds that a device may load: planned or open, and not long ago."""
    rows = visible_rounds(organisation).filter(state__in=[RoundState.PLANNED, RoundState.OPEN])
    days = dt.timedelta(days=LOADABLE_DAYS)
    near = rows.filter(held_on__gte=today - days, held_on__lte=today + days)
    return near.order_by("held_on", "id")[:LOADABLE_MAX]


def late_rounds(organisation: Organisation, today: dt.date) -> "QuerySet[DistributionRound]":
    """Return the rounds whose day has passed and that nobody has closed, oldest first."""
    rows = visible_rounds(organisation).filter(state__in=[RoundState.PLANNED, RoundState.OPEN], held_on__lt=today)
    return rows.order_by("held_on", "id")


def parcels_not_returned(organisation: Organisation) -> "QuerySet[RoundParcel]":
    """Return what closed rounds said would be returned, and has not been."""
    rows = RoundParcel.objects.filter(round__organisation__in=organisation_ids_below(organisation))
    waiting = rows.filter(left_as=LeftAs.TO_BE_RETURNED, parcel__state__in=NOT_OVER)
    return waiting.select_related("parcel__code", "parcel__programme", "round").order_by("round__closed_at", "id")


def parcels_to_hand_over(
    organisation: Organisation, *, batch: str = "", township: str = "", programme: str = ""
) -> list[Parcel]:
    """List the parcels that a round may take by batch, township and programme, and one more than it may hold."""
    wanted = {"batch": batch, "township": township, "programme__code": programme}
    rows = visible_parcels(organisation).filter(**{name: value for name, value in wanted.items() if value})
    free = rows.filter(state__in=TO_HAND_OVER).exclude(rounds__is_live=True).select_related("code")
    return list(free.order_by("township", "id")[: ROUND_PARCELS_MAX + 1])


def progress_of(distribution: DistributionRound) -> Progress:
    """Count how far a round is, in two statements."""
    places = RoundParcel.objects.filter(round=distribution)
    states = dict(places.values_list("parcel__state").annotate(number=Count("id")).order_by())
    out = sum(states.get(state, 0) for state in TO_HAND_OVER)
    tried = ScanEvent.objects.filter(parcel_id=OuterRef("parcel_id"), step="ATTEMPT", outcome="RECORDED")
    attempted = places.filter(Exists(tried), parcel__state__in=TO_HAND_OVER).count() if out else 0
    delivered, refused = states.get("DELIVERED", 0), states.get("REFUSED", 0)
    total = sum(states.values())
    return Progress(total, delivered, attempted, out - attempted, refused, total - delivered - refused - out)


def batch_of(distribution: DistributionRound) -> dict[str, str]:
    """Say the batch and township that all parcels of a round share; each is left out where they differ."""
    places = RoundParcel.objects.filter(round=distribution).order_by()
    shared = {}
    for name in ("batch", "township"):
        found = list(places.values_list(f"parcel__{name}", flat=True).distinct()[:2])
        if len(found) == 1 and found[0]:
            shared[name] = found[0]
    return shared


def left_over(distribution: DistributionRound) -> "QuerySet[RoundParcel]":
    """Return the parcels of a round that are not over, or that it left over when it was closed."""
    rows = RoundParcel.objects.filter(round=distribution).select_related("parcel__code", "parcel__programme")
    is_closed = distribution.state == RoundState.CLOSED
    chosen = rows.exclude(left_as="") if is_closed else rows.filter(parcel__state__in=NOT_OVER)
    return chosen.order_by("parcel__township", "parcel__code__text")
