"""The words for goods in care and on the way, in both languages."""

from django.utils.translation import gettext_lazy as _

# Why goods are set aside, disposed of, or found to differ from the books.
CARE_REASONS = {
    "DAMAGED": _("Damaged"),
    "EXPIRED": _("Expired"),
    "SPOILT": _("Spoilt"),
    "UNFIT": _("Unfit for use"),
    "RECALLED": _("Recalled"),
    "LOST": _("Lost"),
    "THEFT": _("Stolen"),
    "MISCOUNTED": _("Counted wrongly before"),
    "FOUND": _("Found again"),
}
TRANSIT_STATES = {
    "SENT": _("Under way"),
    "RECEIVED": _("Came in part"),
    "CONFIRMED": _("All accounted for"),
}
ENDS = {
    "received": _("Received"),
    "lost": _("Lost"),
    "damaged": _("Damaged"),
    "returned": _("Came back"),
}
STOCK_TAKE_STATES = {
    "OPEN": _("Being counted"),
    "COUNTED": _("Counted, waits for approval"),
    "APPROVED": _("Approved"),
    "DROPPED": _("Dropped"),
}
DISPOSAL_STATES = {
    "PROPOSED": _("Waits for approval"),
    "APPROVED": _("Approved"),
    "REJECTED": _("Rejected"),
}
PLACES = {
    "WAREHOUSE": _("In the warehouse"),
    "QUARANTINE": _("Set aside"),
    "IN_TRANSIT": _("On the way"),
    "VOLUNTEER": _("With volunteers who knit"),
    "SOLD": _("Sold as unfit"),
    "LOSS": _("Lost"),
}
