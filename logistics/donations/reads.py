"""Ask for gifts."""

import uuid

from django.db.models import QuerySet

from logistics.donations.access import visible_donations
from logistics.donations.models import Donation
from logistics.kernel.refusals import Missing
from logistics.parties.models import Organisation


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
