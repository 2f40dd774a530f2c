"""Which official bills counted at a moment: registered by then, and not voided by then."""

from django.db.models import Exists, OuterRef, QuerySet

from logistics.donations.bill_models import OfficialBill, OfficialBillVoid
from logistics.ledgers.scope import LedgerScope


def standing_bills(scope: LedgerScope) -> "QuerySet[OfficialBill]":
    """Return the bills that counted at the scope's moment."""
    bills, voids = OfficialBill.objects.all(), OfficialBillVoid.objects.filter(bill=OuterRef("pk"))
    if scope.known_at is not None:
        bills = bills.filter(registered_at__lte=scope.known_at)
        voids = voids.filter(voided_at__lte=scope.known_at)
    return bills.filter(~Exists(voids))
