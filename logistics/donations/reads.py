"""Ask for gifts."""

import datetime as dt
import uuid

from django.db.models import QuerySet
from django.utils import timezone

from logistics.donations.access import visible_donations
from logistics.donations.models import Donation
from logistics.kernel.refusals import Missing
from logistics.parties.models import Organisation, Programme


class DonationMissing(Missing):
    code = "donation_missing"
    zh = "没有找到这笔捐赠。"
    en = "There is no such donation."


def donations_with_names(rows: "QuerySet[Donation]") -> "QuerySet[Donation]":
    """Fetch with the gifts what every page and answer says of them."""
    return rows.select_related("programme", "fund", "donor", "code", "entry", "warehouse").prefetch_related(
        "lines__item"
    )


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
