"""Close an organisation's books: not while facts wait that its books could not take."""

import datetime as dt

from django.db.models import QuerySet

from logistics.journal.models import Period
from logistics.journal.periods import freeze_period
from logistics.kernel.refusals import Conflicting
from logistics.parcels.models import Parcel
from logistics.parties.actors import Actor
from logistics.storage.transactions import action

PARCELS_NAMED_MAX = 20


class FactsUnposted(Conflicting):
    code = "facts_unposted"
    zh = "还有 {count} 件包裹的扫码尚未入账，结账前请先处理：{parcels}。"
    en = "Scans of {count} parcels are not in the books yet; settle them before closing: {parcels}."


@action
def close_period(*, actor: Actor, period: Period, now: dt.datetime) -> Period:
    """Close a proposed period; nothing is booked in it any more and its balances are frozen.

    Refuses FactsUnposted, PeriodNotProposed, ClosedByProposer.
    """
    waiting = parcels_unposted(period)
    if waiting:
        codes = list(waiting.values_list("code__text", flat=True)[:PARCELS_NAMED_MAX])
        raise FactsUnposted(count=waiting.count(), parcels=codes)
    return freeze_period(period=period, closed_by_id=actor.holder_id, now=now)


def parcels_unposted(period: Period) -> "QuerySet[Parcel]":
    """Return the parcels planned by the end of a period whose scans the books could not take yet, oldest first."""
    rows = Parcel.objects.filter(organisation_id=period.organisation_id, planned_at__date__lte=period.ends_on)
    return rows.exclude(unposted_reason="").order_by("planned_at")
