"""Ask for promises of gifts, with what came of them."""

import datetime as dt
import uuid
from typing import Any

from django.db.models import BigIntegerField, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from logistics.donations.models import Donation, DonationKind
from logistics.donations.pledge_models import Pledge, PledgedGift
from logistics.kernel.refusals import Missing
from logistics.parties.access import organisation_ids_below
from logistics.parties.models import Organisation

OPEN, FULFILLED, OVERDUE, WITHDRAWN = "OPEN", "FULFILLED", "OVERDUE", "WITHDRAWN"
STATES = (OPEN, FULFILLED, OVERDUE, WITHDRAWN)


class PledgeMissing(Missing):
    code = "pledge_missing"
    zh = "没有找到这份认捐。"
    en = "There is no such pledge."


def visible_pledges(organisation: Organisation) -> "QuerySet[Pledge]":
    """Return the pledges to an organisation and to those below it, newest first; each with `received_minor`."""
    came = PledgedGift.objects.filter(pledge=OuterRef("id"), donation__entry__reversed_by=None).order_by()
    sums = came.values("pledge").annotate(sum=Sum("donation__amount_minor")).values("sum")
    rows = Pledge.objects.filter(organisation__in=organisation_ids_below(organisation)).order_by("-id")
    received = Coalesce(Subquery(sums, output_field=BigIntegerField()), 0)
    return rows.select_related("programme", "fund", "donor").annotate(received_minor=received)


def get_pledge(*, pledge_id: uuid.UUID, organisation: Organisation, pointer: str | None = None) -> Pledge:
    """Return the pledge with this id. Refuses PledgeMissing, also for another organisation's."""
    found = visible_pledges(organisation).filter(id=pledge_id).first()
    if found is None:
        raise PledgeMissing(pointer=pointer)
    return found


def received_of(pledge: Pledge) -> int:
    """Say how much of a pledge from `visible_pledges` came, in minor units."""
    received: int = vars(pledge).get("received_minor") or 0
    return received


def state_of_pledge(pledge: Pledge, on: dt.date) -> str:
    """Say how a pledge from `visible_pledges` stands: OPEN, OVERDUE, FULFILLED or WITHDRAWN."""
    if received_of(pledge) >= pledge.amount_minor:
        return FULFILLED
    if pledge.withdrawn_at is not None:
        return WITHDRAWN
    return OVERDUE if pledge.due_on is not None and pledge.due_on < on else OPEN


def pledges_in(rows: "QuerySet[Any]", state: str, on: dt.date) -> "QuerySet[Pledge]":
    """Narrow pledges from `visible_pledges` to those in a state of STATES."""
    if state == FULFILLED:
        return rows.filter(received_minor__gte=F("amount_minor"))
    waiting = rows.filter(received_minor__lt=F("amount_minor"))
    if state == WITHDRAWN:
        return waiting.exclude(withdrawn_at=None)
    is_late = Q(due_on__lt=on)
    waiting = waiting.filter(withdrawn_at=None)
    return waiting.filter(is_late) if state == OVERDUE else waiting.exclude(is_late)


def gifts_that_could_keep(pledge: Pledge) -> "QuerySet[Donation]":
    """Return the gifts of money of the same donor, programme and currency that keep no pledge yet, newest first."""
    rows = Donation.objects.filter(kind=DonationKind.MONEY, promise=None, entry__reversed_by=None)
    same = {"donor_id": pledge.donor_id, "programme_id": pledge.programme_id, "currency": pledge.currency}
    if pledge.fund_id is not None:
        same["fund_id"] = pledge.fund_id
    return rows.filter(**same).select_related("code").order_by("-id")


def open_pledges(organisation: Organisation, *, now: dt.datetime) -> "QuerySet[Pledge]":
    """Return the pledges that wait for money, the oldest first."""
    today = timezone.localdate(now)
    rows = visible_pledges(organisation)
    return (pledges_in(rows, OPEN, today) | pledges_in(rows, OVERDUE, today)).order_by("pledged_on", "id")
