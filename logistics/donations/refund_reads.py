"""Ask what of gifts went back."""

import uuid
from collections.abc import Sequence

from django.db.models import Sum

from logistics.donations.models import Donation, DonationKind, DonationLine
from logistics.donations.refund_models import Refund
from logistics.journal.models import JournalEntry
from logistics.parties.proposals import ProposalState


def returned_gifts(donations: Sequence[Donation]) -> set[uuid.UUID]:
    """Find the gifts of which nothing is left with us: given back whole, or reversed as a mistake."""
    reversed_ones = set(
        JournalEntry.objects.filter(reverses__in=[row.entry_id for row in donations]).values_list("reverses", flat=True)
    )
    back: dict[uuid.UUID, int] = {}
    rows = Refund.objects.filter(donation__in=[row.id for row in donations], state=ProposalState.APPROVED)
    for donation_id, amount, lines in rows.filter(entry__reversed_by=None).values_list(
        "donation_id", "amount_minor", "lines"
    ):
        units = amount + sum(quantity for _, quantity in lines)
        back[donation_id] = back.get(donation_id, 0) + units
    whole = _wholes([row for row in donations if row.id in back])
    given_back = {key for key, units in whole.items() if back[key] >= units}
    return given_back | {row.id for row in donations if row.entry_id in reversed_ones}


def _wholes(donations: Sequence[Donation]) -> dict[uuid.UUID, int]:
    """Say what each gift was: minor units of money, or units of goods."""
    found = {row.id: row.amount_minor for row in donations if row.kind == DonationKind.MONEY}
    goods = [row.id for row in donations if row.kind == DonationKind.GOODS]
    counted = DonationLine.objects.filter(donation__in=goods).order_by().values_list("donation_id")
    return found | dict(counted.annotate(units=Sum("quantity")))
