"""Ask for gifts."""

import datetime as dt
import uuid

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery, Sum
from django.utils import timezone

from logistics.donations.access import visible_donations
from logistics.donations.models import Donation, DonationKind
from logistics.donations.refund_models import Refund
from logistics.journal.models import JournalEntry
from logistics.kernel.refusals import Missing
from logistics.parties.models import Organisation, Programme
from logistics.parties.proposals import ProposalState


class DonationMissing(Missing):
    code = "donation_missing"
    zh = "没有找到这笔捐赠。"
    en = "There is no such donation."


def donations_with_names(rows: "QuerySet[Donation]") -> "QuerySet[Donation]":
    """Fetch with the gifts what every page and answer says of them."""
    named = rows.select_related("programme", "fund", "donor", "code", "entry", "warehouse")
    refunds = Refund.objects.filter(
        donation=OuterRef("id"), state=ProposalState.APPROVED, entry__reversed_by=None
    ).values("donation")
    units = Sum(F("entry__transfers__stop") - F("entry__transfers__start"))
    return named.prefetch_related("lines__item").annotate(
        refunded_minor=Subquery(refunds.annotate(sum=Sum("entry__transfers__value_minor")).values("sum")),
        refunded_units=Subquery(refunds.annotate(sum=units).values("sum")),
        is_reversed=Exists(JournalEntry.objects.filter(reverses=OuterRef("entry"))),
    )


def state_of(row: Donation) -> tuple[str, int]:
    """Say what became of a gift as a whole, and how much of its value went back, in minor units: RECORDED,
    PARTLY_RETURNED, RETURNED, or CANCELLED where it was a mistake. `row` comes from `donations_with_names`.
    """
    said = vars(row)
    units = said.get("refunded_units") or 0
    if said.get("is_reversed"):
        return "CANCELLED", row.amount_minor
    whole = row.amount_minor if row.kind == DonationKind.MONEY else sum(line.quantity for line in row.lines.all())
    state = row.state if not units else "RETURNED" if units == whole else "PARTLY_RETURNED"
    return state, said.get("refunded_minor") or 0


def get_donation(*, donation_id: uuid.UUID, organisation: Organisation) -> Donation:
    """Return the gift with this id. Refuses DonationMissing, also for another organisation's."""
    found = donations_with_names(visible_donations(organisation)).filter(id=donation_id).first()
    if found is None:
        raise DonationMissing
    return found


def gifts_of_year(*, organisation: Organisation, year: int, programme: Programme | None = None) -> "QuerySet[Donation]":
    """Return the gifts that an organisation received in a year, each donor's together, oldest first."""
    zone = timezone.get_default_timezone()
    first, after = (dt.datetime(number, 1, 1, tzinfo=zone) for number in (year, year + 1))
    rows = Donation.objects.filter(organisation=organisation, received_at__gte=first, received_at__lt=after)
    rows = rows.filter(programme=programme) if programme else rows
    return rows.order_by("donor__reference", "received_at", "id")
